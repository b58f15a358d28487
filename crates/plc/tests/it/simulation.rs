//! A tower simulated with its people: the same run from the same seed, and figures that agree with
//! what is published and with theory.

use plc::simulation::{
    Arrival, Demand, Figures, Options, People, Profile, Rate, Simulation, Untimed, Wish,
};
use tower::machine::Machine;
use tower::planner::Policy;

pub(crate) const HOUR_MS: u64 = 3_600_000;

pub(crate) fn machine(name: &str) -> Machine {
    let file = format!("{}/../../machines/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).expect("the machine file is there");
    Machine::parse(&text, &file).expect("the machine file is sound")
}

pub(crate) fn by_rate(name: &str, per_hour: f64, seed: u64) -> Options {
    Options {
        machine: machine(name),
        policy: Policy::default(),
        demand: Demand::Rate(Rate {
            per_hour,
            shows: 0.2,
            profile: Profile::Flat,
            stock: 0.7,
        }),
        people: People::default(),
        stock: 0.7,
        seed,
        record_ms: 0,
    }
}

pub(crate) fn run(options: Options, hours: u64) -> Figures {
    let mut simulation = Simulation::new(options).expect("the stock fits the machine");
    simulation.run(hours * HOUR_MS, &mut Untimed);
    simulation.figures()
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let once = run(by_rate("autobahn-singapore", 6.0, 7), 24);
    let again = run(by_rate("autobahn-singapore", 6.0, 7), 24);
    let other = run(by_rate("autobahn-singapore", 6.0, 8), 24);
    assert_eq!(once, again);
    assert_ne!(once.wait_s, other.wait_s);
}

#[test]
fn a_run_in_slices_is_the_same_run() {
    let whole = run(by_rate("autobahn-singapore", 6.0, 3), 12);
    let options = by_rate("autobahn-singapore", 6.0, 3);
    let mut sliced = Simulation::new(options).expect("the stock fits the machine");
    for minute in 1..=12 * 60 {
        sliced.run(minute * 60_000, &mut Untimed);
    }
    assert_eq!(sliced.figures(), whole);
}

#[test]
fn singapore_brings_every_car_down_within_the_published_two_minutes() {
    let figures = run(by_rate("autobahn-singapore", 1.5, 1), 240);
    assert!(figures.jobs > 300, "{figures:?}");
    let slowest = figures.fetch_s.max.expect("cars were fetched");
    assert!(slowest <= 120.0, "{figures:?}");
    assert_eq!((figures.failed, figures.unmet), (0, 0));
}

#[test]
fn nothing_asked_leaves_nothing_known() {
    let figures = run(by_rate("autobahn-singapore", 0.0, 1), 24);
    assert_eq!(figures.jobs, 0);
    assert_eq!(figures.wait_s.mean, None);
    assert_eq!(figures.fetch_s.max, None);
    assert_eq!(figures.promise.all.coverage, None);
}

#[test]
fn every_job_of_a_busy_day_ends() {
    let mut options = by_rate("autobahn-singapore", 12.0, 5);
    let Demand::Rate(rate) = &mut options.demand else {
        panic!("the demand is a rate");
    };
    rate.profile = Profile::Showroom;
    // The showroom closes at nine in the evening.
    let figures = run(options, 24);
    assert!(figures.asked > 200, "{figures:?}");
    assert_eq!(figures.unfinished, 0, "{figures:?}");
    let ended = figures.jobs + figures.failed + figures.left_behind;
    assert_eq!(figures.asked, ended, "{figures:?}");
}

#[test]
fn a_listed_wish_comes_at_its_time() {
    let arrivals = vec![
        Arrival {
            at_ms: HOUR_MS,
            wish: Wish::Fetch(None),
        },
        Arrival {
            at_ms: 2 * HOUR_MS,
            wish: Wish::Store(None),
        },
        Arrival {
            at_ms: 3 * HOUR_MS,
            wish: Wish::Show(None),
        },
    ];
    let options = Options {
        demand: Demand::List(arrivals),
        ..by_rate("autobahn-singapore", 0.0, 2)
    };
    let figures = run(options, 4);
    assert_eq!((figures.asked, figures.jobs), (3, 3), "{figures:?}");
    assert_eq!(figures.wait_s.p50, figures.wait_s.max);
}

/// One lift and people who take no time are a queue with one server: each waits until the one
/// before is served (Lindley 1952), whatever the service times are.
#[test]
fn waits_for_one_lift_follow_lindleys_recursion() {
    let gaps_s = (1..=40_u64).map(|n| 5 + n * n * 37 % 151);
    let arrivals_ms: Vec<u64> = gaps_s
        .scan(300, |at_s, gap_s| {
            *at_s += gap_s;
            Some(*at_s * 1_000)
        })
        .collect();
    let wish = |at_ms: &u64| Arrival {
        at_ms: *at_ms,
        wish: Wish::Fetch(None),
    };
    let options = Options {
        // In this queue nobody is served by a lift that is on its way to wait elsewhere.
        policy: Policy::FirstCome,
        demand: Demand::List(arrivals_ms.iter().map(wish).collect()),
        people: People {
            come_s: (0.0, 0.0),
            visit_s: (0.0, 0.0),
            no_show: 0.0,
            reject: 0.0,
            ..People::default()
        },
        ..by_rate("autobahn-singapore", 0.0, 4)
    };
    let mut simulation = Simulation::new(options).expect("the stock fits the machine");
    simulation.run(4 * HOUR_MS, &mut Untimed);
    let (queued, waits) = (simulation.queued_ms(), simulation.waits_ms());
    assert_eq!((queued.len(), waits.len()), (40, 40));
    let mut free_ms = 0;
    let mut waited = 0;
    for (n, at_ms) in arrivals_ms.iter().enumerate() {
        let starts_ms = free_ms.max(*at_ms);
        assert_eq!(at_ms + queued[n], starts_ms, "hand-over {n}");
        waited += usize::from(starts_ms > *at_ms);
        free_ms = at_ms + waits[n];
    }
    assert!(waited > 10, "only {waited} had to wait");
}
