//! What a policy looks at: the stream, the machine, where its lifts are, and the time.

use crate::handshake::Unit;
use crate::machine::{LiftPose, Machine};
use crate::tower::{LiveJob, State};
use kernel::Moment;

/// What a policy looks at.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What the stream says.
    pub state: &'a State,
    /// The machine.
    pub machine: &'a Machine,
    /// The height of each lift as last seen, in millimetres; where nobody has seen it, the stream's
    /// word counts.
    pub heights_mm: &'a [i32],
    /// When.
    pub at: Moment,
}

impl<'a> Sight<'a> {
    /// Lists the jobs that may start, in the order in which they are considered.
    pub(super) fn in_order(&self) -> Vec<&'a LiveJob> {
        super::in_order(self.state, self.machine, self.at)
    }

    /// Gives where a lift is, or will be when the move that it makes has ended.
    pub fn pose(&self, lift: usize) -> LiftPose {
        let open = self.state.open.get(&Unit::at(lift));
        if let Some(plan) = open.and_then(|open| open.plan.as_ref()) {
            return plan.end;
        }
        let known = super::pose(self.state, self.machine, lift);
        let height_mm = self.heights_mm.get(lift).copied();
        LiftPose {
            height_mm: height_mm.unwrap_or(known.height_mm),
            ..known
        }
    }
}
