//! A rollout, followed until everything is new and available, or Kubernetes gives it up.

use std::time::{Duration, Instant};

use super::standing::Standing;
use crate::{ecs::follow::Sighting, failure::Failure, line::Line, rollout::Pace};

/// How a rollout ended.
pub(crate) enum End {
    Done,
    /// Kubernetes gave it up, or another image took its place.
    Failed(String),
    TimedOut(String),
}

/// Follows a rollout of an image.
pub(crate) async fn follow(service: &str, image: &str, pace: Pace) -> (End, Sighting, Duration) {
    let (began, mut line, mut last) = (Instant::now(), Line::new(), Sighting::default());
    let end = loop {
        match Standing::of(service).await {
            Ok(now) => {
                last = sighting(&now);
                let Sighting { running, desired, pending, .. } = &last;
                line.show(
                    &format!("{service}: {} · running {running}/{desired}, pending {pending}", last.stage),
                    began.elapsed(),
                );
                if now.image != image {
                    break End::Failed(format!("another deployment took its place with {}", now.image));
                }
                if now.is_done() {
                    break End::Done;
                }
                if let Some(why) = now.stuck.filter(|_| now.seen) {
                    break End::Failed(why);
                }
            }
            Err(Failure::Refused(why)) => {
                line.show(&format!("{service}: the cluster does not answer: {why}"), began.elapsed())
            }
            Err(failure) => {
                break End::TimedOut(format!("it cannot be followed any more and goes on by itself: {failure}"));
            }
        }
        if began.elapsed() >= pace.patience {
            break End::TimedOut(format!("it did not end within {} s and goes on by itself", pace.patience.as_secs()));
        }
        tokio::time::sleep(pace.every).await;
    };
    line.end();
    (end, last, began.elapsed())
}

fn sighting(now: &Standing) -> Sighting {
    let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    // Those that are available may be old ones: of the new, as many run as the old leave room for.
    let old = now.replicas - now.updated;
    let running = (now.available - old).clamp(0, now.updated);
    Sighting {
        stage: if now.is_done() {
            "available"
        } else if now.stuck.is_some() {
            "given up"
        } else {
            "rolling out"
        }
        .to_owned(),
        desired: count(now.desired),
        running: count(running),
        pending: count(now.updated - running),
        ..Sighting::default()
    }
}
