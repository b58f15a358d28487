//! The plan in an address: `?down=10&months=36`, or `?down=100` for everything at once.
//!
//! What is not offered is answered with the first plan, so that an old link still shows a price.

use crate::shop::Shop;
use crate::stock;
use crate::text::Text;
use kernel::Rate;
use sales::order::Plan;
use serde::Deserialize;

/// A plan as an address or a form carries it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct PlanFields {
    /// The share paid now, in percent.
    down: Option<String>,
    /// The number of instalments.
    months: Option<String>,
}

/// One plan to choose.
pub(super) struct Choice {
    pub(super) words: String,
    /// The value of its form field.
    pub(super) value: String,
    pub(super) href: String,
    pub(super) chosen: bool,
}

/// The two rows of choices.
pub(super) struct Choices {
    pub(super) down: Vec<Choice>,
    /// Empty when everything is paid at once.
    pub(super) months: Vec<Choice>,
}

impl PlanFields {
    /// Takes the two fields of a form that carries more.
    pub(super) fn new(down: Option<String>, months: Option<String>) -> PlanFields {
        PlanFields { down, months }
    }

    /// Reads the plan; the first plan of the policy where it says nothing that is offered.
    pub(super) fn read(&self, shop: &Shop) -> Plan {
        let first = stock::first_plan(shop);
        let asked = self
            .down
            .as_deref()
            .and_then(|text| Rate::parse_percent(text).ok());
        let down = match asked {
            Some(down) if down == Rate::WHOLE => return Plan::IN_FULL,
            Some(down) if down >= shop.policy.finance.down_at_least && down < Rate::WHOLE => down,
            _ => first.down,
        };
        let months = self.months.as_deref().and_then(|text| text.parse().ok());
        let offered = |months: &u16| shop.policy.finance.annual_rate(*months).is_some();
        let months = months.filter(offered).unwrap_or(first.months);
        Plan { down, months }
    }
}

/// Writes a plan as the query of an address.
pub(super) fn query(plan: Plan) -> String {
    format!("down={}&months={}", plan.down.percent(), plan.months)
}

/// Lists the plans of the policy, one of them chosen; links lead to the same page.
pub(super) fn choices(shop: &Shop, t: Text, base: &str, chosen: Plan) -> Choices {
    let finance = &shop.policy.finance;
    let longest = stock::first_plan(shop).months;
    let months_kept = if chosen.is_in_full() {
        longest
    } else {
        chosen.months
    };
    let mut downs = finance.down_choices.clone();
    if !chosen.is_in_full() && !downs.contains(&chosen.down) {
        downs.push(chosen.down);
        downs.sort_unstable();
    }
    let link = |plan| format!("{base}?{}", query(plan));
    let mut down: Vec<Choice> = downs
        .into_iter()
        .map(|share| Choice {
            words: t.percent(share),
            value: share.percent().to_string(),
            href: link(Plan {
                down: share,
                months: months_kept,
            }),
            chosen: !chosen.is_in_full() && share == chosen.down,
        })
        .collect();
    down.push(Choice {
        words: t.msg("plan-all"),
        value: "100".to_owned(),
        href: link(Plan::IN_FULL),
        chosen: chosen.is_in_full(),
    });
    let month = |months: u16| Choice {
        words: months.to_string(),
        value: months.to_string(),
        href: link(Plan {
            down: chosen.down,
            months,
        }),
        chosen: months == months_kept,
    };
    Choices {
        down,
        months: finance.months_offered().map(month).collect(),
    }
}
