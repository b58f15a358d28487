//! Appointments kept by one lift: the order with the least weighted tardiness.
//!
//! A job takes some time, should end by a moment, and each millisecond it ends later costs its
//! weight: `sum of w T`, strongly NP-hard (Lawler 1977). Up to [`EXACT_JOBS`] the best order is
//! found by dynamic programming over sets (Held & Karp 1962), `O(2^n n)`. Beyond, the apparent
//! tardiness cost rule (Vepsalainen & Morton 1987, Management Science 33(8) 1035-1047), weighted
//! shortest time and earliest due date are each improved by swapping two jobs or moving one. The
//! bound of many jobs is an assignment of jobs to positions: the job in position `k` ends no
//! sooner than its own time and the `k - 1` shortest of the others.

use super::Proof;
use super::assignment::{Costs, Matching, NEVER};
use serde::{Deserialize, Serialize};

/// Up to how many jobs the order is proved best.
pub const EXACT_JOBS: usize = 15;

/// A job of one lift; times in milliseconds from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// How long it takes.
    pub takes_ms: u64,
    /// When it should have ended; 0 for at once.
    pub due_ms: u64,
    /// What each millisecond costs that it ends later.
    pub weight: u64,
}

/// An order of jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The jobs by their index, first to last.
    pub order: Vec<usize>,
    /// Weighted milliseconds of tardiness, and how few they could be.
    pub proof: Proof,
}

/// Orders jobs. Beyond [`EXACT_JOBS`], at most `steps` changes of an order are tried.
pub fn plan(jobs: &[Job], steps: u64) -> Plan {
    if jobs.len() <= EXACT_JOBS {
        return best_of_sets(jobs);
    }
    let starts = [by_apparent_cost(jobs), by_weighted_time(jobs), by_due(jobs)];
    let mut left = steps;
    let improved = starts.map(|order| improve(jobs, order, &mut left));
    let [first, second, third] = improved.map(|order| (tardiness_of(jobs, &order), order));
    let (cost, order) = first.min(second).min(third);
    let proof = Proof::new(cost, bound(jobs).min(cost), steps - left);
    Plan { order, proof }
}

/// Adds up the weighted tardiness of an order.
pub fn tardiness_of(jobs: &[Job], order: &[usize]) -> u64 {
    let (mut now, mut cost) = (0, 0);
    for job in order.iter().map(|index| &jobs[*index]) {
        now += job.takes_ms;
        cost += late(job, now);
    }
    cost
}

fn late(job: &Job, ends: u64) -> u64 {
    job.weight * ends.saturating_sub(job.due_ms)
}

/// Finds the best order: the best last job of every set of jobs, smaller sets first.
fn best_of_sets(jobs: &[Job]) -> Plan {
    let sets = 1usize << jobs.len();
    let mut least = vec![(u64::MAX, 0usize); sets];
    least[0] = (0, 0);
    let takes = |set: usize| members(set).map(|job| jobs[job].takes_ms).sum::<u64>();
    for set in 1..sets {
        let ends = takes(set);
        let last = |job: usize| (least[set & !(1 << job)].0 + late(&jobs[job], ends), job);
        let best = members(set).map(last).min();
        least[set] = best.expect("a set above the empty one has a member");
    }
    let (mut order, mut set) = (Vec::new(), sets - 1);
    while set != 0 {
        let last = least[set].1;
        order.push(last);
        set &= !(1 << last);
    }
    order.reverse();
    let cost = least[sets - 1].0;
    let proof = Proof::new(cost, cost, sets as u64);
    Plan { order, proof }
}

fn members(set: usize) -> impl Iterator<Item = usize> {
    (0..usize::BITS as usize)
        .filter(move |job| set & (1 << job) != 0)
        .take(set.count_ones() as usize)
}

/// Gives a bound for any number of jobs: the cheapest assignment to positions.
pub fn bound(jobs: &[Job]) -> u64 {
    let mut times: Vec<u64> = jobs.iter().map(|job| job.takes_ms).collect();
    times.sort_unstable();
    // For each number of jobs, how long the shortest ones take together.
    let mut shortest = vec![0];
    for time in &times {
        shortest.push(shortest[shortest.len() - 1] + time);
    }
    let costs = Costs::new(jobs.len(), |index, position| {
        let job = &jobs[index];
        // Its own time counts once, whether or not it is among the shortest.
        let is_among = times[..position].binary_search(&job.takes_ms).is_ok();
        let before = match is_among {
            true => shortest[position + 1] - job.takes_ms,
            false => shortest[position],
        };
        late(job, before + job.takes_ms).min(NEVER - 1)
    });
    Matching::solve(&costs).total(&costs)
}

/// Orders by earliest due date.
pub fn by_due(jobs: &[Job]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|index| jobs[*index].due_ms);
    order
}

/// Orders by weighted shortest time: least time for its weight first.
pub fn by_weighted_time(jobs: &[Job]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    // a/b < c/d as a d < c b, so that nothing is rounded.
    let cross = |a: &Job, b: &Job| u128::from(a.takes_ms) * u128::from(b.weight);
    order.sort_by(|a, b| {
        let (a, b) = (&jobs[*a], &jobs[*b]);
        cross(a, b).cmp(&cross(b, a))
    });
    order
}

/// Orders by apparent tardiness cost: next is the job with the largest
/// `w/p exp(-slack / (K p_mean))`, with `K = 2`.
pub fn by_apparent_cost(jobs: &[Job]) -> Vec<usize> {
    const LOOK_AHEAD: f64 = 2.0;
    let total: u64 = jobs.iter().map(|job| job.takes_ms).sum();
    let mean = total.max(1) as f64 / jobs.len().max(1) as f64;
    let mut left: Vec<usize> = (0..jobs.len()).collect();
    let (mut order, mut now) = (Vec::new(), 0);
    while !left.is_empty() {
        let urgency = |index: &usize| {
            let job = &jobs[*index];
            let slack = job.due_ms.saturating_sub(now + job.takes_ms) as f64;
            let rate = job.weight as f64 / job.takes_ms.max(1) as f64;
            rate * (-slack / (LOOK_AHEAD * mean)).exp()
        };
        let more = |a: &(usize, f64), b: &(usize, f64)| b.1.total_cmp(&a.1);
        let next = left.iter().map(urgency).enumerate().min_by(more);
        let next = left.remove(next.expect("a job is left").0);
        now += jobs[next].takes_ms;
        order.push(next);
    }
    order
}

type Change = fn(&mut Vec<usize>, usize, usize);

/// Swaps two jobs or moves one while that helps and steps are left.
fn improve(jobs: &[Job], mut order: Vec<usize>, left: &mut u64) -> Vec<usize> {
    let mut cost = tardiness_of(jobs, &order);
    let changes: [Change; 2] = [|order, a, b| order.swap(a, b), carry];
    let mut helped = true;
    while helped {
        helped = false;
        for (a, b) in pairs(order.len()) {
            for change in changes {
                if *left == 0 {
                    return order;
                }
                *left -= 1;
                let mut tried = order.clone();
                change(&mut tried, a, b);
                let tried_cost = tardiness_of(jobs, &tried);
                if tried_cost < cost {
                    (order, cost, helped) = (tried, tried_cost, true);
                }
            }
        }
    }
    order
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = (0..count).flat_map(move |a| (0..count).map(move |b| (a, b)));
    all.filter(|(a, b)| a != b)
}

fn carry(order: &mut Vec<usize>, from: usize, to: usize) {
    let job = order.remove(from);
    order.insert(to, job);
}
