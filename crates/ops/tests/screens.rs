//! What is printed, where no other test keeps it: a change of a screen is seen before somebody's eyes or scripts find it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use cloud::{Cloud, NEW_COMMIT, broken, success};
use serde_json::json;

const QUICK: [&str; 6] = ["--service", "api", "--every", "20ms", "--timeout", "90s"];

#[test]
fn the_commands() {
    let (code, shown) = Cloud::start().run(&["--help"]);
    insta::assert_snapshot!("help", shown);
    assert_eq!(code, 0);
}

#[test]
fn what_is_wrong() {
    let cloud = Cloud::start();
    cloud.state().forbidden.push("kms:Decrypt");
    cloud.state().route = "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><state>blackhole</state></item>";
    cloud.state().vcpu_quota = 14.0;
    let (code, shown) = cloud.run(&["verify", NEW_COMMIT, "--service", "api"]);
    insta::assert_snapshot!("verify_wrong", shown);
    assert_eq!(code, 4);
    let (code, shown) = cloud.run(&[&["deploy", NEW_COMMIT], &QUICK[..]].concat());
    insta::assert_snapshot!("deploy_would_not_run", shown);
    assert_eq!(code, 4);
}

#[test]
fn an_image_that_cannot_be_pulled() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    let reason = "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found";
    let failed = json!({ "stopCode": "TaskFailedToStart", "stoppedReason": reason, "containers": [{ "name": "api" }] });
    cloud.state().tasks.push(cloud::stopped("api", "cccc3333", 13, &failed));
    let (code, shown) = cloud.run(&[&["deploy", NEW_COMMIT], &QUICK[..]].concat());
    insta::assert_snapshot!("image_not_pulled", shown);
    assert_eq!(code, 2);
}

#[test]
fn an_aws_that_throttles() {
    let cloud = Cloud::start();
    cloud.goes([success()]);
    // Five are one call with all its attempts.
    cloud.state().faults.push(("DescribeServiceDeployments", 5, 400, "ThrottlingException"));
    let (code, shown) = cloud.run(&[&["deploy", NEW_COMMIT], &QUICK[..]].concat());
    insta::assert_snapshot!("throttled", shown);
    assert_eq!(code, 0);
}

#[test]
fn what_is_refused() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&[&["deploy", "no-such-tag"], &QUICK[..]].concat());
    insta::assert_snapshot!("deploy_refused", shown);
    assert_eq!(code, 4);
}

#[test]
fn lines_of_the_log() {
    let cloud = Cloud::start();
    cloud.state().logs.insert("api/api/eeee5555".to_owned(), vec!["first".to_owned(), "second".to_owned()]);
    let (code, shown) = cloud.run(&["logs"]);
    insta::assert_snapshot!("logs", shown);
    assert_eq!(code, 0);
}

#[test]
fn a_number_of_tasks() {
    let (code, shown) = Cloud::start().run(&["scale", "4", "--service", "api", "--every", "20ms"]);
    insta::assert_snapshot!("scale", shown);
    assert_eq!(code, 0);
}

#[test]
fn a_session() {
    let cloud = Cloud::start();
    cloud.state().tasks.push(cloud::running("api", "eeee5555", 12));
    let (_, refused) = cloud.run(&["exec", "--", "/plimsoll", "config"]);
    cloud.state().services.get_mut("api").unwrap()["enableExecuteCommand"] = true.into();
    let (code, shown) = cloud.run(&["exec", "--print", "--", "/plimsoll", "config"]);
    insta::assert_snapshot!("exec", format!("{refused}\n{shown}"));
    assert_eq!(code, 0);
}

#[test]
fn a_secret() {
    let cloud = Cloud::start();
    let output = cloud.command().args(["secrets", "set", "token"]).write_stdin("hunter2\n").output().unwrap();
    cloud.state().rotates = true;
    let (code, rotated) = cloud.run(&["secrets", "rotate", "task-tls"]);
    insta::assert_snapshot!("secrets", format!("{}\n{rotated}", String::from_utf8_lossy(&output.stdout)));
    assert_eq!(code, 0);
}

#[test]
fn the_bill() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&["cost", "actual", "--budget", "1000000"]);
    // Dates, and what depends on the day of the month.
    let shown = regex::Regex::new(r"20\d\d-\d\d-\d\d").unwrap().replace_all(&shown, "DAY").into_owned();
    let shown = regex::Regex::new(r"(if it goes on so) +[0-9.]+").unwrap().replace_all(&shown, "$1 N").into_owned();
    let shown = regex::Regex::new(r"the month is \d+ %").unwrap().replace_all(&shown, "the month is N %").into_owned();
    insta::assert_snapshot!("cost_actual", shown);
    assert_eq!(code, 0);
}
