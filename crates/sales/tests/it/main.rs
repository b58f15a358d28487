//! What sales promises, told as sentences about the business.
//!
//! One binary that mirrors `src` name for name. Every test is given, when, then: commands that were
//! carried out, one more command, and what came of it.

mod story; // given, when, then
mod shop; // the people, cars, sums and times all tests share
mod vehicle;
mod buyer;
mod credit;
mod order;
mod drop;
mod chances; // random commands over one car and its orders
