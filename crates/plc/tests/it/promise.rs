//! What buyers are told holds nine times of ten: on quiet days and busy ones, in one tower and
//! another, for those who find nobody and for those who wait.
//!
//! A change looks at some weeks; `AUTOMAT_DAYS` in the environment makes it a thousand days by
//! night. How far the share may be off follows from how many promises there are.

use crate::simulation::{by_rate, run};
use plc::simulation::{Figures, Kept, People};
use tower::promise::Wait;

/// What a run is too short to unlearn is not measured in it; longer ones are cut into several.
const LONGEST_RUN_DAYS: u64 = 125;

/// Simulates so many days, or as many as are asked for, in runs of different seeds.
fn days_of(name: &str, per_hour: f64, days: u64, manners: fn(&mut People)) -> Vec<Figures> {
    let asked = std::env::var("AUTOMAT_DAYS");
    let days = asked.map_or(days, |days| days.parse().expect("AUTOMAT_DAYS is a number"));
    let seeds = 1..=days.div_ceil(LONGEST_RUN_DAYS);
    let run = |seed: u64| {
        let mut options = by_rate(name, per_hour, seed);
        manners(&mut options.people);
        let left = days - (seed - 1) * LONGEST_RUN_DAYS;
        run(options, 24 * left.min(LONGEST_RUN_DAYS))
    };
    seeds.map(run).collect()
}

/// The promises of one kind of wait in several runs, or all of them.
fn sum(runs: &[Figures], wait: Option<Wait>) -> Kept {
    let of = |figures: &Figures| match wait {
        None => figures.promise.all,
        Some(wait) => figures.promise.by_wait[wait as usize].kept,
    };
    let each = || runs.iter().map(of).filter(|kept| kept.given > 0);
    let given: u64 = each().map(|kept| kept.given).sum();
    let kept: u64 = each().map(|kept| kept.kept).sum();
    let mean = |value: fn(&Kept) -> Option<f64>| {
        let weighed = each().map(|kept| kept.given as f64 * value(&kept).expect("some were given"));
        (given > 0).then(|| weighed.sum::<f64>() / given as f64)
    };
    Kept {
        given,
        kept,
        coverage: (given > 0).then(|| kept as f64 / given as f64),
        coverage_shown: mean(|kept| kept.coverage_shown),
        mean_width_s: mean(|kept| kept.mean_width_s),
    }
}

/// Checks that nine of ten were kept, for all and for each kind of wait that was met often.
fn check(what: &str, runs: &[Figures]) {
    const OFTEN: u64 = 100;
    for wait in [None].into_iter().chain(Wait::ALL.map(Some)) {
        let kept = sum(runs, wait);
        let Some(coverage) = kept.coverage.filter(|_| kept.given >= OFTEN) else {
            continue;
        };
        println!("{what}, {wait:?}: {kept:?}");
        // Three standard errors of a share of nine tenths.
        let by_chance = 3.0 * (0.9 * 0.1 / kept.given as f64).sqrt();
        let allowed = 0.87 - by_chance..=0.93 + by_chance;
        assert!(allowed.contains(&coverage), "{what}, {wait:?}: {kept:?}");
    }
}

#[test]
fn nine_of_ten_promises_hold_in_a_quiet_tower() {
    let runs = days_of("autobahn-singapore", 1.0, 30, |_| {});
    check("Singapore, 1 an hour", &runs);
    // Nobody is before them, so that the machine alone decides.
    let at_once = sum(&runs, Some(Wait::AtOnce));
    assert!(at_once.given > 200, "{at_once:?}");
    assert!(at_once.mean_width_s < Some(0.5), "{at_once:?}");
}

#[test]
fn nine_of_ten_promises_hold_in_a_busy_tower() {
    let runs = days_of("autobahn-singapore", 12.0, 8, |_| {});
    check("Singapore, 12 an hour", &runs);
    assert!(sum(&runs, Some(Wait::OneVisit)).given >= 100);
}

#[test]
fn nine_of_ten_promises_hold_in_another_tower() {
    check(
        "Guangzhou, 6 an hour",
        &days_of("tmall-guangzhou", 6.0, 8, |_| {}),
    );
}

#[test]
fn nine_of_ten_promises_hold_whatever_people_are_like() {
    let slow = |people: &mut People| {
        people.visit_median_s = 420.0;
        people.visit_sigma = 0.9;
        people.no_show = 0.05;
    };
    let runs = days_of("autobahn-singapore", 8.0, 12, slow);
    check("Singapore, 8 an hour, slow people", &runs);
}

#[test]
fn a_second_of_a_visit_widens_no_promise_of_a_motion() {
    let runs = days_of("autobahn-singapore", 12.0, 4, |_| {});
    let width = |wait: Wait| sum(&runs, Some(wait)).mean_width_s.expect("it was met");
    assert!(width(Wait::AtOnce) < width(Wait::Moves));
    assert!(width(Wait::Moves) < width(Wait::OneVisit));
}
