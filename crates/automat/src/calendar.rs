//! The clock moved forward, day by day, so that months pass in seconds and nothing is skipped.
//!
//! The clock jumps from one timer to the next and waits at each until everything that follows from
//! it is done: an instalment is due on its day, is collected, and is in the books before the next
//! day begins. It stops as well when a car is due for the time its buyer chose. A move waits while
//! cars are moving and while the wallet has not answered.

use crate::clock::Clock;
use crate::worker::Busy;
use kernel::Moment;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tower::machine::Machine;
use tower::planner::begins_at;
use tower::tower::{State, Tower};
use web::shop::{Calendar, CalendarMove};

/// Moves the clock when it is asked to.
pub struct Mover {
    clock: Clock,
    store: Store,
    /// The tower, at the speed it runs.
    machine: Arc<Machine>,
    busy: Busy,
    asked: mpsc::Receiver<Moment>,
    progress: watch::Sender<Option<CalendarMove>>,
}

const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a car that is due may take to set out; the controller looks twice a second.
const SETS_OUT: Duration = Duration::from_secs(2);
/// How long ago it may have become due, by the clock that is moved.
const JUST_DUE_MS: i64 = 60_000;

/// Makes a mover and the handle that pages hold.
pub fn mover(clock: Clock, store: Store, machine: Arc<Machine>, busy: Busy) -> (Mover, Calendar) {
    let (ask, asked) = mpsc::channel(1);
    let (progress, seen) = watch::channel(None);
    (
        Mover {
            clock,
            store,
            machine,
            busy,
            asked,
            progress,
        },
        Calendar {
            ask,
            progress: seen,
        },
    )
}

impl Mover {
    /// Waits for moves and makes them, until told to stop.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let to = tokio::select! {
                to = self.asked.recv() => to,
                _ = stop.wait_for(|stop| *stop) => None,
            };
            let Some(to) = to else { return };
            let mut state = CalendarMove {
                from: self.clock.now(),
                to,
                reached: self.clock.now(),
                done: false,
                note: None,
            };
            self.show(&state);
            let moved = tokio::select! {
                moved = self.walk(&mut state) => moved,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            state.note = moved.err().map(|error| error.to_string());
            state.reached = self.clock.now();
            state.done = true;
            self.show(&state);
        }
    }

    async fn walk(&self, state: &mut CalendarMove) -> anyhow::Result<()> {
        loop {
            self.settle().await?;
            state.reached = self.clock.now();
            self.show(state);
            let timer = self.store.next_timer().await?;
            let car = self.next_car().await?;
            match timer.into_iter().chain(car).min() {
                Some(next) if next <= state.to => {
                    self.clock.move_to(next.plus_millis(1))?;
                    self.store.timers_changed().notify_one();
                }
                _ => {
                    self.clock.move_to(state.to)?;
                    return self.settle().await;
                }
            }
        }
    }

    /// Gives when the next car is due that waits for the time its buyer chose.
    async fn next_car(&self) -> anyhow::Result<Option<Moment>> {
        let (tower, _) = self.store.load::<Tower>(&self.machine.id).await?;
        let now = self.clock.now();
        Ok(self.due_cars(&tower).filter(|due| *due > now).min())
    }

    /// Whether a car has just become due and the controller has not had the time to see it.
    fn sets_out(&self, tower: &State) -> bool {
        let now = self.clock.now();
        let just = |due: Moment| (0..JUST_DUE_MS).contains(&now.millis_since(due));
        self.due_cars(tower).any(just)
    }

    fn due_cars<'t>(&'t self, tower: &'t State) -> impl Iterator<Item = Moment> + 't {
        let jobs = tower.jobs.iter();
        jobs.filter_map(|live| begins_at(tower, &self.machine, live))
    }

    /// Waits until nothing is due: no timer, no fact whose reactions are not done, no move.
    async fn settle(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            // In this order: whatever a timer sets off after it was not seen to be due is seen in
            // one of the later looks.
            let next = self.store.next_timer().await?;
            let firing = self.busy.is_set();
            let depth = self.store.outbox_depth().await?;
            let (tower, _) = self.store.load::<Tower>(&self.machine.id).await?;
            let sets_out = began.elapsed() < SETS_OUT && self.sets_out(&tower);
            let still = tower.open.is_empty() && !sets_out;
            if still && !firing && depth == 0 && next.is_none_or(|next| next > self.clock.now()) {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                anyhow::bail!(
                    "{depth} things that are due are not done yet; look under \"needs me now\""
                );
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn show(&self, state: &CalendarMove) {
        self.progress.send_replace(Some(state.clone()));
    }
}
