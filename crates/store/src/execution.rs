//! A command on its way through the writer: consume its timer, decide, append what happened.
//!
//! Events, outbox rows, timers, views, ledger rows and the idempotency row of one command stand or
//! fall together.

use crate::batch::{Batch, Told};
use crate::fault::Fault;
use crate::log::{self, StreamName};
use crate::timer::TimerKey;
use crate::views::{self, Projection};
use crate::writer::Work;
use crate::{keys, ledger, outbox, timer};
use kernel::Moment;
use reactions::{Stream, TimerChange};
use serde::Serialize;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What comes with a command.
#[derive(Clone, Debug)]
pub struct Context {
    /// When the command is given.
    pub at: Moment,
    /// The caller's key for this request: the same key and the same command on the same stream are
    /// one request and get one answer.
    pub key: Option<String>,
    /// The timer whose firing this command is; it is consumed with the command or not at all.
    pub consumes: Option<TimerKey>,
}

impl Context {
    /// Makes a context of an instant alone.
    pub fn at(at: Moment) -> Context {
        Context {
            at,
            key: None,
            consumes: None,
        }
    }
}

/// A command was carried out, now or before.
#[derive(Clone, Debug)]
pub struct Done<D: Stream> {
    /// The state after it.
    pub state: Arc<D::State>,
    /// The version after it.
    pub version: u64,
    /// What happened; empty when nothing was left to do.
    pub events: Vec<D::Event>,
    /// Whether an earlier request with the same key did it.
    pub repeated: bool,
}

/// A command was not carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure<R: Debug> {
    /// The business says no.
    #[error("refused: {0:?}")]
    Refused(R),
    /// The key was used before, for another command.
    #[error("the idempotency key was used before for another request")]
    KeyReused,
    /// The timer it should have consumed is gone or was set anew.
    #[error("the timer was consumed or set anew by somebody else")]
    Stale,
    /// Too many commands wait; try again shortly.
    #[error("too many commands are waiting")]
    Busy,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

type Answer<D> = Result<Done<D>, Failure<<D as kernel::Decider>::Refusal>>;

pub(crate) struct Execution<D: Stream> {
    id: D::Id,
    stream: StreamName,
    command: D::Command,
    context: Context,
    answer: Option<Answer<D>>,
    sender: oneshot::Sender<Answer<D>>,
}

impl<D: Stream> Execution<D>
where
    D::Command: Serialize,
{
    pub(crate) fn new(
        id: D::Id,
        command: D::Command,
        context: Context,
    ) -> (Execution<D>, oneshot::Receiver<Answer<D>>) {
        let (sender, receiver) = oneshot::channel();
        let stream = StreamName::of::<D>(&id);
        (
            Execution {
                id,
                stream,
                command,
                context,
                answer: None,
                sender,
            },
            receiver,
        )
    }

    fn run(&self, batch: &mut Batch<'_>) -> Result<Answer<D>, Fault> {
        if let Some(key) = &self.context.consumes
            && !timer::consume(batch.database, key)?
        {
            return Ok(Err(Failure::Stale));
        }
        if let Some(answer) = self.answered_before(batch)? {
            return Ok(answer);
        }
        let (state, version) = batch.state::<D>(&self.stream)?;
        let events = match D::decide(&state, self.command.clone(), self.context.at) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(Failure::Refused(refusal))),
        };
        if events.is_empty() {
            return Ok(Ok(Done {
                state,
                version,
                events,
                repeated: false,
            }));
        }
        self.record(batch, &state, version, events).map(Ok)
    }

    fn answered_before(&self, batch: &mut Batch<'_>) -> Result<Option<Answer<D>>, Fault> {
        let Some(key) = &self.context.key else {
            return Ok(None);
        };
        let Some(row) = keys::find(batch.database, &self.stream, key)? else {
            return Ok(None);
        };
        if row.request_hash != keys::request_hash(&self.stream, &self.command)? {
            return Ok(Some(Err(Failure::KeyReused)));
        }
        let (state, version) = log::fold::<D>(batch.database, &self.stream, row.last_version)?;
        let stored = log::read(
            batch.database,
            &self.stream,
            row.first_version,
            row.last_version,
        )?;
        let events: Result<_, _> = stored
            .iter()
            .map(|stored| log::event::<D>(&self.stream, stored))
            .collect();
        Ok(Some(Ok(Done {
            state: Arc::new(state),
            version,
            events: events?,
            repeated: true,
        })))
    }

    fn record(
        &self,
        batch: &mut Batch<'_>,
        before: &D::State,
        version: u64,
        events: Vec<D::Event>,
    ) -> Result<Done<D>, Fault> {
        let bucket = self.stream.bucket_number();
        let pos = log::take_positions(batch.database, bucket, events.len())?;
        let mut state = before.clone();
        for (index, event) in (0..).zip(&events) {
            state = D::evolve(state, event);
            let version = version + 1 + index;
            self.record_event(batch, version, pos + index as i64, event, &state)?;
        }
        let last = version + events.len() as u64;
        if let Some(key) = &self.context.key {
            let hash = keys::request_hash(&self.stream, &self.command)?;
            let versions = (version + 1, last);
            keys::insert(
                batch.database,
                &self.stream,
                key,
                &hash,
                versions,
                self.context.at,
            )?;
        }
        let state = Arc::new(state);
        batch.stage::<D>(&self.stream, state.clone(), last);
        Ok(Done {
            state,
            version: last,
            events,
            repeated: false,
        })
    }

    fn record_event(
        &self,
        batch: &mut Batch<'_>,
        version: u64,
        pos: i64,
        event: &D::Event,
        state: &D::State,
    ) -> Result<(), Fault> {
        let stream = &self.stream;
        let at = self.context.at;
        let body =
            serde_json::to_string(event).map_err(Fault::body("an event", &stream.text, version))?;
        log::append(batch.database, stream, version, pos, &body, at)?;
        let fact = D::fact(&self.id, event);
        if !reactions::react(&fact, at, batch.rules).is_empty() {
            outbox::insert(batch.database, stream, version, at)?;
            batch.outbox_grew = true;
        }
        for change in reactions::timers(&fact, batch.rules) {
            batch.timers_changed |= matches!(change, TimerChange::Set { .. });
            timer::apply(batch.database, stream, change)?;
        }
        let (database, bucket) = (batch.database, stream.bucket_number());
        let projection = Projection {
            database,
            bucket,
            version,
            at,
        };
        views::project(&projection, &fact, state)?;
        let day = batch.rules.day(at);
        ledger::post(database, stream, &fact, version, at, day)?;
        let text = stream.text.clone();
        let told = Told {
            bucket: stream.bucket,
            stream: text,
            version,
            at,
            fact,
        };
        batch.told.push(Arc::new(told));
        Ok(())
    }
}

impl<D: Stream> Work for Execution<D>
where
    D::Command: Serialize,
{
    fn carry_out(&mut self, batch: &mut Batch<'_>) -> Result<(), Fault> {
        self.answer = Some(self.run(batch)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Fault>) {
        let answer = match outcome {
            Ok(()) => self
                .answer
                .expect("a command that was carried out has an answer"),
            Err(fault) => Err(Failure::Fault(fault)),
        };
        // Whoever asked may have gone away; what was written stays written.
        let _ = self.sender.send(answer);
    }
}
