//! The kernel's words, by example and by property.

mod bucket;
mod day;
mod money;
mod rate;
