//! The canary while it has its part of the traffic: its targets, its answers, and the alarms.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use aws_sdk_cloudwatch::types::{AlarmType, Dimension, StateValue, Statistic};
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;
use aws_smithy_types::DateTime;
use serde::Serialize;
use time::OffsetDateTime;

use super::Canary;
use crate::{
    aws::{Account, Refusal, refusal},
    line::Line,
};

/// Looks in a row that AWS may leave unanswered before the traffic is taken back: what cannot be seen is not good.
const BLIND: u32 = 20;
/// Answers of 5xx that are never enough to go back: one request may be at fault itself.
const FEW: f64 = 2.0;

/// What was seen of a canary.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Seen {
    /// Targets that the balancer finds healthy.
    pub(crate) healthy: usize,
    /// Requests that it answered, as far as CloudWatch has counted.
    pub(crate) answers: f64,
    /// Those that it answered with 5xx.
    pub(crate) errors: f64,
    /// Why targets were not healthy, by address.
    pub(crate) unhealthy: BTreeMap<String, String>,
    /// Alarms that rang.
    pub(crate) ringing: Vec<String>,
}

impl Seen {
    fn line(&self, service: &str, canary: &Canary) -> String {
        let Self { healthy, answers, errors, .. } = self;
        let (percent, tasks) = (canary.wish.percent, canary.tasks);
        let alarms = match (&*self.ringing, &*canary.alarms) {
            ([], []) => "no alarms".to_owned(),
            ([], _) => "alarms quiet".to_owned(),
            (ringing, _) => format!("ALARM {}", ringing.join(", ")),
        };
        format!(
            "{service} canary: {percent} % of the traffic · healthy {healthy}/{tasks} · 5xx {errors} of {answers} · {alarms}"
        )
    }

    /// What is wrong, if something is.
    fn fault(&self, canary: &Canary) -> Option<String> {
        if !self.ringing.is_empty() {
            return Some(format!("alarm {} rang", self.ringing.join(", ")));
        }
        if let Some((address, why)) = self.unhealthy.first_key_value() {
            return Some(format!("target {address} of the canary is unhealthy: {why}"));
        }
        if self.healthy < canary.tasks() {
            return Some(format!("{} of {} tasks of the canary are healthy: one was lost", self.healthy, canary.tasks));
        }
        let share = self.errors / self.answers.max(1.0) * 100.0;
        let limit = canary.wish.errors;
        (self.errors > FEW && share > f64::from(limit)).then(|| {
            format!(
                "{} of {} answers of the canary were 5xx, {share:.1} %: more than {limit} % (--canary-errors)",
                self.errors, self.answers
            )
        })
    }
}

/// Waits until the balancer finds every task of the canary healthy.
///
/// # Errors
/// Says why that did not come about.
pub(super) async fn until_healthy(
    account: &Account,
    name: &str,
    canary: &Canary,
    (every, patience): (Duration, Duration),
    seen: &mut Seen,
) -> Result<(), String> {
    let (began, mut line) = (Instant::now(), Line::new());
    loop {
        match look_at_targets(account, canary, seen).await {
            Ok(()) if seen.healthy >= canary.tasks() => return Ok(()),
            Ok(()) => {
                let text = format!("{name} canary: healthy {}/{}, no traffic yet", seen.healthy, canary.tasks);
                line.show(&text, began.elapsed());
            }
            Err(no) if no.is_passing() => {
                line.show(&format!("{name} canary: AWS does not answer: {no}"), began.elapsed())
            }
            Err(no) => return Err(no.to_string()),
        }
        if began.elapsed() >= patience {
            let (healthy, tasks, seconds) = (seen.healthy, canary.tasks, patience.as_secs());
            return Err(format!("{healthy} of {tasks} targets of the canary were healthy within {seconds} s"));
        }
        tokio::time::sleep(every).await;
    }
}

/// Watches for as long as was asked.
///
/// # Errors
/// Says at once what is wrong.
pub(super) async fn bake(
    account: &Account,
    name: &str,
    canary: &Canary,
    every: Duration,
    seen: &mut Seen,
) -> Result<(), String> {
    let (began, since, mut line) = (Instant::now(), OffsetDateTime::now_utc(), Line::new());
    let mut blind = 0;
    loop {
        match look(account, canary, since, seen).await {
            Ok(()) => {
                blind = 0;
                line.show(&seen.line(name, canary), began.elapsed());
            }
            Err(no) if no.is_passing() && blind < BLIND => {
                blind += 1;
                line.show(&format!("{name} canary: AWS does not answer: {no}"), began.elapsed());
            }
            Err(no) => return Err(format!("the canary cannot be watched any more: {no}")),
        }
        if let Some(fault) = seen.fault(canary) {
            return Err(fault);
        }
        // The last look decides: a bake does not end well unseen.
        if began.elapsed() >= canary.wish.bake && blind == 0 {
            return Ok(());
        }
        tokio::time::sleep(every).await;
    }
}

async fn look(account: &Account, canary: &Canary, since: OffsetDateTime, seen: &mut Seen) -> Result<(), Refusal> {
    seen.ringing = ringing(account, &canary.alarms).await?;
    look_at_targets(account, canary, seen).await?;
    seen.answers = sum(account, canary, "RequestCount", since).await?;
    seen.errors = sum(account, canary, "HTTPCode_Target_5XX_Count", since).await?;
    Ok(())
}

/// Those of some alarms that ring.
pub(super) async fn ringing(account: &Account, names: &[String]) -> Result<Vec<String>, Refusal> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let call = account.alarms().describe_alarms().set_alarm_names(Some(names.to_vec()));
    let call = call.state_value(StateValue::Alarm).alarm_types(AlarmType::MetricAlarm);
    let call = call.alarm_types(AlarmType::CompositeAlarm);
    let found = call.send().await.map_err(refusal("describing the alarms"))?;
    let metric = found.metric_alarms().iter().filter(|one| one.state_value() == Some(&StateValue::Alarm));
    let composite = found.composite_alarms().iter().filter(|one| one.state_value() == Some(&StateValue::Alarm));
    let ringing = metric.filter_map(|one| one.alarm_name()).chain(composite.filter_map(|one| one.alarm_name()));
    Ok(ringing.filter(|name| names.iter().any(|one| one == name)).map(str::to_owned).collect())
}

async fn look_at_targets(account: &Account, canary: &Canary, seen: &mut Seen) -> Result<(), Refusal> {
    let call = account.balancers().describe_target_health().target_group_arn(&canary.split.canary);
    let found = call.send().await.map_err(refusal("describing the health of the canary's targets"))?;
    (seen.healthy, seen.unhealthy) = (0, BTreeMap::new());
    for one in found.target_health_descriptions() {
        let (Some(target), Some(health)) = (one.target(), one.target_health()) else { continue };
        match health.state() {
            Some(TargetHealthStateEnum::Healthy) => seen.healthy += 1,
            Some(TargetHealthStateEnum::Unhealthy) => {
                let reason = health.reason().map_or("no reason", |reason| reason.as_str());
                let said = format!("{reason}: {}", health.description().unwrap_or("no description"));
                seen.unhealthy.insert(target.id().unwrap_or_default().to_owned(), said);
            }
            _ => {}
        }
    }
    Ok(())
}

/// What the balancer counted of the canary's target group.
async fn sum(account: &Account, canary: &Canary, metric: &str, since: OffsetDateTime) -> Result<f64, Refusal> {
    let dimensions = canary.split.dimensions();
    let dimensions = dimensions.into_iter().map(|(name, value)| Dimension::builder().name(name).value(value).build());
    let call = account.alarms().get_metric_statistics().namespace("AWS/ApplicationELB").metric_name(metric);
    let call = call.set_dimensions(Some(dimensions.collect())).statistics(Statistic::Sum).period(60);
    // Counts are kept by the minute: that in which it began counts whole.
    let start = since.unix_timestamp() / 60 * 60;
    let end = OffsetDateTime::now_utc().unix_timestamp() + 60;
    let call = call.start_time(DateTime::from_secs(start)).end_time(DateTime::from_secs(end));
    let found = call.send().await.map_err(refusal(format!("counting {metric} of the canary")))?;
    Ok(found.datapoints().iter().filter_map(|point| point.sum()).sum())
}
