//! Appointments: the best order on small cases, the bound and the start rules on large ones.

use super::orders;
use proptest::prelude::*;
use tower::schedule::tardiness::{
    EXACT_JOBS, Job, bound, by_apparent_cost, by_due, by_weighted_time, plan, tardiness_of,
};

fn jobs(count: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<Job>> {
    let job = (1..200u64, 0..800u64, 1..10u64);
    let job = job.prop_map(|(takes_ms, due_ms, weight)| Job {
        takes_ms,
        due_ms,
        weight,
    });
    proptest::collection::vec(job, count)
}

proptest! {
    #[test]
    fn few_appointments_are_kept_as_well_as_can_be(jobs in jobs(0..=6)) {
        let mut least = u64::MAX;
        orders(jobs.len(), &mut |order| least = least.min(tardiness_of(&jobs, order)));
        let plan = plan(&jobs, 0);
        prop_assert_eq!(plan.proof.cost, least);
        prop_assert!(plan.proof.is_exact());
        prop_assert_eq!(tardiness_of(&jobs, &plan.order), least);
        prop_assert!(bound(&jobs) <= least);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn many_appointments_are_ordered_no_worse_than_by_any_rule(
        jobs in jobs(EXACT_JOBS + 1..EXACT_JOBS + 10),
    ) {
        let plan = plan(&jobs, 20_000);
        let mut done = plan.order.clone();
        done.sort_unstable();
        prop_assert!(done.into_iter().eq(0..jobs.len()));
        prop_assert_eq!(plan.proof.cost, tardiness_of(&jobs, &plan.order));
        for rule in [by_due, by_weighted_time, by_apparent_cost] {
            prop_assert!(plan.proof.cost <= tardiness_of(&jobs, &rule(&jobs)));
        }
    }
}

#[test]
fn with_time_for_all_nobody_is_late() {
    let job = |due_ms| Job {
        takes_ms: 10,
        due_ms,
        weight: 1,
    };
    let jobs: Vec<Job> = (1..=30).rev().map(|index| job(index * 10)).collect();
    let plan = plan(&jobs, 10_000);
    assert_eq!(plan.proof.cost, 0);
    assert!(plan.proof.is_exact());
}
