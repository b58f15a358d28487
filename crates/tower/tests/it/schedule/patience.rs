//! Nobody starves, whatever comes later and however it is preferred.

use proptest::prelude::*;
use tower::schedule::patience::{Patience, Waiting};

proptest! {
    #[test]
    fn a_job_is_overtaken_as_often_as_the_limit_says_at_the_most(
        limit in 0..6u64,
        arrivals in proptest::collection::vec((0..3usize, 0..1_000usize), 1..80),
    ) {
        let patience = Patience { limit, doubling_ms: 60_000 };
        let new = Waiting { weight: 1, waited_ms: 0, overtaken: 0 };
        let mut queue = vec![new];
        // Whoever prefers, may prefer anybody: the limit holds all the same.
        for (come, preferred) in arrivals {
            queue.extend(vec![new; come]);
            if queue.is_empty() {
                continue;
            }
            let chosen = patience.choose(&queue, preferred % queue.len());
            for passed in &mut queue[..chosen] {
                passed.overtaken += 1;
                prop_assert!(passed.overtaken <= limit);
            }
            queue.remove(chosen);
        }
    }

    #[test]
    fn a_weight_grows_with_waiting(weight in 1..1_000u64, waited in 0..10_000_000u64) {
        let patience = Patience { limit: 3, doubling_ms: 600_000 };
        let at = |waited_ms| patience.aged(&Waiting { weight, waited_ms, overtaken: 0 });
        prop_assert!(at(waited) <= at(waited + 600_000));
        prop_assert_eq!(at(600_000), 2 * weight);
        prop_assert_eq!(at(0), weight);
    }
}
