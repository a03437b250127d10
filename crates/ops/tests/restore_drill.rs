//! `plimsoll-ops restore-drill`: what came back is checked, and nothing of the drill is left standing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use std::{process::Stdio, time::Duration};

use cloud::{Cloud, Database};
use serde_json::{Value, json};

const DRILL: [&str; 3] = ["restore-drill", "--every", "20ms"];
const NAME: &str = "plimsoll-production-drill";

fn drill<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&DRILL, words].concat()
}

/// Everything that takes a while is taken out.
fn without_times(shown: &str) -> String {
    regex::Regex::new(r"\d+ s old|after \d+ s").unwrap().replace_all(shown, "N s").into_owned()
}

fn with_database() -> Cloud {
    let cloud = Cloud::start();
    let url = "postgres://plimsoll@plimsoll-production-database.cluster-abc.eu-west-2.rds.amazonaws.com:5432/plimsoll?sslmode=verify-full";
    for definition in &mut cloud.state().definitions {
        let settings = definition["containerDefinitions"][0]["environment"].as_array_mut().unwrap();
        for name in ["PLIMSOLL_DATABASE_URL", "PLIMSOLL_DATABASE_READER_URL"] {
            settings.push(json!({ "name": name, "value": url }));
        }
    }
    cloud
}

#[test]
fn a_backup_that_comes_back_is_proven_and_taken_down() {
    let cloud = with_database();
    cloud.state().logs.insert("api/api/oneoff1".to_owned(), vec!["every chain holds".to_owned()]);
    let (code, shown) = cloud.run(&drill(&[]));
    insta::assert_snapshot!("drill_proven", without_times(&shown));
    assert_eq!(code, 0);
    let state = cloud.state();
    assert_eq!(state.databases.keys().collect::<Vec<_>>(), ["plimsoll-production-database"]);
    let asked = state.called("RestoreDBClusterToPointInTime").pop().unwrap();
    let asked = asked.as_str().unwrap();
    for part in [
        "DBClusterIdentifier=plimsoll-production-drill",
        "SourceDBClusterIdentifier=plimsoll-production-database",
        "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-db",
        "DeletionProtection=false",
        "EnableIAMDatabaseAuthentication=true",
        "ServerlessV2ScalingConfiguration.MaxCapacity=8.0",
    ] {
        assert!(asked.contains(part), "{part} is not in {asked}");
    }
    // The check reaches the restored database by both settings, with a role of its own.
    let ran = state.called("RunTask").pop().unwrap();
    let container = &ran["overrides"]["containerOverrides"][0];
    assert_eq!(container["command"], json!(["ledger", "verify", "--replay"]));
    for setting in container["environment"].as_array().unwrap() {
        let value = setting["value"].as_str().unwrap();
        assert!(
            value.starts_with(
                "postgres://plimsoll@plimsoll-production-drill.cluster-abc.eu-west-2.rds.amazonaws.com:5432/"
            ),
            "{value}"
        );
    }
    assert_eq!(container["environment"].as_array().unwrap().len(), 2);
    assert_eq!(ran["overrides"]["taskRoleArn"], "a");
}

#[test]
fn the_newest_snapshot_that_is_whole_is_taken_whoever_made_it() {
    let cloud = with_database();
    let (code, said) = cloud.json(&drill(&["--from", "snapshot"]));
    assert_eq!((code, &said["proven"]), (0, &json!(true)), "{said}");
    assert!(said["from"].as_str().unwrap().contains("awsbackup:job-1"), "{said}");
    assert!(said["loss"].as_i64().unwrap() > 0 && said["recovery"].is_u64());
    let asked = cloud.state().called("RestoreDBClusterFromSnapshot").pop().unwrap();
    assert!(asked.as_str().unwrap().contains("SnapshotIdentifier=awsbackup%3Ajob-1"), "{asked}");
}

#[test]
fn what_fails_is_not_proven_and_taken_down_all_the_same() {
    for (fault, one_off, why) in [
        (None, Some(7), "did not end well"),
        (
            Some(("CreateDBInstance", 9, 400, "InsufficientDBInstanceCapacity")),
            Some(0),
            "InsufficientDBInstanceCapacity",
        ),
        (Some(("RunTask", 9, 400, "AccessDeniedException")), Some(0), "AccessDeniedException"),
        (
            Some(("RestoreDBClusterToPointInTime", 9, 400, "KMSKeyNotAccessibleFault")),
            Some(0),
            "KMSKeyNotAccessibleFault",
        ),
    ] {
        let cloud = with_database();
        cloud.state().one_off = one_off;
        cloud.state().faults.extend(fault);
        let (code, shown) = cloud.run(&drill(&[]));
        assert!(code == 1 && shown.contains("NOT PROVEN") && shown.contains(why), "{code} {shown}");
        assert!(!cloud.state().databases.contains_key(NAME), "{shown}");
    }
}

#[test]
fn an_interruption_takes_it_down() {
    let cloud = with_database();
    let command = cloud.command();
    let mut child = std::process::Command::new(command.get_program());
    // A check that never ends: the task is looked at, and does not stop.
    cloud.state().faults.push(("DescribeTasks", usize::MAX, 400, "ThrottlingException"));
    child.args(drill(&["--timeout", "600s"])).env_clear();
    child.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let checks = || !cloud.state().called("RunTask").is_empty();
    for _ in 0..1000 {
        if checks() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(checks() && cloud.state().databases.contains_key(NAME));
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.code() == Some(1) && shown.contains("interrupted") && shown.contains("is taken down"),
        "{shown}"
    );
    assert!(!cloud.state().databases.contains_key(NAME));
}

#[test]
fn what_cannot_be_taken_down_is_said_and_cleaned_up_later() {
    let cloud = with_database();
    cloud.state().faults.push(("DeleteDBCluster", 1, 400, "AccessDenied"));
    let (code, shown) = cloud.run(&drill(&[]));
    insta::assert_snapshot!("drill_stands", without_times(&shown));
    assert_eq!(code, 1);
    let (code, shown) = cloud.run(&drill(&[]));
    assert!(code == 4 && shown.contains("--clean-up"), "{shown}");
    let (code, shown) = cloud.run(&drill(&["--clean-up"]));
    assert!(code == 0 && shown.contains("is taken down"), "{shown}");
    assert!(!cloud.state().databases.contains_key(NAME));
    assert!(cloud.run(&drill(&["--clean-up"])).1.contains("nothing of a drill stands"));
}

#[test]
fn what_no_drill_made_is_left_alone() {
    let cloud = with_database();
    let other = Database { states: vec!["available"], instance: vec!["available"], ..Database::default() };
    cloud.state().databases.insert(NAME.to_owned(), other);
    let (code, shown) = cloud.run(&drill(&[]));
    assert!(code == 4 && shown.contains("no drill made it"), "{shown}");
    let (code, shown) = cloud.run(&drill(&["--clean-up"]));
    assert!(code == 1 && shown.contains("left alone"), "{shown}");
    let state = cloud.state();
    assert!(state.databases.contains_key(NAME) && state.called("DeleteDBCluster").is_empty());
}

#[test]
fn what_cannot_be_drilled_is_refused() {
    let nothing_made = |cloud: &Cloud, words: &[&str], why: &str| {
        let (code, shown) = cloud.run(&drill(words));
        assert!(code == 4 && shown.contains(why), "{code} {shown}");
        assert!(cloud.state().called("RestoreDBClusterToPointInTime").is_empty());
    };
    nothing_made(&Cloud::start(), &[], "has no PLIMSOLL_DATABASE_URL");
    nothing_made(&with_database(), &["--database", "other"], "no cluster of databases other");
    let cloud = with_database();
    cloud.state().faults.push(("GetRole", 9, 404, "NoSuchEntity"));
    nothing_made(&cloud, &[], "restore_drill");
    let cloud = with_database();
    for definition in &mut cloud.state().definitions {
        definition["containerDefinitions"][0]["secrets"][0]["name"] = Value::from("PLIMSOLL_DATABASE_URL");
    }
    nothing_made(&cloud, &[], "comes from a secret");
}

#[test]
fn a_dry_run_shows_it() {
    let cloud = with_database();
    let (code, shown) = cloud.run(&drill(&["--dry-run"]));
    insta::assert_snapshot!("drill_dry_run", shown);
    assert!(code == 0 && cloud.state().called("RestoreDBClusterToPointInTime").is_empty());
}
