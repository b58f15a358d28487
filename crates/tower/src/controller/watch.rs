//! Whether a status can be believed: fresh, beating, of this machine, and what it says is new.

use crate::handshake::Status;
use kernel::Moment;

/// After how long without news a status is unsafe, in milliseconds.
pub const STALE_MS: i64 = 2_000;

/// The last status and when something was last heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    status: Option<Status>,
    status_at: Moment,
    heartbeat_at: Moment,
}

impl Watch {
    pub(super) fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    pub(super) fn lose(&mut self) {
        self.status = None;
    }

    /// Takes a status, and tells whether it differs from the last in more than the heartbeat and
    /// the heights of lifts.
    pub(super) fn see(&mut self, status: Status, at: Moment) -> bool {
        let last = self.status.as_ref();
        let beats =
            |last: &Status| last.heartbeat != status.heartbeat || last.epoch != status.epoch;
        if last.is_none_or(beats) {
            self.heartbeat_at = at;
        }
        let is_news = last.is_none_or(|last| !last.is_like(&status));
        self.status_at = at;
        self.status = Some(status);
        is_news
    }

    /// A status older than two seconds, or one that does not change, says nothing about now.
    pub(super) fn is_stale(&self, now: Moment) -> bool {
        let old = now.millis_since(self.status_at) > STALE_MS;
        let frozen = now.millis_since(self.heartbeat_at) > STALE_MS;
        self.status.is_none() || old || frozen
    }
}
