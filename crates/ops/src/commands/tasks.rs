//! `plimsoll-ops tasks`: the tasks that run, and why others stopped.

use std::process::ExitCode;

use aws_sdk_ecs::types::{DesiredStatus, Task};
use clap::Args;
use serde::Serialize;

use super::print_json;
use crate::{
    aws::{Account, Place, ago, moment},
    ecs::{service, stream, task},
    failure::Failure,
    table::rows,
};

/// List the tasks that run, and with --stopped those that stopped within the last hour, and why
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service whose tasks to list; may be repeated
    #[arg(long = "service", value_name = "NAME", default_values = ["api", "console"])]
    services: Vec<String>,
    /// List those that stopped too; ECS remembers them for an hour
    #[arg(long)]
    stopped: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    service: String,
    task: String,
    task_definition: String,
    status: String,
    zone: Option<String>,
    address: Option<String>,
    started: Option<String>,
    #[serde(skip)]
    ago: Option<String>,
    stopped_reason: Option<String>,
    exit_code: Option<i32>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (place, cluster) = (&arguments.place, arguments.place.cluster());
    let ecs = Account::load(place).await?.ecs();
    let mut lines = Vec::new();
    for one in service::describe(&ecs, &cluster, &arguments.services).await? {
        let name = one.service_name().unwrap_or_default();
        let mut tasks = task::of_service(&ecs, &cluster, name, DesiredStatus::Running).await?;
        if arguments.stopped {
            tasks.extend(task::of_service(&ecs, &cluster, name, DesiredStatus::Stopped).await?);
        }
        lines.extend(tasks.iter().map(|task| line(name, task)));
    }
    if arguments.json {
        print_json(&lines)?;
    } else {
        print!("{}", screen(&lines));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(service: &str, task: &Task) -> Line {
    let culprit = task::culprit(task, service);
    let why = culprit.and_then(|container| container.reason()).or(task.stopped_reason());
    Line {
        service: service.to_owned(),
        task: service::short(task.task_arn().unwrap_or_default()).to_owned(),
        task_definition: service::short(task.task_definition_arn().unwrap_or_default()).to_owned(),
        status: task.last_status().unwrap_or("?").to_ascii_lowercase(),
        zone: task.availability_zone().map(str::to_owned),
        address: task::address(task).map(str::to_owned),
        started: moment(task.started_at()),
        ago: ago(task.started_at()),
        stopped_reason: task.stop_code().and(why).map(stream::clean),
        exit_code: culprit.and_then(|container| container.exit_code()),
    }
}

fn screen(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "no task runs\n".to_owned();
    }
    let mut table = rows(&["service", "task", "revision", "status", "zone", "address", "started", "ended"]);
    let unknown = || "-".to_owned();
    for one in lines {
        let code = one.exit_code.map(|code| format!("exit code {code}{}", task::meaning(code)));
        let ended: Vec<String> = [code, one.stopped_reason.clone()].into_iter().flatten().collect();
        table.add(&[
            &one.service,
            &one.task,
            &one.task_definition,
            &one.status,
            &one.zone.clone().unwrap_or_else(unknown),
            &one.address.clone().unwrap_or_else(unknown),
            &one.ago.as_ref().map_or_else(unknown, |ago| format!("{ago} ago")),
            &ended.join(": "),
        ]);
    }
    table.to_string()
}
