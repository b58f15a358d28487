//! What this machine gives: processors, and how long its disk takes for a flush.
//!
//! Every figure of a durable hold is a figure of the disk first, so it is measured beside them, on
//! the disk that the data folders are on.

use anyhow::Context;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// A disk, by its flushes.
pub(super) struct Disk {
    processors: usize,
    flushes: Histogram<u64>,
}

const BLOCK: [u8; 4_096] = [7; 4_096];
const BLOCKS: u64 = 256;
const LASTING: Duration = Duration::from_millis(500);
const LONGEST_MICROS: u64 = 10_000_000;

impl Disk {
    /// Writes blocks of 4 KiB over each other in a file of the folder, a flush after each.
    pub(super) fn measure(folder: &Path) -> anyhow::Result<Disk> {
        let path = folder.join("flushes");
        let mut file =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        for _ in 0..BLOCKS {
            file.write_all(&BLOCK)?;
        }
        file.sync_all()?;
        let mut flushes =
            Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("the bounds are in order");
        let began = Instant::now();
        for block in (0..BLOCKS).cycle() {
            if began.elapsed() > LASTING {
                break;
            }
            file.seek(SeekFrom::Start(block * BLOCK.len() as u64))?;
            let flush = Instant::now();
            file.write_all(&BLOCK)?;
            file.sync_data()?;
            flushes.saturating_record(flush.elapsed().as_micros() as u64);
        }
        std::fs::remove_file(&path)?;
        let processors = std::thread::available_parallelism()?.get();
        Ok(Disk {
            processors,
            flushes,
        })
    }

    /// Writes one JSON object.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "processors": self.processors,
            "flush_p50_us": self.flushes.value_at_quantile(0.50),
            "flush_p99_us": self.flushes.value_at_quantile(0.99),
        })
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99] = [0.50, 0.99].map(|part| self.flushes.value_at_quantile(part));
        write!(
            f,
            "{} processors; 4 KiB written and flushed: p50 {p50} us, p99 {p99} us",
            self.processors
        )
    }
}
