//! Clusters of databases: restored, asked about, deleted.

use std::collections::BTreeMap;

use axum::response::Response;

use super::{State, answers};

/// A cluster as a test wants it.
#[derive(Debug, Clone, Default)]
pub struct Database {
    /// States that looks at it see, the last for good.
    pub states: Vec<&'static str>,
    pub tags: Vec<(String, String)>,
    /// States of its instance, if it has one.
    pub instance: Vec<&'static str>,
}

const NAME: &str = "plimsoll-production-database";

/// The cluster that serves.
pub fn serving() -> BTreeMap<String, Database> {
    let one = Database { states: vec!["available"], instance: vec!["available"], ..Database::default() };
    BTreeMap::from([(NAME.to_owned(), one)])
}

fn value(form: &str, name: &str) -> Option<String> {
    let value = form.split('&').find_map(|pair| pair.strip_prefix(&*format!("{name}=")))?;
    Some(value.replace("%3A", ":"))
}

fn next(states: &mut Vec<&'static str>) -> &'static str {
    if states.len() > 1 { states.remove(0) } else { states.first().copied().unwrap_or("available") }
}

pub fn answer(state: &mut State, action: &str, form: &str) -> Option<Response> {
    let name = value(form, "DBClusterIdentifier").unwrap_or_default();
    Some(match action {
        "DescribeDBClusters" => describe(state, &name),
        "DescribeDBClusterSnapshots" => {
            let one = |name: &str, status: &str, at: &str| {
                format!(
                    "<DBClusterSnapshot><DBClusterSnapshotIdentifier>{name}</DBClusterSnapshotIdentifier><Status>{status}</Status><SnapshotCreateTime>{at}</SnapshotCreateTime></DBClusterSnapshot>"
                )
            };
            let all = one("rds:old", "available", "2026-11-20T04:00:00.000Z")
                + &one("awsbackup:job-1", "available", "2026-11-25T04:00:00.000Z")
                + &one("rds:unfinished", "creating", "2026-11-26T04:00:00.000Z");
            answers::xml(action, &format!("<DBClusterSnapshots>{all}</DBClusterSnapshots>"))
        }
        "RestoreDBClusterToPointInTime" | "RestoreDBClusterFromSnapshot" => {
            let tags = (1..=2).filter_map(|at| {
                Some((value(form, &format!("Tags.Tag.{at}.Key"))?, value(form, &format!("Tags.Tag.{at}.Value"))?))
            });
            let made = Database { states: vec!["creating", "available"], tags: tags.collect(), instance: Vec::new() };
            state.databases.insert(name, made);
            answers::xml(action, "<DBCluster/>")
        }
        "CreateDBInstance" => {
            state.databases.get_mut(&name).unwrap().instance = vec!["creating", "available"];
            answers::xml(action, "<DBInstance/>")
        }
        "DescribeDBInstances" => {
            let of = value(form, "DBInstanceIdentifier").unwrap();
            let cluster = state.databases.get_mut(of.strip_suffix("-0").unwrap());
            match cluster.filter(|one| !one.instance.is_empty()) {
                Some(one) => {
                    let status = next(&mut one.instance);
                    let one = format!("<DBInstance><DBInstanceStatus>{status}</DBInstanceStatus></DBInstance>");
                    answers::xml(action, &format!("<DBInstances>{one}</DBInstances>"))
                }
                None => answers::xml_error(404, "DBInstanceNotFound"),
            }
        }
        "DeleteDBInstance" => {
            let of = value(form, "DBInstanceIdentifier").unwrap();
            state.databases.get_mut(of.strip_suffix("-0").unwrap()).unwrap().instance = Vec::new();
            answers::xml(action, "<DBInstance/>")
        }
        "DeleteDBCluster" => {
            state.databases.get_mut(&name).unwrap().states = vec!["deleting", "gone"];
            answers::xml(action, "<DBCluster/>")
        }
        _ => return None,
    })
}

fn describe(state: &mut State, name: &str) -> Response {
    let none = || answers::xml_error(404, "DBClusterNotFoundFault");
    let Some(found) = state.databases.get_mut(name) else { return none() };
    let status = next(&mut found.states);
    if status == "gone" {
        state.databases.remove(name);
        return none();
    }
    let instance = if found.instance.is_empty() {
        String::new()
    } else {
        format!("<DBClusterMember><DBInstanceIdentifier>{name}-0</DBInstanceIdentifier></DBClusterMember>")
    };
    let tags: String =
        found.tags.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).collect();
    let group =
        "<VpcSecurityGroupMembership><VpcSecurityGroupId>sg-db</VpcSecurityGroupId></VpcSecurityGroupMembership>";
    let parts = [
        ("DBClusterIdentifier", name),
        ("Status", status),
        ("Endpoint", &format!("{name}.cluster-abc.eu-west-2.rds.amazonaws.com")),
        ("Port", "5432"),
        ("Engine", "aurora-postgresql"),
        ("DBSubnetGroup", NAME),
        ("DBClusterParameterGroup", "plimsoll-production-database-pg17"),
        ("LatestRestorableTime", "2026-11-26T10:00:00.000Z"),
        ("VpcSecurityGroups", group),
        ("DBClusterMembers", &instance),
        ("ServerlessV2ScalingConfiguration", "<MinCapacity>0.5</MinCapacity><MaxCapacity>8.0</MaxCapacity>"),
        ("TagList", &tags),
    ];
    let parts: String = parts.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    answers::xml("DescribeDBClusters", &format!("<DBClusters><DBCluster>{parts}</DBCluster></DBClusters>"))
}
