//! Being told to stop: Ctrl-C at a terminal, or the system ending the service.

use anyhow::Context;

/// Waits until somebody wants the program to end.
pub async fn told() -> anyhow::Result<()> {
    const CANNOT: &str = "cannot wait for Ctrl-C";
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).context(CANNOT)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context(CANNOT),
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.context(CANNOT)
}
