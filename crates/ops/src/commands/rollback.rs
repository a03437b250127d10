//! `plimsoll-ops rollback`: brings back what served before.

use std::{process::ExitCode, time::Duration};

use aws_sdk_ecs::types::{Service, ServiceDeploymentStatus as Status, StopServiceDeploymentStopType};
use clap::Args;

use super::ending::{Ending, announce, end};
use crate::{
    aws::{Account, Place, refusal},
    ecs::{
        deployment::{self, Manner, Started},
        image,
        revision::Revision,
        service,
    },
    failure::Failure,
    kubernetes,
    notify::Listeners,
    rollout::{self, Pace, Plan, Report, ServiceReport},
    span,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops rollback --environment production
  plimsoll-ops rollback -e production --service api --to 3f2a91c
  plimsoll-ops rollback -e production --to sha256:…
  plimsoll-ops rollback -e production --service api --canary

A deployment that goes on is ended and rolled back by ECS. Otherwise the last revision that was deployed with success and is not
the one that runs is put in force again, just as it was, image and settings. So that the next `terraform apply` does not bring
back what was taken off, set `image` to its digest.";

/// Bring back what served before
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service to roll back, in this order; may be repeated
    #[arg(long = "service", value_name = "NAME", default_values = ["api", "console"])]
    services: Vec<String>,
    /// Only end the canaries: all traffic back to the services, and none of the canaries' tasks
    #[arg(long, conflicts_with_all = ["to", "dry_run"])]
    canary: bool,
    /// What to go back to: commit, tag or digest that was deployed with success, or a revision (family:number)
    #[arg(long, value_name = "WHAT")]
    to: Option<String>,
    /// How long each deployment is followed
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = span::parse)]
    timeout: Duration,
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

/// How a service gets back.
enum Way {
    /// A deployment goes on: ECS takes it back.
    Stop(Started),
    /// A revision that served is put in force.
    Deploy,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, json, .. } = arguments;
    let pace = Pace { every: arguments.every, patience: arguments.timeout };
    if place.is_eks() {
        if arguments.canary {
            return Err(Failure::input("--canary", "is not done with --platform eks"));
        }
        let (account, how) = (Account::of_any(place).await?, (pace, arguments.dry_run));
        let report = kubernetes::rollback(&account, place, &arguments.services, arguments.to.as_deref(), how).await?;
        let how = Ending { json: *json, dry_run: arguments.dry_run, announced: false };
        return end(report, &account, &arguments.listeners, how).await;
    }
    let account = Account::load(place).await?;
    if arguments.canary {
        return super::canary::end(&account, place, &arguments.services, (pace.every, *json)).await;
    }
    let manner = Manner::default();
    let (mut plans, mut ways) = (Vec::new(), Vec::new());
    for one in service::describe(&account.ecs(), &place.cluster(), &arguments.services).await? {
        let (plan, way) = plan(&account, place, one, arguments.to.as_deref(), manner).await?;
        plans.push(plan);
        ways.push(way);
    }
    let mut report = Report::new(&account, place, None, plans.iter().map(ServiceReport::of).collect());
    if !json {
        announce(&report);
    }
    if !arguments.dry_run {
        for (at, way) in ways.iter().enumerate() {
            match way {
                Way::Stop(started) => {
                    stop(&account, started).await?;
                    let line = &mut report.services[at];
                    rollout::follow_to_end(&account, place, &plans[at], started, line, pace).await;
                    line.settle_rollback();
                }
                Way::Deploy => {
                    let (plan, mut one) = (&mut plans[at..=at], Report::new(&account, place, None, Vec::new()));
                    one.services.push(report.services.remove(at));
                    let done = rollout::carry_out(&account, place, plan, &mut one, (manner, pace)).await;
                    report.services.splice(at..at, one.services);
                    done?;
                }
            }
            if !report.services[at].is_well() {
                break;
            }
        }
    }
    let how = Ending { json: *json, dry_run: arguments.dry_run, announced: true };
    end(report, &account, &arguments.listeners, how).await
}

async fn plan(
    account: &Account,
    place: &Place,
    service: Service,
    to: Option<&str>,
    manner: Manner,
) -> Result<(Plan, Way), Failure> {
    let (ecs, cluster) = (account.ecs(), place.cluster());
    let name = service.service_name().unwrap_or_default().to_owned();
    if to.is_none()
        && let Some(arn) = rollout::in_progress(account, place, &name).await?
    {
        let found = deployment::describe(&ecs, &arn).await?;
        let source = found.as_ref().and_then(|one| one.source_service_revisions().first()).and_then(|one| one.arn());
        let source = source.ok_or_else(|| {
            Failure::input(&name, "has its first deployment under way: there is nothing before it to go back to")
        })?;
        let before = deployment::task_definition(&ecs, source).await?;
        let before =
            before.ok_or_else(|| Failure::input(&name, "ran something before that ECS does not know any more"))?;
        let wanted = Revision::describe(&ecs, &before).await?;
        let started = Started { arn, task_definition: before };
        return Ok((Plan::to_registered(account, service, wanted, manner).await?, Way::Stop(started)));
    }
    let wanted = target(account, &cluster, &service, &name, to).await?;
    Ok((Plan::to_registered(account, service, wanted, manner).await?, Way::Deploy))
}

/// The revision to go back to.
async fn target(
    account: &Account,
    cluster: &str,
    service: &Service,
    name: &str,
    to: Option<&str>,
) -> Result<Revision, Failure> {
    let ecs = account.ecs();
    if let Some(revision) =
        to.filter(|to| to.rsplit_once(':').is_some_and(|(_, n)| n.len() < 10 && n.parse::<u32>().is_ok()))
    {
        return Revision::describe(&ecs, revision).await;
    }
    let runs = service.task_definition().unwrap_or_default();
    let wanted = match to {
        None => None,
        Some(to) => {
            let running = Revision::describe(&ecs, runs).await?;
            Some(image::resolve(account, running.image(name)?, to).await?.digest)
        }
    };
    let all = deployment::list(&ecs, cluster, name).await?;
    if wanted.is_none() && all.first().is_some_and(|one| one.status == Some(Status::RollbackSuccessful)) {
        let problem = format!(
            "its last deployment was rolled back already: it runs {}. To go further back, say where to with --to",
            service::short(runs)
        );
        return Err(Failure::input(name, problem));
    }
    for one in all.iter().filter(|one| one.status == Some(Status::Successful)) {
        let Some(target) = &one.target_service_revision_arn else { continue };
        let Some(definition) = deployment::task_definition(&ecs, target).await? else { continue };
        if definition == runs && wanted.is_none() {
            continue;
        }
        let revision = Revision::describe(&ecs, &definition).await?;
        let digest = image::digest(revision.image(name)?);
        // A tag may mean another image by now: going back to it would be no way back.
        if digest.is_some() && wanted.as_deref().is_none_or(|wanted| digest == Some(wanted)) {
            return Ok(revision);
        }
    }
    let problem = match to {
        Some(to) => {
            format!("{to} is not among its last deployments that succeeded; put it in force with `plimsoll-ops deploy`")
        }
        None => {
            "has no earlier deployment that succeeded and named its image by digest; say --to, or deploy one".to_owned()
        }
    };
    Err(Failure::input(name, problem))
}

async fn stop(account: &Account, started: &Started) -> Result<(), Failure> {
    let call = account.ecs().stop_service_deployment().service_deployment_arn(&started.arn);
    let call = call.stop_type(StopServiceDeploymentStopType::Rollback);
    call.send().await.map_err(refusal("ending the deployment that goes on"))?;
    Ok(())
}
