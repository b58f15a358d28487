//! The book balances, whatever happens.

use crate::agreement::{open, year};
use crate::given::{Story, agreement_id, cny, day, order_id, payment_id};
use finance::agreement::{self, Agreement};
use finance::ledger::{
    Account, Balances, Entry, Unbalanced, credit, debit, link_text, post_agreement, post_payment,
};
use finance::offer::Terms;
use finance::payment::{self, Method, Payment, Purpose};
use kernel::{Currency, Day, Moment, Money, PaymentId};
use proptest::prelude::*;
use std::collections::VecDeque;

const NOW: Moment = Moment::from_micros(0);

#[test]
fn what_does_not_balance_cannot_be_made() {
    let one = debit(Account::Wallet, cny("1"));
    let dollar = credit(Account::Sales, Money::new(100, Currency::USD));
    let mixed = Entry::new("a mix", vec![one.clone(), dollar]);
    assert!(matches!(mixed, Err(Unbalanced::Differs { by: 100, .. })));
    let error = Entry::new("half", vec![one]).expect_err("one side");
    assert_eq!(
        error.to_string(),
        "half: debits and credits differ by 100 minor units of CNY"
    );
    let nothing = Entry::new("nothing", vec![debit(Account::Wallet, cny("0"))]);
    assert_eq!(nothing, Err(Unbalanced::Empty("nothing".to_owned())));
}

#[test]
fn an_entry_is_a_transaction_other_tools_can_read() {
    let event = payment::Event::Succeeded {
        purpose: Purpose::DownPayment {
            order: order_id(),
            agreement: agreement_id(),
        },
        trade_no: "T1".to_owned(),
        amount: cny("15000"),
        mandate: None,
    };
    let entry = post_payment(&payment_id("P1"), &event).expect("money moved");
    let text = entry.to_journal_text(day("2026-11-22"), "payment-P1@3");
    assert_eq!(
        text,
        "2026-11-22 * (payment-P1@3) down payment of order O1 received by P1\n\
         \x20   assets:wallet  15000.00 CNY\n\
         \x20   liabilities:deposits:A1  -15000.00 CNY\n"
    );
    assert!(link_text("00ff", &text).starts_with("00ff\n2026-11-22 * "));
}

#[test]
fn hand_over_turns_the_deposit_into_a_sale() {
    let mut house = House::signed(Terms {
        upfront_fee: cny("500"),
        ..year()
    });
    assert_eq!(house.balance(Account::Wallet), 1_550_000);
    assert_eq!(house.balance(Account::Deposits(agreement_id())), -1_550_000);
    house.agree(agreement::Command::Activate {
        on: day("2026-11-22"),
    });
    assert_eq!(house.balance(Account::Deposits(agreement_id())), 0);
    assert_eq!(
        house.balance(Account::PrincipalReceivable(agreement_id())),
        13_500_000
    );
    assert_eq!(house.balance(Account::Sales), -15_000_000);
    assert_eq!(house.balance(Account::FeeIncome), -50_000);
}

#[test]
fn a_refund_leaves_nothing_behind() {
    let mut house = House::signed(year());
    let reason = "car not accepted".to_owned();
    house.pay(&payment_id("P1"), payment::Command::Refund { reason });
    house.pay(&payment_id("P1"), payment::Command::SucceedRefund);
    assert_eq!(house.balance(Account::Wallet), 0);
    assert_eq!(house.balance(Account::Deposits(agreement_id())), 0);
}

/// A lender with one agreement: payments and agreement told to each other, every event posted.
struct House {
    agreement: Story<Agreement>,
    payments: Vec<(PaymentId, Story<Payment>)>,
    balances: Balances,
    collections: VecDeque<(PaymentId, u16, Money)>,
}

impl House {
    /// Begins with a contract signed and its down payment received.
    fn signed(terms: Terms) -> House {
        let mut house = House {
            agreement: Story::new(),
            payments: vec![],
            balances: Balances::default(),
            collections: VecDeque::new(),
        };
        let due_now = terms.due_now().expect("a sum");
        let purpose = Purpose::DownPayment {
            order: order_id(),
            agreement: agreement_id(),
        };
        house.prepare(&payment_id("P1"), purpose, due_now);
        house.pay(&payment_id("P1"), paid(due_now));
        house.agree(open(terms));
        house
    }

    fn balance(&self, account: Account) -> i128 {
        self.balances.of(&account, Currency::CNY)
    }

    fn prepare(&mut self, id: &PaymentId, purpose: Purpose, amount: Money) {
        self.payments.push((id.clone(), Story::new()));
        let method = Method::Page {
            mandate_limit: None,
        };
        self.pay(
            id,
            payment::Command::Prepare {
                purpose,
                method,
                amount,
                expires: None,
            },
        );
        self.pay(id, payment::Command::Dispatch);
    }

    fn pay(&mut self, id: &PaymentId, command: payment::Command) -> Vec<payment::Event> {
        let found = self.payments.iter_mut().find(|(known, _)| known == id);
        let (_, story) = found.expect("a prepared payment");
        let events = story.does(command, NOW);
        for entry in events.iter().filter_map(|event| post_payment(id, event)) {
            self.balances.add(&entry);
        }
        events
    }

    fn agree(&mut self, command: agreement::Command) {
        for event in self.agreement.does(command, NOW) {
            if let Some(entry) = post_agreement(&agreement_id(), &event) {
                self.balances.add(&entry);
            }
            if let agreement::Event::CollectionDue {
                payment,
                number,
                amount,
                ..
            } = event
            {
                let purpose = Purpose::Instalment {
                    agreement: agreement_id(),
                    number,
                };
                self.prepare(&payment, purpose, amount);
                self.collections.push_back((payment, number, amount));
            }
        }
    }

    fn finish(&mut self, (payment, number, amount): (PaymentId, u16, Money), ok: bool, on: Day) {
        if ok {
            if !self.pay(&payment, paid(amount)).is_empty() {
                self.agree(agreement::Command::Receive {
                    payment,
                    number,
                    amount,
                    on,
                });
            }
            return;
        }
        let reason = "BALANCE_NOT_ENOUGH".to_owned();
        self.pay(
            &payment,
            payment::Command::Fail {
                reason: reason.clone(),
            },
        );
        let failed = agreement::Command::NoteCollectionFailed {
            payment,
            number,
            reason,
            on,
        };
        self.agree(failed);
    }

    fn check(&self) {
        assert_eq!(self.balances.total(Currency::CNY), 0);
        let book = self.agreement.state.book().expect("the car is handed over");
        let principal = Account::PrincipalReceivable(agreement_id());
        assert_eq!(
            self.balance(principal),
            i128::from(book.principal_open().minor())
        );
        let unapplied = Account::Unapplied(agreement_id());
        assert_eq!(self.balance(unapplied), -i128::from(book.unapplied.minor()));
    }
}

fn paid(amount: Money) -> payment::Command {
    payment::Command::Succeed {
        trade_no: "T1".to_owned(),
        amount,
        mandate: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_agreement_ends_with_its_accounts_at_zero(
        outcomes in proptest::collection::vec(0u8..4, 400),
        steps in proptest::collection::vec(1i32..25, 400),
    ) {
        let mut house = House::signed(year());
        let mut on = day("2026-11-22");
        house.agree(agreement::Command::Activate { on });
        let mut late = vec![];
        for (outcome, step) in outcomes.into_iter().zip(steps) {
            on = on.plus_days(step);
            house.agree(agreement::Command::MeetDay { on });
            while let Some(collection) = house.collections.pop_front() {
                house.finish(collection.clone(), outcome > 0, on);
                // Some failures turn out to have been successes.
                if outcome == 0 && step % 3 == 0 {
                    late.push(collection);
                }
            }
            if step % 5 == 0 && let Some(collection) = late.pop() {
                house.finish(collection, true, on);
            }
            house.check();
        }
        pay_arrears_by_hand(&mut house, on);
        house.check();
        let settled = matches!(house.agreement.state, agreement::State::Settled { .. });
        prop_assert!(settled);
        prop_assert_eq!(house.balance(Account::PrincipalReceivable(agreement_id())), 0);
        prop_assert_eq!(house.balance(Account::InterestReceivable(agreement_id())), 0);
        prop_assert_eq!(house.balance(Account::Deposits(agreement_id())), 0);
        let interest: i64 = house.agreement.state.book().expect("a book").lines.iter()
            .map(|line| line.row.interest.minor()).sum();
        prop_assert_eq!(house.balance(Account::InterestIncome), -i128::from(interest));
    }
}

fn pay_arrears_by_hand(house: &mut House, on: Day) {
    while let Some(line) = house.agreement.state.next_due() {
        let (number, amount) = (line.row.number, line.open());
        let id = payment_id(&format!("HAND-{number}"));
        let purpose = Purpose::Instalment {
            agreement: agreement_id(),
            number,
        };
        house.prepare(&id, purpose, amount);
        house.finish((id, number, amount), true, on);
    }
}
