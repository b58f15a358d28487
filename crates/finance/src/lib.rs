//! What a plan costs and where the money is.
//!
//! An offer gives the whole cost before anything is asked; a schedule gives it row by row; an
//! agreement lives by its schedule until the title is released; a payment is one movement through
//! the wallet whose outcome may be unknown; the ledger is computed from their events.

pub mod day_count; // how much of a year lies between two days
pub mod schedule; // level instalments, exact to the cent
pub mod apr; // the annual percentage rate by the US actuarial method
pub mod offer; // the whole cost of a plan
pub mod policy; // terms, rates, fees and the retry calendar
pub mod agreement; // from signature to title
pub mod payment; // one movement of money, outcome unknown until known
pub mod ledger; // double entry, computed from events
