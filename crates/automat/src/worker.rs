//! Reactions and timers, carried out.
//!
//! Facts whose reactions are due are claimed by lease, their reactions done in order, and only with
//! the last are they finished; timers likewise. Only the buckets that this process looks after are
//! looked at. Everything done here may be done twice: commands carry the key of the fact they
//! follow from, effects are known to the world by their own ids.

use crate::effect::World;
use crate::lease::Held;
use kernel::Moment;
use reactions::{Command, Lane, Reaction, Rules, react_in, timer_due};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{Context, Due, DueTimer, Failure, Fault, Finishing, Room, Store};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

/// Carries out what is due, until told to stop.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    world: Arc<World>,
    rules: Rules,
    busy: Busy,
    held: Held,
}

/// Tells whether timers are being fired, for whoever waits until nothing is under way.
///
/// A claimed timer looks like one that is not due; only its worker knows that it is at work.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<AtomicBool>);

impl Busy {
    /// Tells whether timers are being fired now.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self, busy: bool) {
        self.0.store(busy, Ordering::SeqCst);
    }
}

/// Something could not be done now and is to be tried again.
#[derive(Debug)]
struct Again(String);

/// What became of a command that was sent.
struct Answer {
    is_yes: bool,
    /// Whether the fact it was to end is finished.
    is_finished: bool,
}

const LEASE_MS: i64 = 60_000;
const AT_ONCE: usize = 64;
const WORDS_AT_ONCE: usize = 16;
const POLL: Duration = Duration::from_millis(500);
const SWEEP_EVERY: Duration = Duration::from_secs(600);
const TIMER_POLL: Duration = Duration::from_millis(200);

impl Worker {
    /// Makes a worker over a store and the world its effects touch.
    pub fn new(store: Store, world: Arc<World>, rules: Rules, busy: Busy, held: Held) -> Worker {
        Worker {
            store,
            world,
            rules,
            busy,
            held,
        }
    }

    /// Works until told to stop; what is under way then is finished first.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        tokio::join!(self.follow_facts(stop.clone()), self.follow_timers(stop));
    }

    async fn follow_facts(&self, mut stop: watch::Receiver<bool>) {
        // Each fact is a task of its own: a future that waits here unpolled while the next facts
        // are claimed could keep the very reader that the claim waits for.
        let mut under_way = JoinSet::new();
        // Words to people may wait for a gateway for long; they take no room from anything else.
        let mut words = JoinSet::new();
        loop {
            let room = Room {
                deeds: AT_ONCE - under_way.len(),
                words: WORDS_AT_ONCE - words.len(),
            };
            let has_room = room.deeds + room.words > 0;
            if has_room && !*stop.borrow() {
                match self.claim_due(room).await {
                    Ok(due) => due.into_iter().for_each(|due| {
                        let worker = self.clone();
                        let line = match due.lane {
                            Lane::Deeds => &mut under_way,
                            Lane::Words => &mut words,
                        };
                        line.spawn(async move { worker.follow(due).await });
                    }),
                    Err(fault) => tracing::error!(%fault, "cannot claim facts"),
                }
            }
            if *stop.borrow() && under_way.is_empty() && words.is_empty() {
                return;
            }
            let stopping = *stop.borrow();
            tokio::select! {
                Some(ended) = under_way.join_next() => tell_crash(ended),
                Some(ended) = words.join_next() => tell_crash(ended),
                () = self.store.woken().notified(), if !stopping => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed(), if !stopping => {}
            }
        }
    }

    async fn claim_due(&self, room: Room) -> Result<Vec<Due>, Fault> {
        let (now, buckets) = (self.world.now(), self.held.buckets());
        let claimed = self.store.claim_due_in(buckets, now, LEASE_MS, room);
        claimed.await
    }

    async fn follow(&self, due: Due) {
        let reactions = react_in(due.lane, &due.fact, due.at, &self.rules);
        let last = reactions.last().map_or(0, |(index, _)| *index);
        let mut is_finished = false;
        for (index, reaction) in reactions {
            let key = format!("{}-{}-{index}", due.stream, due.version);
            let ending = (index == last).then_some(&due);
            match self.carry_out(reaction, key, ending).await {
                Ok(finished) => is_finished = finished,
                Err(Again(why)) => return self.put_off(&due, &why).await,
            }
        }
        if is_finished {
            return;
        }
        if let Err(fault) = self.store.finish(&due).await {
            tracing::error!(%fault, "cannot finish a fact; its reactions will be repeated");
        }
    }

    async fn put_off(&self, due: &Due, why: &str) {
        tracing::warn!(stream = %due.stream, version = due.version, why, "will try again");
        let until = self.world.now().plus_millis(backoff_ms(due.attempts));
        if let Err(fault) = self.store.postpone(due, until, why).await {
            tracing::error!(%fault, "cannot put a fact off; its lease will end");
        }
    }

    /// Carries out a reaction, ending a fact with it when it is the last; tells whether that is
    /// done. An effect ends nothing: it is outside of any transaction.
    async fn carry_out(
        &self,
        reaction: Reaction,
        key: String,
        ending: Option<&Due>,
    ) -> Result<bool, Again> {
        let (command, otherwise) = match reaction {
            Reaction::Effect(effect) => {
                return self
                    .world
                    .cause(effect)
                    .await
                    .map(|()| false)
                    .map_err(Again);
            }
            Reaction::Do { command, otherwise } => (command, otherwise),
        };
        let finishing = ending.map(|due| due.finishing(otherwise.is_none()));
        let answer = self.command(command, key.clone(), finishing).await?;
        match otherwise {
            Some(command) if !answer.is_yes => {
                let finishing = ending.map(|due| due.finishing(true));
                let answer = self.command(command, format!("{key}-else"), finishing);
                Ok(answer.await?.is_finished)
            }
            _ => Ok(answer.is_finished),
        }
    }

    /// Sends a command, ending a fact with it.
    async fn command(
        &self,
        command: Command,
        key: String,
        finishes: Option<Finishing>,
    ) -> Result<Answer, Again> {
        let ends = finishes.is_some();
        let ends_by_refusal = finishes.as_ref().is_some_and(Finishing::is_by_refusal);
        let context = Context {
            key: Some(key),
            finishes,
            ..Context::at(self.world.now())
        };
        match self.store.run(command, context).await {
            Ok(_) => Ok(Answer {
                is_yes: true,
                is_finished: ends,
            }),
            Err(Failure::Refused(refusal)) => {
                tracing::debug!(?refusal, "a reaction was refused");
                Ok(Answer {
                    is_yes: false,
                    is_finished: ends_by_refusal,
                })
            }
            // The key names the fact and the place in its list: another command under it is the
            // list's next version meeting a fact it has already answered.
            Err(Failure::KeyReused) => Ok(Answer {
                is_yes: true,
                is_finished: false,
            }),
            Err(failure @ (Failure::Busy | Failure::Stale | Failure::Fault(_))) => {
                Err(Again(failure.to_string()))
            }
        }
    }

    async fn follow_timers(&self, mut stop: watch::Receiver<bool>) {
        // One timer may wait for the wallet or a gateway; the others are not to wait with it.
        let mut under_way = JoinSet::new();
        let mut sweep_at = Instant::now();
        loop {
            let stopping = *stop.borrow();
            if stopping && under_way.is_empty() {
                return;
            }
            if Instant::now() >= sweep_at {
                sweep_at = Instant::now() + SWEEP_EVERY;
                self.sweep().await;
            }
            let room = AT_ONCE - under_way.len();
            if room > 0 && !stopping {
                // A claimed timer looks like one that is not due.
                self.busy.set(true);
                let now = self.world.now();
                match self.claim_timers(now, room).await {
                    Ok(timers) => timers.into_iter().for_each(|timer| {
                        let worker = self.clone();
                        under_way.spawn(async move { worker.fire(timer, now).await });
                    }),
                    Err(fault) => tracing::error!(%fault, "cannot claim timers"),
                }
            }
            self.busy.set(!under_way.is_empty());
            tokio::select! {
                Some(ended) = under_way.join_next() => {
                    if let Err(crash) = ended {
                        tracing::error!(%crash, "a timer crashed; its lease will end");
                    }
                }
                () = self.store.timers_changed().notified(), if !stopping => {}
                () = tokio::time::sleep(TIMER_POLL) => {}
                _ = stop.changed(), if !stopping => {}
            }
        }
    }

    async fn sweep(&self) {
        if let Err(fault) = self.store.sweep_sessions(self.world.now()).await {
            tracing::error!(%fault, "sessions that are over were not forgotten");
        }
        if let Err(fault) = self.store.sweep_proofs(self.world.now()).await {
            tracing::error!(%fault, "what told of old commits was not swept");
        }
    }

    async fn claim_timers(&self, now: Moment, room: usize) -> Result<Vec<DueTimer>, Fault> {
        let buckets = self.held.buckets();
        let claimed = self.store.claim_timers_in(buckets, now, LEASE_MS, room);
        claimed.await
    }

    /// Fires a timer. A command consumes it; an effect drops it once it is done; a refusal means
    /// that it is not needed any more.
    async fn fire(&self, due: DueTimer, now: Moment) {
        let done = match timer_due(due.timer, now, &self.rules) {
            Reaction::Effect(effect) => self.world.cause(effect).await.map_err(Again),
            Reaction::Do { command, .. } => {
                let context = Context {
                    consumes: Some(due.key.clone()),
                    ..Context::at(now)
                };
                match self.store.run(command, context).await {
                    Ok(_) | Err(Failure::Stale) => return,
                    Err(Failure::Refused(_) | Failure::KeyReused) => Ok(()),
                    Err(failure) => Err(Again(failure.to_string())),
                }
            }
        };
        let dropped = match done {
            Ok(()) => self
                .store
                .drop_timer(&due.key)
                .await
                .map(drop)
                .map_err(|f| f.to_string()),
            Err(Again(why)) => Err(why),
        };
        if let Err(why) = dropped {
            tracing::warn!(why, "a timer will fire again when its lease ends");
        }
    }
}

fn tell_crash(ended: Result<(), JoinError>) {
    if let Err(crash) = ended {
        tracing::error!(%crash, "a reaction crashed; its lease will end");
    }
}

/// Waits 1 s, 2 s, 4 s and so on, five minutes at most.
fn backoff_ms(attempts: u32) -> i64 {
    1_000 * (1 << attempts.saturating_sub(1).min(8)).min(300)
}
