//! `plimsoll-ops verify`: whether what is to run can run.

use std::process::ExitCode;

use clap::Args;

use super::print_json;
use crate::{
    aws::{Account, Place},
    ecs::deployment::Manner,
    failure::Failure,
    rollout,
    table::rows,
    verify::{self, Check, Verdict},
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops verify --environment production
  plimsoll-ops verify $(git rev-parse HEAD) -e production --json

Looked at are the image and its scan, both roles, secrets and keys and whether the right role can read them as IAM works it out, log
and target groups, the way out of the subnets (NAT, or an endpoint for each service that the task needs), and quotas: Fargate's vCPU and
the tasks of a service. Not looked at: the keys' own policies. It ends with 0 if nothing is wrong, else with 4. `deploy` does the same
before it begins.";

/// Look whether what is to run can run
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Commit, tag or digest that is to run; without it, each service's newest task definition as it is
    image: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Service to look at; may be repeated
    #[arg(long = "service", value_name = "NAME", default_values = ["api", "console"])]
    services: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (place, wanted) = (&arguments.place, arguments.image.as_deref());
    let account = Account::load(place).await?;
    let (_, plans) = rollout::plan(&account, place, &arguments.services, wanted, Manner::default()).await?;
    let mut checks = Vec::new();
    for plan in &plans {
        checks.extend(verify::verify(&account, plan).await);
    }
    if arguments.json {
        print_json(&checks)?;
    } else {
        print!("{}", screen(&checks));
    }
    Ok(ExitCode::from(if checks.iter().any(|check| check.verdict == Verdict::Wrong) { 4 } else { 0 }))
}

fn screen(checks: &[Check]) -> String {
    let mut table = rows(&["service", "what", "", "found"]);
    for check in checks {
        table.add(&[&check.service, &check.what, word(check.verdict), &check.said]);
    }
    table.to_string()
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Well => "ok",
        Verdict::Doubt => "?",
        Verdict::Wrong => "WRONG",
    }
}

/// Looks before a deployment: doubts are told on standard error, what is wrong ends it.
pub(super) async fn before(account: &Account, plans: &[rollout::Plan]) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for plan in plans.iter().filter(|plan| !plan.is_done()) {
        for Check { service, what, verdict, said } in verify::verify(account, plan).await {
            match verdict {
                Verdict::Well => {}
                Verdict::Doubt => eprintln!("{service}: {what}: {said}"),
                Verdict::Wrong => wrong.push(format!("{service}: {what}: {said}")),
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join("\n  ");
    Err(Failure::Refused(format!(
        "what was to be deployed would not run, so nothing was begun (--skip-verify does it all the same)\n  {wrong}"
    )))
}
