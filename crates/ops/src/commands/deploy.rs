//! `plimsoll-ops deploy`: puts an image, or the newest task definition, in force.

use std::{process::ExitCode, time::Duration};

use clap::Args;

use super::{
    ending::{Ending, announce, end},
    print_lines, verify,
};
use crate::{
    aws::{Account, Place},
    ecs::{deployment::Manner, one_off, service},
    failure::Failure,
    kubernetes,
    notify::Listeners,
    rollout::{
        self, Pace, Plan, Report, ServiceReport,
        canary::{self, Canary, Wish},
    },
    span,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops deploy $(git rev-parse HEAD) --environment production --address https://score.example.com
  plimsoll-ops deploy sha256:… -e staging --service api --failures 2
  plimsoll-ops deploy -e production --dry-run       # what Terraform described last, with the image it names
  plimsoll-ops deploy v1.4.0 -e production --before 'ledger verify'
  plimsoll-ops deploy v1.4.0 -e production --service api --canary 10 --bake 15m

The newest revision of each service's task definition gets the image by digest, is registered, and put in force; services one
after the other, the first that fails is the last. The deployment is followed by its ARN. It ends with 0 if everything is live,
2 if ECS rolled it back, 3 if it did not end in time, 4 if nothing was begun, 1 if it was stopped or, with --address, is live and not
ready.

With --canary a few tasks of the new revision get their share of the traffic first. An alarm, an unhealthy target, too many 5xx or an
interruption gives all traffic back at once, and the service does not move (2).";

/// Put an image in force and follow the deployment to its end
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Commit (7 digits or more), tag, digest, or repository@digest; without it, each service's newest task definition as it is
    image: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Service to deploy, in this order; may be repeated
    #[arg(long = "service", value_name = "NAME", default_values = ["api", "console"])]
    services: Vec<String>,
    /// Command of the image that runs once, as a task of its own, before any service moves; it must end with 0. Words are
    /// divided at spaces. The service's own tables need none: it brings them up to date at its start
    #[arg(long, value_name = "COMMAND")]
    before: Option<String>,
    /// Failed tasks after which ECS rolls back; without it half of the service's tasks, 3 at least
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i32).range(1..=1000))]
    failures: Option<i32>,
    /// Bring a canary to the image first and give it this share of the traffic, in per cent; the service must have one
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(i32).range(1..=50))]
    canary: Option<i32>,
    /// How long the canary is watched before the service itself moves
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = span::parse, requires = "canary")]
    bake: Duration,
    /// Share of 5xx among the canary's answers that is too much, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=100), requires = "canary")]
    canary_errors: u32,
    /// How long each deployment is followed
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = span::parse)]
    timeout: Duration,
    /// Where callers reach the service; once all is live, its `/api/ready` must say that it takes work (otherwise: 1). Not for
    /// the first deployment, which has no model yet
    #[arg(long, value_name = "URL", env = "PLIMSOLL_OPS_ADDRESS")]
    address: Option<String>,
    /// How long the service may take to say so
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = span::parse, requires = "address")]
    ready_within: Duration,
    /// Replace all tasks even if nothing changed
    #[arg(long)]
    force: bool,
    /// Deploy although another deployment goes on; it is ended by this one
    #[arg(long)]
    replace: bool,
    /// Do not look first whether what is to run can run
    #[arg(long)]
    skip_verify: bool,
    /// Show what would change, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    listeners: Listeners,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// How often the deployment is looked at
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = span::parse, hide = true)]
    every: Duration,
}

impl Arguments {
    /// Whether it takes back itself what it made, when it is interrupted.
    pub(super) fn tidies_up(&self) -> bool {
        self.canary.is_some()
    }

    /// Asks the service itself, where it is said how to reach it.
    async fn ask_service(&self, report: &mut Report) {
        // A variable that is set to nothing says no address.
        if let Some(address) = self.address.as_deref().filter(|address| !address.is_empty()) {
            report.ask_service(address, (self.every, self.ready_within)).await;
        }
    }

    fn wish(&self) -> Option<Wish> {
        self.canary.map(|percent| Wish { percent, bake: self.bake, errors: self.canary_errors })
    }
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, json, .. } = arguments;
    if place.is_eks() {
        return on_kubernetes(arguments).await;
    }
    let account = Account::load(place).await?;
    let manner = Manner { failures: arguments.failures, force: arguments.force, tasks: None };
    let pace = Pace { every: arguments.every, patience: arguments.timeout };
    let wanted = arguments.image.as_deref();
    let (image, mut plans) = rollout::plan(&account, place, &arguments.services, wanted, manner).await?;
    refuse_beside_canary(&account, place, &arguments.services).await?;
    if let Some(wish) = arguments.wish() {
        for plan in plans.iter_mut().filter(|plan| !plan.is_done() || manner.force) {
            plan.try_first(Canary::prepare(&account, place, &plan.service, wish).await?);
        }
    }
    if !arguments.replace {
        refuse_to_collide(&account, place, &arguments.services).await?;
    }
    let mut report = Report::new(&account, place, image, plans.iter().map(ServiceReport::of).collect());
    if !json {
        announce(&report);
    }
    if !arguments.skip_verify {
        verify::before(&account, &plans).await?;
    }
    if !arguments.dry_run {
        if let Some(command) = &arguments.before {
            run_before(&account, place, command, &mut plans, &mut report, pace, *json).await?;
        }
        rollout::carry_out(&account, place, &mut plans, &mut report, (manner, pace)).await?;
        arguments.ask_service(&mut report).await;
    }
    let how = Ending { json: *json, dry_run: arguments.dry_run, announced: true };
    end(report, &account, &arguments.listeners, how).await
}

/// The same by kubectl. What Kubernetes does not know is refused, not left out.
async fn on_kubernetes(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, json, dry_run, .. } = arguments;
    let only_ecs = [
        ("--before", arguments.before.is_some()),
        ("--canary", arguments.canary.is_some()),
        ("--failures", arguments.failures.is_some()),
        ("--force", arguments.force),
        ("--replace", arguments.replace),
    ];
    if let Some((flag, _)) = only_ecs.iter().find(|(_, is)| *is) {
        return Err(Failure::input(*flag, "is not done with --platform eks"));
    }
    let wanted = arguments.image.as_deref();
    let wanted =
        wanted.ok_or_else(|| Failure::input("IMAGE", "is needed with --platform eks: a commit, tag or digest"))?;
    let account = Account::of_any(place).await?;
    let pace = Pace { every: arguments.every, patience: arguments.timeout };
    let mut report = kubernetes::deploy(&account, place, &arguments.services, wanted, (pace, *dry_run)).await?;
    if !dry_run {
        arguments.ask_service(&mut report).await;
    }
    let how = Ending { json: *json, dry_run: *dry_run, announced: false };
    end(report, &account, &arguments.listeners, how).await
}

/// A canary that was left standing would go on with its share of the traffic, whatever is deployed beside it.
async fn refuse_beside_canary(account: &Account, place: &Place, services: &[String]) -> Result<(), Failure> {
    for name in services {
        let stands = service::maybe(&account.ecs(), &place.cluster(), &canary::name_of(name)).await?;
        if let Some(one) = stands.filter(|one| one.desired_count() > 0) {
            return Err(canary::stands(place, name, one.desired_count()));
        }
    }
    Ok(())
}

async fn refuse_to_collide(account: &Account, place: &Place, services: &[String]) -> Result<(), Failure> {
    for service in services {
        if let Some(arn) = rollout::in_progress(account, place, service).await? {
            let flags = place.flags();
            return Err(Failure::Refused(format!(
                "{service}: a deployment goes on ({arn}); wait for it, end it with `plimsoll-ops rollback {flags} --service \
                 {service}`, or say --replace"
            )));
        }
    }
    Ok(())
}

/// Runs the command that comes before, with the image that is to be deployed.
async fn run_before(
    account: &Account,
    place: &Place,
    command: &str,
    plans: &mut [Plan],
    report: &mut Report,
    pace: Pace,
    json: bool,
) -> Result<(), Failure> {
    let Some(plan) = plans.first_mut() else { return Ok(()) };
    let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Err(Failure::input("--before", "names no command"));
    }
    plan.register(&account.ecs()).await?;
    let (cluster, what) = (place.cluster(), one_off::What::command(&words));
    let ran = one_off::run(account, &cluster, &plan.service, &plan.wanted, what, (pace.every, pace.patience)).await?;
    if ran.exit_code != Some(0) {
        let lines = ran.lines(command).join("\n  ");
        return Err(Failure::Refused(format!("no service was touched, because what comes before failed\n  {lines}")));
    }
    if !json {
        print_lines(ran.lines(command));
    }
    report.before = Some(ran);
    Ok(())
}
