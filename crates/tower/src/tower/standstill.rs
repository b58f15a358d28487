//! That a fetch stands still because of a fault, and why, as its buyer has to be told.
//!
//! A fault belongs to the machine; that somebody's car does not come because of it belongs to a
//! job. Both are written down, because what follows for order, money and message follows from the
//! second.

use super::{Event, Refusal, Stage, State};
use crate::job::Kind;
use kernel::{JobId, Moment};
use serde::{Deserialize, Serialize};

/// Why a fetch stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standstill {
    /// The machine's controller does not answer, or answers for another machine.
    NoAnswer,
    /// The safety controller has stopped the machine.
    SafetyStop,
    /// The only lift that reaches the car is out of order.
    LiftStopped,
    /// No bay that could take the car is in order.
    BayStopped,
    /// The machine is in the hands of a person.
    ByHand,
    /// The sensors do not see the cars where they are written.
    CarsDisagree,
    /// Another car stands in the bay.
    WrongCar,
    /// The machine refuses an order again and again.
    OrderRefused,
    /// The machine's controller has restarted, as after a loss of power.
    PowerLost,
    /// A move was broken off half-way.
    MoveBrokenOff,
    /// All sensors are read after a fault.
    Checking,
}

impl Standstill {
    /// Every reason there is.
    pub const ALL: [Standstill; 11] = [
        Standstill::NoAnswer,
        Standstill::SafetyStop,
        Standstill::LiftStopped,
        Standstill::BayStopped,
        Standstill::ByHand,
        Standstill::CarsDisagree,
        Standstill::WrongCar,
        Standstill::OrderRefused,
        Standstill::PowerLost,
        Standstill::MoveBrokenOff,
        Standstill::Checking,
    ];
}

/// Writes down that a fetch stands still, why it does so now, or that it goes on.
pub(super) fn note(
    state: &State,
    job: JobId,
    why: Option<Standstill>,
    since: Moment,
) -> Result<Vec<Event>, Refusal> {
    let Some(live) = state.job(&job) else {
        return Ok(vec![]);
    };
    let Kind::Fetch { order, .. } = &live.job.kind else {
        return Ok(vec![]);
    };
    let is_over = matches!(live.stage, Stage::Left { .. } | Stage::Rejected { .. });
    if live.standstill == why || (is_over && why.is_some()) {
        return Ok(vec![]);
    }
    let order = order.clone();
    Ok(vec![match why {
        Some(why) => Event::FetchDelayed {
            job,
            order,
            why,
            since,
        },
        None => Event::FetchWentOn { job, order },
    }])
}
