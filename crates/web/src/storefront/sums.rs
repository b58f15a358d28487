//! What a plan costs, as words and figures that a page puts in its order of weight.

use crate::desk::document::apr;
use crate::text::{Text, Value};
use finance::offer::Offer;

/// The sums of one offer, written in one language.
pub(super) struct Sums {
    pub(super) due_now: String,
    pub(super) in_full: bool,
    /// Whether today's sum needs more than a phone's line in large type.
    pub(super) is_long: bool,
    /// The months in one line: how much, how often.
    pub(super) then: String,
    /// The last instalment, where it differs.
    pub(super) last: Option<String>,
    /// Total, cost of credit with every fee named, and APR, in one line.
    pub(super) whole: String,
    /// What makes up the sum of today.
    pub(super) now_parts: String,
    pub(super) rows: Vec<SumRow>,
}

/// One instalment.
pub(super) struct SumRow {
    pub(super) number: u16,
    pub(super) due: String,
    pub(super) principal: String,
    pub(super) interest: String,
    pub(super) total: String,
    pub(super) balance: String,
}

/// How many signs fit a phone's line in large type.
const LONG: usize = 11;

impl Sums {
    /// Writes an offer's sums.
    pub(super) fn of(offer: &Offer, t: Text) -> Sums {
        let terms = &offer.terms;
        let in_full = terms.months == 0;
        let instalment = t.money_brief(offer.instalment);
        let then = t.with(
            "sums-then",
            &[("amount", &instalment), ("months", &terms.months)],
        );
        let differs = !in_full && offer.last_instalment != offer.instalment;
        let last = || {
            let amount = t.money_brief(offer.last_instalment);
            t.with("sum-last", &[("amount", &amount)])
        };
        let due_now = t.money_brief(offer.due_now);
        Sums {
            is_long: due_now.chars().count() > LONG,
            due_now,
            in_full,
            then,
            last: differs.then(last),
            whole: whole(offer, t),
            now_parts: now_parts(offer, t),
            rows: offer.rows.iter().map(|row| sum_row(row, t)).collect(),
        }
    }
}

fn whole(offer: &Offer, t: Text) -> String {
    let total = t.money_brief(offer.total);
    if offer.terms.months == 0 {
        return t.with("sums-whole-in-full", &[("total", &total)]);
    }
    let cost = t.money_brief(offer.cost_of_credit);
    let apr = apr(t, &offer.apr_percent);
    if offer.terms.upfront_fee.is_zero() {
        let values: [(&str, &dyn Value); 3] = [("total", &total), ("cost", &cost), ("apr", &apr)];
        return t.with("sums-whole-no-fee", &values);
    }
    let interest = t.money_brief(offer.interest);
    let fee = t.money_brief(offer.terms.upfront_fee);
    let values: [(&str, &dyn Value); 5] = [
        ("total", &total),
        ("cost", &cost),
        ("interest", &interest),
        ("fee", &fee),
        ("apr", &apr),
    ];
    t.with("sums-whole", &values)
}

fn now_parts(offer: &Offer, t: Text) -> String {
    let down = t.money_brief(offer.terms.down_payment);
    if offer.terms.months == 0 {
        return t.msg("sums-now-in-full");
    }
    if offer.terms.upfront_fee.is_zero() {
        return t.with("sums-now-no-fee", &[("down", &down)]);
    }
    let fee = t.money_brief(offer.terms.upfront_fee);
    t.with("sums-now", &[("down", &down), ("fee", &fee)])
}

fn sum_row(row: &finance::schedule::Row, t: Text) -> SumRow {
    SumRow {
        number: row.number,
        due: t.day(row.due),
        principal: t.money(row.principal),
        interest: t.money(row.interest),
        total: t.money(row.total),
        balance: t.money(row.balance),
    }
}
