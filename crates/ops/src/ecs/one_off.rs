//! A task of its own: a command in the service's image, network and roles, run once to its end.

use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{ContainerOverride, KeyValuePair, LaunchType, PropagateTags, Service, TaskOverride};
use serde::Serialize;

use super::{revision::Revision, service, stream, task};
use crate::{
    aws::{Account, refusal},
    failure::Failure,
    line::Line,
};

/// Lines of its log that are shown.
const LINES: i32 = 200;
/// How long CloudWatch may take to show the last lines of a task that ended.
const SETTLING: Duration = Duration::from_secs(4);

/// How a command in a task of its own ended.
#[derive(Debug, Serialize)]
pub(crate) struct Ran {
    /// The task's id.
    pub(crate) task: String,
    /// What its process ended with; none if it never started.
    pub(crate) exit_code: Option<i32>,
    /// Why it stopped, as ECS says.
    pub(crate) reason: Option<String>,
    /// What it printed last.
    pub(crate) log: Vec<String>,
    /// What could not be found out.
    pub(crate) remarks: Vec<String>,
}

/// What is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct What<'a> {
    /// The command and its arguments.
    pub(crate) command: &'a [String],
    /// Settings that are not as the service has them.
    pub(crate) environment: &'a [(String, String)],
    /// Another task role, by ARN.
    pub(crate) role: Option<&'a str>,
}

impl<'a> What<'a> {
    /// A command with the service's settings and role.
    pub(crate) fn command(command: &'a [String]) -> Self {
        Self { command, environment: &[], role: None }
    }
}

/// Runs a command and waits for its end.
///
/// # Errors
/// Where it was not started, or did not end in time; then it is stopped.
pub(crate) async fn run(
    account: &Account,
    cluster: &str,
    service: &Service,
    revision: &Revision,
    what: What<'_>,
    (every, patience): (Duration, Duration),
) -> Result<Ran, Failure> {
    let name = service.service_name().unwrap_or_default();
    let container = revision.container(name)?;
    let serving = container.name().unwrap_or(name);
    let ecs = account.ecs();
    let What { command, environment, role } = what;
    let pairs = environment.iter().map(|(name, value)| KeyValuePair::builder().name(name).value(value).build());
    let overridden = ContainerOverride::builder()
        .name(serving)
        .set_command(Some(command.to_vec()))
        .set_environment((!environment.is_empty()).then(|| pairs.collect()))
        .build();
    let overridden =
        TaskOverride::builder().container_overrides(overridden).set_task_role_arn(role.map(str::to_owned)).build();
    let call = ecs
        .run_task()
        .cluster(cluster)
        .task_definition(revision.arn())
        .launch_type(LaunchType::Fargate)
        .set_platform_version(service.platform_version.clone())
        .set_network_configuration(service.network_configuration.clone())
        .overrides(overridden)
        .propagate_tags(PropagateTags::TaskDefinition)
        .enable_ecs_managed_tags(true)
        .started_by("plimsoll-ops");
    let made = call.send().await.map_err(refusal(format!("starting `{}` as a task", command.join(" "))))?;
    let Some(arn) = made.tasks().first().and_then(|task| task.task_arn()).map(str::to_owned) else {
        let why = made.failures().first().and_then(|one| one.reason()).unwrap_or("ECS gives no reason");
        return Err(Failure::Refused(format!("`{}` was not started as a task: {why}", command.join(" "))));
    };
    let began = Instant::now();
    let mut line = Line::new();
    let ended = loop {
        let status = match task::describe(&ecs, cluster, std::slice::from_ref(&arn)).await {
            Ok(mut found) => match found.pop() {
                Some(one) if one.last_status() == Some("STOPPED") => break one,
                Some(one) => one.last_status().unwrap_or("PENDING").to_ascii_lowercase(),
                None => "not to be seen yet".to_owned(),
            },
            Err(no) if no.is_passing() => "AWS does not answer".to_owned(),
            Err(no) => return Err(Failure::Underway(format!("task {} goes on by itself: {no}", service::short(&arn)))),
        };
        line.show(&format!("task {}: {status}", service::short(&arn)), began.elapsed());
        if began.elapsed() >= patience {
            line.end();
            let stop = ecs.stop_task().cluster(cluster).task(&arn).reason("plimsoll-ops: it did not end in time");
            let stopped = stop.send().await.map_err(refusal("stopping it"));
            let outcome = stopped.map_or_else(|no| no.to_string(), |_| "it was stopped".to_owned());
            let id = service::short(&arn);
            return Err(Failure::Refused(format!("task {id} did not end within {} s; {outcome}", patience.as_secs())));
        }
        tokio::time::sleep(every).await;
    };
    line.end();
    let inner = ended.containers().iter().find(|one| one.name() == Some(serving));
    let mut ran = Ran {
        task: service::short(&arn).to_owned(),
        exit_code: inner.and_then(|one| one.exit_code()),
        reason: inner.and_then(|one| one.reason()).or(ended.stopped_reason()).map(stream::clean),
        log: Vec::new(),
        remarks: Vec::new(),
    };
    if ended.started_at().is_some() {
        tokio::time::sleep(SETTLING.min(every * 2)).await;
        match stream::last(account, container, &arn, LINES).await {
            Ok(lines) => ran.log = lines,
            Err(no) => ran.remarks.push(no.to_string()),
        }
    }
    Ok(ran)
}

impl Ran {
    /// As lines for a terminal.
    pub(crate) fn lines(&self, command: &str) -> Vec<String> {
        let Self { task, exit_code, reason, .. } = self;
        let ended = match (exit_code, reason) {
            (Some(code), _) => format!("ended with {code}{}", task::meaning(*code)),
            (None, Some(reason)) => format!("did not run: {reason}"),
            (None, None) => "did not run; ECS gives no reason".to_owned(),
        };
        let mut lines = vec![format!("`{command}` (task {task}) {ended}")];
        lines.extend(self.log.iter().map(|line| format!("  | {line}")));
        lines.extend(self.remarks.iter().map(|remark| format!("  not found out: {remark}")));
        lines
    }
}
