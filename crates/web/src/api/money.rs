//! Sums, plans and offers as programs read them.

use super::details::{Details, Wrong};
use crate::desk::offer::NoQuote;
use crate::text::{Lang, Text};
use axum::http::StatusCode;
use finance::offer::Offer as FinanceOffer;
use finance::schedule::Row as FinanceRow;
use kernel::{Money, Rate};
use sales::order::{OfferTerms, Plan as SalesPlan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An exact sum.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Amount {
    /// Whole minor units, such as fen or cents.
    #[schema(example = 15_000_000)]
    minor: i64,
    /// The ISO 4217 code.
    #[schema(example = "CNY")]
    currency: String,
    /// The sum in the language asked for.
    #[schema(example = "¥150,000.00")]
    text: String,
}

/// How a car is paid for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(super) struct PlanView {
    /// The down payment in percent of the price; 100 for paying in full.
    #[schema(minimum = 0, maximum = 100, example = 10)]
    down: f64,
    /// The number of monthly instalments; 0 for paying in full.
    months: u16,
}

/// A share in percent as a program writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Percent(serde_json::Number);

/// The sums of an offer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Sums {
    plan: PlanView,
    price: Amount,
    /// What is paid of the price at signature.
    down_payment: Amount,
    /// What is paid at signature for the financing itself.
    upfront_fee: Amount,
    /// What is paid at signature: down payment and fee.
    due_now: Amount,
    /// What is lent.
    financed: Amount,
    /// Each instalment but the last.
    instalment: Amount,
    /// The last instalment, which takes the remainder of rounding.
    last_instalment: Amount,
    /// Everything paid by the end.
    total: Amount,
    /// The nominal annual rate in percent.
    #[schema(example = "7.9")]
    annual_rate_percent: String,
    /// The annual percentage rate by the US actuarial method, in percent with two decimals.
    #[schema(example = "8.26")]
    apr_percent: String,
}

/// An offer with every row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Quote {
    #[serde(flatten)]
    sums: Sums,
    /// All interest.
    interest: Amount,
    /// What the financing costs: interest and fee.
    cost_of_credit: Amount,
    /// The instalments; none when paid in full.
    rows: Vec<Instalment>,
}

/// One instalment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Instalment {
    /// From 1.
    number: u16,
    /// The day it falls due, if the car is handed over today.
    #[schema(format = Date)]
    due: String,
    /// What it repays of the sum lent.
    principal: Amount,
    /// The interest of its period.
    interest: Amount,
    /// Fees that fall due with it.
    fee: Amount,
    /// Everything that is paid on that day.
    total: Amount,
    /// What is still owed of the sum lent afterwards.
    balance: Amount,
}

impl Amount {
    /// Writes a sum in a language.
    pub(super) fn of(money: Money, lang: Lang) -> Amount {
        Amount {
            minor: money.minor(),
            currency: money.currency().code().to_owned(),
            text: Text::of(lang).money(money),
        }
    }
}

impl PlanView {
    /// Writes a plan.
    pub(super) fn of(plan: SalesPlan) -> PlanView {
        PlanView {
            down: percent(plan.down),
            months: plan.months,
        }
    }
}

/// Gives a share in percent, near enough to be shown.
pub(super) fn percent(rate: Rate) -> f64 {
    let text = rate.percent().to_string();
    text.parse().expect("a decimal is a number")
}

/// Reads the plan that a program wants; the down payment is checked though nothing be lent.
pub(super) fn plan(down: Option<&str>, months: u16) -> Result<SalesPlan, String> {
    let share = down.map(share).transpose()?;
    match (months, share) {
        (0, _) => Ok(SalesPlan::IN_FULL),
        (_, Some(down)) => Ok(SalesPlan { down, months }),
        (_, None) => Err("name the down payment in percent of the price".to_owned()),
    }
}

fn share(percent: &str) -> Result<Rate, String> {
    let share = Rate::parse_percent(percent).map_err(|error| error.to_string())?;
    match (Rate::ZERO..=Rate::WHOLE).contains(&share) {
        true => Ok(share),
        false => Err("write 0 to 100 percent".to_owned()),
    }
}

/// Reads the plan that a body names, pointing at the field that is no share.
pub(super) fn plan_of(down: Option<&Percent>, months: u16) -> Result<SalesPlan, Wrong> {
    let text = down.map(|Percent(number)| number.to_string());
    plan(text.as_deref(), months).map_err(|why| Wrong::at("/down", why))
}

impl Sums {
    /// Writes the sums of an offer that was shown.
    pub(super) fn of_terms(terms: &OfferTerms, lang: Lang) -> Sums {
        let amount = |money| Amount::of(money, lang);
        Sums {
            plan: PlanView::of(terms.plan),
            price: amount(terms.price),
            down_payment: amount(terms.down_payment),
            upfront_fee: amount(terms.upfront_fee),
            due_now: amount(terms.due_now),
            financed: amount(terms.financed),
            instalment: amount(terms.instalment),
            last_instalment: amount(terms.last_instalment),
            total: amount(terms.total),
            annual_rate_percent: rate_text(terms.annual_rate),
            apr_percent: terms.apr_percent.clone(),
        }
    }

    /// Writes the sums of a computed offer.
    pub(super) fn of(offer: &FinanceOffer, plan: SalesPlan, lang: Lang) -> Sums {
        let amount = |money| Amount::of(money, lang);
        Sums {
            plan: PlanView::of(plan),
            price: amount(offer.terms.price),
            down_payment: amount(offer.terms.down_payment),
            upfront_fee: amount(offer.terms.upfront_fee),
            due_now: amount(offer.due_now),
            financed: amount(offer.financed),
            instalment: amount(offer.instalment),
            last_instalment: amount(offer.last_instalment),
            total: amount(offer.total),
            annual_rate_percent: rate_text(offer.terms.annual_rate),
            apr_percent: offer.apr_percent.clone(),
        }
    }
}

fn rate_text(rate: Rate) -> String {
    rate.percent().normalize().to_string()
}

impl Quote {
    /// Writes a computed offer with every row.
    pub(super) fn of(offer: &FinanceOffer, plan: SalesPlan, lang: Lang) -> Quote {
        Quote {
            sums: Sums::of(offer, plan, lang),
            interest: Amount::of(offer.interest, lang),
            cost_of_credit: Amount::of(offer.cost_of_credit, lang),
            rows: offer
                .rows
                .iter()
                .map(|row| Instalment::of(row, lang))
                .collect(),
        }
    }
}

impl Instalment {
    fn of(row: &FinanceRow, lang: Lang) -> Instalment {
        let amount = |money| Amount::of(money, lang);
        Instalment {
            number: row.number,
            due: row.due.to_string(),
            principal: amount(row.principal),
            interest: amount(row.interest),
            fee: amount(row.fee),
            total: amount(row.total),
            balance: amount(row.balance),
        }
    }
}

/// The plan is not offered: both fields of it are named, because each may be what is to change.
pub(super) fn plan_not_offered(why: impl Into<String>) -> Details {
    let why = why.into();
    let errors = ["/down", "/months"].map(|pointer| Wrong::at(pointer, why.clone()));
    let title = "The plan is not offered";
    Details::new(StatusCode::UNPROCESSABLE_ENTITY, "plan-not-offered", title)
        .detail(why)
        .errors(errors.into())
}

impl From<NoQuote> for Details {
    fn from(no: NoQuote) -> Details {
        plan_not_offered(no.to_string())
    }
}
