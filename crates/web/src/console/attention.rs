//! What needs a person, in words: the cause, what follows from it, what to do, and where.
//!
//! The words are chosen by the kind of cause, in the reader's language; what a machine or a wallet
//! said itself stands beside them as it was said.

use crate::format::clock;
use crate::layout::Page;
use crate::shop::Shop;
use crate::text::Text;
use ::tower::job::Kind;
use ::tower::tower::{Fault, FaultCode};
use jiff::tz::TimeZone;
use kernel::Moment;
use store::{Attention, AttentionLimits, Cause, Stuck};

const MILLIS_PER_MINUTE: i64 = 60_000;

/// One thing that needs a person, ready to be shown.
pub(super) struct Alarm {
    pub class: &'static str,
    pub cause: String,
    pub detail: Option<String>,
    pub consequence: String,
    pub action: String,
    pub since: String,
    pub age: String,
    pub link: Option<(String, String)>,
}

/// Lists what needs a person now, what has waited longest first.
pub(super) async fn alarms(shop: &Shop, page: &Page) -> Result<Vec<Alarm>, store::Fault> {
    let limits = AttentionLimits {
        at_bay_ms: i64::from(shop.policy.sales.bay_minutes) * MILLIS_PER_MINUTE,
        ..AttentionLimits::default()
    };
    let now = shop.now();
    let all = shop.store.attention(now, limits).await?;
    let zone = &shop.policy.zone;
    Ok(all.iter().map(|one| alarm(one, page, now, zone)).collect())
}

fn alarm(attention: &Attention, page: &Page, now: Moment, zone: &TimeZone) -> Alarm {
    let t = page.t;
    let said = say(&attention.cause, page);
    let seconds = now.millis_since(attention.since).max(0).unsigned_abs() / 1_000;
    Alarm {
        class: if said.stops {
            "alarm-row"
        } else {
            "alarm-row warn"
        },
        cause: said.cause,
        detail: said.detail,
        consequence: said.consequence,
        action: said.action,
        since: t.moment(attention.since, zone),
        age: match seconds {
            ..3_600 => clock(seconds),
            _ => t.duration(seconds),
        },
        link: said.link,
    }
}

struct Words {
    /// Whether something stands still because of it.
    stops: bool,
    cause: String,
    detail: Option<String>,
    consequence: String,
    action: String,
    link: Option<(String, String)>,
}

fn say(cause: &Cause, page: &Page) -> Words {
    let t = page.t;
    match cause {
        Cause::StuckOutbox(stuck) => stuck_words(stuck, page),
        Cause::TowerFault { fault, .. } => {
            let (cause, consequence, action) = fault_words(fault, t);
            Words {
                stops: true,
                cause,
                detail: Some(fault.cause.clone()),
                consequence,
                action,
                link: Some((page.link("/console/tower"), t.msg("console-tower"))),
            }
        }
        Cause::JobFailed { job, reason, .. } => Words {
            stops: false,
            cause: t.with("console-alarm-job", &[("vin", &job.kind.vin().to_string())]),
            detail: Some(reason.clone()),
            consequence: t.msg("console-alarm-job-so"),
            action: t.msg("console-alarm-job-do"),
            link: Some(match &job.kind {
                Kind::Fetch { order, .. } => order_link(page, order.as_str()),
                Kind::Store { .. }
                | Kind::Show { .. }
                | Kind::PutBack { .. }
                | Kind::Relocate { .. }
                | Kind::Inspect { .. }
                | Kind::BringOut { .. } => (page.link("/console/tower"), t.msg("console-tower")),
            }),
        },
        Cause::AmountDiffers {
            payment,
            asked,
            named,
        } => {
            let named = named.map_or_else(|| "?".to_owned(), |named| t.money(named));
            Words {
                stops: false,
                cause: t.with(
                    "console-alarm-amount",
                    &[("asked", &t.money(*asked)), ("named", &named)],
                ),
                detail: Some(payment.to_string()),
                consequence: t.msg("console-alarm-amount-so"),
                action: t.msg("console-alarm-amount-do"),
                link: Some((page.link("/console/money"), t.msg("console-money"))),
            }
        }
        Cause::PaymentUnknown { payment, asked } => Words {
            stops: false,
            cause: t.with("console-alarm-unknown", &[("asked", &t.money(*asked))]),
            detail: Some(payment.to_string()),
            consequence: t.msg("console-alarm-unknown-so"),
            action: t.msg("console-alarm-unknown-do"),
            link: Some((page.link("/console/money"), t.msg("console-money"))),
        },
        Cause::Arrears { agreement, overdue } => Words {
            stops: false,
            cause: t.with("console-alarm-arrears", &[("overdue", &t.money(*overdue))]),
            detail: None,
            consequence: t.msg("console-alarm-arrears-so"),
            action: t.msg("console-alarm-arrears-do"),
            link: Some((
                page.link(&format!("/console/agreements/{agreement}")),
                agreement.to_string(),
            )),
        },
        Cause::Delayed { order } => Words {
            stops: false,
            cause: t.with("console-alarm-delayed", &[("order", &order.to_string())]),
            detail: None,
            consequence: t.msg("console-alarm-delayed-so"),
            action: t.msg("console-alarm-delayed-do"),
            link: Some(order_link(page, order.as_str())),
        },
        Cause::WaitingAtBay { order, bay } => Words {
            stops: false,
            cause: t.with("console-alarm-bay", &[("bay", bay)]),
            detail: None,
            consequence: t.msg("console-alarm-bay-so"),
            action: t.msg("console-alarm-bay-do"),
            link: Some(order_link(page, order.as_str())),
        },
    }
}

fn order_link(page: &Page, order: &str) -> (String, String) {
    (
        page.link(&format!("/console/orders/{order}")),
        order.to_owned(),
    )
}

/// A stream is named after its kind and its id, which tells where to look.
fn stuck_words(stuck: &Stuck, page: &Page) -> Words {
    let t = page.t;
    let link = stuck
        .stream
        .split_once('-')
        .and_then(|(kind, id)| match kind {
            "order" => Some(order_link(page, id)),
            "agreement" => {
                let href = page.link(&format!("/console/agreements/{id}"));
                Some((href, id.to_owned()))
            }
            "tower" => Some((page.link("/console/tower"), t.msg("console-tower"))),
            _ => None,
        });
    Words {
        stops: false,
        cause: t.with("console-alarm-stuck", &[("stream", &&*stuck.stream)]),
        detail: stuck.error.clone(),
        consequence: t.with("console-alarm-stuck-so", &[("n", &stuck.attempts)]),
        action: t.msg("console-alarm-stuck-do"),
        link,
    }
}

/// Says what a fault is, what follows from it and what to do.
pub(super) fn fault_words(fault: &Fault, t: Text) -> (String, String, String) {
    let (cause, consequence, action) = code_words(fault, t);
    let Some(at) = &fault.at else {
        return (cause, consequence, action);
    };
    let named = t.with("console-fault-at", &[("place", &at.0), ("cause", &cause)]);
    (named, consequence, action)
}

fn code_words(fault: &Fault, t: Text) -> (String, String, String) {
    let stands = || match &fault.at {
        None => t.msg("console-fault-stands-so"),
        Some(at) => t.with("console-fault-part-so", &[("place", &at.0)]),
    };
    match fault.code {
        FaultCode::LinkLost => (
            t.msg("console-fault-link"),
            t.msg("console-fault-link-so"),
            t.msg("console-fault-link-do"),
        ),
        FaultCode::MapMismatch => (
            t.msg("console-fault-map"),
            stands(),
            t.msg("console-fault-map-do"),
        ),
        FaultCode::SafetyStop => (
            t.msg("console-fault-stop"),
            stands(),
            t.msg("console-fault-stop-do"),
        ),
        FaultCode::MachineFault => (
            t.msg("console-fault-machine"),
            stands(),
            t.msg("console-fault-machine-do"),
        ),
        FaultCode::Manual => (
            t.msg("console-fault-manual"),
            stands(),
            t.msg("console-fault-manual-do"),
        ),
        FaultCode::CarMissing => (
            t.msg("console-fault-missing"),
            stands(),
            t.msg("console-fault-missing-do"),
        ),
        FaultCode::UnknownCar => (
            t.msg("console-fault-unknown-car"),
            stands(),
            t.msg("console-fault-unknown-car-do"),
        ),
        FaultCode::TagUnreadable => (
            t.msg("console-fault-tag"),
            stands(),
            t.msg("console-fault-tag-do"),
        ),
        FaultCode::WrongCar => (
            t.msg("console-fault-wrong-car"),
            t.msg("console-fault-wrong-car-so"),
            t.msg("console-fault-wrong-car-do"),
        ),
        FaultCode::OrderRefused => (
            t.msg("console-fault-refused"),
            t.msg("console-fault-refused-so"),
            t.msg("console-fault-refused-do"),
        ),
        FaultCode::OrderUnanswered => (
            t.msg("console-fault-unanswered"),
            stands(),
            t.msg("console-fault-unanswered-do"),
        ),
    }
}
