//! The acts a buyer can do, each as the ordered commands it takes.
//!
//! Storefront, kiosk and API all come through here, so that a purchase is the same purchase
//! wherever it is made. Every act may come twice: the ids it uses are the same the second time, and
//! the streams answer a repeated command with no events.

pub mod sign_in; // a phone number and a one-time code
pub mod checkout; // from the hold to the signature
pub mod drop; // few cars for many people
pub mod wallet; // paying
pub mod appointment; // the time of the hand-over
pub mod offer; // the sums of a plan
pub(crate) mod document; // the disclosure and the contract
pub mod pick_up; // the code, the bay, accept or reject

use std::fmt::Debug;
use store::Failure;

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum Trouble<R: Debug> {
    /// The business says no.
    #[error("refused: {0:?}")]
    No(R),
    /// Too many wait; come back in a moment.
    #[error("busy")]
    Busy,
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] store::Fault),
}

impl<R: Debug> Trouble<R> {
    /// Sorts the store's failure of a command into ours.
    pub(crate) fn of<S: Debug>(failure: Failure<S>, no: impl FnOnce(S) -> R) -> Trouble<R> {
        match failure {
            Failure::Refused(refusal) => Trouble::No(no(refusal)),
            Failure::Fault(fault) => Trouble::Store(fault),
            Failure::Busy | Failure::KeyReused | Failure::Stale => Trouble::Busy,
        }
    }
}

impl<R: Debug> From<store::Fault> for Trouble<R> {
    fn from(fault: store::Fault) -> Trouble<R> {
        Trouble::Store(fault)
    }
}
