//! How the machine is worked by hand, in the builder's own words, for the manual retrieval sheet.
//!
//! The program makes no instructions up: where the file has none, the sheet says so.

use super::reader::{Reader, Section};
use serde::Serialize;

/// What people do at the machine when it does not go by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ByHand {
    /// What is done before anybody goes in: keys, locks, who is told.
    pub before: Vec<String>,
    /// How a lift is brought to a level and down again.
    pub lift: Vec<String>,
    /// How a car is drawn from its place onto the lift, and off again.
    pub shuttle: Vec<String>,
    /// How the doors of a bay are opened.
    pub doors: Vec<String>,
    /// What is done before the machine goes by itself again.
    pub after: Vec<String>,
}

/// Reads `[by_hand]`; empty when the file is silent.
pub(super) fn by_hand(reader: &mut Reader<'_>, root: &mut Section<'_, '_>) -> ByHand {
    let Some(mut section) = root.section(reader, "by_hand") else {
        return ByHand::default();
    };
    let by_hand = ByHand {
        before: section.texts(reader, "before"),
        lift: section.texts(reader, "lift"),
        shuttle: section.texts(reader, "shuttle"),
        doors: section.texts(reader, "doors"),
        after: section.texts(reader, "after"),
    };
    section.close(reader);
    by_hand
}
