//! Whether a buyer is admitted to a plan, and if not, why and what else is possible.
//!
//! Pure: the policy, the plan and the provider's answer come in, a decision with reason codes goes
//! out. The provider says only whether the score reaches the tier (the brief score of the Alipay
//! Open Platform reveals no number), so no score is kept. Paying in full needs no credit.

use crate::order::Plan;
use crate::policy::{SalesPolicy, Tier};
use kernel::Rate;
use serde::{Deserialize, Serialize};

/// What the provider said of one person and one score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether the person reaches the score that was asked about.
    pub admitted: bool,
    /// The provider's reference for this answer.
    pub reference: String,
}

/// The decision on one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The plan is admitted.
    Approve {
        /// The provider's reference; none where no credit is given.
        reference: Option<String>,
    },
    /// The plan is not admitted.
    Refuse {
        /// Why, the weightiest first.
        reasons: Vec<Reason>,
    },
}

/// Why a plan is refused. The words are chosen where they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The provider does not see the history this down payment asks for.
    HistoryBelowTier {
        /// The score the tier asks for.
        admittance_score: u16,
    },
    /// The policy offers no credit for so small a down payment.
    DownPaymentTooSmall {
        /// The smallest it offers credit for.
        at_least: Rate,
    },
}

/// What a buyer can do after a refusal, the nearest to the wish first.
#[derive(Clone, Debug, PartialEq)]
pub enum OtherWay {
    /// Pay more now: another tier asks for less history.
    LargerDownPayment {
        /// The share it asks for.
        down: Rate,
        /// The same number of months.
        months: u16,
    },
    /// Pay everything now, without credit.
    PayInFull,
}

/// Finds the tier that a down payment belongs to: the one that asks for the most it can give.
pub fn tier_for(policy: &SalesPolicy, down: Rate) -> Option<&Tier> {
    let reached = policy
        .tiers
        .iter()
        .filter(|tier| tier.down_at_least <= down);
    reached.max_by_key(|tier| tier.down_at_least)
}

/// Decides a plan before anybody is asked, where that is possible.
///
/// Gives the score to ask the provider about otherwise.
pub fn question(policy: &SalesPolicy, plan: Plan) -> Result<u16, Decision> {
    if plan.is_in_full() {
        return Err(Decision::Approve { reference: None });
    }
    match tier_for(policy, plan.down) {
        Some(tier) => Ok(tier.admittance_score),
        None => {
            let lowest = policy.tiers.iter().map(|tier| tier.down_at_least).min();
            let at_least = lowest.unwrap_or(Rate::WHOLE);
            Err(Decision::Refuse {
                reasons: vec![Reason::DownPaymentTooSmall { at_least }],
            })
        }
    }
}

/// Decides a plan by what the provider answered to its question.
pub fn decide(admittance_score: u16, answer: Answer) -> Decision {
    if answer.admitted {
        Decision::Approve {
            reference: Some(answer.reference),
        }
    } else {
        Decision::Refuse {
            reasons: vec![Reason::HistoryBelowTier { admittance_score }],
        }
    }
}

/// Lists what else a buyer can do after a plan was refused.
pub fn other_ways(policy: &SalesPolicy, refused: Plan) -> Vec<OtherWay> {
    let asked = tier_for(policy, refused.down).map_or(u16::MAX, |tier| tier.admittance_score);
    let gentler = policy
        .tiers
        .iter()
        .filter(|tier| tier.down_at_least > refused.down && tier.admittance_score < asked);
    let mut ways: Vec<OtherWay> = gentler
        .map(|tier| OtherWay::LargerDownPayment {
            down: tier.down_at_least,
            months: refused.months,
        })
        .collect();
    ways.push(OtherWay::PayInFull);
    ways
}
