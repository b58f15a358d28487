//! When the wallet is asked again: soon at first, then ever more patiently.
//!
//! Questions follow after 10 seconds, 30 seconds, 2 minutes and 10 minutes, then hourly. A page is
//! never asked about later than just after its end, and its trade is then closed, not awaited.

use super::state::Asked;
use super::{Event, Method};
use kernel::Moment;

/// A buyer needs a while on the wallet's page.
const FIRST_QUESTION_PAGE_S: i64 = 20;
/// A deduction usually answers at once.
const FIRST_QUESTION_DEDUCTION_S: i64 = 10;
/// The waits between questions.
const BACKOFF_S: [i64; 4] = [10, 30, 120, 600];
const HOURLY_S: i64 = 3_600;
/// How long after a page's end its trade is closed, so that its last second still counts.
const AFTER_EXPIRY_S: i64 = 1;

/// How often the wallet was asked, and when it is to be asked next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asking {
    /// How often a further question was set.
    pub tries: u32,
    /// When the next question is set; none until the first.
    pub next: Option<Moment>,
}

/// Says when the wallet is first asked about a request that is about to be sent.
pub(super) fn first_question(method: &Method, now: Moment) -> Moment {
    now.plus_seconds(match method {
        Method::Page { .. } => FIRST_QUESTION_PAGE_S,
        Method::Deduction { .. } => FIRST_QUESTION_DEDUCTION_S,
    })
}

impl Asking {
    /// Tells whether the next question is still to come.
    pub(super) fn stands(&self, now: Moment) -> bool {
        self.next.is_some_and(|next| now < next)
    }

    /// Sets the next question about a payment.
    pub(super) fn ask_again(&self, asked: &Asked, now: Moment) -> Event {
        let (tries, planned) = self.next_try(now);
        let at = match asked.expires {
            Some(expires) if now <= expires => planned.min(expires.plus_seconds(AFTER_EXPIRY_S)),
            _ => planned,
        };
        let close = asked.expires.is_some_and(|expires| expires < at);
        Event::AskAgain { tries, at, close }
    }

    /// Gives the number of the next try and its time by the plain backoff.
    pub(super) fn next_try(&self, now: Moment) -> (u32, Moment) {
        let wait = BACKOFF_S
            .get(self.tries as usize)
            .copied()
            .unwrap_or(HOURLY_S);
        (self.tries + 1, now.plus_seconds(wait))
    }
}
