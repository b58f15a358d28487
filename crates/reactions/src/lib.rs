//! Whenever something happens in one context, what is to be done in another.
//!
//! This is the only place that sees several contexts. It answers with data: commands to other
//! streams, effects on the world, and timers. Nothing is done here. The list itself is in
//! `list.rs`, to be read from top to bottom.

mod fact; // an event of any context, with the stream it belongs to
mod reaction; // what is to be done: a command, an effect
mod timer; // what is to be done at a time
mod list; // whenever X, do Y
mod drop; // the part of the list that is about drops
mod sending; // the commands the list sends
mod fault; // what follows from each fault of the machine
mod rules; // the zone and hours that turn days into moments
mod diagram; // every aggregate's life, drawn from its decisions

pub use diagram::diagrams;
pub use fact::{Fact, Stream};
pub use fault::{
    Case, FaultRule, MessageRule, MoneyRule, OF_THE_MAP, OrderRule, cases_of, fault_page,
};
pub use list::{react, react_in};
pub use reaction::{Command, Effect, Lane, Message, Reaction};
pub use rules::Rules;
pub use sending::{fetch_job, prepare_down_payment};
pub use timer::{Timer, TimerChange, timer_due, timers};
