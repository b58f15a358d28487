//! How it works, and what is kept of a person: short, and true of this program.

use crate::layout::{Page, html};
use crate::shop::Shop;
use crate::text::Text;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "storefront/plain.html")]
struct Plain {
    page: Page,
    sections: Vec<Section>,
}

struct Section {
    title: String,
    text: String,
}

/// Explains a purchase.
pub(super) async fn how(State(shop): State<Shop>, visitor: Visitor) -> Response {
    let t = Text::of(visitor.lang);
    let minutes = shop.policy.sales.hold_minutes;
    let section = |title: String, text: String| Section { title, text };
    let sections = vec![
        section(
            t.msg("help-buy"),
            t.with("help-buy-text", &[("minutes", &minutes)]),
        ),
        section(t.msg("help-credit"), t.msg("help-credit-text")),
        section(t.msg("help-money"), t.msg("help-money-text")),
        section(
            t.msg("help-fetch"),
            t.with("help-fetch-text", &[("address", &shop.machine.address)]),
        ),
        section(t.msg("help-pay"), t.msg("help-pay-text")),
        section(t.msg("help-refund"), t.msg("help-refund-text")),
    ];
    let page = Page::of(&visitor, t.msg("help-title"), "/help", shop.now());
    html(&Plain { page, sections })
}

/// Says what is kept of a person.
pub(super) async fn privacy(State(shop): State<Shop>, visitor: Visitor) -> Response {
    let t = Text::of(visitor.lang);
    let keys = [
        (t.msg("privacy-kept"), t.msg("privacy-kept-text")),
        (t.msg("privacy-sealed"), t.msg("privacy-sealed-text")),
        (t.msg("privacy-credit"), t.msg("privacy-credit-text")),
        (t.msg("privacy-cookies"), t.msg("privacy-cookies-text")),
        (t.msg("privacy-erase"), t.msg("privacy-erase-text")),
    ];
    let section = |(title, text)| Section { title, text };
    let sections = keys.into_iter().map(section).collect();
    let page = Page::of(&visitor, t.msg("privacy-title"), "/privacy", shop.now());
    html(&Plain { page, sections })
}
