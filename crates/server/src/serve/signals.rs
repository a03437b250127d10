//! SIGTERM and SIGINT.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::Drain;

/// A supervisor's SIGTERM begins with grace: a load balancer has to notice first. A person's SIGINT does not wait. The
/// second signal ends the grace, the third one the waiting.
pub(super) fn drain_on_signals(drain: Drain) -> io::Result<JoinHandle<()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(tokio::spawn(async move {
        let mut steps = 0;
        loop {
            let at_once = tokio::select! {
                _ = terminate.recv() => false,
                _ = interrupt.recv() => true,
            };
            steps = if steps == 0 && at_once { 2 } else { steps + 1 };
            match steps {
                1 => drain.begin(),
                2 => drain.hurry(),
                _ => drain.give_up(),
            }
        }
    }))
}
