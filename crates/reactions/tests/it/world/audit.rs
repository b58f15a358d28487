//! Where cars and money must be: at every moment, and in the end.

use super::wallet::{Standing, Trade};
use super::{World, agreement_of};
use finance::agreement;
use finance::ledger::Account;
use finance::payment::{self, Purpose};
use kernel::{Currency, OrderId, PaymentId, Vin};
use reactions::{Fact, Message};
use sales::order::{self, Sale, Stage};
use sales::{buyer, drop, vehicle};
use std::collections::BTreeMap;

/// How often the things happened that a world has to come through.
#[derive(Debug, Default)]
pub(super) struct Sums(BTreeMap<&'static str, usize>);

/// Everything that has to have happened somewhere: what never happens is not tested.
const MUST_HAPPEN: [&str; 27] = [
    "cancelled",
    "collection failed",
    "drop called off",
    "drop car freed",
    "drop car gone",
    "drop car taken back",
    "drop claim ended",
    "drop claim extended",
    "drop clock started",
    "drop entry not admitted",
    "drop person lost",
    "drop sold out",
    "drop unit offered on",
    "drop unit returned",
    "drop unit sold",
    "expired",
    "fell into arrears",
    "fetch impossible",
    "handed over",
    "mandate ended",
    "paid in full",
    "paid late",
    "paid twice",
    "recovered",
    "refunded",
    "rejected at the bay",
    "title released",
];

impl Sums {
    pub(super) fn note(&mut self, fact: &Fact) {
        if let Some(what) = happening(fact) {
            *self.0.entry(what).or_default() += 1;
        }
    }

    pub(super) fn add(&mut self, other: &Sums) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    pub(super) fn check_that_everything_happened(&self) {
        for what in MUST_HAPPEN {
            assert!(self.0.contains_key(what), "never {what}: {self:?}");
        }
    }
}

fn happening(fact: &Fact) -> Option<&'static str> {
    use order::Event;
    Some(match fact {
        Fact::Order(_, Event::Cancelled { .. }) => "cancelled",
        Fact::Order(_, Event::Expired { .. }) => "expired",
        Fact::Order(_, Event::HandedOver { .. }) => "handed over",
        Fact::Order(_, Event::PaidLate { .. }) => "paid late",
        Fact::Order(_, Event::Paid { terms, .. }) if terms.plan.is_in_full() => "paid in full",
        Fact::Order(_, Event::CarRejected { .. }) => "rejected at the bay",
        Fact::Order(_, Event::Refunded { .. }) => "refunded",
        Fact::Drop(_, event) => return happening_in_drop(event),
        Fact::Tower(_, tower::tower::Event::JobFailed { .. }) => "fetch impossible",
        Fact::Payment(_, payment::Event::RefundPrepared { reason, .. })
            if reason == "order needs no payment any more" =>
        {
            "paid twice"
        }
        Fact::Agreement(_, agreement::Event::CollectionFailed { .. }) => "collection failed",
        Fact::Agreement(_, agreement::Event::FellIntoArrears { .. }) => "fell into arrears",
        Fact::Agreement(_, agreement::Event::MandateDetached { .. }) => "mandate ended",
        Fact::Agreement(_, agreement::Event::Recovered) => "recovered",
        Fact::Agreement(_, agreement::Event::TitleReleased { .. }) => "title released",
        _ => return None,
    })
}

fn happening_in_drop(event: &drop::Event) -> Option<&'static str> {
    use drop::Event;
    Some(match event {
        Event::Cancelled { .. } => "drop called off",
        Event::CarFreed { .. } => "drop car freed",
        Event::UnitGone { .. } => "drop car gone",
        Event::CarTakenBack { .. } => "drop car taken back",
        Event::ClaimEnded { .. } => "drop claim ended",
        Event::ClaimExtended { .. } => "drop claim extended",
        Event::ClockStarted { .. } => "drop clock started",
        Event::NotAdmitted { .. } => "drop entry not admitted",
        Event::Lost { .. } => "drop person lost",
        Event::SoldOut { .. } => "drop sold out",
        Event::Claimed { offered: true, .. } => "drop unit offered on",
        Event::UnitReturned { .. } => "drop unit returned",
        Event::UnitSold { .. } => "drop unit sold",
        _ => return None,
    })
}

impl World {
    /// What holds after every step.
    pub(super) fn check_always(&self) {
        let balance = self.ledger.balances.total(Currency::CNY);
        assert_eq!(balance, 0, "the books do not balance");
        self.check_drop_always();
        let mut owners: BTreeMap<&Vin, &OrderId> = BTreeMap::new();
        for (id, sale) in self.sales() {
            if sale.stage == Stage::HandedOver {
                let before = owners.insert(&sale.vin, id);
                assert_eq!(before, None, "{} has two owners", sale.vin);
            }
        }
    }

    fn sales(&self) -> impl Iterator<Item = (&OrderId, &Sale)> {
        let sales = self.orders.iter();
        sales.filter_map(|(id, state)| Some((id, state.sale()?)))
    }

    /// What holds when nothing is left to do.
    pub(super) fn check_in_the_end(&self) {
        assert!(self.ledger.outbox.is_empty() && self.mail.is_empty());
        self.check_people_and_cars();
        self.check_drop_in_the_end();
        for (id, sale) in self.sales() {
            self.check_order(id, sale);
        }
        for payment in self.wallet.trades.keys() {
            self.check_trade(payment);
        }
        self.check_cash();
        assert!(
            self.wallet.mandates.is_empty(),
            "mandates nobody needs are left at the wallet: {:?}",
            self.wallet.mandates
        );
    }

    /// What the book says is in the wallet is what the wallet says it has.
    fn check_cash(&self) {
        let kept = |trade: &&Trade| trade.standing == Standing::Paid;
        let trades = self.wallet.trades.values().filter(kept);
        let cash: i128 = trades.map(|trade| i128::from(trade.amount.minor())).sum();
        let booked = self.ledger.balances.of(&Account::Wallet, Currency::CNY);
        assert_eq!(booked, cash);
    }

    fn was_told(&self, what: impl Fn(&Message) -> bool) -> bool {
        self.told.iter().any(what)
    }

    fn check_people_and_cars(&self) {
        for (id, state) in &self.buyers {
            if let buyer::State::Registered(profile) = state {
                assert_eq!(profile.claim, None, "{id} is kept from buying");
            }
        }
        for (vin, state) in &self.vehicles {
            match state {
                vehicle::State::HandedOver { order, .. } => {
                    let sale = self.order(order).expect("a car is sold to an order");
                    assert_eq!(sale.stage, Stage::HandedOver);
                    assert!(self.yard.gone.contains_key(vin));
                }
                vehicle::State::Withdrawn { .. } => {
                    let gala = self.gala.as_ref();
                    assert!(gala.is_some_and(|gala| gala.withdrawn.contains(vin)));
                }
                vehicle::State::Stored { .. } => assert!(!self.yard.gone.contains_key(vin)),
                other => panic!("{vin} is kept from everybody: {other:?}"),
            }
        }
    }

    fn check_order(&self, id: &OrderId, sale: &Sale) {
        match &sale.stage {
            Stage::HandedOver => self.check_agreement(id),
            Stage::Refunded => assert!(
                self.was_told(
                    |message| matches!(message, Message::Refunded { order, .. } if order == id)
                ),
                "{id} was refunded in silence"
            ),
            Stage::Expired | Stage::Cancelled => {}
            other => panic!("{id} was left at {other:?}"),
        }
    }

    fn check_agreement(&self, id: &OrderId) {
        let agreement = agreement_of(id);
        let state = &self.agreements[&agreement];
        let agreement::State::TitleReleased { book, .. } = state else {
            panic!("{id} has its car and no title: {state:?}")
        };
        assert!(book.open().is_zero());
        let balance = |account| self.ledger.balances.of(&account, Currency::CNY);
        assert_eq!(balance(Account::PrincipalReceivable(agreement.clone())), 0);
        assert_eq!(balance(Account::InterestReceivable(agreement.clone())), 0);
        assert_eq!(balance(Account::Deposits(agreement.clone())), 0);
        let unapplied = balance(Account::Unapplied(agreement));
        assert_eq!(unapplied, -i128::from(book.unapplied.minor()));
    }

    /// Money that was paid and not returned bought a car or paid an instalment.
    fn check_trade(&self, payment: &PaymentId) {
        let trade = &self.wallet.trades[payment];
        let state = &self.payments[payment];
        let asked = state.asked();
        let purpose = &asked.expect("a trade is written down first").purpose;
        let given_up = matches!(state, payment::State::Failed { .. });
        match (trade.standing, purpose) {
            (Standing::Open, _) if given_up => {}
            (Standing::Open, _) => panic!("{payment} is still open at the wallet"),
            (Standing::Closed, _) => {}
            (Standing::Paid, Purpose::DownPayment { order, .. }) => {
                let sale = self.order(order).expect("a down payment is of an order");
                assert_eq!(sale.stage, Stage::HandedOver, "{payment} bought nothing");
                assert_eq!(sale.payment.as_ref(), Some(payment));
            }
            (Standing::Refunded, Purpose::DownPayment { order, .. }) => {
                let sale = self.order(order).expect("a down payment is of an order");
                let bought = sale.stage == Stage::HandedOver;
                let by_this = sale.payment.as_ref() == Some(payment);
                assert!(!(bought && by_this), "{payment} bought a car and came back");
            }
            (Standing::Paid, Purpose::Instalment { agreement, .. }) => {
                let book = self.agreements[agreement].book();
                let book = book.expect("instalments are of a running agreement");
                assert!(book.received.contains(payment), "{payment} is not counted");
            }
            (Standing::Refunded, Purpose::Instalment { .. }) => {
                panic!("{payment}: instalments are not refunded")
            }
        }
    }
}
