//! `plimsoll-ops status`: what runs, since when, from which commit, and how it is.

use std::process::ExitCode;

use aws_sdk_cloudwatch::types::StateValue;
use aws_sdk_ecs::types::Service;
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;
use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;

use super::print_json;
use crate::{
    aws::{Account, Place, ago, moment, refusal},
    cost::billed::{self, Day},
    ecs::{deployment, image, revision::Revision, service, stream},
    failure::Failure,
    kubernetes,
    rollout::canary,
    table::rows,
};

/// Show what runs, since when, from which commit, and how it is
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service to show; may be repeated
    #[arg(long = "service", value_name = "NAME", default_values = ["api", "console"])]
    services: Vec<String>,
    /// Do not ask Cost Explorer what is billed: it charges 0.01 USD a question
    #[arg(long)]
    no_cost: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    cluster: String,
    region: String,
    services: Vec<Standing>,
    /// Canaries that stand.
    canaries: Vec<canary::Standing>,
    alarms: Vec<Ringing>,
    /// What was billed, yesterday and today as far as that is billed; none where it was not asked.
    billed: Option<Vec<Day>>,
    remarks: Vec<String>,
}

/// How a service stands.
#[derive(Debug, Serialize)]
struct Standing {
    service: String,
    task_definition: String,
    image: String,
    commit: Option<String>,
    running: i32,
    desired: i32,
    pending: i32,
    /// Targets that the balancer finds healthy, and how many there are.
    healthy: Option<(usize, usize)>,
    since: Option<String>,
    #[serde(skip)]
    ago: Option<String>,
    deployment: Option<String>,
    deployment_reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Ringing {
    name: String,
    since: Option<String>,
    reason: Option<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    if place.is_eks() {
        let (lines, screen) = kubernetes::status(&arguments.services).await?;
        if arguments.json {
            print_json(&lines)?;
        } else {
            print!("{screen}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let account = Account::load(place).await?;
    let mut remarks = Vec::new();
    let mut services = Vec::new();
    let mut canaries = Vec::new();
    for one in service::describe(&account.ecs(), &place.cluster(), &arguments.services).await? {
        services.push(standing(&account, place, &one, &mut remarks).await?);
        match canary::standing(&account, place, &one).await {
            Ok(found) => canaries.extend(found),
            Err(failure) => remarks.push(failure.to_string()),
        }
    }
    let alarms = alarms(&account, place, &mut remarks).await;
    let billed = if arguments.no_cost { None } else { billed(&account, place, &mut remarks).await };
    let region = account.region().to_owned();
    let status = Status { cluster: place.cluster(), region, services, canaries, alarms, billed, remarks };
    if arguments.json {
        print_json(&status)?;
    } else {
        print!("{}", screen(&status, place.environment()));
    }
    Ok(ExitCode::SUCCESS)
}

async fn standing(
    account: &Account,
    place: &Place,
    service: &Service,
    remarks: &mut Vec<String>,
) -> Result<Standing, Failure> {
    let (ecs, name) = (account.ecs(), service.service_name().unwrap_or_default());
    let revision = Revision::describe(&ecs, service.task_definition().unwrap_or_default()).await?;
    let running_image = revision.image(name)?.to_owned();
    let commit = match revision.commit() {
        Some(commit) => Some(commit.to_owned()),
        None => image::known(account, &running_image).await.and_then(|image| image.commit().map(str::to_owned)),
    };
    let last = match deployment::list(&ecs, &place.cluster(), name).await {
        Ok(all) => all.into_iter().next(),
        Err(no) => {
            remarks.push(no.to_string());
            None
        }
    };
    let since = service::primary(service).and_then(|one| one.created_at());
    Ok(Standing {
        service: name.to_owned(),
        task_definition: service::short(revision.arn()).to_owned(),
        image: running_image,
        commit,
        running: service.running_count(),
        desired: service.desired_count(),
        pending: service.pending_count(),
        healthy: health(account, service, remarks).await,
        since: moment(since),
        ago: ago(since),
        deployment: last.as_ref().and_then(|one| one.status()).map(|status| status.as_str().to_owned()),
        deployment_reason: last.and_then(|one| one.status_reason).map(|reason| stream::clean(&reason)),
    })
}

async fn health(account: &Account, service: &Service, remarks: &mut Vec<String>) -> Option<(usize, usize)> {
    let mut counts = None;
    for group in service.load_balancers().iter().filter_map(|one| one.target_group_arn()) {
        let call = account.balancers().describe_target_health().target_group_arn(group);
        match call.send().await.map_err(refusal("describing the health of targets")) {
            Ok(found) => {
                let states = found.target_health_descriptions().iter().filter_map(|one| one.target_health()?.state());
                let states: Vec<_> = states.filter(|state| **state != TargetHealthStateEnum::Draining).collect();
                let healthy = states.iter().filter(|state| ***state == TargetHealthStateEnum::Healthy).count();
                let (h, all) = counts.unwrap_or((0, 0));
                counts = Some((h + healthy, all + states.len()));
            }
            Err(no) => remarks.push(no.to_string()),
        }
    }
    counts
}

/// What the environment is billed.
async fn billed(account: &Account, place: &Place, remarks: &mut Vec<String>) -> Option<Vec<Day>> {
    match billed::last_days(account, place.environment(), OffsetDateTime::now_utc().date()).await {
        Ok(days) => Some(days),
        Err(failure) => {
            remarks.push(failure.to_string());
            None
        }
    }
}

/// The environment's alarms that ring.
async fn alarms(account: &Account, place: &Place, remarks: &mut Vec<String>) -> Vec<Ringing> {
    let call = account.alarms().describe_alarms().alarm_name_prefix(format!("{}-", place.cluster()));
    match call.state_value(StateValue::Alarm).send().await.map_err(refusal("describing the alarms")) {
        Ok(found) => found
            .metric_alarms()
            .iter()
            .map(|alarm| Ringing {
                name: alarm.alarm_name().unwrap_or_default().to_owned(),
                since: moment(alarm.state_transitioned_timestamp()),
                reason: alarm.state_reason().map(stream::clean),
            })
            .collect(),
        Err(no) => {
            remarks.push(no.to_string());
            Vec::new()
        }
    }
}

fn screen(status: &Status, environment: &str) -> String {
    let mut table = rows(&["service", "revision", "from", "tasks", "healthy", "since", "last deployment"]);
    for one in &status.services {
        let from = match (&one.commit, image::digest(&one.image)) {
            (Some(commit), _) => commit.get(..12).unwrap_or(commit).to_owned(),
            (None, Some(digest)) => digest.get(..19).unwrap_or(digest).to_owned(),
            (None, None) => format!("{} (no digest)", one.image),
        };
        let pending = if one.pending > 0 { format!(", {} start", one.pending) } else { String::new() };
        table.add(&[
            &one.service,
            &one.task_definition,
            &from,
            &format!("{}/{}{pending}", one.running, one.desired),
            &one.healthy.map_or_else(|| "?".to_owned(), |(healthy, all)| format!("{healthy}/{all}")),
            &one.ago.as_ref().map_or_else(|| "?".to_owned(), |ago| format!("{ago} ago")),
            &one.deployment.as_deref().unwrap_or("?").to_ascii_lowercase().replace('_', " "),
        ]);
    }
    let mut text = format!("{} in {}\n\n{table}", status.cluster, status.region);
    for one in status.services.iter().filter(|one| one.deployment.as_deref() != Some("SUCCESSFUL")) {
        if let Some(reason) = &one.deployment_reason {
            text.push_str(&format!("{}: {reason}\n", one.service));
        }
    }
    for one in &status.canaries {
        text.push_str(&format!("{}\n", one.line()));
    }
    text.push_str(if status.alarms.is_empty() { "\nno alarm rings\n" } else { "\nALARMS\n" });
    for alarm in &status.alarms {
        let since = alarm.since.as_ref().map_or_else(String::new, |since| format!(" since {since}"));
        text.push_str(&format!("  {}{since}: {}\n", alarm.name, alarm.reason.as_deref().unwrap_or("no reason given")));
    }
    text.extend(status.billed.as_ref().map(|days| billed::line(days, environment)));
    for remark in &status.remarks {
        text.push_str(&format!("not found out: {remark}\n"));
    }
    // That no alarm rings is only said where they could be asked.
    if status.remarks.iter().any(|remark| remark.starts_with("describing the alarms")) {
        text = text.replace("\nno alarm rings\n", "\nwhether alarms ring is not known\n");
    }
    text
}
