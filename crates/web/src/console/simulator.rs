//! Hands at the simulated machine: what a person, or fate, would do there.
//!
//! These are acts of the simulated world over its own panel; a real machine has no such thing, and
//! where the machine is real there is nothing here.

use super::{Said, Staff};
use crate::form::Form;
use crate::problem::Problem;
use crate::shop::Shop;
use ::tower::tower::Place;
use axum::extract::State;
use axum::response::Response;
use plc::panel::{Act, Panel};
use serde::Deserialize;

const PATH: &str = "/console/tower";

/// What can be touched.
pub(super) struct Hands {
    pub lifts: Vec<String>,
    pub bays: Vec<String>,
}

/// Gives what can be touched where the machine is simulated.
pub(super) fn hands(shop: &Shop) -> Option<Hands> {
    shop.simulators.as_ref()?;
    Some(Hands {
        lifts: shop
            .machine
            .lifts
            .iter()
            .map(|lift| lift.place.to_string())
            .collect(),
        bays: shop
            .machine
            .bays
            .iter()
            .map(|bay| bay.place.to_string())
            .collect(),
    })
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Jam,
    FreeLifts,
    DriveOut,
    WalkIn,
    WalkOut,
    PowerCut,
    PowerOn,
}

#[derive(Clone, Deserialize)]
pub(super) struct Touch {
    what: What,
    #[serde(default)]
    place: String,
}

/// Does one act in the simulated world.
pub(super) async fn act(
    State(shop): State<Shop>,
    staff: Staff,
    Form(touch): Form<Touch>,
) -> Result<Response, Problem> {
    let simulators = shop.simulators.as_ref().ok_or_else(Problem::not_found)?;
    if !staff.role.runs_tower() {
        return Ok(staff.back(PATH, Said::NotYours));
    }
    let place = Place(touch.place);
    let act = match touch.what {
        What::Jam => Act::Jam { lift: place },
        What::FreeLifts => Act::ClearJam,
        What::DriveOut => Act::DriveOut { bay: place },
        What::WalkIn => Act::Person {
            bay: place,
            inside: true,
        },
        What::WalkOut => Act::Person {
            bay: place,
            inside: false,
        },
        What::PowerCut => Act::PowerCut,
        What::PowerOn => Act::PowerOn,
    };
    let done = async { Panel::connect(simulators.panel).await?.act(&act).await };
    match done.await {
        Ok(_) => Ok(staff.back(PATH, Said::Done)),
        Err(fault) => {
            tracing::info!(%fault, "the simulated machine said no");
            Ok(staff.back(PATH, Said::Simulator))
        }
    }
}
