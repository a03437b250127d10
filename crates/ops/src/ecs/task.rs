//! Tasks: what runs, what stopped, and why.

use aws_sdk_ecs::{
    Client,
    types::{Container, DesiredStatus, Task, TaskStopCode},
};

use crate::aws::{Refusal, refusal};

/// Tasks that one call may describe.
const AT_ONCE: usize = 100;

/// Tasks of a service, of one desired status: running, or stopped within the last hour.
pub(crate) async fn of_service(
    ecs: &Client,
    cluster: &str,
    service: &str,
    status: DesiredStatus,
) -> Result<Vec<Task>, Refusal> {
    let call = ecs.list_tasks().cluster(cluster).service_name(service).desired_status(status);
    let mut pages = call.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(refusal(format!("listing the tasks of {service}")))?);
    }
    let mut tasks = Vec::new();
    for some in arns.chunks(AT_ONCE) {
        tasks.extend(describe(ecs, cluster, some).await?);
    }
    tasks.sort_by_key(|task| task.created_at.as_ref().map(|at| (at.secs(), at.subsec_nanos())));
    Ok(tasks)
}

/// Tasks by their ARNs.
pub(crate) async fn describe(ecs: &Client, cluster: &str, arns: &[String]) -> Result<Vec<Task>, Refusal> {
    let call = ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns.to_vec()));
    let found = call.send().await.map_err(refusal(format!("describing tasks of {cluster}")))?;
    Ok(found.tasks.unwrap_or_default())
}

/// Whether a task stopped by a fault of its own, not because it was no longer wanted.
pub(crate) fn failed(task: &Task) -> bool {
    let reason = task.stopped_reason().unwrap_or_default();
    matches!(task.stop_code(), Some(TaskStopCode::EssentialContainerExited | TaskStopCode::TaskFailedToStart))
        || reason.contains("health check")
}

/// The container of a task that is to blame: the first that ended badly, else the one that serves.
pub(crate) fn culprit<'a>(task: &'a Task, serving: &str) -> Option<&'a Container> {
    let containers = task.containers();
    let ended_badly = |one: &&Container| one.exit_code().is_some_and(|code| code != 0) || one.reason().is_some();
    let named = || containers.iter().find(|container| container.name() == Some(serving));
    containers.iter().find(ended_badly).or_else(named).or_else(|| containers.first())
}

/// What an exit code means, where it means something beyond itself.
pub(crate) fn meaning(code: i32) -> &'static str {
    match code {
        125..=127 => " (the command could not be started)",
        132 => " (SIGILL: the image may be built for another processor)",
        134 => " (SIGABRT)",
        137 => " (SIGKILL: out of memory, or it did not stop in time)",
        139 => " (SIGSEGV)",
        143 => " (SIGTERM: it was asked to stop)",
        _ => "",
    }
}

/// The task's address in its network.
pub(crate) fn address(task: &Task) -> Option<&str> {
    let details = task.attachments().iter().flat_map(|attachment| attachment.details());
    details.filter(|pair| pair.name() == Some("privateIPv4Address")).find_map(|pair| pair.value())
}
