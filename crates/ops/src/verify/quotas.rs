//! What the account may have, beside what a service needs while it is deployed, and at most.

use std::time::Duration;

use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use aws_smithy_types::DateTime;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Checks, Verdict};
use crate::{
    aws::{QUOTAS, Refusal, SCALING, refusal},
    ecs::service,
};

/// Quotas by AWS's own names: their codes are nowhere promised.
const ON_DEMAND: (&str, &str) = ("fargate", "Fargate On-Demand vCPU resource count");
const SPOT: (&str, &str) = ("fargate", "Fargate Spot vCPU resource count");
const TASKS: (&str, &str) = ("ecs", "Tasks per service");
/// Pages of quotas at most: ECS has one, Fargate too.
const PAGES: usize = 10;
/// How far back the account's use is looked for: it is counted every five minutes.
const BACK: Duration = Duration::from_secs(1800);

pub(super) async fn look(checks: &mut Checks<'_>) {
    let most = match most_tasks(checks).await {
        Ok(most) => most,
        Err(no) => {
            checks.refused("scaling", &no);
            checks.plan.service.desired_count()
        }
    };
    // While it is deployed old and new tasks stand beside each other.
    let percent = checks.plan.service.deployment_configuration().and_then(|one| one.maximum_percent).unwrap_or(200);
    let peak = (f64::from(most.max(1)) * f64::from(percent) / 100.0).floor();
    match quota(checks, TASKS).await {
        Ok(Some(quota)) => {
            let allowed = quota["Value"].as_f64().unwrap_or_default();
            let said = format!("{peak} tasks at most while deployed, {allowed} allowed a service");
            checks.add("quota of tasks", if peak > allowed { Verdict::Doubt } else { Verdict::Well }, said);
        }
        Ok(None) => checks.add("quota of tasks", Verdict::Doubt, format!("AWS lists no quota {}", TASKS.1)),
        Err(no) => checks.refused("quota of tasks", &no),
    }
    look_at_processors(checks, peak).await;
}

async fn look_at_processors(checks: &mut Checks<'_>, peak: f64) {
    const WHAT: &str = "quota of vCPU";
    let service = &checks.plan.service;
    let (running, desired) = (f64::from(service.running_count()), f64::from(service.desired_count()));
    let strategy = service.capacity_provider_strategy();
    let is_spot = !strategy.is_empty() && strategy.iter().all(|one| one.capacity_provider() == "FARGATE_SPOT");
    let units = |cpu: Option<&str>| cpu.and_then(|cpu| cpu.parse::<f64>().ok()).map(|units| units / 1024.0);
    let Some(each) = units(checks.plan.wanted.definition.cpu()) else {
        return checks.add(WHAT, Verdict::Doubt, "the task definition does not say how much a task takes");
    };
    let before = units(checks.plan.running.definition.cpu()).unwrap_or(each);
    let quota = match quota(checks, if is_spot { SPOT } else { ON_DEMAND }).await {
        Ok(Some(quota)) => quota,
        Ok(None) => return checks.add(WHAT, Verdict::Doubt, "AWS lists no such quota of Fargate"),
        Err(no) => return checks.refused(WHAT, &no),
    };
    let allowed = quota["Value"].as_f64().unwrap_or_default();
    let own = running * before;
    let (used, by) = match in_use(checks, &quota).await {
        Ok(Some(used)) => (used.max(own), "the account uses"),
        Ok(None) => (own, "this service uses"),
        Err(no) => {
            checks.refused("use of vCPU", &no);
            (own, "this service uses")
        }
    };
    let others = used - own;
    let (next, top) = (used + each, others + peak * each);
    let figures = format!("{by} {used} of {allowed} vCPU");
    let more = "ask for more with `aws service-quotas request-service-quota-increase`";
    let (verdict, said) = if desired > 0.0 && next > allowed {
        (Verdict::Wrong, format!("{figures}: not one new task of {each} vCPU would start; {more}"))
    } else if top > allowed {
        (Verdict::Doubt, format!("{figures}, and {top} if it is deployed while scaled to its most; {more}"))
    } else {
        (Verdict::Well, format!("{figures}, {top} at most while deployed"))
    };
    checks.add(WHAT, verdict, said);
}

/// Tasks that scaling may start.
async fn most_tasks(checks: &Checks<'_>) -> Result<i32, Refusal> {
    let service = &checks.plan.service;
    let cluster = service::short(service.cluster_arn().unwrap_or_default());
    let id = format!("service/{cluster}/{}", checks.plan.name());
    let what =
        json!({ "ServiceNamespace": "ecs", "ResourceIds": [id], "ScalableDimension": "ecs:service:DesiredCount" });
    let found = checks.account.ask(SCALING, "DescribeScalableTargets", &what, "asking how far it scales").await?;
    let most = found["ScalableTargets"][0]["MaxCapacity"].as_i64().and_then(|most| i32::try_from(most).ok());
    Ok(most.unwrap_or(0).max(service.desired_count()))
}

async fn quota(checks: &Checks<'_>, (service, name): (&str, &str)) -> Result<Option<Value>, Refusal> {
    let mut what = json!({ "ServiceCode": service, "MaxResults": 100 });
    for _ in 0..PAGES {
        let doing = format!("asking for the quota {name}");
        let page = checks.account.ask(QUOTAS, "ListServiceQuotas", &what, &doing).await?;
        let mut all = page["Quotas"].as_array().into_iter().flatten();
        if let Some(found) = all.find(|one| one["QuotaName"] == name) {
            return Ok(Some(found.clone()));
        }
        if page["NextToken"].is_null() {
            break;
        }
        what["NextToken"] = page["NextToken"].clone();
    }
    Ok(None)
}

/// What the account uses of a quota, as CloudWatch counts it.
async fn in_use(checks: &Checks<'_>, quota: &Value) -> Result<Option<f64>, Refusal> {
    let metric = &quota["UsageMetric"];
    let (Some(space), Some(name)) = (metric["MetricNamespace"].as_str(), metric["MetricName"].as_str()) else {
        return Ok(None);
    };
    let pairs = metric["MetricDimensions"].as_object().into_iter().flatten();
    let dimension = |(name, value): (&String, &Value)| {
        Dimension::builder().name(name).value(value.as_str().unwrap_or_default()).build()
    };
    let now = OffsetDateTime::now_utc();
    let call = checks.account.alarms().get_metric_statistics().namespace(space).metric_name(name);
    let call = call.set_dimensions(Some(pairs.map(dimension).collect())).statistics(Statistic::Maximum).period(300);
    let call = call.start_time(DateTime::from_secs((now - BACK).unix_timestamp()));
    let call = call.end_time(DateTime::from_secs(now.unix_timestamp()));
    let found = call.send().await.map_err(refusal("asking what the account uses"))?;
    let latest = found.datapoints().iter().max_by_key(|point| point.timestamp().map(DateTime::secs));
    Ok(latest.and_then(|point| point.maximum()))
}
