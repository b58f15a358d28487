//! What one thing leads to, line by line, and what a whole purchase comes to.
//!
//! `list` and `timer` read the list as sentences: given a fact, these reactions. `world` runs whole
//! purchases in memory, with everything that may come twice, late or not at all.

mod shop; // the people, cars, sums and times all tests share
mod list;
mod timer;
mod fault;
mod diagram;
mod world; // whole purchases with faults, judged by where cars and money end up
