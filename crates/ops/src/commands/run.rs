//! `plimsoll-ops run`: a command of the image, once, as a task of its own.

use std::{process::ExitCode, time::Duration};

use clap::Args;

use super::{print_json, print_lines};
use crate::{
    aws::{Account, Place},
    ecs::{one_off, revision::Revision, service},
    failure::Failure,
    span,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops run -e production -- ledger verify
  plimsoll-ops run -e production -- keys create origination --scope scores:write

The task has the image, the settings, the roles and the network of what the service runs now. It ends with 0 if the command did,
else with 1. What the command prints is in the service's log, a key that it prints too.";

/// Run a command of the image once, as a task of its own, and show what it printed
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service whose image, settings, roles and network the task has
    #[arg(long, value_name = "NAME", default_value = "api")]
    service: String,
    /// How long it may take; then it is stopped
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = span::parse)]
    timeout: Duration,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// How often the task is looked at
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = span::parse, hide = true)]
    every: Duration,
    /// The command and its arguments, after --
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, command, .. } = arguments;
    let account = Account::load(place).await?;
    let (ecs, cluster) = (account.ecs(), place.cluster());
    let service = service::one(&ecs, &cluster, &arguments.service).await?;
    let revision = Revision::describe(&ecs, service.task_definition().unwrap_or_default()).await?;
    let pace = (arguments.every, arguments.timeout);
    let ran = one_off::run(&account, &cluster, &service, &revision, one_off::What::command(command), pace).await?;
    if arguments.json {
        print_json(&ran)?;
    } else {
        print_lines(ran.lines(&command.join(" ")));
    }
    Ok(ExitCode::from(u8::from(ran.exit_code != Some(0))))
}
