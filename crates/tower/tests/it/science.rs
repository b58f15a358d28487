//! Closed forms, against what they must agree with and what was published.

mod nearest;
mod queue;
mod rack;
mod turnover;
