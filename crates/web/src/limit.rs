//! Limits on how often one phone, address or visit may do a thing.
//!
//! A token bucket for each key: so many at once, then one each so many seconds. Time comes from the
//! caller. Keys that have been quiet for an hour are forgotten.

use kernel::Moment;
use std::collections::HashMap;
use std::sync::Mutex;

/// A limit and everyone who has met it.
#[derive(Debug)]
pub struct Limit {
    at_once: f64,
    per_second: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    seen: Moment,
}

const FORGET_MILLIS: i64 = 60 * 60 * 1000;
const SWEEP_ABOVE: usize = 10_000;

impl Limit {
    /// Makes a limit: so many at once, then one each so many seconds.
    pub fn new(at_once: u32, seconds_each: f64) -> Limit {
        Limit {
            at_once: f64::from(at_once),
            per_second: 1.0 / seconds_each,
            buckets: Mutex::default(),
        }
    }

    /// Takes one for a key; false when the limit is met.
    pub fn take(&self, key: &str, at: Moment) -> bool {
        let mut buckets = self
            .buckets
            .lock()
            .expect("nobody panics while holding the buckets");
        if buckets.len() > SWEEP_ABOVE {
            buckets.retain(|_, bucket| at.millis_since(bucket.seen) < FORGET_MILLIS);
        }
        let full = Bucket {
            tokens: self.at_once,
            seen: at,
        };
        let bucket = buckets.entry(key.to_owned()).or_insert(full);
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
}
