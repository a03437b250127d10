//! Being asked to stop, by a person (ctrl-c) or by the machine (SIGTERM), while something stands that must be taken back.

use std::future::Future;

/// Does work unless it is asked to stop; then the work is dropped where it stands, and there is nothing. From then on a
/// second request does not end the program: what takes things back is not interrupted.
pub(crate) async fn unless_asked_to_stop<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = asked_to_stop() => None,
    }
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => {}
        Some(()) = terminated => {}
        else => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
