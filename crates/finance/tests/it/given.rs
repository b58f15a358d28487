//! What the stories begin with: a policy, sums and days.

use finance::policy::{FinancePolicy, RetryCalendar, Term, UpfrontFee};
use kernel::{AgreementId, Currency, Day, Decider, Moment, Money, OrderId, PaymentId, Rate};

pub(crate) fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).expect("an amount")
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub(crate) fn percent(text: &str) -> Rate {
    Rate::parse_percent(text).expect("a rate")
}

/// Gives 5 % over 12 months, 6 % over 24 and 6.5 % over 36, with a tenth down and no fee.
pub(crate) fn policy() -> FinancePolicy {
    let term = |months, rate| Term {
        months,
        annual_rate: percent(rate),
    };
    FinancePolicy {
        terms: vec![term(12, "5%"), term(24, "6%"), term(36, "6.5%")],
        down_at_least: percent("10%"),
        down_choices: vec![percent("10%"), percent("20%"), percent("30%")],
        upfront_fee: UpfrontFee::None,
        retries: RetryCalendar {
            days: vec![1, 3, 5],
        },
    }
}

pub(crate) fn payment_id(text: &str) -> PaymentId {
    PaymentId::parse(text).expect("a payment id")
}

pub(crate) fn agreement_id() -> AgreementId {
    AgreementId::parse("A1").expect("an agreement id")
}

pub(crate) fn order_id() -> OrderId {
    OrderId::parse("O1").expect("an order id")
}

/// A stream that is told what happened and asked what follows.
pub(crate) struct Story<D: Decider> {
    pub(crate) state: D::State,
    pub(crate) past: Vec<D::Event>,
}

impl<D: Decider> Story<D> {
    pub(crate) fn new() -> Story<D> {
        Story {
            state: D::State::default(),
            past: vec![],
        }
    }

    /// Does a command at a moment and gives its events.
    pub(crate) fn tell(
        &mut self,
        command: D::Command,
        at: Moment,
    ) -> Result<Vec<D::Event>, D::Refusal> {
        let events = D::decide(&self.state, command, at)?;
        for event in &events {
            self.state = D::evolve(std::mem::take(&mut self.state), event);
        }
        self.past.extend(events.clone());
        Ok(events)
    }

    /// Does a command that must be accepted and gives its events.
    pub(crate) fn does(&mut self, command: D::Command, at: Moment) -> Vec<D::Event> {
        self.tell(command, at).expect("the command is accepted")
    }
}
