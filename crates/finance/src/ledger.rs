//! Double entry, computed from events.
//!
//! An entry that does not balance in every currency cannot be made. Which accounts an event moves
//! is written here as two lists, one per aggregate, and nowhere else; the store keeps the result.
//! Debits are positive, credits negative. What always holds: the sum over all accounts is zero, and
//! a settled agreement leaves its receivables and its deposit at zero; only unapplied cash, which
//! belongs to the buyer, may remain.

use crate::agreement;
use crate::payment::{self, Purpose};
use kernel::{AgreementId, Currency, Day, Money, PaymentId};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// An account of the book, written as a colon path that hledger and Beancount users know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Money in the wallet.
    Wallet,
    /// Principal lent and not repaid.
    PrincipalReceivable(AgreementId),
    /// Interest earned and not paid.
    InterestReceivable(AgreementId),
    /// What a buyer paid at signature, until the car is handed over.
    Deposits(AgreementId),
    /// What a buyer paid and no instalment has taken yet.
    Unapplied(AgreementId),
    /// Cars sold.
    Sales,
    /// Interest earned.
    InterestIncome,
    /// Fees earned.
    FeeIncome,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Wallet => f.write_str("assets:wallet"),
            Account::PrincipalReceivable(of) => write!(f, "assets:receivable:principal:{of}"),
            Account::InterestReceivable(of) => write!(f, "assets:receivable:interest:{of}"),
            Account::Deposits(of) => write!(f, "liabilities:deposits:{of}"),
            Account::Unapplied(of) => write!(f, "liabilities:unapplied:{of}"),
            Account::Sales => f.write_str("income:sales"),
            Account::InterestIncome => f.write_str("income:interest"),
            Account::FeeIncome => f.write_str("income:fees"),
        }
    }
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// How much: a debit above zero, a credit below.
    pub amount: Money,
}

/// Says that money was added to what an account holds or is owed.
pub fn debit(account: Account, amount: Money) -> Posting {
    Posting { account, amount }
}

/// Says that money was taken from what an account holds, or is owed to somebody.
pub fn credit(account: Account, amount: Money) -> Posting {
    let amount = Money::new(-amount.minor(), amount.currency());
    Posting { account, amount }
}

/// Postings that balance in every currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    description: String,
    postings: Vec<Posting>,
}

/// Postings that do not make an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// Debits and credits differ.
    #[error("{description}: debits and credits differ by {by} minor units of {currency}")]
    Differs {
        /// What the entry was to say.
        description: String,
        /// The currency that does not balance.
        currency: Currency,
        /// Debits less credits, in minor units.
        by: i128,
    },
    /// Nothing moves.
    #[error("{0}: nothing is posted")]
    Empty(String),
}

impl Entry {
    /// Makes an entry; postings of nothing are left out.
    pub fn new(description: &str, postings: Vec<Posting>) -> Result<Entry, Unbalanced> {
        let moves = |posting: &Posting| !posting.amount.is_zero();
        let postings: Vec<Posting> = postings.into_iter().filter(moves).collect();
        let description = description.to_owned();
        if postings.is_empty() {
            return Err(Unbalanced::Empty(description));
        }
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for Posting { amount, .. } in &postings {
            *sums.entry(amount.currency()).or_default() += i128::from(amount.minor());
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((currency, by)) => Err(Unbalanced::Differs {
                description,
                currency,
                by,
            }),
            None => Ok(Entry {
                description,
                postings,
            }),
        }
    }

    /// Gives what the entry says happened.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Gives the lines, in the order of the posting rule.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// Writes the entry as a transaction of an hledger journal, the same for the same entry always.
    ///
    /// The reference names the event it comes from, such as `payment-P7@3`; it stands in the place
    /// of the transaction code and must hold no closing parenthesis.
    pub fn to_journal_text(&self, day: Day, reference: &str) -> String {
        let mut text = format!("{day} * ({reference}) {}\n", self.description);
        for Posting { account, amount } in &self.postings {
            writeln!(text, "    {account}  {amount}").expect("writing to a string does not fail");
        }
        text
    }
}

/// Gives the text whose hash is the entry's link: the link before it, then the entry itself.
///
/// Changing, removing or moving any entry changes every link after it.
pub fn link_text(previous_link: &str, journal_text: &str) -> String {
    format!("{previous_link}\n{journal_text}")
}

/// Says what a payment's event posts; none when no money moved.
pub fn post_payment(id: &PaymentId, event: &payment::Event) -> Option<Entry> {
    use payment::Event;
    match event {
        Event::Succeeded {
            purpose, amount, ..
        } => rule(
            format!("{} received by {id}", noun(purpose)),
            vec![
                debit(Account::Wallet, *amount),
                credit(owed_for(purpose), *amount),
            ],
        ),
        Event::Refunded {
            purpose, amount, ..
        } => rule(
            format!("{} refunded by {id}", noun(purpose)),
            vec![
                debit(owed_for(purpose), *amount),
                credit(Account::Wallet, *amount),
            ],
        ),
        Event::Prepared { .. }
        | Event::Dispatched { .. }
        | Event::AskAgain { .. }
        | Event::BecameUnknown { .. }
        | Event::Failed { .. }
        | Event::AmountDiffers { .. }
        | Event::RefundPrepared { .. }
        | Event::RefundAskAgain { .. } => None,
    }
}

/// Says what an agreement's event posts; none when nothing is earned, lent or paid.
pub fn post_agreement(id: &AgreementId, event: &agreement::Event) -> Option<Entry> {
    use agreement::Event;
    match event {
        Event::Activated {
            price,
            down_payment,
            upfront_fee,
            financed,
            ..
        } => rule(
            format!("car handed over, agreement {id} begins"),
            vec![
                debit(Account::Deposits(id.clone()), *down_payment),
                debit(Account::Deposits(id.clone()), *upfront_fee),
                debit(Account::PrincipalReceivable(id.clone()), *financed),
                credit(Account::Sales, *price),
                credit(Account::FeeIncome, *upfront_fee),
            ],
        ),
        Event::FellDue {
            number, interest, ..
        } => rule(
            format!("interest of instalment {number} of agreement {id}"),
            vec![
                debit(Account::InterestReceivable(id.clone()), *interest),
                credit(Account::InterestIncome, *interest),
            ],
        ),
        Event::Allocated {
            number,
            interest,
            principal,
            ..
        }
        | Event::Applied {
            number,
            interest,
            principal,
        } => rule(
            format!("instalment {number} of agreement {id} paid"),
            vec![
                debit(Account::Unapplied(id.clone()), *interest),
                debit(Account::Unapplied(id.clone()), *principal),
                credit(Account::InterestReceivable(id.clone()), *interest),
                credit(Account::PrincipalReceivable(id.clone()), *principal),
            ],
        ),
        Event::Opened { .. }
        | Event::MandateAttached { .. }
        | Event::MandateDetached { .. }
        | Event::CollectionDue { .. }
        | Event::CollectionFailed { .. }
        | Event::FellIntoArrears { .. }
        | Event::Recovered
        | Event::Awaits { .. }
        | Event::Settled { .. }
        | Event::TitleReleased { .. }
        | Event::Withdrawn => None,
    }
}

/// An event that moves nothing, such as interest of zero, makes no entry.
fn rule(description: String, postings: Vec<Posting>) -> Option<Entry> {
    match Entry::new(&description, postings) {
        Ok(entry) => Some(entry),
        Err(Unbalanced::Empty(_)) => None,
        Err(Unbalanced::Differs { .. }) => panic!("a decided event balances: {description}"),
    }
}

/// Money received is owed to the buyer until the agreement takes it.
fn owed_for(purpose: &Purpose) -> Account {
    match purpose {
        Purpose::DownPayment { agreement, .. } => Account::Deposits(agreement.clone()),
        Purpose::Instalment { agreement, .. } => Account::Unapplied(agreement.clone()),
    }
}

fn noun(purpose: &Purpose) -> String {
    match purpose {
        Purpose::DownPayment { order, .. } => format!("down payment of order {order}"),
        Purpose::Instalment { agreement, number } => {
            format!("instalment {number} of agreement {agreement}")
        }
    }
}

/// What every account holds, summed from entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances(BTreeMap<(Account, Currency), i128>);

impl Balances {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) {
        for Posting { account, amount } in &entry.postings {
            let balance = self
                .0
                .entry((account.clone(), amount.currency()))
                .or_default();
            *balance += i128::from(amount.minor());
        }
    }

    /// Gives the balance of an account in minor units; debits are positive.
    pub fn of(&self, account: &Account, currency: Currency) -> i128 {
        self.0
            .get(&(account.clone(), currency))
            .copied()
            .unwrap_or(0)
    }

    /// Sums all accounts in a currency, in minor units: zero, always.
    pub fn total(&self, currency: Currency) -> i128 {
        let of_currency = self.0.iter().filter(|((_, kept), _)| *kept == currency);
        of_currency.map(|(_, balance)| balance).sum()
    }
}
