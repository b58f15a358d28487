//! Committed states of streams, kept so that most commands need no reading.
//!
//! Two generations bound it: when the young one is full, the old one is dropped and the young one
//! becomes old; what is asked for again moves back to the young. A dropped state costs nothing but
//! folding its stream again.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// A state of any kind, with the version it has.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) state: Arc<dyn Any + Send + Sync>,
    pub(crate) version: u64,
}

/// States by stream name, at most twice the generation's size.
pub(crate) struct Cache {
    young: HashMap<Arc<str>, Kept>,
    old: HashMap<Arc<str>, Kept>,
    generation: usize,
}

impl Cache {
    pub(crate) fn new(generation: usize) -> Cache {
        Cache {
            young: HashMap::new(),
            old: HashMap::new(),
            generation,
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
}
