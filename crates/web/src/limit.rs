//! Limits on how often one phone, address or visit may do a thing.
//!
//! A token bucket for each key: so many at once, then one each so many seconds. Time comes from the
//! caller. Keys are kept in two generations: an hour after the last time, the old one is forgotten
//! and the young one grows old. Whoever comes again moves back to the young, so a key is forgotten
//! when it was quiet for an hour at least and two at most, and no question walks over them all.

use kernel::Moment;
use std::collections::HashMap;
use std::sync::Mutex;

/// A limit and everyone who has met it.
#[derive(Debug)]
pub struct Limit {
    at_once: f64,
    per_second: f64,
    keys: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<String, Bucket>,
    old: HashMap<String, Bucket>,
    /// Since when there is this young one.
    since: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    seen: Moment,
}

const FORGET_MILLIS: i64 = 60 * 60 * 1000;

impl Limit {
    /// Makes a limit: so many at once, then one each so many seconds.
    pub fn new(at_once: u32, seconds_each: f64) -> Limit {
        Limit {
            at_once: f64::from(at_once),
            per_second: 1.0 / seconds_each,
            keys: Mutex::default(),
        }
    }

    /// Takes one for a key; false when the limit is met.
    pub fn take(&self, key: &str, at: Moment) -> bool {
        let mut keys = self
            .keys
            .lock()
            .expect("nobody panics while holding the keys");
        let full = Bucket {
            tokens: self.at_once,
            seen: at,
        };
        let bucket = keys.find(key, at, full);
        let passed_seconds = at.millis_since(bucket.seen).max(0) as f64 / 1000.0;
        bucket.tokens = (bucket.tokens + passed_seconds * self.per_second).min(self.at_once);
        bucket.seen = at;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

impl Generations {
    fn find(&mut self, key: &str, at: Moment, new: Bucket) -> &mut Bucket {
        let since = *self.since.get_or_insert(at);
        let age = at.millis_since(since);
        if age >= FORGET_MILLIS {
            self.old = std::mem::take(&mut self.young);
            self.since = Some(at);
        }
        if age >= 2 * FORGET_MILLIS {
            self.old.clear();
        }
        if !self.young.contains_key(key) {
            let known = self.old.remove(key).unwrap_or(new);
            self.young.insert(key.to_owned(), known);
        }
        self.young
            .get_mut(key)
            .expect("a key that was missing was put there")
    }
}

#[cfg(test)]
mod tests {
    use super::Limit;
    use kernel::Moment;

    #[test]
    fn a_burst_is_allowed_and_then_one_at_a_time() {
        let limit = Limit::new(3, 10.0);
        let start = Moment::from_micros(0);
        let taken = (0..5).filter(|_| limit.take("a", start)).count();
        assert_eq!(taken, 3);
        assert!(limit.take("b", start), "another key has its own burst");
        assert!(!limit.take("a", start.plus_seconds(9)));
        assert!(limit.take("a", start.plus_seconds(11)));
    }

    #[test]
    fn who_was_quiet_for_hours_is_forgotten_and_who_was_not_is_not() {
        let limit = Limit::new(1, 100_000.0);
        let start = Moment::from_micros(0);
        let hours = |hours: i64| start.plus_seconds(hours * 3_600);
        assert!(limit.take("busy", start));
        assert!(limit.take("quiet", start));
        for hour in 1..4 {
            assert!(!limit.take("busy", hours(hour)), "hour {hour}");
        }
        let keys = limit.keys.lock().expect("nobody panics here");
        let known: Vec<_> = keys.young.keys().chain(keys.old.keys()).collect();
        assert_eq!(known, ["busy"]);
    }
}
