//! Databases, caches and tables.

use rust_decimal::Decimal;

use super::Work;
use crate::cost::{
    estimate::{HOURS, Range},
    infrastructure::Resource,
};

pub(super) const KINDS: &[&str] = &[
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache",
    "aws_dynamodb_table",
];

const RDS: &str = "Amazon Relational Database Service";
const CACHE: &str = "Amazon ElastiCache";
const DYNAMODB: &str = "Amazon DynamoDB";

pub(super) fn price(work: &mut Work<'_, '_>) {
    for cluster in work.infrastructure.of_kind("aws_rds_cluster") {
        aurora(work, cluster);
    }
    for cache in work.infrastructure.of_kind("aws_elasticache_replication_group") {
        let engine = cache.text("/engine").unwrap_or("redis");
        let node = cache.text("/node_type").unwrap_or("(size not known)");
        let groups = cache.number("/num_node_groups").filter(|groups| !groups.is_zero());
        let nodes = match (cache.number("/num_cache_clusters"), groups) {
            (Some(nodes), _) => nodes,
            (None, Some(groups)) => {
                groups * (cache.number("/replicas_per_node_group").unwrap_or_default() + Decimal::ONE)
            }
            (None, None) => Decimal::ONE,
        };
        let item = format!("{node}.{engine}");
        work.sheet.charge(
            cache,
            CACHE,
            &item,
            &format!("{nodes} nodes, {node}, {engine}"),
            Range::fixed(HOURS * nodes),
        );
    }
    for cache in work.infrastructure.of_kind("aws_elasticache_serverless_cache") {
        let engine = cache.text("/engine").unwrap_or("redis");
        let (gb, calls) =
            (work.usage.of("cache.serverless_gb").max(Decimal::new(1, 1)), work.usage.of("cache.ecpu_millions"));
        work.sheet.charge(cache, CACHE, &format!("cache.serverless.{engine}.gb"), "data", Range::fixed(HOURS * gb));
        work.sheet.charge(cache, CACHE, &format!("cache.serverless.{engine}.ecpu"), "requests", Range::fixed(calls));
    }
    let mut on_demand = false;
    for table in work.infrastructure.of_kind("aws_dynamodb_table") {
        if table.text("/billing_mode") == Some("PAY_PER_REQUEST") {
            on_demand = true;
        } else {
            work.sheet.skip(&table.address, "provisioned capacity", "the price files hold only prices on demand");
        }
        if table.flag("/point_in_time_recovery/0/enabled") {
            work.sheet.skip(&table.address, "point-in-time recovery", "there is no price of it in the price files");
        }
    }
    if on_demand {
        work.sheet.charge_usage(DYNAMODB, "dynamodb.write", "write units", work.usage.of("tables.write_millions"));
        work.sheet.charge_usage(DYNAMODB, "dynamodb.read", "read units", work.usage.of("tables.read_millions"));
    }
    if work.has("aws_dynamodb_table") {
        work.sheet.charge_usage(DYNAMODB, "dynamodb.gb", "data", work.usage.of("tables.storage_gb"));
    }
}

fn aurora(work: &mut Work<'_, '_>, cluster: &Resource) {
    let scaling = |end: &str| cluster.number(&format!("/serverlessv2_scaling_configuration/0/{end}_capacity"));
    let (Some(least), Some(most)) = (scaling("min"), scaling("max")) else {
        work.sheet.skip(&cluster.address, "database", "only Aurora Serverless v2 is priced");
        return;
    };
    let belongs = |instance: &&Resource| {
        let by_name = instance.text("/cluster_identifier");
        let same = by_name.is_some() && by_name == cluster.text("/cluster_identifier");
        let referred = || work.infrastructure.referred(instance, "cluster_identifier", "aws_rds_cluster");
        same || (by_name.is_none() && referred().iter().any(|one| one.address == cluster.address))
    };
    let instances: Vec<&Resource> = work.infrastructure.of_kind("aws_rds_cluster_instance").filter(belongs).collect();
    let (serverless, others): (Vec<&Resource>, Vec<&Resource>) =
        instances.into_iter().partition(|instance| instance.text("/instance_class") == Some("db.serverless"));
    for other in others {
        let class = other.text("/instance_class").unwrap_or("(class not known)");
        work.sheet.skip(&other.address, class, "there is no price of its class in the price files");
    }
    let optimised = cluster.text("/storage_type") == Some("aurora-iopt1");
    let item = if optimised { "aurora.acu.io-optimised" } else { "aurora.acu" };
    let count = Decimal::from(serverless.len());
    // Usually at rest: whoever knows better sees the range.
    let units = Range { low: least, usual: least, high: most }.times(HOURS * count);
    work.sheet.charge(cluster, RDS, item, &format!("{count} instances of {least} to {most} ACU"), units);
    let usage = |name: &str| Range::fixed(work.usage.of(name));
    work.sheet.charge(cluster, RDS, "aurora.storage", "storage", usage("database.storage_gb"));
    if !optimised {
        work.sheet.charge(cluster, RDS, "aurora.io", "I/O", usage("database.io_millions"));
    }
    work.sheet.charge(cluster, RDS, "aurora.backup", "backups", usage("database.backup_gb"));
    if cluster.flag("/manage_master_user_password") {
        work.sheet.charge(
            cluster,
            super::guards::SECRETS,
            "secret.month",
            "secret of the master password",
            Range::fixed(1),
        );
    }
}
