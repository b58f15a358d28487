//! The screen as it waits: the tower, the language, and the two ways on.

use super::{Frame, page, words};
use crate::desk;
use crate::drawing::Drawing;
use crate::drawing::tower::{self, FacadeSize};
use crate::facade::{self, Sight, Wish};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock::{self, Standing};
use crate::text::{Lang, Text};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use store::VehicleRow;

#[derive(Template)]
#[template(path = "kiosk/start.html")]
struct Start {
    page: Page,
    t: Text,
    frame: Frame,
    tower: Drawing,
    free: usize,
    has_drops: bool,
    machine: String,
}

/// Shows the screen at rest.
pub(super) async fn show(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Problem> {
    let t = words(&visitor);
    let lang = visitor.lang;
    let sight = facade::look(&shop).await?;
    let page = page(&shop, &visitor, t.msg("kiosk-title"), "/kiosk");
    let page = page.live(format!("/{}/kiosk/live", lang.prefix()));
    Ok(html(&Start {
        page,
        t,
        frame: Frame::at_rest(&visitor),
        tower: picture(&shop, &sight, t),
        free: free(&sight).count(),
        has_drops: !desk::drop::all(&shop).await?.is_empty(),
        machine: shop.machine.name.clone(),
    }))
}

/// Draws the tower as large as the screen is high, each car a way to its page.
pub(super) fn picture(shop: &Shop, sight: &Sight, t: Text) -> Drawing {
    let lang = t.lang();
    let wish = Wish {
        size: FacadeSize::Kiosk,
        link: &|row| Some(car_href(lang, row.listing.vin.as_str())),
        label: &|row| stock::name(&row.listing),
        chosen: &|_| false,
    };
    tower::facade(&sight.facade(shop, t, &wish), t)
}

/// Finds the cars that can be bought now.
pub(super) fn free(sight: &Sight) -> impl Iterator<Item = &VehicleRow> {
    let rows = sight.cars.values();
    rows.filter(|row| stock::standing(row, sight.now) == Standing::Free)
}

/// Gives the address of a car on the screen.
pub(super) fn car_href(lang: Lang, vin: &str) -> String {
    format!("/{}/kiosk/cars/{vin}", lang.prefix())
}
