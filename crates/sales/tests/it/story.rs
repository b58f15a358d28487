//! Given, when, then for any aggregate.

use kernel::{Decider, Moment};

/// What happened, or why nothing did.
type Answer<D> = Result<Vec<<D as Decider>::Event>, <D as Decider>::Refusal>;

/// One stream and what came of the last command.
pub(crate) struct Story<D: Decider> {
    pub(crate) state: D::State,
    pub(crate) answer: Answer<D>,
}

/// Begins with a stream to which nothing has happened.
pub(crate) fn nothing_yet<D: Decider>() -> Story<D> {
    Story {
        state: D::State::default(),
        answer: Ok(vec![]),
    }
}

/// Carries out a command on a copy, as the store does, and gives the copy and the answer. What is
/// refused has shown nothing.
#[track_caller]
pub(crate) fn unfold<D: Decider>(
    state: &D::State,
    command: D::Command,
    at: Moment,
) -> (D::State, Answer<D>) {
    let mut after = state.clone();
    let mut shown = vec![];
    let mut show = |event, _: &D::State| shown.push(event);
    match D::unfold(&mut after, command, at, &mut show) {
        Ok(()) => (after, Ok(shown)),
        Err(refusal) => {
            assert_eq!(shown, [], "{refusal:?}");
            (after, Err(refusal))
        }
    }
}

impl<D: Decider> Story<D> {
    /// Carries out a command that has to be accepted.
    #[track_caller]
    pub(crate) fn given(self, at: Moment, command: D::Command) -> Story<D> {
        let words = format!("{command:?}");
        let story = self.when(at, command);
        if let Err(refusal) = &story.answer {
            panic!("given {words}, but it was refused: {refusal:?}");
        }
        story
    }

    /// Sends the command the test is about.
    #[track_caller]
    pub(crate) fn when(mut self, at: Moment, command: D::Command) -> Story<D> {
        self.answer = D::decide(&self.state, command.clone(), at);
        let (unfolded, told) = unfold::<D>(&self.state, command.clone(), at);
        assert_eq!(told, self.answer, "{command:?}");
        if let Ok(events) = &self.answer {
            self.state = events.iter().fold(self.state, D::evolve);
            let again = D::decide(&self.state, command.clone(), at);
            let quiet = again.as_ref().is_ok_and(Vec::is_empty) || again.is_err();
            assert!(quiet, "{command:?} repeated at once yields {again:?}");
        }
        assert_eq!(unfolded, self.state, "{command:?}");
        self
    }

    /// Expects exactly these events.
    #[track_caller]
    pub(crate) fn then(self, expected: &[D::Event]) -> Story<D> {
        assert_eq!(self.answer.as_deref(), Ok(expected));
        self
    }

    /// Expects that nothing happened, and that nobody was refused.
    #[track_caller]
    pub(crate) fn then_nothing(self) -> Story<D> {
        self.then(&[])
    }

    /// Expects a no.
    #[track_caller]
    pub(crate) fn then_refused(self, expected: D::Refusal) -> Story<D> {
        assert_eq!(self.answer, Err(expected));
        self
    }

    /// Expects one event and looks at it.
    #[track_caller]
    pub(crate) fn then_one(self, fits: impl FnOnce(&D::Event) -> bool) -> Story<D> {
        match &self.answer {
            Ok(events) if events.len() == 1 && fits(&events[0]) => self,
            other => panic!("one other event was expected than {other:?}"),
        }
    }
}
