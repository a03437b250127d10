//! A canary tried: its tasks brought to the new revision, given their part of the traffic, and watched.

use super::{Canary, CanaryReport, watch};
use crate::{
    aws::{Account, Place},
    ecs::{
        deployment::{self, Manner, Started},
        follow::{self, Ending},
    },
    failure::Failure,
    rollout::Pace,
};

/// How a trial ended.
#[derive(Debug)]
pub(crate) enum Trial {
    /// Nothing was wrong: it still has its part of the traffic.
    Passed,
    /// Something was, and the service must not move. The traffic is not given back yet.
    Failed(String),
}

impl Canary {
    /// Tries a revision that is registered.
    ///
    /// # Errors
    /// Where nothing could be begun.
    pub(crate) async fn try_out(
        &self,
        account: &Account,
        place: &Place,
        (main, revision): (&str, &str),
        report: &mut CanaryReport,
        pace: Pace,
    ) -> Result<Trial, Failure> {
        let cluster = place.cluster();
        report.ended = false;
        // It may have run this revision before: only what is forced is a deployment that can be followed.
        let manner = Manner { failures: None, force: true, tasks: Some(self.tasks) };
        let started = deployment::start(&account.ecs(), &cluster, &self.service, revision, manner, pace.every).await?;
        report.deployment = Some(started.arn.clone());
        Ok(match self.watched(account, &cluster, main, &started, report, pace).await {
            Ok(()) => {
                report.passed = true;
                Trial::Passed
            }
            Err(why) => Trial::Failed(why),
        })
    }

    async fn watched(
        &self,
        account: &Account,
        cluster: &str,
        main: &str,
        started: &Started,
        report: &mut CanaryReport,
        pace: Pace,
    ) -> Result<(), String> {
        let followed = follow::follow(account, cluster, &self.service, started, (pace.every, pace.patience)).await;
        report.seen.unhealthy = followed.unhealthy;
        match followed.ending {
            Ending::Live => {}
            Ending::RolledBack(why) => return Err(format!("the canary's tasks were rolled back: {why}")),
            Ending::Stopped(why) => return Err(format!("the canary's deployment was stopped: {why}")),
            Ending::TimedOut(why) => return Err(format!("the canary did not come up: {why}")),
        }
        watch::until_healthy(account, main, self, (pace.every, pace.patience), &mut report.seen).await?;
        self.split.set(account, self.wish.percent).await.map_err(|no| no.to_string())?;
        watch::bake(account, main, self, pace.every, &mut report.seen).await
    }
}
