//! How long a job will take from here: the machine's own times, and visits played through as they
//! were lately.
//!
//! The queue ahead is played in some sixty scenarios: lifts and bays come free, jobs start in their
//! order, each where it is first possible. Motions take what the machine's plans say. How long each
//! visit lasts is taken from the visits seen lately, of those longer than it has lasted already.
//! The scenarios are Korobov's lattice (1959), so that they spread evenly over all visits at once
//! and the same state gives the same forecast. Who asks later and goes first all the same is not
//! foreseen; that, as all that a forecast leaves out, is what its calibration is for.

mod scenario; // one course that the queue ahead may take
mod yard; // lifts, bays and jobs as they stand

use crate::machine::Machine;
use crate::promise::{Forecast, Wait};
use crate::tower::State;
use kernel::{JobId, Moment};
use yard::Yard;

pub(super) use yard::left_ms;

/// No forecast of a motion is counted more finely.
const LEAST_SPREAD_MS: u64 = 1_000;

/// Tells how long a job that has not started, or whose car stands in a bay to be carried up, still
/// needs; nothing when the machine cannot do it as it is.
pub fn forecast(state: &State, machine: &Machine, job: &JobId, now: Moment) -> Option<Forecast> {
    let yard = Yard::of(state, machine, state.job(job)?, now)?;
    let courses = (0..scenario::COUNT).map(|number| yard.play(number));
    let mut courses: Vec<_> = courses.collect::<Option<_>>()?;
    courses.sort_unstable_by_key(|course| course.ends_ms);
    let end_ms = |of_hundred: usize| courses[courses.len() * of_hundred / 100].ends_ms;
    let (least_ms, most_ms) = (end_ms(0), courses.last()?.ends_ms);
    let wait = match yard.visits_before() {
        _ if least_ms == most_ms && courses[0].starts_ms == 0 => Wait::AtOnce,
        _ if least_ms == most_ms => Wait::Moves,
        0 | 1 => Wait::OneVisit,
        _ => Wait::Visits,
    };
    let spread_ms = (end_ms(95) - end_ms(5)).max((most_ms - least_ms) / 4);
    Some(Forecast {
        wait,
        expected_ms: end_ms(50),
        spread_ms: spread_ms.max(LEAST_SPREAD_MS),
    })
}
