//! What is shown and done beside deployments: status, tasks, logs, scale, run, exec, registry-password.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use std::os::unix::fs::PermissionsExt as _;

use cloud::Cloud;
use serde_json::json;

/// Times since then grow: they are taken out.
fn without_times(text: &str) -> String {
    let text = regex::Regex::new(r"\d+ (days|h|min|s) ago *").unwrap().replace_all(text, "N ago  ");
    regex::Regex::new(r"20\d\d-\d\d-\d\d,").unwrap().replace_all(&text, "DAY,").into_owned()
}

#[test]
fn status_says_what_runs_from_which_commit_and_what_rings() {
    let cloud = Cloud::start();
    cloud.state().targets.push(["10.20.1.9", "healthy", "", ""]);
    cloud.state().targets.push(["10.20.1.8", "unhealthy", "Target.Timeout", "Request timed out"]);
    cloud.state().targets.push(["10.20.1.7", "draining", "", ""]);
    let (code, quiet) = cloud.run(&["status"]);
    assert!(code == 0 && quiet.contains("no alarm rings"), "{quiet}");
    cloud.state().alarms.push(["plimsoll-production-api-5xx", "ALARM", "Threshold Crossed"]);
    let (code, shown) = cloud.run(&["status"]);
    insta::assert_snapshot!("status", without_times(&shown));
    assert_eq!(code, 0);
    let (_, said) = cloud.json(&["status", "--service", "api"]);
    assert_eq!(said["billed"][0]["amount"], "14.31");
    let asked = cloud.state().called("GetCostAndUsage").pop().unwrap();
    assert_eq!(asked["Filter"]["Tags"], json!({ "Key": "Environment", "Values": ["production"] }));
    let before = cloud.state().called("GetCostAndUsage").len();
    assert!(!cloud.run(&["status", "--no-cost"]).1.contains("cost:"));
    assert_eq!(cloud.state().called("GetCostAndUsage").len(), before);
    cloud.state().faults.push(("GetCostAndUsage", 9, 400, "AccessDeniedException"));
    let (code, shown) = cloud.run(&["status"]);
    assert!(code == 0 && shown.contains("not found out: asking Cost Explorer"), "{shown}");
    assert_eq!(said["services"][0]["commit"], cloud::OLD_COMMIT);
    cloud.state().faults.push(("DescribeAlarms", 9, 400, "AccessDenied"));
    let (_, shown) = cloud.run(&["status"]);
    assert!(shown.contains("whether alarms ring is not known") && !shown.contains("no alarm rings"), "{shown}");
}

#[test]
fn tasks_are_listed_and_why_others_stopped() {
    let cloud = Cloud::start();
    cloud.state().tasks.push(cloud::running("api", "eeee5555", 12));
    let killed = json!({ "stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited",
        "containers": [{ "name": "api", "exitCode": 139 }] });
    cloud.state().tasks.push(cloud::stopped("api", "ffff6666", 12, &killed));
    let (code, shown) = cloud.run(&["tasks", "--stopped"]);
    insta::assert_snapshot!("tasks", without_times(&shown));
    assert_eq!(code, 0);
    assert!(!cloud.run(&["tasks"]).1.contains("ffff6666"));
}

#[test]
fn logs_are_filtered_by_text_request_and_task() {
    let cloud = Cloud::start();
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    cloud.state().logs.insert("api/api/eeee5555".to_owned(), lines(&["first \u{1b}[31m", "second order-1"]));
    cloud.state().logs.insert("api/api/ffff6666".to_owned(), lines(&["third"]));
    let (code, all) = cloud.run(&["logs"]);
    assert!(code == 0 && ["eeee5555 first", "second", "ffff6666 third"].iter().all(|text| all.contains(text)), "{all}");
    assert!(!all.contains('\u{1b}'), "a log line moves no cursor");
    let (_, one) = cloud.run(&["logs", "--request", "order-1"]);
    assert!(one.contains("second order-1") && !one.contains("first"), "{one}");
    let (_, one) = cloud.run(&["logs", "--task", "ffff", "--since", "2h"]);
    assert!(one.contains("third") && !one.contains("first"), "{one}");
    cloud.run(&["logs", "--filter", "say \"no\""]);
    let asked = cloud.state().called("FilterLogEvents").pop().unwrap();
    assert_eq!(asked["filterPattern"], "\"say \\\"no\\\"\"");
    assert_eq!(asked["logGroupName"], "/plimsoll-production/api");
}

#[test]
fn a_follower_shows_each_line_once() {
    use std::{io::Read as _, process::Stdio, time::Duration};
    let cloud = Cloud::start();
    cloud.state().logs.insert("api/api/eeee5555".to_owned(), vec!["first".to_owned()]);
    let command = cloud.command();
    let mut follower = std::process::Command::new(command.get_program());
    follower.args(["logs", "--follow", "--every", "20ms"]).envs(command.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let mut child = follower.stdout(Stdio::piped()).spawn().unwrap();
    let asked = |times: usize| {
        for _ in 0..500 {
            if cloud.state().called("FilterLogEvents").len() >= times {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not ask");
    };
    asked(2);
    cloud.state().logs.get_mut("api/api/eeee5555").unwrap().push("second".to_owned());
    let until_then = cloud.state().called("FilterLogEvents").len();
    asked(until_then + 3);
    child.kill().unwrap();
    let mut shown = String::new();
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    child.wait().unwrap();
    assert_eq!(shown, "eeee5555 first\neeee5555 second\n");
}

#[test]
fn a_service_is_scaled_and_to_none_only_on_purpose() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&["scale", "4", "--service", "api", "--every", "20ms"]);
    assert!(code == 0 && shown.contains("api: 2 → 4 tasks, 4 run"), "{shown}");
    let (code, shown) = cloud.run(&["scale", "0", "--service", "api"]);
    assert!(code == 4 && shown.contains("--to-none"), "{shown}");
    assert_eq!(cloud.state().called("UpdateService").len(), 1);
    assert_eq!(cloud.run(&["scale", "0", "--service", "api", "--to-none"]).0, 0);
}

#[test]
fn a_command_runs_once_and_ends_as_it_did() {
    let cloud = Cloud::start();
    cloud.state().logs.insert("api/api/oneoff1".to_owned(), vec!["every chain holds".to_owned()]);
    let (code, shown) = cloud.run(&["run", "--every", "20ms", "--", "ledger", "verify"]);
    insta::assert_snapshot!("run", shown);
    assert_eq!(code, 0);
    cloud.state().one_off = Some(7);
    assert_eq!(cloud.run(&["run", "--every", "20ms", "--", "ledger", "verify"]).0, 1);
}

#[test]
fn a_session_is_opened_only_where_it_is_allowed_and_its_token_is_no_argument() {
    let cloud = Cloud::start();
    cloud.state().tasks.push(cloud::running("api", "eeee5555", 12));
    let (code, shown) = cloud.run(&["exec", "--", "/plimsoll", "config"]);
    assert!(code == 4 && shown.contains("enable_exec"), "{shown}");
    cloud.state().services.get_mut("api").unwrap()["enableExecuteCommand"] = true.into();
    let (code, shown) = cloud.run(&["exec", "--print", "--", "/plimsoll", "it's"]);
    assert!(code == 0 && shown.contains("--task eeee5555") && shown.contains(r"'/plimsoll it'\''s'"), "{shown}");
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("session-manager-plugin");
    std::fs::write(&plugin, "#!/bin/sh\necho \"$@\"\necho \"$AWS_SSM_START_SESSION_RESPONSE\" >&2\n").unwrap();
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let ran = cloud.command().env("PATH", path).args(["exec", "--", "/plimsoll", "config"]).assert().success();
    let (said, told) =
        (String::from_utf8_lossy(&ran.get_output().stdout), String::from_utf8_lossy(&ran.get_output().stderr));
    assert!(said.contains(r#"{"Target":"ecs:plimsoll-production_eeee5555_eeee5555-1"}"#), "{said}");
    assert!(!said.contains("tell-nobody") && told.contains("tell-nobody"), "{told}");
}

#[test]
fn a_password_of_the_registry_is_printed_and_nothing_beside_it() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&["registry-password", cloud::REPOSITORY]);
    assert_eq!((code, &*shown), (0, "tell-nobody\n--- standard error\n"));
    let (code, shown) = cloud.run(&["registry-password", "docker.io/plimsoll"]);
    assert!(code == 4 && shown.contains("none of ECR") && !shown.contains("tell-nobody"), "{shown}");
    cloud.state().faults.push(("GetAuthorizationToken", 9, 400, "AccessDeniedException"));
    let (code, shown) = cloud.run(&["registry-password", cloud::REPOSITORY]);
    assert!(code == 4 && shown.contains("asking ECR for a password"), "{code} {shown}");
}
