//! The machine's promises, as sentences.

mod machine;
mod motion;
