//! Why a deployment failed: the first of its tasks that did, what it said last, what the balancer and the alarms saw.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{DesiredStatus, Service, Task};
use serde::Serialize;

use super::{deployment::Started, revision::Revision, service, stream, task};
use crate::aws::{Account, moment, refusal};

/// Lines of a log that are shown.
const LINES: i32 = 12;
/// Events of the service that are shown where no task tells why.
const EVENTS: usize = 4;

/// What is known of a failure. What could not be found out is among the remarks.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Autopsy {
    /// The first task that failed.
    pub(crate) task: Option<Failed>,
    /// Why targets were not healthy, by address.
    pub(crate) targets: BTreeMap<String, String>,
    /// Alarms that rang, with their reasons.
    pub(crate) alarms: BTreeMap<String, String>,
    /// What the service said last, where no task tells why.
    pub(crate) events: Vec<String>,
    /// What could not be found out, and why.
    pub(crate) remarks: Vec<String>,
}

/// A task that failed.
#[derive(Debug, Serialize)]
pub(crate) struct Failed {
    pub(crate) id: String,
    pub(crate) stopped: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) container: Option<String>,
    pub(crate) exit_code: Option<i32>,
    pub(crate) container_reason: Option<String>,
    pub(crate) log: Vec<String>,
}

impl Autopsy {
    /// As lines for a terminal.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(task) = &self.task {
            lines.push(format!(
                "first failed task {}: {}",
                task.id,
                task.reason.as_deref().unwrap_or("no reason given")
            ));
            if let Some(container) = &task.container {
                let code = task.exit_code.map_or_else(
                    || "did not start".to_owned(),
                    |code| format!("exit code {code}{}", task::meaning(code)),
                );
                let reason = task.container_reason.as_ref().map_or_else(String::new, |reason| format!(", {reason}"));
                lines.push(format!("container {container}: {code}{reason}"));
            }
            if !task.log.is_empty() {
                lines.push("its last lines:".to_owned());
                lines.extend(task.log.iter().map(|line| format!("  | {line}")));
            }
        }
        lines.extend(self.targets.iter().map(|(address, why)| format!("target {address} unhealthy: {why}")));
        lines.extend(self.alarms.iter().map(|(name, why)| format!("alarm {name}: {why}")));
        lines.extend(self.events.iter().map(|event| format!("event: {event}")));
        lines.extend(self.remarks.iter().map(|remark| format!("not found out: {remark}")));
        lines
    }
}

/// Finds out why.
pub(crate) async fn examine(
    account: &Account,
    cluster: &str,
    service: &Service,
    (started, revision): (&Started, &Revision),
    unhealthy: &BTreeMap<String, String>,
    ringing: &[String],
) -> Autopsy {
    let (ecs, name) = (account.ecs(), service.service_name().unwrap_or_default());
    let mut autopsy = Autopsy::default();
    let mut addresses = Vec::new();
    match task::of_service(&ecs, cluster, name, DesiredStatus::Stopped).await {
        Ok(tasks) => {
            let ours = |one: &&Task| one.task_definition_arn() == Some(&*started.task_definition);
            let failed: Vec<&Task> = tasks.iter().filter(ours).filter(|one| task::failed(one)).collect();
            addresses.extend(failed.iter().filter_map(|one| task::address(one)).map(str::to_owned));
            if let Some(first) = failed.first() {
                autopsy.task = Some(look_at(account, first, revision, name, &mut autopsy.remarks).await);
            }
        }
        Err(no) => autopsy.remarks.push(no.to_string()),
    }
    // Only targets of this deployment, where its tasks are known; else all that were seen unhealthy.
    let ours = |address: &String| addresses.is_empty() || addresses.contains(address);
    autopsy.targets =
        unhealthy.iter().filter(|(address, _)| ours(address)).map(|(a, b)| (a.clone(), b.clone())).collect();
    if !ringing.is_empty() {
        match reasons(account, ringing).await {
            Ok(found) => autopsy.alarms = found,
            Err(no) => autopsy.remarks.push(no),
        }
        for name in ringing {
            autopsy.alarms.entry(name.clone()).or_insert_with(|| "rang during the deployment".to_owned());
        }
    }
    if autopsy.task.is_none() {
        match service::one(&ecs, cluster, name).await {
            Ok(now) => {
                let said = now.events().iter().filter_map(|event| event.message()).take(EVENTS);
                autopsy.events = said.map(stream::clean).collect();
            }
            Err(no) => autopsy.remarks.push(no.to_string()),
        }
    }
    autopsy
}

async fn look_at(
    account: &Account,
    task: &Task,
    revision: &Revision,
    service: &str,
    remarks: &mut Vec<String>,
) -> Failed {
    let arn = task.task_arn().unwrap_or_default();
    let serving = revision.container(service).ok().and_then(|one| one.name()).unwrap_or(service);
    let culprit = task::culprit(task, serving);
    let name = culprit.and_then(|container| container.name());
    let definition = revision.definition.container_definitions().iter().find(|one| one.name() == name);
    let mut log = Vec::new();
    // A task that never started has said nothing.
    if let Some(definition) = definition.filter(|_| task.started_at().is_some()) {
        match stream::last(account, definition, arn, LINES).await {
            Ok(lines) => log = lines,
            Err(no) => remarks.push(no.to_string()),
        }
    }
    Failed {
        id: service::short(arn).to_owned(),
        stopped: moment(task.stopped_at()),
        reason: task.stopped_reason().map(stream::clean),
        container: name.map(str::to_owned),
        exit_code: culprit.and_then(|container| container.exit_code()),
        container_reason: culprit.and_then(|container| container.reason()).map(stream::clean),
        log,
    }
}

async fn reasons(account: &Account, names: &[String]) -> Result<BTreeMap<String, String>, String> {
    let call = account.alarms().describe_alarms().set_alarm_names(Some(names.to_vec()));
    let found = call.send().await.map_err(refusal("describing the alarms")).map_err(|no| no.to_string())?;
    let one = |alarm: &aws_sdk_cloudwatch::types::MetricAlarm| {
        Some((alarm.alarm_name()?.to_owned(), alarm.state_reason().unwrap_or("no reason given").to_owned()))
    };
    Ok(found.metric_alarms().iter().filter_map(one).collect())
}
