//! `plimsoll-ops restore-drill`: whether a backup of the database comes back.

use std::{process::ExitCode, time::Duration};

use clap::Args;

use super::{print_json, print_lines};
use crate::{
    aws::{Account, Place, refusal},
    drill::{self, Drill, Wish},
    ecs::{revision::Revision, service},
    failure::Failure,
    span,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops restore-drill -e production
  plimsoll-ops restore-drill -e production --from snapshot -- ledger verify
  plimsoll-ops restore-drill -e production --clean-up

A cluster plimsoll-ENVIRONMENT-drill is restored beside the one that serves, which is not touched; a task of the service's image checks
it with `ledger verify --replay`; then it is taken down, after a failure and an interruption too. It ends with 0 if the backup came back
and nothing of the drill stands, else with 1. It takes half an hour or so, and costs as the database does for as long.";

/// Prove that a backup of the database can be restored, in a cluster of its own
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Cluster of databases, where it is not plimsoll-ENVIRONMENT-database
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// What to restore
    #[arg(long, value_enum, default_value_t)]
    from: From,
    /// Service whose image, settings and network the check has
    #[arg(long, value_name = "NAME", default_value = "api")]
    service: String,
    /// Role of the check's task, by name; it must be allowed to sign in to the restored database
    #[arg(long, value_name = "NAME")]
    task_role: Option<String>,
    /// How long each step may take
    #[arg(long, value_name = "TIME", default_value = "2h", value_parser = span::parse)]
    timeout: Duration,
    /// Only take down what an earlier drill left standing
    #[arg(long, conflicts_with_all = ["dry_run", "from"])]
    clean_up: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// How often it is looked
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = span::parse, hide = true)]
    every: Duration,
    /// The check, after --
    #[arg(last = true, default_values = ["ledger", "verify", "--replay"])]
    command: Vec<String>,
}

/// What is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum From {
    /// The latest moment that continuous backups reach
    #[default]
    Latest,
    /// The newest snapshot, AWS Backup's among them
    Snapshot,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, every, timeout, .. } = arguments;
    let account = Account::load(place).await?;
    if arguments.clean_up {
        let stood = drill::clean_up(&account, place, (*every, *timeout)).await?;
        println!("{}", if stood { "what a drill left standing is taken down" } else { "nothing of a drill stands" });
        return Ok(ExitCode::SUCCESS);
    }
    let ecs = account.ecs();
    let service = service::one(&ecs, &place.cluster(), &arguments.service).await?;
    let revision = Revision::describe(&ecs, service.task_definition().unwrap_or_default()).await?;
    let wish = Wish {
        database: arguments.database.clone().unwrap_or_else(|| format!("{}-database", place.cluster())),
        snapshot: arguments.from == From::Snapshot,
        role: Some(role(&account, place, arguments.task_role.as_deref()).await?),
        service,
        revision,
        command: arguments.command.clone(),
        every: *every,
        patience: *timeout,
    };
    let drill = Drill::prepare(&account, place, wish).await?;
    if !arguments.json || arguments.dry_run {
        print_lines(drill.lines());
    }
    if arguments.dry_run {
        println!("nothing was done (--dry-run)");
        return Ok(ExitCode::SUCCESS);
    }
    let report = drill.carry_out(&account).await;
    if arguments.json {
        print_json(&report)?;
    } else {
        print_lines(report.lines());
    }
    Ok(ExitCode::from(u8::from(!report.is_well())))
}

/// The role of the check's task: the service's own may sign in to the database that serves, and to no other.
async fn role(account: &Account, place: &Place, named: Option<&str>) -> Result<String, Failure> {
    let name = named.map_or_else(|| format!("{}-drill-task", place.cluster()), str::to_owned);
    match account
        .iam()
        .get_role()
        .role_name(&name)
        .send()
        .await
        .map_err(refusal(format!("looking for the role {name}")))
    {
        Ok(found) => Ok(found.role().map(|role| role.arn().to_owned()).unwrap_or_default()),
        Err(no) if no.code().contains("NoSuchEntity") => {
            let problem =
                format!("there is no role {name}: set `restore_drill` of the stack and apply, or name another");
            Err(Failure::input("--task-role", problem))
        }
        Err(no) => Err(no.into()),
    }
}
