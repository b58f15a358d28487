//! What this process looks after, where several share a database; renewed for as long as it lives.
//!
//! The worker follows facts and timers of the buckets held here, and the control room asks the
//! machine while the tower is held here. Time is this computer's, never the shop's movable clock. A
//! holder stops a margin before the end that stands in the database, so that two never hold the
//! same as long as their clocks differ by less than the margin; how long that is is counted from
//! before the question, by a clock that nobody sets. In a folder everything is held for ever.

use crate::clock::Clock;
use kernel::TowerId;
use std::future::pending;
use std::time::Duration;
use store::{Buckets, Fault, Store};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long another waits for a process that fell silent.
const LENGTH: Duration = Duration::from_secs(5);
/// How much earlier a process stops that could not renew: the most by which clocks may differ.
const MARGIN: Duration = Duration::from_secs(1);
const RENEW_EVERY: Duration = Duration::from_millis(500);

/// What is held, as the parts of the house see it.
#[derive(Clone)]
pub struct Held(watch::Receiver<Holding>);

#[derive(Clone, Copy)]
struct Holding {
    buckets: Buckets,
    tower: bool,
    /// When it is over unless it is renewed; never, where nobody else can hold it.
    over: Option<Instant>,
}

/// Renews what is held.
pub struct Keeper {
    store: Store,
    node: String,
    wants: Wants,
    holding: watch::Sender<Holding>,
}

/// What a process asks for.
pub struct Wants {
    /// Whether it follows facts and timers.
    pub buckets: bool,
    /// The tower it can reach.
    pub tower: Option<TowerId>,
}

impl Keeper {
    /// Makes a keeper for a process of that name, which is no other's, and what its parts look at.
    pub fn new(store: Store, node: String, wants: Wants) -> (Keeper, Held) {
        let (holding, held) = watch::channel(Holding {
            buckets: Buckets::NONE,
            tower: false,
            over: None,
        });
        let keeper = Keeper {
            store,
            node,
            wants,
            holding,
        };
        (keeper, Held(held))
    }

    /// Renews until told to stop, and then gives everything up, so that others go on at once.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let asked = Instant::now();
            match self.renew().await {
                Ok((buckets, tower)) => self.hold(buckets, tower, asked),
                Err(fault) => tracing::error!(%fault, "cannot renew what this process looks after"),
            }
            tokio::select! {
                () = sleep_until(asked + RENEW_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        if let Err(fault) = self.store.end_lease(&self.node).await {
            tracing::error!(%fault, "others will wait until what this process held is over");
        }
    }

    async fn renew(&self) -> Result<(Buckets, bool), Fault> {
        let now = Clock::system().now();
        let length_ms = LENGTH.as_millis() as i64;
        let buckets = match self.wants.buckets {
            true => self.store.lease(&self.node, now, length_ms).await?.buckets,
            false => Buckets::NONE,
        };
        let tower = match &self.wants.tower {
            Some(tower) => {
                let name = format!("tower-{tower}");
                let taken = self.store.take_duty(&name, &self.node, now, length_ms);
                taken.await?
            }
            None => false,
        };
        Ok((buckets, tower))
    }

    fn hold(&self, buckets: Buckets, tower: bool, asked: Instant) {
        let is_shared = self.store.is_shared();
        let over = is_shared.then(|| asked + LENGTH - MARGIN);
        let before = self.holding.send_replace(Holding {
            buckets,
            tower,
            over,
        });
        if (before.buckets, before.tower) != (buckets, tower) {
            let buckets = buckets.count();
            tracing::info!(node = self.node, buckets, tower, "this process looks after");
        }
    }
}

impl Holding {
    fn is_over(&self) -> bool {
        self.over.is_some_and(|over| Instant::now() >= over)
    }
}

impl Held {
    /// Gives the buckets that are held now.
    pub fn buckets(&self) -> Buckets {
        let holding = *self.0.borrow();
        match holding.is_over() {
            true => Buckets::NONE,
            false => holding.buckets,
        }
    }

    /// Tells whether the tower is held now.
    pub fn has_tower(&self) -> bool {
        let holding = *self.0.borrow();
        holding.tower && !holding.is_over()
    }

    /// Waits until the tower is not held any more.
    pub async fn tower_is_lost(&mut self) {
        while self.has_tower() {
            let Some(over) = self.0.borrow_and_update().over else {
                return pending().await;
            };
            if let Ok(Err(_)) = timeout_at(over, self.0.changed()).await {
                // The keeper is gone and renews nothing any more.
                return;
            }
        }
    }
}
