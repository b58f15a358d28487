//! The pause before a new connection, which doubles from try to try.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// When the next connection may be tried.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pause: Duration,
    not_before: Option<Instant>,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff {
            pause: FIRST,
            not_before: None,
        }
    }
}

impl Backoff {
    /// Waits until a connection may be tried, and makes the next try wait longer.
    pub async fn wait(&mut self) {
        if let Some(not_before) = self.not_before {
            sleep_until(not_before).await;
        }
        self.not_before = Some(Instant::now() + self.pause);
        self.pause = (self.pause * 2).min(LONGEST);
    }

    /// Forgets earlier tries, because a connection has served.
    pub fn forget(&mut self) {
        *self = Backoff::default();
    }
}
