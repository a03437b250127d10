//! `plimsoll-ops deploy --canary`: a share of the traffic for the new revision first, and all of it back if anything is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use std::{process::Stdio, time::Duration};

use cloud::{Cloud, NEW_COMMIT, broken, success};
use serde_json::{Value, json};

const DEPLOY: [&str; 10] =
    ["deploy", NEW_COMMIT, "--service", "api", "--canary", "10", "--every", "20ms", "--timeout", "20s"];

fn deploy<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&DEPLOY, words].concat()
}

fn with_canary() -> Cloud {
    let cloud = Cloud::start();
    cloud.state().with_canary();
    cloud
}

/// All traffic is the service's, and the canary has no tasks.
fn is_given_back(cloud: &Cloud) -> bool {
    let state = cloud.state();
    state.canary.as_ref().unwrap().weights == (100, 0) && state.services["api-canary"]["desiredCount"] == 0
}

fn updates(cloud: &Cloud) -> Vec<(String, Value)> {
    let all = cloud.state().called("UpdateService");
    all.iter().map(|one| (one["service"].as_str().unwrap().to_owned(), one["desiredCount"].clone())).collect()
}

#[test]
fn a_canary_that_is_well_is_followed_by_the_service() {
    let cloud = with_canary();
    cloud.goes([success(), success()]);
    let (code, shown) = cloud.run(&deploy(&["--bake", "200ms"]));
    insta::assert_snapshot!("canary_live", shown);
    assert_eq!(code, 0);
    assert!(is_given_back(&cloud));
    assert_eq!(cloud.state().canary.as_ref().unwrap().given, [10, 0]);
    let expected = [("api-canary", json!(1)), ("api", Value::Null), ("api-canary", json!(0))];
    assert_eq!(updates(&cloud), expected.map(|(name, count)| (name.to_owned(), count)));
    // Both run the one revision that was registered.
    let state = cloud.state();
    assert_eq!(state.called("RegisterTaskDefinition").len(), 1);
    let told = state.called("UpdateService");
    assert_eq!(told[0]["taskDefinition"], told[1]["taskDefinition"]);
    assert_eq!(told[0]["forceNewDeployment"], true);
}

#[test]
fn alarms_unhealthy_targets_and_5xx_give_the_traffic_back_and_the_service_does_not_move() {
    for (name, health, rings, counts, why) in [
        ("canary_alarm", "healthy", true, (400.0, 0.0), "alarm plimsoll-production-api-5xx rang"),
        ("canary_unhealthy", "unhealthy", false, (400.0, 0.0), "Target.ResponseCodeMismatch"),
        ("canary_lost", "draining", false, (400.0, 0.0), "0 of 1 tasks of the canary are healthy"),
        ("canary_5xx", "healthy", false, (400.0, 12.0), "12 of 400 answers of the canary were 5xx, 3.0 %"),
    ] {
        let cloud = with_canary();
        cloud.goes([success()]);
        {
            let mut state = cloud.state();
            let canary = state.canary.as_mut().unwrap();
            (canary.health, canary.rings, canary.counts) = (health, rings, counts);
        }
        let (code, shown) = cloud.run(&deploy(&["--bake", "60s"]));
        assert!(code == 2 && shown.contains(why), "{code} {shown}");
        insta::assert_snapshot!(name, shown);
        assert!(is_given_back(&cloud));
        assert!(!updates(&cloud).iter().any(|(service, _)| service == "api"));
    }
}

#[test]
fn few_5xx_and_a_share_that_is_allowed_are_no_reason() {
    for (counts, words) in
        [((10.0, 2.0), &["--bake", "100ms"][..]), ((100.0, 4.0), &["--bake", "100ms", "--canary-errors", "5"])]
    {
        let cloud = with_canary();
        cloud.goes([success(), success()]);
        cloud.state().canary.as_mut().unwrap().counts = counts;
        assert_eq!(cloud.run(&deploy(words)).0, 0);
    }
}

#[test]
fn a_canary_that_does_not_come_up_has_no_traffic() {
    let cloud = with_canary();
    cloud.goes([broken()]);
    let killed = json!({ "stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited",
        "startedAt": 1_790_200_020, "containers": [{ "name": "api", "exitCode": 1 }] });
    let mut task = cloud::stopped("api", "aaaa1111", 13, &killed);
    task["group"] = "service:api-canary".into();
    cloud.state().tasks.push(task);
    cloud.state().logs.insert("api/api/aaaa1111".to_owned(), vec!["no such table".to_owned()]);
    let (code, shown) = cloud.run(&deploy(&["--bake", "60s"]));
    insta::assert_snapshot!("canary_broken", shown);
    assert_eq!(code, 2);
    assert!(is_given_back(&cloud) && cloud.state().canary.as_ref().unwrap().given.is_empty());
}

#[test]
fn a_service_that_fails_after_its_canary_gives_the_traffic_back_too() {
    let cloud = with_canary();
    cloud.goes([success(), broken()]);
    let (code, said) = cloud.json(&deploy(&["--bake", "100ms"]));
    let api = &said["services"][0];
    assert_eq!((code, &api["outcome"], &api["canary"]["passed"]), (2, &json!("rolled-back"), &json!(true)), "{said}");
    assert!(is_given_back(&cloud));
}

#[test]
fn an_interruption_gives_the_traffic_back() {
    for signal in ["INT", "TERM"] {
        let cloud = with_canary();
        cloud.goes([success()]);
        let command = cloud.command();
        let mut child = std::process::Command::new(command.get_program());
        child.args(deploy(&["--bake", "600s"])).env_clear();
        child.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        for _ in 0..1000 {
            if cloud.state().has_traffic() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(cloud.state().has_traffic());
        let kill = std::process::Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let output = child.wait_with_output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(2), "{shown}");
        assert!(shown.contains("interrupted while its canary was tried; all traffic is on what ran before"), "{shown}");
        assert!(is_given_back(&cloud));
    }
}

#[test]
fn an_aws_that_cannot_be_seen_is_waited_for_and_then_not_trusted() {
    // Throttled for a while: it goes on.
    let cloud = with_canary();
    cloud.goes([success(), success()]);
    cloud.state().faults.push(("GetMetricStatistics", 6, 400, "ThrottlingException"));
    assert_eq!(cloud.run(&deploy(&["--bake", "100ms"])).0, 0);
    // Forbidden: what cannot be watched is not good.
    let cloud = with_canary();
    cloud.goes([success()]);
    cloud.state().faults.push(("GetMetricStatistics", 99, 400, "AccessDenied"));
    // The check before it asks the same of the account.
    let (code, shown) = cloud.run(&deploy(&["--bake", "60s", "--skip-verify"]));
    assert!(code == 2 && shown.contains("cannot be watched any more") && is_given_back(&cloud), "{code} {shown}");
}

#[test]
fn traffic_that_cannot_be_given_back_is_said_with_the_commands_that_do() {
    let cloud = with_canary();
    cloud.goes([success()]);
    {
        let mut state = cloud.state();
        state.canary.as_mut().unwrap().rings = true;
        state.deny_after("ModifyRule", 1);
    }
    let (code, shown) = cloud.run(&deploy(&["--bake", "60s"]));
    insta::assert_snapshot!("canary_stands", shown);
    assert_eq!(code, 1);
    // Its tasks stand, for they have traffic.
    assert_eq!(cloud.state().services["api-canary"]["desiredCount"], 1);
    let (_, status) = cloud.run(&["status", "--service", "api"]);
    let since = regex::Regex::new(r"\d+ (days|h|min|s) ago *").unwrap();
    let status = since.replace_all(&status, "N ago  ").into_owned();
    let days = regex::Regex::new(r"20\d\d-\d\d-\d\d,").unwrap();
    insta::assert_snapshot!("canary_in_status", days.replace_all(&status, "DAY,"));
    let (code, shown) = cloud.run(&["deploy", NEW_COMMIT, "--service", "api"]);
    assert!(code == 4 && shown.contains("a canary stands"), "{shown}");
    cloud.state().faults.clear();
    cloud.state().denied_after = None;
    let (code, shown) =
        cloud.run(&["rollback", "--service", "api", "--service", "console", "--canary", "--every", "20ms"]);
    insta::assert_snapshot!("canary_ended", shown);
    assert!(code == 0 && is_given_back(&cloud));
}

#[test]
fn what_cannot_be_tried_is_refused_before_anything_is_begun() {
    let refused = |cloud: &Cloud, words: &[&str], why: &str| {
        let (code, shown) = cloud.run(words);
        assert!(code == 4 && shown.contains(why), "{code} {shown}");
        let state = cloud.state();
        assert!(state.called("UpdateService").is_empty() && state.called("RegisterTaskDefinition").is_empty());
    };
    refused(&Cloud::start(), &deploy(&[]), "there is no service api-canary");
    let cloud = with_canary();
    cloud.state().canary.as_mut().unwrap().weights = (90, 10);
    refused(&cloud, &deploy(&[]), "a canary stands");
    let cloud = with_canary();
    cloud.state().canary = None;
    refused(&cloud, &deploy(&[]), "no rule of the balancer divides traffic");
    let cloud = with_canary();
    cloud.state().alarms.push(["plimsoll-production-api-5xx", "ALARM", "Threshold Crossed"]);
    refused(&cloud, &deploy(&[]), "rings already");
    refused(&with_canary(), &["deploy", NEW_COMMIT, "--bake", "5m"], "--canary");
    refused(&with_canary(), &["deploy", NEW_COMMIT, "--canary", "51"], "51");
    refused(&with_canary(), &["deploy", NEW_COMMIT, "--canary", "5", "--platform", "eks"], "--platform eks");
}

#[test]
fn a_dry_run_shows_it() {
    let cloud = with_canary();
    let (code, shown) = cloud.run(&deploy(&["--bake", "1m", "--dry-run"]));
    insta::assert_snapshot!("canary_dry_run", shown);
    assert!(code == 0 && cloud.state().called("UpdateService").is_empty());
}
