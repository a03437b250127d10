//! `plimsoll-ops cost actual`: what was billed this month, beside what was expected.

use std::{fs, path::PathBuf, process::ExitCode};

use aws_sdk_costexplorer::types::{Granularity, GroupDefinition, GroupDefinitionType};
use clap::Args;
use rust_decimal::Decimal;
use serde::Serialize;
use time::{Date, Duration, OffsetDateTime};

use crate::{
    aws::{Account, Place, refusal},
    commands::print_json,
    cost::billed::{self, METRIC},
    failure::Failure,
    table::rows,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops cost actual -e production --budget 600
  plimsoll-ops cost plan.json --json > estimate.json && plimsoll-ops cost actual -e production --estimate estimate.json

Cost Explorer charges 0.01 USD a question and lags a day. It is asked for what has the tag Environment, which must be activated as a
cost allocation tag; --all asks for the whole account. It ends with 1 if the month, went it on as it began, passed the budget.";

/// Show what this month was billed, beside estimate and budget
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// What `plimsoll-ops cost --json` printed
    #[arg(long, value_name = "FILE")]
    estimate: Option<PathBuf>,
    /// What the month may cost, in USD
    #[arg(long, value_name = "USD")]
    budget: Option<Decimal>,
    /// The whole account, whatever its tags
    #[arg(long)]
    all: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What was billed; amounts in US dollars.
#[derive(Debug, Serialize)]
struct Actual {
    from: String,
    to: String,
    services: Vec<(String, Decimal)>,
    so_far: Decimal,
    /// The month, if it goes on as it began.
    projected: Decimal,
    estimate: Option<Decimal>,
    budget: Option<Decimal>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let estimate = arguments.estimate.as_ref().map(read_estimate).transpose()?;
    let account = Account::load(&arguments.place).await?;
    let today = OffsetDateTime::now_utc().date();
    let actual = ask(&account, arguments, today, estimate).await?;
    if arguments.json {
        print_json(&actual)?;
    } else {
        print!("{}", screen(&actual));
        if actual.services.is_empty() && !arguments.all {
            let name = arguments.place.environment();
            println!(
                "nothing is billed under the tag Environment={name}: activate it as a cost allocation tag, or say --all"
            );
        }
    }
    let over = actual.budget.is_some_and(|budget| actual.projected > budget);
    Ok(ExitCode::from(u8::from(over)))
}

async fn ask(
    account: &Account,
    arguments: &Arguments,
    today: Date,
    estimate: Option<Decimal>,
) -> Result<Actual, Failure> {
    // Today is not billed yet; on the first of a month it is the month before that can be looked at.
    let first = |date: Date| date.replace_day(1).unwrap_or(date);
    let start = if today.day() == 1 { first(today - Duration::DAY) } else { first(today) };
    let period = billed::period(start, today)?;
    let filter = (!arguments.all).then(|| billed::of_environment(arguments.place.environment()));
    let by = GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key("SERVICE").build();
    let mut services: Vec<(String, Decimal)> = Vec::new();
    let mut token = None;
    loop {
        let call = account.bill().get_cost_and_usage().time_period(period.clone()).granularity(Granularity::Monthly);
        let call = call.metrics(METRIC).group_by(by.clone()).set_filter(filter.clone()).set_next_page_token(token);
        let page = call.send().await.map_err(refusal("asking Cost Explorer"))?;
        for group in page.results_by_time().iter().flat_map(|month| month.groups()) {
            let name = group.keys().first().cloned().unwrap_or_default();
            let value = group.metrics().and_then(|metrics| metrics.get(METRIC));
            let amount = billed::amount(&name, value)?;
            services.push((name, amount));
        }
        token = page.next_page_token;
        if token.is_none() {
            break;
        }
    }
    services.retain(|(_, amount)| !amount.round_dp(2).is_zero());
    services.sort_by(|(_, one), (_, other)| other.cmp(one));
    let so_far: Decimal = services.iter().map(|(_, amount)| *amount).sum();
    let days = Decimal::from((today - start).whole_days().max(1));
    let projected = so_far / days * Decimal::from(start.month().length(start.year()));
    let (from, to) = (start.to_string(), (today - Duration::DAY).to_string());
    Ok(Actual { from, to, services, so_far, projected: projected.round_dp(2), estimate, budget: arguments.budget })
}

fn read_estimate(path: &PathBuf) -> Result<Decimal, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::File { path: path.clone(), source })?;
    let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let usual = said["total"]["usual"].as_str().and_then(|usual| usual.parse().ok());
    usual.ok_or_else(|| {
        let problem = "has no total: it is not what `plimsoll-ops cost PLAN --json` prints";
        Failure::input(path.display().to_string(), problem)
    })
}

fn screen(actual: &Actual) -> String {
    let mut table = rows(&["what", ">USD"]);
    for (service, amount) in &actual.services {
        table.add(&[service, &format!("{amount:.2}")]);
    }
    table.add(&["so far", &format!("{:.2}", actual.so_far)]);
    table.add(&["the month, if it goes on so", &format!("{:.2}", actual.projected)]);
    for (what, amount) in [("estimate", actual.estimate), ("budget", actual.budget)] {
        let Some(amount) = amount else { continue };
        let beside = if amount.is_zero() {
            String::new()
        } else {
            let share = (actual.projected / amount * Decimal::ONE_HUNDRED).round_dp(0);
            format!(" (the month is {share} % of it)")
        };
        table.add(&[&format!("{what}{beside}"), &format!("{amount:.2}")]);
    }
    format!("{} to {}\n\n{table}", actual.from, actual.to)
}
