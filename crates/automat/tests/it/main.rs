//! The whole program, run as people run it: a child process, real sockets, a real browser's forms.
//!
//! Nothing here reaches into the program. What a test asserts, a buyer, a member of staff or an
//! auditor could see. Every demonstration that a test starts must leave no unfinished work and
//! whole books, or the test fails.

mod demo; // the program as a child process
mod wire; // requests that are repeated until they are answered
mod shopper; // a buyer, from the phone number to the keys
mod operator; // staff at the console
mod journal; // what the wallet has written down
mod machinery; // small towers, catalogues and terms of sale
mod dice; // chance that comes again from its seed

mod refusal; // every way a purchase can end without a car
mod appointment; // a car that comes for a chosen time
mod books; // the ledger, checked by an outside tool and against damage
mod bad_input; // files, folders and ports that cannot be used
mod plan; // how good the plans of the machine are
mod crash; // killed at a hundred moments
mod drop_guest; // people in a timed sale, and what they were told
mod drop_truth; // what the log says about it
mod drop_crash; // killed in fifty drops
mod postgres; // a server that flushes, for one test
mod front; // what stands in front of several processes
mod servers; // several processes of one shop
mod machine; // machine files, checked and drawn
mod simulate; // a simulated tower
mod spread; // one of two processes killed in a drop
mod browser; // buyers and staff in a real browser
