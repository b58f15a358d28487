//! What buyers are told holds nine times of ten: on quiet days and busy ones, in one tower and
//! another, for those who find nobody and for those who wait.

use crate::simulation::{by_rate, run};
use plc::simulation::{Figures, Kept, Options, People};
use tower::promise::Wait;

/// A day of each test's runs; `AUTOMAT_DAYS` asks for more of them at night.
fn days() -> u64 {
    let asked = std::env::var("AUTOMAT_DAYS");
    asked.map_or(DAYS, |days| days.parse().expect("AUTOMAT_DAYS is a number"))
}

const DAYS: u64 = 60;
/// The first days teach; what is measured in a hundred of them is not measured in one.
const DAYS_OF_A_RUN: u64 = 125;

/// Simulates so many days in runs of different seeds, and adds them up.
fn promises(name: &str, per_hour: f64, days: u64, manners: fn(&mut People)) -> Vec<Figures> {
    let runs = days.div_ceil(DAYS_OF_A_RUN);
    let run = |seed: u64| {
        let mut options: Options = by_rate(name, per_hour, seed);
        manners(&mut options.people);
        let left = days - (seed - 1) * DAYS_OF_A_RUN;
        run(options, 24 * left.min(DAYS_OF_A_RUN))
    };
    (1..=runs).map(run).collect()
}

/// Counts the promises of one kind of wait, or of all.
fn sum(runs: &[Figures], wait: Option<Wait>) -> (u64, u64) {
    let of = |figures: &Figures| -> Kept {
        let mut by_wait = figures.promise.by_wait.iter();
        match wait {
            None => figures.promise.all,
            Some(wait) => {
                by_wait
                    .find(|one| one.wait == wait)
                    .expect("every kind")
                    .kept
            }
        }
    };
    let kept = runs.iter().map(of);
    kept.fold((0, 0), |(given, kept), one| {
        (given + one.given, kept + one.kept)
    })
}

fn tell(what: &str, runs: &[Figures]) {
    for wait in [None].into_iter().chain(Wait::ALL.map(Some)) {
        let (given, kept) = sum(runs, wait);
        let of = |figures: &Figures| match wait {
            None => figures.promise.all,
            Some(wait) => figures.promise.by_wait[wait as usize].kept,
        };
        let weighed = |value: fn(&Kept) -> Option<f64>| {
            let all = runs.iter().map(of);
            let total: f64 = all
                .map(|kept| kept.given as f64 * value(&kept).unwrap_or(0.0))
                .sum();
            total / given.max(1) as f64
        };
        let share = 100.0 * kept as f64 / given.max(1) as f64;
        let name = wait.map_or("all".to_owned(), |wait| format!("{wait:?}"));
        println!(
            "{what} {name:<9}{given:>8} given {share:>6.2} % kept {:>6.2} % as shown, {:>8.2} s wide",
            100.0 * weighed(|kept| kept.coverage_shown),
            weighed(|kept| kept.mean_width_s),
        );
    }
}

#[test]
fn look() {
    for (name, per_hour) in [
        ("autobahn-singapore", 1.0),
        ("autobahn-singapore", 6.0),
        ("autobahn-singapore", 12.0),
        ("tmall-guangzhou", 1.0),
        ("tmall-guangzhou", 6.0),
        ("carvana-charlotte", 10.0),
        ("autostadt-wolfsburg", 20.0),
    ] {
        let runs = promises(name, per_hour, days(), |_| {});
        tell(&format!("{name} {per_hour}/h"), &runs);
        println!("   wait {:?}", runs[0].wait_s);
    }
}
