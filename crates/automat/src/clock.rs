//! The time. In a demonstration it can be moved forward, and stays so when the program starts
//! again.

use anyhow::Context;
use kernel::Moment;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's time, and how far it was moved forward.
#[derive(Clone)]
pub struct Clock {
    ahead_micros: Arc<AtomicI64>,
    kept_in: Option<PathBuf>,
}

impl Clock {
    /// Gives the system's own time, which nobody moves.
    pub fn system() -> Clock {
        Clock {
            ahead_micros: Arc::default(),
            kept_in: None,
        }
    }

    /// Gives a clock that can be moved forward and remembers how far in a file.
    pub fn movable(file: PathBuf) -> anyhow::Result<Clock> {
        let ahead = match fs::read_to_string(&file) {
            Ok(text) => text.trim().parse().with_context(|| {
                format!(
                    "{} holds no number of microseconds; delete it to start anew",
                    file.display()
                )
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", file.display()));
            }
        };
        Ok(Clock {
            ahead_micros: Arc::new(AtomicI64::new(ahead)),
            kept_in: Some(file),
        })
    }

    /// Tells what time it is.
    pub fn now(&self) -> Moment {
        let system = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = system.map_or(0, |since| since.as_micros() as i64);
        Moment::from_micros(micros + self.ahead_micros.load(Ordering::Relaxed))
    }

    /// Moves forward to a moment; a moment that has passed changes nothing.
    pub fn move_to(&self, moment: Moment) -> anyhow::Result<()> {
        let step = moment.micros() - self.now().micros();
        let Some(file) = self.kept_in.as_ref().filter(|_| step > 0) else {
            return Ok(());
        };
        let ahead = self.ahead_micros.fetch_add(step, Ordering::Relaxed) + step;
        let fresh = file.with_extension("new");
        fs::write(&fresh, ahead.to_string())
            .and_then(|()| fs::rename(&fresh, file))
            .with_context(|| format!("cannot keep the clock in {}", file.display()))
    }

    /// Gives the clock as the other parts take it.
    pub fn as_function(&self) -> Arc<dyn Fn() -> Moment + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
