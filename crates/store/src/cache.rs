//! Committed states of streams, kept so that most commands need no reading.
//!
//! Two generations bound it: when the young one is full, the old one is dropped and the young one
//! becomes old; what is asked for again moves back to the young. A dropped state costs nothing but
//! folding its stream again.
//!
//! Where several processes write, a state here may be behind the log. For each bucket it is known
//! up to which position the states kept have followed; an event beyond it is evolved into the state
//! it concerns, once, in the order of positions.

use crate::fault::Fault;
use crate::log::{self, Logged};
use kernel::{Bucket, Decider};
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

type AnyState = Arc<dyn Any + Send + Sync>;

/// A state of any kind, with the version it has.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) state: AnyState,
    pub(crate) version: u64,
    /// Knows the type of the state.
    next: fn(&AnyState, &Logged) -> Result<AnyState, Fault>,
}

impl Kept {
    pub(crate) fn of<D: Decider>(state: Arc<D::State>, version: u64) -> Kept {
        let next = next::<D>;
        Kept {
            state,
            version,
            next,
        }
    }
}

fn next<D: Decider>(state: &AnyState, logged: &Logged) -> Result<AnyState, Fault> {
    let event = log::event::<D>(&logged.stream, &logged.stored)?;
    let state = D::State::clone(&typed::<D>(state.clone()));
    Ok(Arc::new(D::evolve(state, &event)))
}

/// Gives a kept state its type back.
pub(crate) fn typed<D: Decider>(state: AnyState) -> Arc<D::State> {
    let state = state.downcast::<D::State>();
    state.expect("a stream's name begins with its kind, so it has one type of state")
}

/// States by stream name, at most twice the generation's size.
pub(crate) struct Cache {
    young: HashMap<Arc<str>, Kept>,
    old: HashMap<Arc<str>, Kept>,
    generation: usize,
    /// The position after the last event followed, by bucket.
    followed: [i64; Bucket::COUNT],
}

impl Cache {
    pub(crate) fn new(generation: usize) -> Cache {
        Cache {
            young: HashMap::new(),
            old: HashMap::new(),
            generation,
            followed: [1; Bucket::COUNT],
        }
    }

    pub(crate) fn find(&mut self, stream: &str) -> Option<Kept> {
        if let Some(kept) = self.young.get(stream) {
            return Some(kept.clone());
        }
        let (name, kept) = self.old.remove_entry(stream)?;
        self.keep(name, kept.clone());
        Some(kept)
    }

    pub(crate) fn keep(&mut self, stream: Arc<str>, kept: Kept) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&stream);
        self.young.insert(stream, kept);
    }

    pub(crate) fn forget(&mut self, stream: &str) {
        self.young.remove(stream);
        self.old.remove(stream);
    }

    /// Gives the position after the last event of a bucket that the states here have followed.
    pub(crate) fn followed(&self, bucket: i64) -> i64 {
        self.followed[bucket as usize]
    }

    /// Notes that everything before a position has been followed.
    pub(crate) fn follow_to(&mut self, bucket: i64, pos: i64) {
        let followed = &mut self.followed[bucket as usize];
        *followed = pos.max(*followed);
    }

    /// Evolves the state an event concerns; false when the event was followed before.
    pub(crate) fn follow(&mut self, logged: &Logged) -> bool {
        let bucket = logged.stream.bucket_number();
        if logged.pos < self.followed(bucket) {
            return false;
        }
        self.follow_to(bucket, logged.pos + 1);
        let name = &logged.stream.text;
        let version = logged.stored.version;
        let Some(kept) = self.find(name).filter(|kept| kept.version < version) else {
            return true;
        };
        match (kept.version + 1 == version).then(|| (kept.next)(&kept.state, logged)) {
            Some(Ok(state)) => self.keep(
                name.clone(),
                Kept {
                    state,
                    version,
                    ..kept
                },
            ),
            // What cannot be followed is folded anew when it is next wanted, and named then.
            Some(Err(_)) | None => self.forget(name),
        }
        true
    }
}
