//! What the stream's record learns from an event: how long visits last, and which promises held.

use super::order::is_loaded;
use super::{OpenOrder, Place, Stage, State};
use crate::handshake::Action;
use crate::job::Kind;
use kernel::{JobId, Moment};

/// A fetched car has come: its promise is judged, and the visit of its buyer begins.
pub(super) fn came(state: &mut State, bay: &Place, job: &JobId, at: Moment) {
    if let Some(promise) = state.job(job).and_then(|live| live.promise) {
        state.record.note(&promise, at);
        state.jobs.promise(job, None);
    }
    if let Some(bay) = state.bays.get_mut(bay) {
        bay.since = Some(at);
    }
}

/// A door that opens to an empty bay begins the visit of who brings a car; one that closes, or a
/// car that is carried away from its buyer, ends a visit. What begins or ends is told by the state
/// before the order.
pub(super) fn ordered(state: &mut State, open: &OpenOrder) {
    match &open.order.action {
        Action::OpenOuter { bay } => {
            let begins = !is_loaded(state, bay);
            if let Some(bay) = state.bays.get_mut(bay).filter(|_| begins) {
                bay.since = Some(open.at);
            }
        }
        Action::CloseOuter { bay } | Action::Move { from: bay, .. } => end(state, bay, open.at),
        Action::Home | Action::Go { .. } | Action::Withdraw => {}
    }
}

fn end(state: &mut State, place: &Place, at: Moment) {
    let Some(bay) = state.bays.get_mut(place) else {
        return;
    };
    let (Some(since), Some(job)) = (bay.since.take(), bay.job.clone()) else {
        return;
    };
    let lasted_ms = at.millis_since(since);
    let Some(live) = state.job(&job) else {
        return;
    };
    match (&live.stage, &live.job.kind) {
        (Stage::Left { .. } | Stage::Rejected { .. }, _) | (_, Kind::PutBack { .. }) => {
            state.record.visits.note(lasted_ms);
        }
        (Stage::Arrived { .. }, _) => state.record.drive_ins.note(lasted_ms),
        // Who came for nothing tells nothing of those who come for something.
        _ => {}
    }
}
