//! `plimsoll-ops exec`: a command in a task that runs, over Session Manager.

use std::process::ExitCode;

use aws_sdk_ecs::types::{DesiredStatus, Task};
use clap::Args;
use serde_json::json;

use crate::{
    aws::{Account, Place, refusal},
    ecs::{service, task},
    failure::Failure,
};

/// The program that carries a session.
const PLUGIN: &str = "session-manager-plugin";
/// The variable in which the plugin takes the session, so that its token is in nobody's list of processes (1.2.497 or later).
const SESSION: &str = "AWS_SSM_START_SESSION_RESPONSE";

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops exec -e staging -- /plimsoll config
  plimsoll-ops exec -e staging --task 3f2a --print -- /plimsoll keys list

The service must allow it (`enable_exec`, never in production), and session-manager-plugin be installed, 1.2.497 or later. The image has
no shell.";

/// Run a command in a task that runs
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service in one of whose tasks it runs
    #[arg(long, value_name = "NAME", default_value = "api")]
    service: String,
    /// Task whose id begins so, instead of the newest
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Print the command of the AWS CLI that does it, and do nothing
    #[arg(long)]
    print: bool,
    /// The command and its arguments, after --
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, service: name, .. } = arguments;
    let account = Account::load(place).await?;
    let (ecs, cluster) = (account.ecs(), place.cluster());
    if !service::one(&ecs, &cluster, name).await?.enable_execute_command() {
        let problem = "does not allow it: set `enable_exec` where it is not production, apply, and deploy with --force";
        return Err(Failure::input(name, problem));
    }
    let tasks = task::of_service(&ecs, &cluster, name, DesiredStatus::Running).await?;
    let task = choose(&tasks, arguments.task.as_deref()).ok_or_else(|| {
        Failure::input(name, "has no such task that runs and takes commands; look at `plimsoll-ops tasks`")
    })?;
    let id = service::short(task.task_arn().unwrap_or_default());
    let container = task::culprit(task, name).and_then(|one| one.name()).unwrap_or(name);
    let command = arguments.command.join(" ");
    let by_hand = format!(
        "aws ecs execute-command --region {} --cluster {cluster} --task {id} --container {container} --interactive --command '{}'",
        account.region(),
        command.replace('\'', r"'\''"),
    );
    if arguments.print {
        println!("{by_hand}");
        return Ok(ExitCode::SUCCESS);
    }
    // Asked for before the session: one that nobody takes up would hang on the task.
    if tokio::process::Command::new(PLUGIN).arg("--version").output().await.is_err() {
        return Err(Failure::input(PLUGIN, format!("is not on the path; install it, then\n  {by_hand}")));
    }
    let call = ecs.execute_command().cluster(&cluster).task(id).container(container).interactive(true);
    let opened = call.command(&command).send().await.map_err(refusal(format!("opening a session in task {id}")))?;
    let session = opened.session.ok_or_else(|| Failure::Refused(format!("task {id} gave no session; try again")))?;
    let runtime = task.containers().iter().find(|one| one.name() == Some(container)).and_then(|one| one.runtime_id());
    let target = json!({ "Target": format!("ecs:{cluster}_{id}_{}", runtime.unwrap_or_default()) });
    let session = json!({
        "SessionId": session.session_id(), "StreamUrl": session.stream_url(), "TokenValue": session.token_value(),
    });
    let endpoint = format!("https://ssm.{}.amazonaws.com", account.region());
    let mut plugin = tokio::process::Command::new(PLUGIN);
    plugin.args([SESSION, account.region(), "StartSession", "", &target.to_string(), &endpoint]);
    let ended = plugin.env(SESSION, session.to_string()).status().await;
    let ended = ended.map_err(|error| Failure::Underway(format!("{PLUGIN}: {error}")))?;
    Ok(ExitCode::from(u8::from(!ended.success())))
}

/// The newest task that takes commands, or the one that was named.
fn choose<'a>(tasks: &'a [Task], wanted: Option<&str>) -> Option<&'a Task> {
    let named =
        |task: &&Task| wanted.is_none_or(|id| service::short(task.task_arn().unwrap_or_default()).starts_with(id));
    tasks.iter().rev().filter(|task| task.enable_execute_command() && task.last_status() == Some("RUNNING")).find(named)
}
