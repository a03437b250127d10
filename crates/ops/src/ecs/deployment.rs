//! Deployments of a service: begun, and told apart from every other by their ARN.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use aws_sdk_ecs::{
    Client,
    types::{
        DeploymentCircuitBreaker, DeploymentConfiguration, Service, ServiceDeployment, ServiceDeploymentBrief,
        ThresholdConfiguration, ThresholdType,
    },
};

use crate::{
    aws::{Refusal, refusal},
    failure::Failure,
};

/// How long ECS may take to show a deployment that it was asked for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Deployments of a service that are looked through: ECS lists the newest first.
const LISTED: i32 = 20;

/// A deployment that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    /// Its ARN.
    pub(crate) arn: String,
    /// The revision of the task definition that it puts in force.
    pub(crate) task_definition: String,
}

/// What a service is told besides its revision.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner {
    /// Failed tasks after which it goes back; ECS's own rule if none.
    pub(crate) failures: Option<i32>,
    /// Whether tasks are replaced though nothing changed.
    pub(crate) force: bool,
    /// How many tasks it is to have; as many as it has if none.
    pub(crate) tasks: Option<i32>,
}

/// How a service is to be deployed: as it is set up, with a circuit breaker that rolls back in any case.
pub(crate) fn configuration(service: &Service, failures: Option<i32>) -> DeploymentConfiguration {
    let mut configuration =
        service.deployment_configuration.clone().unwrap_or_else(|| DeploymentConfiguration::builder().build());
    // No bake time is described as one of 0, which not every strategy takes.
    configuration.bake_time_in_minutes = configuration.bake_time_in_minutes.filter(|minutes| *minutes > 0);
    let kept = configuration.deployment_circuit_breaker.take();
    let (reset, threshold) = kept.map_or((None, None), |one| (one.reset_on_healthy_task, one.threshold_configuration));
    let told = failures.and_then(|failures| {
        ThresholdConfiguration::builder().r#type(ThresholdType::Count).value(failures).build().ok()
    });
    configuration.deployment_circuit_breaker = Some(
        DeploymentCircuitBreaker::builder()
            .enable(true)
            .rollback(true)
            .set_reset_on_healthy_task(reset)
            .set_threshold_configuration(told.or(threshold))
            .build(),
    );
    configuration
}

/// The circuit breaker in words.
pub(crate) fn breaker(configuration: Option<&DeploymentConfiguration>) -> String {
    let Some(breaker) = configuration.and_then(|one| one.deployment_circuit_breaker.as_ref()) else {
        return "off".to_owned();
    };
    let threshold = breaker.threshold_configuration.as_ref().map(|threshold| match threshold.r#type {
        ThresholdType::Count => format!(" after {} failed tasks", threshold.value),
        _ => format!(" after {} % of the tasks failed", threshold.value),
    });
    match (breaker.enable, breaker.rollback) {
        (false, _) => "off".to_owned(),
        (true, false) => format!("stops{}", threshold.unwrap_or_default()),
        (true, true) => format!("rolls back{}", threshold.unwrap_or_default()),
    }
}

/// Begins a deployment of a revision, and finds the one that was begun.
///
/// # Errors
/// Where it was not begun.
pub(crate) async fn start(
    ecs: &Client,
    cluster: &str,
    service: &Service,
    revision: &str,
    manner: Manner,
    every: Duration,
) -> Result<Started, Failure> {
    let name = service.service_name().unwrap_or_default();
    let before: BTreeSet<String> = list(ecs, cluster, name).await?.into_iter().filter_map(arn_of).collect();
    let update = ecs
        .update_service()
        .cluster(cluster)
        .service(name)
        .task_definition(revision)
        .set_desired_count(manner.tasks)
        .deployment_configuration(configuration(service, manner.failures))
        .set_force_new_deployment(manner.force.then_some(true));
    let unanswered = match update.send().await.map_err(refusal(format!("updating the service {name}"))) {
        Ok(_) => None,
        Err(no) if no.answered() => return Err(no.into()),
        // Nobody knows whether ECS heard it: the list of deployments will tell.
        Err(silence) => Some(silence),
    };
    let began = Instant::now();
    loop {
        match find(ecs, cluster, name, revision, &before).await {
            Ok(Some(arn)) => return Ok(Started { arn, task_definition: revision.to_owned() }),
            Err(no) if !no.is_passing() => return Err(lost(name, revision, &no.to_string())),
            Ok(None) | Err(_) if began.elapsed() < PATIENCE => tokio::time::sleep(every).await,
            Ok(None) | Err(_) => {
                return Err(unanswered.map_or_else(
                    || lost(name, revision, "ECS took the update and lists no deployment of it"),
                    Failure::from,
                ));
            }
        }
    }
}

fn lost(service: &str, revision: &str, why: &str) -> Failure {
    Failure::Underway(format!(
        "{service}: was told to run {revision}, but the deployment cannot be followed: {why}; look with `plimsoll-ops status`"
    ))
}

async fn find(
    ecs: &Client,
    cluster: &str,
    service: &str,
    revision: &str,
    before: &BTreeSet<String>,
) -> Result<Option<String>, Refusal> {
    for brief in list(ecs, cluster, service).await? {
        let Some(target) = brief.target_service_revision_arn.clone() else { continue };
        let Some(arn) = arn_of(brief).filter(|arn| !before.contains(arn)) else { continue };
        if task_definition(ecs, &target).await?.as_deref() == Some(revision) {
            return Ok(Some(arn));
        }
    }
    Ok(None)
}

fn arn_of(brief: ServiceDeploymentBrief) -> Option<String> {
    brief.service_deployment_arn
}

/// The newest deployments of a service, the newest first.
pub(crate) async fn list(ecs: &Client, cluster: &str, service: &str) -> Result<Vec<ServiceDeploymentBrief>, Refusal> {
    let call = ecs.list_service_deployments().cluster(cluster).service(service).max_results(LISTED);
    let found = call.send().await.map_err(refusal(format!("listing the deployments of {service}")))?;
    let mut all = found.service_deployments.unwrap_or_default();
    all.sort_by_key(|one| std::cmp::Reverse(one.created_at.as_ref().map(|at| (at.secs(), at.subsec_nanos()))));
    Ok(all)
}

/// The task definition of a service's revision.
pub(crate) async fn task_definition(ecs: &Client, service_revision: &str) -> Result<Option<String>, Refusal> {
    let call = ecs.describe_service_revisions().service_revision_arns(service_revision);
    let found = call.send().await.map_err(refusal("describing the service's revision"))?;
    Ok(found.service_revisions.unwrap_or_default().pop().and_then(|revision| revision.task_definition))
}

/// A deployment as it stands.
pub(crate) async fn describe(ecs: &Client, arn: &str) -> Result<Option<ServiceDeployment>, Refusal> {
    let call = ecs.describe_service_deployments().service_deployment_arns(arn);
    let found = call.send().await.map_err(refusal("describing the deployment"))?;
    Ok(found.service_deployments.unwrap_or_default().pop())
}
