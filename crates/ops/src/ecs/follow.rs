//! A deployment, followed by its ARN until it says how it ended.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use aws_sdk_ecs::types::{Service, ServiceDeployment, ServiceDeploymentStatus as Status};
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;
use serde::Serialize;

use super::{
    deployment::{self, Started},
    service,
};
use crate::{
    aws::{Account, Refusal, refusal},
    line::Line,
};

/// How a deployment ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", content = "reason", rename_all = "kebab-case")]
pub(crate) enum Ending {
    /// What was deployed serves.
    Live,
    /// The service runs again what it ran before.
    RolledBack(String),
    /// Somebody or something ended it; what runs is to be looked at.
    Stopped(String),
    /// It did not end in time and goes on by itself.
    TimedOut(String),
}

/// What a deployment was seen to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Sighting {
    /// What it does now.
    pub(crate) stage: String,
    /// Tasks of the new revision that are to run.
    pub(crate) desired: i32,
    /// Tasks of the new revision that run.
    pub(crate) running: i32,
    /// Tasks of the new revision that start.
    pub(crate) pending: i32,
    /// Tasks of the new revision that failed.
    pub(crate) failed: i32,
    /// Failures that the circuit breaker counted, and how many it allows.
    pub(crate) breaker: Option<(i32, i32)>,
    /// Alarms that can end it, and those that rang.
    pub(crate) alarms: (usize, Vec<String>),
}

impl Sighting {
    fn of(deployment: &ServiceDeployment, failed: i32) -> Self {
        let status = deployment.status.as_ref();
        let target = deployment.target_service_revision.as_ref();
        let breaker = deployment.deployment_circuit_breaker.as_ref().filter(|breaker| breaker.threshold > 0);
        let alarms = deployment.alarms.as_ref();
        let stage = match deployment.lifecycle_stage.as_ref() {
            Some(stage) if status == Some(&Status::InProgress) => stage.as_str(),
            _ => status.map_or("PENDING", Status::as_str),
        };
        Self {
            stage: stage.to_ascii_lowercase().replace('_', " "),
            desired: target.map_or(0, |target| target.requested_task_count),
            running: target.map_or(0, |target| target.running_task_count),
            pending: target.map_or(0, |target| target.pending_task_count),
            failed,
            breaker: breaker.map(|breaker| (breaker.failure_count, breaker.threshold)),
            alarms: (
                alarms.map_or(0, |alarms| alarms.alarm_names().len()),
                alarms.map(|alarms| alarms.triggered_alarm_names().to_vec()).unwrap_or_default(),
            ),
        }
    }

    fn line(&self, service: &str) -> String {
        let Self { stage, desired, running, pending, failed, .. } = self;
        let mut line = format!("{service}: {stage} · running {running}/{desired}, pending {pending}, failed {failed}");
        if let Some((count, threshold)) = self.breaker {
            line.push_str(&format!(" · breaker {count}/{threshold}"));
        }
        match &self.alarms {
            (0, _) => {}
            (_, ringing) if ringing.is_empty() => line.push_str(" · alarms quiet"),
            (_, ringing) => line.push_str(&format!(" · ALARM {}", ringing.join(", "))),
        }
        line
    }
}

/// A deployment from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) ending: Ending,
    pub(crate) last: Sighting,
    pub(crate) took: Duration,
    /// Why targets were not healthy while it ran, by address: after a rollback the balancer has forgotten them.
    pub(crate) unhealthy: BTreeMap<String, String>,
}

/// Follows a deployment until it ended or the time is over.
pub(crate) async fn follow(
    account: &Account,
    cluster: &str,
    service: &Service,
    started: &Started,
    (every, patience): (Duration, Duration),
) -> Followed {
    let name = service.service_name().unwrap_or_default();
    let (ecs, began) = (account.ecs(), Instant::now());
    let mut line = Line::new();
    let mut last = Sighting::default();
    let mut unhealthy = BTreeMap::new();
    let ending = loop {
        let mut said = String::new();
        match look(&ecs, cluster, name, started).await {
            Ok((deployment, failed)) => {
                last = Sighting::of(&deployment, failed);
                line.show(&last.line(name), began.elapsed());
                if let Some(ending) = ending(&ecs, cluster, name, started, &deployment).await {
                    break ending;
                }
            }
            Err(no) if no.is_passing() => {
                said = no.to_string();
                line.show(&format!("{name}: AWS does not answer, the deployment goes on: {no}"), began.elapsed());
            }
            Err(no) => {
                break Ending::TimedOut(format!("it cannot be followed any more and goes on by itself: {no}"));
            }
        }
        note_targets(account, service, &mut unhealthy).await;
        if began.elapsed() >= patience {
            let after = format!("it did not end within {} s and goes on by itself", patience.as_secs());
            break Ending::TimedOut(if said.is_empty() { after } else { format!("{after}; last, {said}") });
        }
        tokio::time::sleep(every).await;
    };
    line.end();
    Followed { ending, last, took: began.elapsed(), unhealthy }
}

async fn look(
    ecs: &aws_sdk_ecs::Client,
    cluster: &str,
    name: &str,
    started: &Started,
) -> Result<(ServiceDeployment, i32), Refusal> {
    let found = deployment::describe(ecs, &started.arn).await?;
    let found = found.unwrap_or_else(|| ServiceDeployment::builder().build());
    let call = ecs.describe_services().cluster(cluster).services(name);
    let described = call.send().await.map_err(refusal(format!("describing the service {name}")))?;
    let ours = |one: &&aws_sdk_ecs::types::Deployment| one.task_definition() == Some(&*started.task_definition);
    let failed =
        described.services().first().and_then(|one| one.deployments().iter().find(ours).map(|d| d.failed_tasks));
    // The breaker's count is of this deployment too, and outlives its entry in the service.
    let counted = found.deployment_circuit_breaker.as_ref().map_or(0, |breaker| breaker.failure_count);
    Ok((found, failed.unwrap_or(0).max(counted)))
}

/// How it ended, if it did. A rollback that succeeded is not a success, and neither is one that another has replaced.
async fn ending(
    ecs: &aws_sdk_ecs::Client,
    cluster: &str,
    name: &str,
    started: &Started,
    deployment: &ServiceDeployment,
) -> Option<Ending> {
    let rollback = deployment.rollback.as_ref().and_then(|rollback| rollback.reason.clone());
    let why = deployment.status_reason.clone().or(rollback).unwrap_or_else(|| "ECS gives no reason".to_owned());
    match deployment.status.as_ref()? {
        Status::Successful => Some(match service::one(ecs, cluster, name).await {
            Ok(now) if now.task_definition() != Some(&*started.task_definition) => {
                let other = now.task_definition().map_or("something else", service::short);
                Ending::Stopped(format!("it succeeded, and then another deployment took its place with {other}"))
            }
            // That ECS called it a success is known; that the service could not be asked again changes nothing.
            _ => Ending::Live,
        }),
        Status::RollbackSuccessful => Some(Ending::RolledBack(why)),
        Status::RollbackFailed => Some(Ending::Stopped(format!("it failed, and so did going back: {why}"))),
        Status::Stopped => Some(Ending::Stopped(why)),
        _ => None,
    }
}

/// Keeps what the balancer says of targets that are not healthy. What it does not tell is not worth ending for.
async fn note_targets(account: &Account, service: &Service, unhealthy: &mut BTreeMap<String, String>) {
    for group in service.load_balancers().iter().filter_map(|one| one.target_group_arn()) {
        let Ok(found) = account.balancers().describe_target_health().target_group_arn(group).send().await else {
            continue;
        };
        for one in found.target_health_descriptions() {
            let (Some(target), Some(health)) = (one.target(), one.target_health()) else { continue };
            if health.state() == Some(&TargetHealthStateEnum::Unhealthy) {
                let reason = health.reason().map_or("no reason", |reason| reason.as_str());
                let said = format!("{reason}: {}", health.description().unwrap_or("no description"));
                unhealthy.insert(target.id().unwrap_or_default().to_owned(), said);
            }
        }
    }
}
