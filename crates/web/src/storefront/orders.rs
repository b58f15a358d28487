//! Everything a buyer bought or is buying.

use super::wish::Wish;
use crate::drawing::Drawing;
use crate::drawing::car::{CarLook, again, sheet};
use crate::layout::{Page, html};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use store::OrderRow;

#[derive(Template)]
#[template(path = "storefront/orders.html")]
struct Orders {
    page: Page,
    t: Text,
    token: String,
    sheet: Drawing,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    picture: Drawing,
    name: String,
    tag: &'static str,
    state: String,
    begun: String,
}

/// Lists the orders of whoever is signed in.
pub(super) async fn show(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Problem> {
    let Some(buyer) = visitor.buyer() else {
        let sign_in = Wish::Orders.sign_in(visitor.lang);
        return Ok(super::see(&sign_in).into_response());
    };
    let t = Text::of(visitor.lang);
    let page = Page::of(&visitor, t.msg("orders-title"), "/orders", shop.now());
    let mut rows = vec![];
    let mut looks = vec![];
    for order in shop.store.orders_of(&buyer).await? {
        if let Some(car) = shop.store.vehicle(&order.vin).await? {
            let look = CarLook::of(&car.listing);
            rows.push(Row {
                href: page.link(&format!("/orders/{}", order.id)),
                picture: again(&look, ""),
                name: stock::name(&car.listing),
                tag: tag(&order),
                state: state(&order, t),
                begun: t.moment(order.started_at, &shop.policy.zone),
            });
            looks.push(look);
        }
    }
    let token = visitor.form_token.clone();
    Ok(html(&Orders {
        page,
        t,
        token,
        sheet: sheet(&looks),
        rows,
    }))
}

fn tag(order: &OrderRow) -> &'static str {
    match order.state.as_str() {
        "handed-over" => "free",
        "expired" | "cancelled" | "refunded" => "sold",
        "refused" => "held",
        _ => "now",
    }
}

fn state(order: &OrderRow, t: Text) -> String {
    match order.state.as_str() {
        "started" | "asking-credit" | "credit-unknown" => t.msg("order-in-credit"),
        "refused" => t.msg("order-in-refused"),
        "approved" | "offered" | "signed" => t.msg("order-in-offer"),
        "paying" | "paid-late" => t.msg("order-in-payment"),
        "paid" | "fetching" => t.msg("order-in-fetching"),
        "at-bay" => t.msg("order-at-bay"),
        "handed-over" => t.msg("order-yours"),
        "expired" => t.msg("order-expired"),
        "cancelled" => t.msg("order-cancelled"),
        "refunding" => t.msg("order-refunding"),
        _ => t.msg("order-refunded"),
    }
}
