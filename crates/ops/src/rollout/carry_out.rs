//! Plans carried out, one service after the other; the first that does not end well is the last.

use std::time::Duration;

use super::{Plan, Report, ServiceReport, report::State};
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
    let ecs = account.ecs();
    let mut begun = false;
    for (plan, line) in plans.iter_mut().zip(&mut report.services) {
        if plan.is_done() && !manner.force {
            continue;
        }
        let started = async {
            if !plan.registered {
                plan.wanted = plan.wanted.register(&ecs).await?;
                plan.registered = true;
            }
            let revision = plan.wanted.arn().to_owned();
            deployment::start(&ecs, &place.cluster(), &plan.service, &revision, manner, pace.every).await
        };
        let started = match started.await {
            Ok(started) => started,
            // Something stands already: the report says what, and this service's line why it stands as it did.
            Err(failure) if begun => {
                let why = match failure {
                    Failure::Underway(why) => why,
                    refused => format!("it was not begun: {refused}"),
                };
                line.state = State::Ended(Ending::Stopped(why));
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        begun = true;
        follow_to_end(account, place, plan, &started, line, pace).await;
        if line.state != State::Ended(Ending::Live) {
            return Ok(());
        }
    }
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
