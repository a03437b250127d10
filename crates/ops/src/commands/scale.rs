//! `plimsoll-ops scale`: how many tasks a service has.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use serde::Serialize;

use super::print_json;
use crate::{
    aws::{Account, Place, refusal},
    ecs::service,
    failure::Failure,
    line::Line,
    span,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops scale 4 --environment production --service api
  plimsoll-ops scale 0 -e staging --service console --to-none

Where the service scales by itself, it goes on doing so within its bounds: a count outside them, and one that the load does not ask
for, does not last. To move the bounds, change `minimum` and `maximum` and apply.";

/// Set how many tasks a service has, and wait until they run
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// How many tasks
    #[arg(value_parser = clap::value_parser!(i32).range(0..=1000))]
    count: i32,
    #[command(flatten)]
    place: Place,
    /// Service to scale
    #[arg(long, value_name = "NAME")]
    service: String,
    /// Allow a count of 0, with which nothing serves
    #[arg(long)]
    to_none: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = span::parse)]
    timeout: Duration,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// How often the service is looked at
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = span::parse, hide = true)]
    every: Duration,
}

#[derive(Debug, Serialize)]
struct Scaled {
    service: String,
    before: i32,
    desired: i32,
    running: i32,
    reached: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { place, service: name, count, .. } = arguments;
    if *count == 0 && !arguments.to_none {
        return Err(Failure::input("COUNT", "is 0, with which nothing serves; say --to-none if that is meant"));
    }
    let (ecs, cluster) = (Account::load(place).await?.ecs(), place.cluster());
    let before = service::one(&ecs, &cluster, name).await?.desired_count();
    let call = ecs.update_service().cluster(&cluster).service(name).desired_count(*count);
    call.send().await.map_err(refusal(format!("scaling {name}")))?;
    let (began, mut line) = (Instant::now(), Line::new());
    let scaled = loop {
        let now = service::one(&ecs, &cluster, name).await.map_err(|failure| Failure::Underway(failure.to_string()))?;
        let (desired, running) = (now.desired_count(), now.running_count());
        line.show(&format!("{name}: running {running}/{desired}, pending {}", now.pending_count()), began.elapsed());
        let reached = desired == *count && running == *count && now.pending_count() == 0;
        if reached || desired != *count || began.elapsed() >= arguments.timeout {
            break Scaled { service: name.clone(), before, desired, running, reached };
        }
        tokio::time::sleep(arguments.every).await;
    };
    line.end();
    if arguments.json {
        print_json(&scaled)?;
    } else {
        let Scaled { desired, running, reached, .. } = &scaled;
        let end = match (reached, desired == count) {
            (true, _) => String::new(),
            (false, true) => format!(": not reached within {} s, it goes on by itself", arguments.timeout.as_secs()),
            (false, false) => format!(": something else set {desired} meanwhile, scaling or another person"),
        };
        println!("{name}: {before} → {count} tasks, {running} run{end}");
    }
    Ok(ExitCode::from(match (scaled.reached, scaled.desired == *count) {
        (true, _) => 0,
        (false, true) => 3,
        (false, false) => 1,
    }))
}
