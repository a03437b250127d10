//! What was billed, as Cost Explorer tells: a cent a question, a day late or so, by the tag of the environment.

use aws_sdk_costexplorer::types::{DateInterval, Expression, Granularity, MetricValue, TagValues};
use rust_decimal::Decimal;
use serde::Serialize;
use time::{Date, Duration};

use crate::{
    aws::{Account, refusal},
    failure::Failure,
};

/// The measure: what is charged, with discounts, without what was paid in advance being spread.
pub(crate) const METRIC: &str = "UnblendedCost";

/// What a day was billed, in US dollars.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Day {
    pub(crate) date: String,
    pub(crate) amount: Decimal,
}

/// What an environment is billed for.
pub(crate) fn of_environment(name: &str) -> Expression {
    Expression::builder().tags(TagValues::builder().key("Environment").values(name).build()).build()
}

/// Days from one to another, which is not among them.
pub(crate) fn period(from: Date, to: Date) -> Result<DateInterval, Failure> {
    let period = DateInterval::builder().start(from.to_string()).end(to.to_string()).build();
    period.map_err(|error| Failure::Refused(format!("no such time: {error}")))
}

/// An amount as it is told.
pub(crate) fn amount(of: &str, value: Option<&MetricValue>) -> Result<Decimal, Failure> {
    let amount = value.and_then(MetricValue::amount).unwrap_or_default();
    let read = amount.parse().or_else(|_| Decimal::from_scientific(amount));
    read.map_err(|_| Failure::Refused(format!("Cost Explorer says {amount:?} of {of}, which is no amount")))
}

/// What an environment was billed yesterday, and today as far as that is billed.
pub(crate) async fn last_days(account: &Account, environment: &str, today: Date) -> Result<Vec<Day>, Failure> {
    let period = period(today - Duration::DAY, today + Duration::DAY)?;
    let call = account.bill().get_cost_and_usage().time_period(period).granularity(Granularity::Daily);
    let call = call.metrics(METRIC).filter(of_environment(environment));
    let found = call.send().await.map_err(refusal("asking Cost Explorer"))?;
    let mut days = Vec::new();
    for day in found.results_by_time() {
        let date = day.time_period().map(|period| period.start().to_owned()).unwrap_or_default();
        let total = day.total().and_then(|total| total.get(METRIC));
        days.push(Day { amount: amount(&date, total)?.round_dp(2), date });
    }
    Ok(days)
}

/// What days were billed, in a line that says how far it can be believed.
pub(crate) fn line(days: &[Day], environment: &str) -> String {
    if days.iter().all(|day| day.amount.is_zero()) {
        return format!(
            "cost: nothing is billed yet under the tag Environment={environment}; is it a cost allocation tag?\n"
        );
    }
    let all: Vec<String> = days.iter().map(|day| format!("{:.2} USD on {}", day.amount, day.date)).collect();
    let said = all.join(", ");
    format!("cost: {said}, as billed so far: Cost Explorer lags about a day, so the last day is not whole\n")
}
