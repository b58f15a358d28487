//! A command on its way through the writer: consume its timer, decide, append what happened.
//!
//! Events, outbox rows, timers, views, ledger rows and the idempotency row of one command stand or
//! fall together.

use crate::batch::{Batch, Told};
use crate::fault::Fault;
use crate::keys::{self, FreshKey};
use crate::ledger;
use crate::log::{self, Fresh, StreamName};
use crate::outbox::Finishing;
use crate::timer::{self, TimerKey};
use crate::views::{self, Projection};
use crate::writer::Work;
use kernel::Moment;
use reactions::{Lane, Stream, TimerChange};
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
    /// The fact whose last reaction this command is; it is finished with the command, unless that
    /// is refused and something else is to be done then.
    pub finishes: Option<Finishing>,
}

impl Context {
    /// Makes a context of an instant alone.
    pub fn at(at: Moment) -> Context {
        Context {
            at,
            key: None,
            consumes: None,
            finishes: None,
        }
    }
}

/// A command was carried out, now or before.
#[derive(Clone, Debug)]
pub struct Done<D: Stream> {
    /// The version of the stream after it.
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
        (id, stream): (D::Id, StreamName),
        command: D::Command,
        context: Context,
    ) -> (Execution<D>, oneshot::Receiver<Answer<D>>) {
        let (sender, receiver) = oneshot::channel();
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
        let answer = self.answer_in(batch)?;
        if let Some(finishing) = &self.context.finishes {
            let ends = match &answer {
                Ok(_) => true,
                Err(Failure::Refused(_)) => finishing.is_by_refusal(),
                Err(_) => false,
            };
            if ends {
                batch.finish(finishing);
            }
        }
        Ok(answer)
    }

    fn answer_in(&self, batch: &mut Batch<'_>) -> Result<Answer<D>, Fault> {
        batch.hold([self.stream.bucket_number()])?;
        if let Some(key) = &self.context.consumes {
            batch.hold([i64::from(key.bucket.number())])?;
            if !batch.consume(key)? {
                return Ok(Err(Failure::Stale));
            }
        }
        if let Some(answer) = self.answered_before(batch)? {
            return Ok(answer);
        }
        let (mut state, version) = batch.take::<D>(&self.stream)?;
        let answer = self.unfold(batch, Arc::make_mut(&mut state), version)?;
        let after = answer.as_ref().map_or(version, |done| done.version);
        batch.stage::<D>(&self.stream, state, after);
        Ok(answer)
    }

    fn answered_before(&self, batch: &mut Batch<'_>) -> Result<Option<Answer<D>>, Fault> {
        let Some(key) = &self.context.key else {
            return Ok(None);
        };
        if batch.pending.has_key(&self.stream, key) {
            batch.flush()?;
        }
        let Some(row) = keys::find(batch.database, &self.stream, key)? else {
            return Ok(None);
        };
        if row.request_hash != keys::request_hash(&self.stream, &self.command)? {
            return Ok(Some(Err(Failure::KeyReused)));
        }
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
            version: row.last_version,
            events: events?,
            repeated: true,
        })))
    }

    /// Decides, and records each event with the state after it.
    fn unfold(
        &self,
        batch: &mut Batch<'_>,
        state: &mut D::State,
        version: u64,
    ) -> Result<Answer<D>, Fault> {
        let mut events = vec![];
        let mut recorded = Ok(());
        let command = self.command.clone();
        let unfolded = D::unfold(state, command, self.context.at, &mut |event, state| {
            let version = version + 1 + events.len() as u64;
            if recorded.is_ok() {
                recorded = self.record_event(batch, version, &event, state);
            }
            events.push(event);
        });
        recorded?;
        if let Err(refusal) = unfolded {
            return Ok(Err(Failure::Refused(refusal)));
        }
        let last = version + events.len() as u64;
        if last > version {
            self.note(batch, version, last)?;
        }
        Ok(Ok(Done {
            version: last,
            events,
            repeated: false,
        }))
    }

    /// Notes that something is to be committed, and which key stands for it.
    fn note(&self, batch: &mut Batch<'_>, before: u64, last: u64) -> Result<(), Fault> {
        if let Some(key) = &self.context.key {
            batch.pending.key(FreshKey {
                stream: self.stream.clone(),
                key: key.clone(),
                request_hash: keys::request_hash(&self.stream, &self.command)?,
                first_version: before + 1,
                last_version: last,
                at: self.context.at,
            });
        }
        batch.wrote = true;
        Ok(())
    }

    fn record_event(
        &self,
        batch: &mut Batch<'_>,
        version: u64,
        event: &D::Event,
        state: &D::State,
    ) -> Result<(), Fault> {
        let (stream, at, rules) = (&self.stream, self.context.at, &*batch.shared.rules);
        let body =
            serde_json::to_string(event).map_err(Fault::body("an event", &stream.text, version))?;
        let fact = D::fact(&self.id, event);
        let reactions = reactions::react(&fact, at, rules);
        for lane in Lane::ALL {
            if reactions.iter().any(|reaction| reaction.lane() == lane) {
                batch.pending.due(stream, version, lane, at);
                batch.due_in.insert(stream.bucket);
            }
        }
        for change in reactions::timers(&fact, rules) {
            if let TimerChange::Set { at, .. } = &change {
                batch.timers_set.push((stream.bucket, at.micros()));
            }
            let (named, setting) = timer::setting(stream, change)?;
            batch.pending.timer(named, setting);
        }
        let mut projection = Projection {
            database: batch.database,
            sheet: &mut batch.pending.views,
            bucket: stream.bucket_number(),
            version,
            at,
        };
        views::project(&mut projection, &fact, state)?;
        ledger::post(batch.database, stream, &fact, version, at, rules)?;
        let told = Told {
            bucket: stream.bucket,
            stream: stream.text.clone(),
            version,
            at,
            fact,
        };
        let stream = stream.clone();
        let fresh = Fresh {
            stream,
            version,
            body,
            at,
        };
        batch.pending.event(fresh, told);
        Ok(())
    }
}

impl<D: Stream> Work for Execution<D>
where
    D::Command: Serialize,
{
    fn stream(&self) -> Option<&StreamName> {
        Some(&self.stream)
    }

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
