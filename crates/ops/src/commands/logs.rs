//! `plimsoll-ops logs`: what the services say, from CloudWatch.

use std::{
    collections::HashSet,
    io::Write as _,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use clap::Args;

use crate::{
    aws::{Account, Place, refusal},
    ecs::{revision::Revision, service, stream},
    failure::Failure,
    kubernetes::{self, Asked},
    span,
};

/// How far back a follower looks again: lines come late and not in order.
const OVERLAP: i64 = 30_000;

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops logs -e production --service api --since 15m
  plimsoll-ops logs -e production --follow --filter ERROR
  plimsoll-ops logs -e production --request 0192f0c1-7a52-7cc3-9a55-1c1d0c3f9f10
  plimsoll-ops logs -e production --pattern '{ $.status >= 500 }' --since 2h";

/// Show what the services say
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Service whose lines to show
    #[arg(long, value_name = "NAME", default_value = "api")]
    service: String,
    /// How far back to begin
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = span::parse)]
    since: Duration,
    /// Go on as lines come, until it is interrupted
    #[arg(long, short)]
    follow: bool,
    /// Only lines that hold this text
    #[arg(long, value_name = "TEXT", conflicts_with = "pattern")]
    filter: Option<String>,
    /// Only lines that this pattern of CloudWatch matches
    #[arg(long)]
    pattern: Option<String>,
    /// Only lines about the request with this id, which the answer had in X-Request-Id
    #[arg(long, value_name = "ID", conflicts_with_all = ["filter", "pattern"])]
    request: Option<String>,
    /// Only lines of the task whose id begins so
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    /// Print a JSON document a line: time, stream, message
    #[arg(long)]
    json: bool,
    /// How often a follower asks
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = span::parse, hide = true)]
    every: Duration,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    if place.is_eks() {
        return on_kubernetes(arguments).await;
    }
    let account = Account::load(place).await?;
    let (ecs, name) = (account.ecs(), &arguments.service);
    let service = service::one(&ecs, &place.cluster(), name).await?;
    let revision = Revision::describe(&ecs, service.task_definition().unwrap_or_default()).await?;
    let group = stream::group(revision.container(name)?).ok_or_else(|| {
        Failure::input(
            revision.arn(),
            "sends its lines to no log group of CloudWatch; look where its log driver sends them",
        )
    })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut start = i64::try_from(now.saturating_sub(arguments.since).as_millis()).unwrap_or(0);
    let mut seen = HashSet::new();
    loop {
        let newest = show(&account, arguments, group, start, &mut seen).await;
        match newest {
            Ok(newest) => start = start.max(newest - OVERLAP),
            Err(no) if arguments.follow && no.is_passing() => eprintln!("{no}"),
            Err(no) => return Err(no.into()),
        }
        if !arguments.follow {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(arguments.every).await;
    }
}

async fn on_kubernetes(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let only_ecs =
        [("--pattern", arguments.pattern.is_some()), ("--task", arguments.task.is_some()), ("--json", arguments.json)];
    if let Some((flag, _)) = only_ecs.iter().find(|(_, is)| *is) {
        return Err(Failure::input(*flag, "is not done with --platform eks"));
    }
    let text = arguments.request.as_deref().or(arguments.filter.as_deref());
    let Arguments { service, since, follow, .. } = arguments;
    kubernetes::logs(&Asked { service, since: *since, follow: *follow, text }).await?;
    Ok(ExitCode::SUCCESS)
}

/// Shows what was not shown yet, and says how new the newest line is.
async fn show(
    account: &Account,
    arguments: &Arguments,
    group: &str,
    start: i64,
    seen: &mut HashSet<String>,
) -> Result<i64, crate::aws::Refusal> {
    let call = account.logs().filter_log_events().log_group_name(group).start_time(start);
    let mut pages = call.set_filter_pattern(pattern(arguments)).into_paginator().send();
    let mut newest = start;
    let mut current = HashSet::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(refusal(format!("reading the log {group}")))?;
        for event in page.events() {
            let id = event.event_id().unwrap_or_default().to_owned();
            newest = newest.max(event.timestamp().unwrap_or(0));
            let is_new = !seen.contains(&id);
            current.insert(id);
            if is_new && of_task(event, arguments.task.as_deref()) && print(event, arguments.json).is_err() {
                // Whoever reads has read enough.
                std::process::exit(0);
            }
        }
    }
    // Only what can come again is kept: all of it lies behind the next start.
    *seen = current;
    Ok(newest)
}

fn of_task(event: &FilteredLogEvent, task: Option<&str>) -> bool {
    let id = event.log_stream_name().map(service::short).unwrap_or_default();
    task.is_none_or(|task| id.starts_with(task))
}

/// The pattern that CloudWatch is asked for: a text is put in quotes, so that nothing in it means anything.
fn pattern(arguments: &Arguments) -> Option<String> {
    let text = arguments.request.as_ref().or(arguments.filter.as_ref());
    let quoted = text.map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    quoted.or_else(|| arguments.pattern.clone())
}

fn print(event: &FilteredLogEvent, json: bool) -> std::io::Result<()> {
    let (at, message) = (event.timestamp().unwrap_or(0), event.message().unwrap_or_default());
    let stream_name = event.log_stream_name().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    if json {
        let line = serde_json::json!({ "time_ms": at, "stream": stream_name, "message": message.trim_end() });
        writeln!(out, "{line}")?;
    } else {
        let id = service::short(stream_name);
        writeln!(out, "{} {}", id.get(..8).unwrap_or(id), stream::clean(message))?;
    }
    out.flush()
}
