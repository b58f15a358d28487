//! Diagrams of every aggregate's life, drawn by running its decisions over sample commands.
//!
//! Nothing here is written by hand but the samples: an edge is there because `decide` gave an event
//! and `evolve` led elsewhere. The pages under `docs/diagrams` are compared with this by a test, so
//! picture and code cannot differ. What always holds: the same code gives the same text.

mod finance; // sample commands to payments and agreements
mod sales; // sample commands to cars, buyers, drops and orders
mod tower; // sample commands to a tower, and the phases of its bay

use kernel::{Decider, Moment};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;

/// How many states of one name are looked into; more differ only in facts that name no edge.
const STATES_EACH: usize = 48;

/// Gives every page as its name and its text.
pub fn diagrams() -> Vec<(&'static str, String)> {
    vec![
        ("agreement", finance::agreement()),
        ("bay", tower::bay()),
        ("buyer", sales::buyer()),
        ("drop", sales::drop()),
        ("fetch", tower::fetch()),
        ("order", sales::order()),
        ("payment", finance::payment()),
        ("vehicle", sales::vehicle()),
    ]
}

/// What leads from one named state to another, in the order it was found.
#[derive(Default)]
struct Edges(Vec<(String, String, BTreeSet<String>)>);

impl Edges {
    fn note(&mut self, from: &str, to: &str, why: String) {
        if from == to {
            return;
        }
        let known = self
            .0
            .iter_mut()
            .find(|edge| edge.0 == from && edge.1 == to);
        match known {
            Some((_, _, reasons)) => {
                reasons.insert(why);
            }
            None => {
                let reasons = BTreeSet::from([why]);
                self.0.push((from.to_owned(), to.to_owned(), reasons));
            }
        }
    }

    /// Writes the page: a title, what it shows, and a Mermaid state diagram.
    fn page(&self, title: &str, shows: &str) -> String {
        let mut text = format!(
            "# {title}\n\n{shows}\n\nDrawn by running the decisions over sample commands; a test \
             compares this page with the code.\n`cargo xtask diagrams` draws it again.\n\n\
             ```mermaid\nstateDiagram-v2\n"
        );
        for (from, to, reasons) in &self.0 {
            let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
            text += &format!("    {from} --> {to}: {}\n", reasons.join(", "));
        }
        text + "```\n"
    }
}

/// Walks from the state before anything happened through all that the sample commands lead to.
///
/// `name` names a state; the first one is drawn as the beginning.
fn explore<D: Decider>(
    samples: impl Fn(&D::State) -> Vec<(D::Command, Moment)>,
    name: impl Fn(&D::State) -> String,
) -> Edges {
    let beginning = name(&D::State::default());
    let drawn = |state: &D::State| match name(state) {
        name if name == beginning => "[*]".to_owned(),
        name => name,
    };
    let mut edges = Edges::default();
    let mut met: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut waiting = VecDeque::from([D::State::default()]);
    while let Some(state) = waiting.pop_front() {
        let others = met.entry(drawn(&state)).or_default();
        if others.len() >= STATES_EACH || !others.insert(format!("{state:?}")) {
            continue;
        }
        for (command, at) in samples(&state) {
            let events = D::decide(&state, command, at).unwrap_or_default();
            let mut after = state.clone();
            for event in &events {
                let before = drawn(&after);
                after = D::evolve(after, event);
                edges.note(&before, &drawn(&after), first_word(event));
            }
            if !events.is_empty() {
                waiting.push_back(after);
            }
        }
    }
    edges
}

/// Gives the name of an enum's variant.
fn first_word(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let end = text.find(|letter: char| !letter.is_alphanumeric());
    text[..end.unwrap_or(text.len())].to_owned()
}
