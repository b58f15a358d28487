//! Before and after the credit question: who asks for credit, the wait, and a no with ways on.
//!
//! No score is shown, because none is known: the provider says only yes or no.

use super::Purchase;
use super::strip::{At, Strip};
use crate::desk::checkout;
use crate::desk::offer as sums;
use crate::layout::{Page, html, html_with};
use crate::problem::Problem;
use crate::text::Text;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use sales::credit::{OtherWay, Reason};
use sales::order::Plan;

#[derive(Template)]
#[template(path = "storefront/credit.html")]
struct Ask {
    page: Page,
    t: Text,
    token: String,
    strip: Strip,
    action: String,
    cancel: String,
    known: Option<String>,
    name: String,
    number: String,
    consent: bool,
    consent_text: String,
    wrong_name: Option<String>,
    wrong_number: Option<String>,
    wrong_consent: Option<String>,
}

#[derive(Template)]
#[template(path = "storefront/credit_wait.html")]
struct Wait {
    page: Page,
    t: Text,
    strip: Strip,
}

#[derive(Template)]
#[template(path = "storefront/credit_unknown.html")]
struct NotReached {
    page: Page,
    t: Text,
    token: String,
    strip: Strip,
    again: String,
    plan: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "storefront/refused.html")]
struct Refused {
    page: Page,
    t: Text,
    token: String,
    strip: Strip,
    reasons: Vec<String>,
    ways: Vec<Way>,
    action: String,
    cancel: String,
}

/// Another way to buy the same car.
struct Way {
    words: String,
    sums: String,
    down: String,
    months: String,
}

/// What the form was sent with.
#[derive(Clone, Debug, Default)]
pub(in crate::storefront) struct Typed {
    pub(in crate::storefront) name: String,
    pub(in crate::storefront) number: String,
    pub(in crate::storefront) consent: bool,
    /// Whether it was sent at all.
    pub(in crate::storefront) sent: bool,
}

const LONGEST_NAME: usize = 100;

impl Typed {
    /// Tells whether the name can be one.
    pub(in crate::storefront) fn has_name(&self) -> bool {
        let length = self.name.chars().count();
        (1..=LONGEST_NAME).contains(&length) && self.name.chars().any(char::is_alphabetic)
    }

    /// Tells whether the number can be a document's.
    pub(in crate::storefront) fn has_number(&self) -> bool {
        let legal = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.' | '(' | ')');
        let signs = self.number.chars().filter(|c| c.is_alphanumeric()).count();
        (4..=32).contains(&signs) && self.number.chars().all(legal)
    }

    /// Tells whether nothing is missing.
    pub(super) fn is_whole(&self, known: bool) -> bool {
        self.consent && (known || (self.has_name() && self.has_number()))
    }
}

/// Gives the text that a consent agrees to; its hash is kept with the consent.
pub(super) fn consent_text(t: Text) -> String {
    t.msg("credit-consent")
}

/// Asks for name, number and consent, or only for consent of somebody known.
pub(super) async fn ask(purchase: &Purchase, typed: Typed) -> Result<Response, Problem> {
    let t = purchase.t;
    let known = checkout::person(&purchase.shop, &purchase.buyer).await?;
    let wrong = |is_wrong: bool, words: String| (typed.sent && is_wrong).then_some(words);
    let asks_who = known.is_none();
    let wrong_name = wrong(asks_who && !typed.has_name(), t.msg("credit-no-name"));
    let wrong_number = wrong(asks_who && !typed.has_number(), t.msg("credit-no-number"));
    let wrong_consent = wrong(!typed.consent, t.msg("credit-no-consent"));
    let has_errors = wrong_name.is_some() || wrong_number.is_some() || wrong_consent.is_some();
    let page = purchase.page(t.msg("credit-title"));
    let ask = Ask {
        page: if has_errors { page.with_errors() } else { page },
        t,
        token: purchase.token.clone(),
        strip: Strip::of(purchase, At::Credit),
        action: purchase.address("/credit"),
        cancel: purchase.address("/cancel"),
        known: known.map(|person| {
            let tail = tail(&person.number);
            t.with("credit-known", &[("name", &person.name), ("tail", &tail)])
        }),
        name: typed.name.clone(),
        number: typed.number.clone(),
        consent: typed.consent,
        consent_text: consent_text(t),
        wrong_name,
        wrong_number,
        wrong_consent,
    };
    let status = if has_errors {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(html_with(status, &ask))
}

/// The last four signs, by which people know their own document.
pub(in crate::storefront) fn tail(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    signs[signs.len().saturating_sub(4)..].iter().collect()
}

/// Asks for a moment's patience.
pub(super) fn wait(purchase: &Purchase) -> Response {
    html(&Wait {
        page: purchase.page(purchase.t.msg("credit-wait-title")),
        t: purchase.t,
        strip: Strip::of(purchase, At::Credit),
    })
}

/// Says that the provider could not be reached.
pub(super) fn unknown(purchase: &Purchase) -> Response {
    html(&NotReached {
        page: purchase.page(purchase.t.msg("credit-unknown-title")),
        t: purchase.t,
        token: purchase.token.clone(),
        strip: Strip::of(purchase, At::Credit),
        again: purchase.address("/credit/again"),
        plan: purchase.address("/plan"),
        cancel: purchase.address("/cancel"),
    })
}

/// Says no, why, and what else is possible.
pub(super) fn refused(purchase: &Purchase, reasons: &[Reason]) -> Response {
    let t = purchase.t;
    let ways = checkout::other_ways(&purchase.shop, purchase.sale.plan);
    html(&Refused {
        page: purchase.page(t.msg("refused-title")),
        t,
        token: purchase.token.clone(),
        strip: Strip::of(purchase, At::Credit),
        reasons: reasons
            .iter()
            .map(|reason| reason_words(reason, t))
            .collect(),
        ways: ways
            .iter()
            .filter_map(|way| way_view(purchase, way))
            .collect(),
        action: purchase.address("/plan"),
        cancel: purchase.address("/cancel"),
    })
}

fn reason_words(reason: &Reason, t: Text) -> String {
    match reason {
        Reason::HistoryBelowTier { .. } => t.msg("refused-history"),
        Reason::DownPaymentTooSmall { at_least } => {
            t.with("refused-down", &[("share", &t.percent(*at_least))])
        }
    }
}

fn way_view(purchase: &Purchase, way: &OtherWay) -> Option<Way> {
    let t = purchase.t;
    let plan = match way {
        OtherWay::LargerDownPayment { down, months } => Plan {
            down: *down,
            months: *months,
        },
        OtherWay::PayInFull => Plan::IN_FULL,
    };
    let quote = sums::quote(&purchase.shop, purchase.sale.price, plan).ok()?;
    let sums = crate::storefront::sums::Sums::of(&quote, t);
    let words = match way {
        OtherWay::LargerDownPayment { down, .. } => t.with(
            "refused-larger",
            &[("share", &t.percent(*down)), ("amount", &sums.due_now)],
        ),
        OtherWay::PayInFull => t.with("refused-in-full", &[("amount", &sums.due_now)]),
    };
    Some(Way {
        words,
        sums: if sums.in_full {
            String::new()
        } else {
            sums.then
        },
        down: plan.down.percent().to_string(),
        months: plan.months.to_string(),
    })
}
