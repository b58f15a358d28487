//! How much memory this process has, where the system tells (Linux).

use std::fs;

/// Gives the memory this process has now, in megabytes.
pub(super) fn resident_mb() -> Option<f64> {
    megabytes("VmRSS:")
}

/// Gives the most memory this process ever had, in megabytes.
pub(super) fn peak_mb() -> Option<f64> {
    megabytes("VmHWM:")
}

fn megabytes(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1_024.0 / 1_000_000.0)
}
