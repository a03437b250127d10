//! Plans carried out, one service after the other; the first that does not end well is the last.

use std::time::Duration;

use super::{Plan, Report, ServiceReport, report::State, with_canary};
use crate::{
    aws::{Account, Place},
    ecs::{
        autopsy,
        deployment::{self, Manner, Started},
        follow::{self, Ending},
        image,
    },
    failure::Failure,
};

/// How often a deployment is looked at, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) every: Duration,
    pub(crate) patience: Duration,
}

/// Carries the plans out, into a report that has a line for each of them.
///
/// # Errors
/// Where the first could not be begun, or where it is not known what became of one.
pub(crate) async fn carry_out(
    account: &Account,
    place: &Place,
    plans: &mut [Plan],
    report: &mut Report,
    (manner, pace): (Manner, Pace),
) -> Result<(), Failure> {
    let mut begun = false;
    for (plan, line) in plans.iter_mut().zip(&mut report.services) {
        if plan.is_done() && !manner.force {
            continue;
        }
        let moved = match plan.canary.clone() {
            Some(canary) => with_canary::carry_out(account, place, (plan, &canary), line, (manner, pace)).await,
            None => move_service(account, place, plan, line, (manner, pace)).await,
        };
        match moved {
            Ok(()) => {}
            // Something stands already: the report says what, and this service's line why it stands as it did.
            Err(failure) if begun => {
                let why = match failure {
                    Failure::Underway(why) => why,
                    refused => format!("it was not begun: {refused}"),
                };
                line.state = State::Ended(Ending::Stopped(why));
            }
            Err(failure) => return Err(failure),
        }
        begun = true;
        if line.state != State::Ended(Ending::Live) {
            return Ok(());
        }
    }
    Ok(())
}

/// Brings a service to what it is to run, and follows that to its end.
///
/// # Errors
/// Where it could not be begun.
pub(super) async fn move_service(
    account: &Account,
    place: &Place,
    plan: &mut Plan,
    line: &mut ServiceReport,
    (manner, pace): (Manner, Pace),
) -> Result<(), Failure> {
    let ecs = account.ecs();
    plan.register(&ecs).await?;
    let revision = plan.wanted.arn().to_owned();
    let started = deployment::start(&ecs, &place.cluster(), &plan.service, &revision, manner, pace.every).await?;
    follow_to_end(account, place, plan, &started, line, pace).await;
    Ok(())
}

/// Follows a deployment that was begun, and says in the report how it ended and, if badly, why.
pub(crate) async fn follow_to_end(
    account: &Account,
    place: &Place,
    plan: &Plan,
    started: &Started,
    line: &mut ServiceReport,
    pace: Pace,
) {
    let cluster = place.cluster();
    line.deployment = Some(started.arn.clone());
    line.task_definition = Some(started.task_definition.clone());
    let followed = follow::follow(account, &cluster, &plan.service, started, (pace.every, pace.patience)).await;
    line.seconds = Some(followed.took.as_secs());
    let ringing = &followed.last.alarms.1;
    if followed.ending != Ending::Live {
        let about = (started, &plan.wanted);
        let why = autopsy::examine(account, &cluster, &plan.service, about, &followed.unhealthy, ringing).await;
        line.why = Some(why);
    }
    line.way_back = way_back(place, line, &followed.ending);
    line.tasks = Some(followed.last);
    line.state = State::Ended(followed.ending);
}

/// The command that brings back what ran before; none where that runs again.
fn way_back(place: &Place, line: &ServiceReport, ending: &Ending) -> Option<String> {
    if matches!(ending, Ending::RolledBack(_)) {
        return None;
    }
    let revision = crate::ecs::service::short(&line.task_definition_before);
    let to = image::digest(&line.image_before).filter(|_| line.image_before != line.image).unwrap_or(revision);
    Some(format!("plimsoll-ops rollback {} --service {} --to {to}", place.flags(), line.service))
}
