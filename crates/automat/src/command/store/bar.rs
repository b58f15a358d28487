//! How far a long piece of work is: share, rate and time left, for whoever watches.
//!
//! Where nobody watches, in a log or a pipe, nothing is drawn.

use indicatif::{ProgressBar, ProgressStyle};
use store::Progress;

/// A line that is drawn again and again.
pub(super) struct Bar(ProgressBar);

const COUNTED: &str = "{msg} {wide_bar} {percent}% of {human_len}, {per_sec}, {eta} left";
const WEIGHED: &str = "{msg} {wide_bar} {percent}% of {binary_total_bytes}, {binary_bytes_per_sec}";

impl Bar {
    pub(super) fn rows() -> Bar {
        Bar::new(COUNTED, "rows")
    }

    pub(super) fn events() -> Bar {
        Bar::new(COUNTED, "events")
    }

    pub(super) fn bytes() -> Bar {
        Bar::new(WEIGHED, "bytes")
    }

    fn new(template: &str, message: &'static str) -> Bar {
        let style = ProgressStyle::with_template(template);
        let style = style.expect("the templates in this file are sound");
        Bar(ProgressBar::new(1).with_style(style).with_message(message))
    }

    pub(super) fn show(&self, done: u64, total: u64) {
        self.0.set_length(total.max(done));
        self.0.set_position(done);
    }

    /// Says what else is going on.
    pub(super) fn say(&self, message: &'static str) {
        self.0.set_message(message);
    }

    pub(super) fn show_copy(&self, progress: Progress) {
        match progress {
            Progress::Resumed { buckets } => self.0.suspend(|| {
                println!(
                    "A copy into this place was broken off after {buckets} of 256 buckets; it \
                     goes on there."
                );
            }),
            Progress::Rows { done, total } => self.show(done, total),
            Progress::Verifying => self.say("verifying the books of"),
        }
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
