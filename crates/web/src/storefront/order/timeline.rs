//! What happened with its second, what happens now, and what comes, down to the title.

use super::Purchase;
use crate::problem::Problem;
use finance::offer::Terms;
use kernel::{Day, Moment};
use sales::order::{Event, Order, Stage};
use store::{AgreementRow, InstalmentRow};

/// One line of a timeline.
pub(super) struct Line {
    /// `done`, `now`, `bad`, or nothing for what comes.
    pub(super) class: &'static str,
    pub(super) words: String,
    pub(super) when: String,
    /// Counts down to this moment, in milliseconds since 1970.
    pub(super) until_ms: Option<i64>,
    pub(super) more: Option<String>,
}

/// Reads everything that happened to the order.
pub(super) async fn history(purchase: &Purchase) -> Result<Vec<(Moment, Event)>, Problem> {
    Ok(purchase.shop.store.history::<Order>(&purchase.id).await?)
}

/// Tells what happened, oldest first; only the last offer and signature count.
pub(super) fn past(purchase: &Purchase, history: &[(Moment, Event)]) -> Vec<Line> {
    let last_signature = history
        .iter()
        .rposition(|(_, event)| matches!(event, Event::Signed { .. }));
    let last_approval = history
        .iter()
        .rposition(|(_, event)| matches!(event, Event::Approved { .. }));
    let counts = |index: usize, event: &Event| match event {
        Event::Signed { .. } => Some(index) == last_signature,
        Event::Approved { .. } => Some(index) == last_approval,
        _ => true,
    };
    let told = history
        .iter()
        .enumerate()
        .filter(|(index, (_, event))| counts(*index, event));
    told.filter_map(|(_, (at, event))| past_line(purchase, *at, event))
        .collect()
}

fn past_line(purchase: &Purchase, at: Moment, event: &Event) -> Option<Line> {
    let t = purchase.t;
    let (class, words) = match event {
        Event::Started { .. } => ("done", t.msg("timeline-held")),
        Event::Approved { reference: Some(_) } => ("done", t.msg("timeline-approved")),
        Event::Refused { .. } => ("bad", t.msg("timeline-refused")),
        Event::Signed { .. } => ("done", t.msg("timeline-signed")),
        Event::Paid { amount, .. } | Event::PaidLate { amount, .. } => (
            "done",
            t.with("timeline-paid", &[("amount", &t.money_brief(*amount))]),
        ),
        Event::PaymentFailed { .. } => ("bad", t.msg("timeline-not-paid")),
        Event::ArrivedAtBay { bay, .. } => {
            let bay = crate::facade::bay_name(&bay.as_str().into());
            ("done", t.with("timeline-at-bay", &[("bay", &bay)]))
        }
        Event::Delayed { .. } => ("bad", t.msg("timeline-delayed")),
        Event::WentOn { .. } => ("done", t.msg("timeline-went-on")),
        Event::CodeAccepted { .. } => ("done", t.msg("timeline-opened")),
        Event::CarRejected { .. } => ("bad", t.msg("timeline-rejected")),
        Event::HandedOver { .. } => ("done", t.msg("timeline-keys")),
        Event::Expired { .. } => ("bad", t.msg("timeline-expired")),
        Event::Cancelled { .. } => ("bad", t.msg("timeline-cancelled")),
        Event::RefundStarted { .. } => ("done", t.msg("timeline-refunding")),
        Event::Refunded { .. } => ("done", t.msg("timeline-refunded")),
        Event::PlanChosen { .. }
        | Event::CreditAsked { .. }
        | Event::CreditUnknown
        | Event::Approved { reference: None }
        | Event::Offered { .. }
        | Event::PaymentStarted { .. }
        | Event::Fetching { .. }
        | Event::DelayTold { .. }
        | Event::CarAccepted => return None,
    };
    let zone = &purchase.shop.policy.zone;
    let same_day = at.day_in(zone) == purchase.now.day_in(zone);
    let when = if same_day {
        t.time(at, zone)
    } else {
        t.moment(at, zone)
    };
    Some(Line {
        class,
        words,
        when,
        until_ms: None,
        more: None,
    })
}

/// Tells what comes after the car stands at the bay: keys, papers, months, title.
pub(super) fn to_come(purchase: &Purchase) -> Vec<Line> {
    let t = purchase.t;
    let next = |words: String, when: String| Line {
        class: "",
        words,
        when,
        until_ms: None,
        more: None,
    };
    let mut lines = vec![];
    if !matches!(purchase.sale.stage, Stage::AtBay { .. }) {
        lines.push(next(t.msg("timeline-next-keys"), String::new()));
    }
    lines.push(Line {
        more: Some(t.msg("timeline-papers-more")),
        ..next(t.msg("timeline-papers"), t.msg("timeline-papers-when"))
    });
    match due_days(purchase) {
        Some((first, last)) => {
            let last_word = t.day(last);
            lines.push(next(t.msg("timeline-first"), t.day(first)));
            lines.push(next(t.msg("timeline-title"), last_word));
        }
        None => lines.push(next(
            t.msg("timeline-title"),
            t.msg("timeline-title-at-keys"),
        )),
    }
    lines
}

/// Tells the months after the keys: how many are paid, and the title at their end.
pub(super) fn until_title(
    purchase: &Purchase,
    agreement: Option<&AgreementRow>,
    rows: &[InstalmentRow],
    progress: &str,
) -> Vec<Line> {
    let t = purchase.t;
    let line = |class, words: String, when: String| Line {
        class,
        words,
        when,
        until_ms: None,
        more: None,
    };
    let state = agreement.map_or("", |row| row.state.as_str());
    let all_paid = rows.iter().all(|row| row.status == "paid");
    let mut lines = vec![];
    if !rows.is_empty() {
        let class = match state {
            "in-arrears" => "bad",
            _ if all_paid => "done",
            _ => "now",
        };
        let next = rows.iter().find(|row| row.status != "paid");
        let when = next.map_or_else(String::new, |row| t.day(row.due));
        lines.push(line(class, progress.to_owned(), when));
    }
    let released = state == "title-released";
    let last = rows.last().filter(|_| !all_paid);
    lines.push(line(
        if released { "done" } else { "" },
        t.msg("timeline-title"),
        last.map_or_else(String::new, |row| t.day(row.due)),
    ));
    lines
}

/// The days of the first and the last instalment if the car is taken today.
fn due_days(purchase: &Purchase) -> Option<(Day, Day)> {
    let signed = purchase.sale.terms.as_ref()?;
    let terms = Terms {
        price: signed.price,
        down_payment: signed.down_payment,
        upfront_fee: signed.upfront_fee,
        annual_rate: signed.annual_rate,
        months: signed.plan.months,
    };
    let rows = terms.rows(purchase.shop.today()).ok()?;
    Some((rows.first()?.due, rows.last()?.due))
}
