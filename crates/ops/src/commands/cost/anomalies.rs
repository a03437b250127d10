//! `plimsoll-ops cost anomalies`: what cost more than was to be expected, and where.

use std::{process::ExitCode, time::Duration};

use aws_sdk_costexplorer::types::AnomalyDateInterval;
use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    aws::{Account, Place, refusal},
    commands::print_json,
    failure::Failure,
    span,
    table::rows,
};

/// Show what cost more than was to be expected
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// How far back to look
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = span::parse)]
    since: Duration,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What cost more; amounts in US dollars.
#[derive(Debug, Serialize)]
struct Anomaly {
    from: String,
    to: Option<String>,
    service: String,
    region: String,
    usage: String,
    expected: Option<f64>,
    actual: Option<f64>,
    more: f64,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let account = Account::load(&arguments.place).await?;
    let start = (OffsetDateTime::now_utc() - arguments.since).date().to_string();
    let interval = AnomalyDateInterval::builder().start_date(start).build();
    let interval = interval.map_err(|error| Failure::Refused(format!("no such time: {error}")))?;
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let call = account.bill().get_anomalies().date_interval(interval.clone()).set_next_page_token(token);
        let page = call.send().await.map_err(refusal("asking Cost Explorer for anomalies"))?;
        found.extend(page.anomalies);
        token = page.next_page_token;
        if token.is_none() {
            break;
        }
    }
    let mut anomalies: Vec<Anomaly> = found.iter().map(anomaly).collect();
    anomalies.sort_by(|one, other| other.from.cmp(&one.from));
    if arguments.json {
        print_json(&anomalies)?;
    } else if anomalies.is_empty() {
        println!("nothing cost more than was to be expected");
    } else {
        print!("{}", screen(&anomalies));
    }
    Ok(ExitCode::SUCCESS)
}

fn anomaly(found: &aws_sdk_costexplorer::types::Anomaly) -> Anomaly {
    let cause = found.root_causes().first();
    let text = |text: Option<&str>| text.unwrap_or("?").to_owned();
    let impact = found.impact.as_ref();
    Anomaly {
        from: text(found.anomaly_start_date()),
        to: found.anomaly_end_date().map(str::to_owned),
        service: text(cause.and_then(|cause| cause.service()).or(found.dimension_value())),
        region: text(cause.and_then(|cause| cause.region())),
        usage: text(cause.and_then(|cause| cause.usage_type())),
        expected: impact.and_then(|impact| impact.total_expected_spend),
        actual: impact.and_then(|impact| impact.total_actual_spend),
        more: impact.map_or(0.0, |impact| impact.total_impact),
    }
}

fn screen(anomalies: &[Anomaly]) -> String {
    let mut table = rows(&["from", "to", "service", "region", "usage", ">expected", ">was", ">more, USD"]);
    let amount = |amount: Option<f64>| amount.map_or_else(|| "?".to_owned(), |amount| format!("{amount:.2}"));
    for one in anomalies {
        table.add(&[
            one.from.get(..10).unwrap_or(&one.from),
            one.to.as_ref().map_or("goes on", |to| to.get(..10).unwrap_or(to)),
            &one.service,
            &one.region,
            &one.usage,
            &amount(one.expected),
            &amount(one.actual),
            &format!("{:.2}", one.more),
        ]);
    }
    table.to_string()
}
