//! Keys, secrets, logs, alarms, budgets.

use rust_decimal::Decimal;

use super::Work;
use crate::cost::estimate::Range;

pub(super) const KINDS: &[&str] = &[
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_secretsmanager_secret",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_dashboard",
    "aws_budgets_budget",
    "aws_cloudtrail",
    "aws_sns_topic",
];

const KMS: &str = "AWS Key Management Service";
pub(super) const SECRETS: &str = "AWS Secrets Manager";
const CLOUDWATCH: &str = "AmazonCloudWatch";
const BUDGETS: &str = "AWS Budgets";
/// Thousands of requests a month that KMS answers for nothing.
const FREE_REQUESTS: i64 = 20;

pub(super) fn price(work: &mut Work<'_, '_>) {
    let one = Range::fixed(1);
    for kind in ["aws_kms_key", "aws_kms_replica_key"] {
        for key in work.infrastructure.of_kind(kind) {
            work.sheet.charge(key, KMS, "kms.key", "key", one);
        }
    }
    for secret in work.infrastructure.of_kind("aws_secretsmanager_secret") {
        work.sheet.charge(secret, SECRETS, "secret.month", "secret", one);
    }
    for alarm in work.infrastructure.of_kind("aws_cloudwatch_metric_alarm") {
        // One that computes pays for each metric that it reads.
        let read =
            alarm.list("/metric_query").iter().filter(|query| !query["metric"].as_array().is_none_or(Vec::is_empty));
        let metrics = Decimal::from(read.count().max(1));
        work.sheet.charge(alarm, CLOUDWATCH, "alarm.month", "alarm", Range::fixed(metrics));
    }
    for alarm in work.infrastructure.of_kind("aws_cloudwatch_composite_alarm") {
        work.sheet.charge(alarm, CLOUDWATCH, "alarm.composite.month", "composite alarm", one);
    }
    for dashboard in work.infrastructure.of_kind("aws_cloudwatch_dashboard") {
        work.sheet.charge(dashboard, CLOUDWATCH, "dashboard.month", "dashboard", one);
    }
    for budget in work.infrastructure.of_kind("aws_budgets_budget") {
        work.sheet.charge(budget, BUDGETS, "budget.month", "budget", one);
    }
    if work.has("aws_kms_key") {
        let thousands = work.usage.of("keys.requests_thousands") - Decimal::from(FREE_REQUESTS);
        work.sheet.charge_usage(KMS, "kms.requests", "requests", thousands.max(Decimal::ZERO) / Decimal::TEN);
    }
    if work.has("aws_secretsmanager_secret") {
        work.sheet.charge_usage(
            SECRETS,
            "secret.calls",
            "calls",
            work.usage.of("secrets.calls_thousands") / Decimal::TEN,
        );
    }
    if work.has("aws_cloudwatch_log_group") {
        work.sheet.charge_usage(CLOUDWATCH, "logs.ingested", "logs written", work.usage.of("logs.ingested_gb"));
        work.sheet.charge_usage(CLOUDWATCH, "logs.stored", "logs kept", work.usage.of("logs.stored_gb"));
        work.sheet.charge_usage(CLOUDWATCH, "logs.insights", "logs searched", work.usage.of("logs.insights_gb"));
    }
    for (kind, what) in [
        ("aws_cloudtrail", "data events and further trails (management events of the first trail are free)"),
        ("aws_sns_topic", "messages"),
    ] {
        if let Some(resource) = work.infrastructure.of_kind(kind).next() {
            work.sheet.skip(&resource.address, what, "there is no price of it in the price files");
        }
    }
}
