//! A service moved after its canary: whatever happens between, all traffic is the service's again at the end.

use std::cell::Cell;

use super::{
    Pace, Plan, ServiceReport,
    canary::{Canary, Trial},
    carry_out::move_service,
    report::State,
};
use crate::{
    aws::{Account, Place},
    ecs::{
        autopsy,
        deployment::{Manner, Started},
        follow::Ending,
        service,
    },
    failure::Failure,
    interrupt,
};

/// How far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    /// The canary is tried.
    Trial,
    /// The canary failed; why.
    Failed(String),
    /// The canary is well, and the service moves.
    Move,
}

/// Tries the canary, moves the service if that went well, and gives the traffic back in any case.
///
/// # Errors
/// Where nothing could be begun.
pub(super) async fn carry_out(
    account: &Account,
    place: &Place,
    (plan, canary): (&mut Plan, &Canary),
    line: &mut ServiceReport,
    (manner, pace): (Manner, Pace),
) -> Result<(), Failure> {
    plan.register(&account.ecs()).await?;
    let revision = plan.wanted.arn().to_owned();
    let main = plan.name().to_owned();
    let (came, mut report) = (Cell::new(Came::Trial), canary.report());
    let work = async {
        match canary.try_out(account, place, (&main, &revision), &mut report, pace).await? {
            Trial::Passed => {
                came.set(Came::Move);
                move_service(account, place, plan, line, (manner, pace)).await
            }
            Trial::Failed(why) => {
                came.set(Came::Failed(why));
                Ok(())
            }
        }
    };
    let done = interrupt::unless_asked_to_stop(work).await;
    if done.is_none() {
        eprintln!("{main}: interrupted: all traffic goes back to it, one moment");
    }
    let given_back = canary.give_back(account, place, &main, pace.every).await;
    report.ended = given_back.is_ok();
    let (interrupted, moved) = (done.is_none(), done.unwrap_or(Ok(())));
    match (came.into_inner(), moved) {
        (Came::Trial, Err(failure)) => {
            given_back.map_err(|more| Failure::Underway(format!("{failure}; {more}")))?;
            return Err(failure);
        }
        (Came::Trial, Ok(())) => line.state = returned("interrupted while its canary was tried".to_owned()),
        (Came::Failed(why), _) => {
            line.state = returned(why);
            if let Some(arn) = report.deployment.clone() {
                let about = (&Started { arn, task_definition: revision }, &plan.wanted);
                let (of, seen) = (canary.service(), &report.seen);
                let cluster = place.cluster();
                let why = autopsy::examine(account, &cluster, of, about, &seen.unhealthy, &seen.ringing).await;
                line.why = Some(why);
            }
        }
        (Came::Move, Err(failure)) => {
            line.state =
                State::Ended(Ending::Stopped(format!("its canary was well, and then it did not move: {failure}")));
        }
        (Came::Move, Ok(())) if interrupted => {
            let look = format!("plimsoll-ops status {}", place.flags());
            let why =
                format!("interrupted after its canary: its own deployment may go on by itself; look with `{look}`");
            line.state = State::Ended(Ending::Stopped(why));
        }
        (Came::Move, Ok(())) => {}
    }
    match given_back {
        Ok(()) => {
            if let State::Ended(Ending::RolledBack(why)) = &mut line.state
                && !report.passed
            {
                why.push_str("; all traffic is on what ran before, which was not touched");
            }
        }
        Err(stands) => {
            let before = match &line.state {
                State::Ended(Ending::RolledBack(why) | Ending::Stopped(why) | Ending::TimedOut(why)) => why.clone(),
                _ => format!("{} is live", service::short(plan.wanted.arn())),
            };
            line.state = State::Ended(Ending::Stopped(format!("{before}; {stands}")));
        }
    }
    line.task_definition = Some(plan.wanted.arn().to_owned());
    line.canary = Some(report);
    Ok(())
}

fn returned(why: String) -> State {
    State::Ended(Ending::RolledBack(why))
}
