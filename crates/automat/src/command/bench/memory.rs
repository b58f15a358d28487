//! How much memory a process has, where the system tells (Linux).

use std::fs;

/// Gives the memory this process has now, in megabytes.
pub(super) fn resident_mb() -> Option<f64> {
    megabytes("self", "VmRSS:")
}

/// Gives the most memory this process ever had, in megabytes.
pub(super) fn peak_mb() -> Option<f64> {
    megabytes("self", "VmHWM:")
}

/// Gives the memory another process has now, and the most it ever had, in megabytes.
pub(super) fn of_process(id: u32) -> Option<(f64, f64)> {
    let id = id.to_string();
    Some((megabytes(&id, "VmRSS:")?, megabytes(&id, "VmHWM:")?))
}

fn megabytes(process: &str, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1_024.0 / 1_000_000.0)
}
