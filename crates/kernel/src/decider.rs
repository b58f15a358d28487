//! The form of every aggregate: decide, then evolve.
//!
//! `decide` says what happens when a command meets a state; `evolve` says what the state is once it
//! has happened. Both are pure: time, ids, prices and scores come in with the command.

use crate::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Display};

/// An aggregate that decides commands into events and folds events into a state.
pub trait Decider: 'static {
    /// The kind of stream, the first part of its name: `order` in `order-7`.
    const KIND: &'static str;
    /// What tells one stream from another.
    type Id: Clone + Debug + Display + Send + Sync + 'static;
    /// What is true now; the default is the state before anything happened.
    type State: Clone + Debug + Default + PartialEq + Send + Sync + 'static;
    /// What somebody asks for.
    type Command: Clone + Debug + Send + 'static;
    /// What happened.
    type Event: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Why the answer is no.
    type Refusal: Clone + Debug + PartialEq + Send + Sync + 'static;

    /// Decides a command; a command that was carried out before yields no events.
    fn decide(
        state: &Self::State,
        command: Self::Command,
        at: Moment,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Folds one event into the state; total, it cannot fail.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// Decides a command and folds what happens into the state, showing each event with the state
    /// after it. A refused command shows nothing and leaves the state as it was.
    ///
    /// An aggregate that folds while it decides says so here, and nothing is folded twice. The
    /// states are shown rather than kept: where few commands give many events, keeping a state for
    /// each would take more memory than the events.
    fn unfold(
        state: &mut Self::State,
        command: Self::Command,
        at: Moment,
        show: &mut dyn FnMut(Self::Event, &Self::State),
    ) -> Result<(), Self::Refusal> {
        for event in Self::decide(state, command, at)? {
            *state = Self::evolve(std::mem::take(state), &event);
            show(event, state);
        }
        Ok(())
    }

    /// Answers a command that changes nothing; none for one that changes something.
    ///
    /// An aggregate that can tell without deciding what the change would be says so here.
    fn unchanged(
        state: &Self::State,
        command: &Self::Command,
        at: Moment,
    ) -> Option<Result<(), Self::Refusal>> {
        match Self::decide(state, command.clone(), at) {
            Ok(events) => events.is_empty().then_some(Ok(())),
            Err(refusal) => Some(Err(refusal)),
        }
    }
}
