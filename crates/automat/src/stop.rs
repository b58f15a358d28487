//! Being told to stop: Ctrl-C at a terminal, or the system ending the service.
//!
//! The signals are listened for from the call on, not from the first wait: whoever is told while
//! the program still opens its parts is not cut off, but closes them in order.

use anyhow::Context;

/// Listens from now on, and ends when somebody wants the program to end.
pub fn told() -> impl Future<Output = anyhow::Result<()>> {
    const CANNOT: &str = "cannot wait for Ctrl-C";
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupted = signal(SignalKind::interrupt());
        let terminated = signal(SignalKind::terminate());
        async move {
            let mut interrupted = interrupted.context(CANNOT)?;
            let mut terminated = terminated.context(CANNOT)?;
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            Ok(())
        }
    }
    #[cfg(not(unix))]
    async move {
        tokio::signal::ctrl_c().await.context(CANNOT)
    }
}
