//! Whose turn it is: what a policy prefers, as far as those who wait have patience.

use super::policy::{PATIENCE, lets_pass};
use crate::schedule::patience::Waiting;
use crate::tower::LiveJob;

/// Puts jobs, given as they were queued, into turns. Each time `prefer` chooses one of those left,
/// all by their place in the queue; whoever has let pass enough goes before those behind.
pub(super) fn turns(queue: &[&LiveJob], prefer: impl Fn(&[usize]) -> usize) -> Vec<usize> {
    let mut waiting: Vec<Waiting> = queue.iter().map(|live| as_waiting(live)).collect();
    let mut left: Vec<usize> = (0..queue.len()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let wanted = prefer(&left);
        let wanted = left.iter().position(|one| *one == wanted).unwrap_or(0);
        let now: Vec<Waiting> = left.iter().map(|one| waiting[*one]).collect();
        let next = PATIENCE.choose(&now, wanted);
        for passed in &left[..next] {
            waiting[*passed].overtaken += 1;
        }
        order.push(left.remove(next));
    }
    order
}

/// All jobs weigh the same here; who lets fewer pass begins as if some had passed already.
fn as_waiting(live: &LiveJob) -> Waiting {
    let head_start = PATIENCE.limit.saturating_sub(lets_pass(&live.job.kind));
    Waiting {
        weight: 1,
        waited_ms: 0,
        overtaken: live.overtaken + head_start,
    }
}
