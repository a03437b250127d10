//! `plimsoll-ops deploy` against an ECS whose deployments go as a script says: how it ends is what it says, never more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use cloud::{Cloud, NEW_COMMIT, broken, digest, frame, going, success};
use serde_json::{Value, json};

/// Looks often, and not for long.
const QUICK: [&str; 4] = ["--every", "20ms", "--timeout", "20s"];

fn deploy<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["deploy"], words, &QUICK].concat()
}

#[test]
fn a_commit_becomes_a_digest_and_both_services_run_it() {
    let cloud = Cloud::start();
    cloud.goes([success(), success()]);
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT]));
    insta::assert_snapshot!("live", shown);
    assert_eq!(code, 0);
    let state = cloud.state();
    let made = state.called("RegisterTaskDefinition");
    assert_eq!(made.len(), 2);
    // Everything but the image is as Terraform described it.
    let mut container = made[0]["containerDefinitions"][0].clone();
    assert_eq!(container["image"], format!("{}@{}", cloud::REPOSITORY, digest('2')));
    let was = &state.definitions[1]["containerDefinitions"][0];
    container["image"] = was["image"].clone();
    for (name, value) in was.as_object().unwrap() {
        assert_eq!(container[name], *value, "{name}");
    }
    for name in ["cpu", "memory", "taskRoleArn", "executionRoleArn", "runtimePlatform", "volumes", "networkMode"] {
        assert_eq!(made[0][name], state.definitions[1][name], "{name}");
    }
    assert_eq!(made[0]["tags"], json!([{ "key": "plimsoll:commit", "value": NEW_COMMIT }]));
    let update = &state.called("UpdateService")[0];
    assert_eq!(
        update["deploymentConfiguration"]["deploymentCircuitBreaker"],
        json!({ "enable": true, "rollback": true })
    );
    assert_eq!(update["deploymentConfiguration"]["alarms"]["alarmNames"][0], "plimsoll-production-api-5xx");
    assert!(update["taskDefinition"].as_str().unwrap().ends_with(":task-definition/plimsoll-production-api:13"));
}

#[test]
fn a_commit_may_be_shortened_and_a_tag_named() {
    for wanted in ["01234567", "v1.4.0", &digest('2')] {
        let cloud = Cloud::start();
        cloud.goes([success()]);
        let (code, said) = cloud.json(&deploy(&[wanted, "--service", "api", "--failures", "2"]));
        assert_eq!(
            (code, &said["exit_code"], &said["services"][0]["outcome"]),
            (0, &json!(0), &json!("live")),
            "{said}"
        );
        assert_eq!(said["image"]["digest"], digest('2'));
        let breaker = &cloud.state().called("UpdateService")[0]["deploymentConfiguration"]["deploymentCircuitBreaker"];
        assert_eq!(breaker["thresholdConfiguration"], json!({ "type": "COUNT", "value": 2 }));
    }
}

#[test]
fn what_the_circuit_breaker_took_back_is_told_with_its_cause_and_nothing_follows() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    {
        let mut state = cloud.state();
        let killed = json!({ "stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited",
            "startedAt": 1_790_200_020, "containers": [{ "name": "api", "exitCode": 137, "reason": "OutOfMemoryError: Container killed due to memory usage" }] });
        state.tasks.push(cloud::stopped("api", "aaaa1111", 13, &killed));
        let other = json!({ "stopCode": "EssentialContainerExited", "startedAt": 1, "containers": [{ "name": "api", "exitCode": 1 }] });
        state.tasks.push(cloud::stopped("api", "bbbb2222", 12, &other));
        let lines =
            ["{\"level\":\"INFO\",\"message\":\"starting\"}", "{\"level\":\"ERROR\",\"message\":\"no room\u{1b}[2J\"}"];
        state.logs.insert("api/api/aaaa1111".to_owned(), lines.map(str::to_owned).to_vec());
        state.targets.push(["10.20.1.7", "unhealthy", "Target.Timeout", "Request timed out"]);
        state.targets.push(["10.20.9.9", "unhealthy", "Target.Timeout", "another's"]);
    }
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT]));
    insta::assert_snapshot!("rolled_back", shown);
    assert_eq!(code, 2);
    assert_eq!(cloud.state().called("UpdateService").len(), 1, "the console is not touched");
}

#[test]
fn an_alarm_that_took_it_back_is_named_with_its_reason() {
    let cloud = Cloud::start();
    let why = "Service deployment rolled back because of CloudWatch alarms.";
    let mut ringing = frame("ROLLBACK_IN_PROGRESS", 2, 0, why);
    ringing.ringing = vec!["plimsoll-production-api-5xx"];
    let mut ended = ringing.clone();
    ended.status = "ROLLBACK_SUCCESSFUL";
    cloud.goes([vec![going(2, 0, 0), ringing, ended]]);
    let reason = "Threshold Crossed: 3 datapoints were greater than 1.0";
    cloud.state().alarms.push(["plimsoll-production-api-5xx", "ALARM", reason]);
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "api"]));
    insta::assert_snapshot!("alarm", shown);
    assert_eq!(code, 2);
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_as_that() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    let reason = "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found";
    let failed = json!({ "stopCode": "TaskFailedToStart", "stoppedReason": reason, "containers": [{ "name": "api" }] });
    cloud.state().tasks.push(cloud::stopped("api", "cccc3333", 13, &failed));
    let (code, said) = cloud.json(&deploy(&[NEW_COMMIT, "--service", "api"]));
    let api = &said["services"][0];
    assert_eq!((code, &api["outcome"], &said["exit_code"]), (2, &json!("rolled-back"), &json!(2)));
    assert_eq!((&api["why"]["task"]["reason"], &api["why"]["task"]["exit_code"]), (&json!(reason), &Value::Null));
    assert!(cloud.state().called("GetLogEvents").is_empty(), "what never started has said nothing");
}

#[test]
fn one_that_is_stuck_times_out_and_says_how_to_go_back() {
    let cloud = Cloud::start();
    cloud.goes([vec![going(0, 2, 0)]]);
    let words = ["deploy", NEW_COMMIT, "--service", "api", "--every", "20ms", "--timeout", "300ms"];
    let (code, shown) = cloud.run(&words);
    insta::assert_snapshot!("stuck", shown);
    assert_eq!(code, 3);
}

#[test]
fn one_that_was_stopped_by_hand_is_no_success() {
    let cloud = Cloud::start();
    cloud.goes([vec![going(1, 1, 0), frame("STOPPED", 1, 0, "Service deployment stopped by a person.")]]);
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "api"]));
    insta::assert_snapshot!("stopped", shown);
    assert_eq!(code, 1);
}

#[test]
fn a_rollback_that_fails_and_one_that_succeeds_are_told_apart() {
    for (status, outcome, code) in [("ROLLBACK_FAILED", "stopped", 1), ("ROLLBACK_SUCCESSFUL", "rolled-back", 2)] {
        let cloud = Cloud::start();
        cloud.goes([vec![going(0, 1, 1), frame(status, 0, 3, "why")]]);
        let (ended, said) = cloud.json(&deploy(&[NEW_COMMIT, "--service", "api"]));
        assert_eq!((ended, &said["services"][0]["outcome"]), (code, &json!(outcome)));
    }
}

#[test]
fn another_deployment_that_succeeds_is_not_taken_for_ours() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    // Somebody else's begins at the same moment and succeeds, with what runs already.
    cloud.state().intruder = Some(cloud::Deployment {
        arn: "arn:aws:ecs:eu-west-2:123456789012:service-deployment/plimsoll-production/api/other".to_owned(),
        service: "api".to_owned(),
        before: "x".to_owned(),
        after: "arn:aws:ecs:eu-west-2:123456789012:task-definition/plimsoll-production-api:12".to_owned(),
        frames: [frame("SUCCESSFUL", 2, 0, "")].into(),
        created: 1_799_999_999,
    });
    let (code, said) = cloud.json(&deploy(&[NEW_COMMIT, "--service", "api"]));
    assert_eq!((code, &said["services"][0]["outcome"]), (2, &json!("rolled-back")));
    assert!(said["services"][0]["deployment"].as_str().unwrap().ends_with("/d10"));
}

#[test]
fn throttling_is_waited_out() {
    let cloud = Cloud::start();
    cloud.goes([success()]);
    let faults = [
        ("DescribeServiceDeployments", 6, 400, "ThrottlingException"),
        ("UpdateService", 1, 400, "ThrottlingException"),
    ];
    cloud.state().faults.extend(faults);
    let (code, said) = cloud.json(&["deploy", NEW_COMMIT, "--service", "api", "--every", "20ms", "--timeout", "90s"]);
    assert_eq!((code, &said["services"][0]["outcome"]), (0, &json!("live")));
}

#[test]
fn what_may_not_be_asked_is_said_and_nothing_else_is_lost() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    let failed = json!({ "stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited", "startedAt": 1,
        "containers": [{ "name": "api", "exitCode": 1 }] });
    cloud.state().tasks.push(cloud::stopped("api", "dddd4444", 13, &failed));
    cloud.state().faults.push(("GetLogEvents", 9, 400, "AccessDeniedException"));
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "api"]));
    assert_eq!(code, 2);
    assert!(
        shown.contains("exit code 1") && shown.contains("not found out: reading the log /plimsoll-production/api"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_deployed_is_refused_before_anything_is_begun() {
    let refusals: [(&[&str], &str); 6] = [
        (&["9999999"], "no image 9999999, and no tag begins so"),
        (&["no-such-tag"], "no image no-such-tag"),
        (&[&digest('7')], "has no image sha256:777"),
        (&["repository@sha256:12"], "ends in no digest"),
        (&[NEW_COMMIT, "--service", "nothing"], "no service nothing"),
        (&[NEW_COMMIT, "--cluster", "other"], "check --environment"),
    ];
    for (words, said) in refusals {
        let cloud = Cloud::start();
        let (code, shown) = cloud.run(&deploy(words));
        assert!(code == 4 && shown.contains(said), "{code} {shown}");
        let state = cloud.state();
        assert!(state.called("UpdateService").is_empty() && state.called("RegisterTaskDefinition").is_empty());
    }
}

#[test]
fn one_that_goes_on_is_not_run_over() {
    let cloud = Cloud::start();
    cloud.state().deployments.last_mut().unwrap().frames = [going(1, 1, 0)].into();
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "console"]));
    assert!(code == 4 && shown.contains("a deployment goes on") && shown.contains("--replace"), "{code} {shown}");
    cloud.goes([success()]);
    assert_eq!(cloud.run(&deploy(&[NEW_COMMIT, "--service", "console", "--replace"])).0, 0);
}

#[test]
fn an_update_that_is_refused_is_not_begun() {
    let cloud = Cloud::start();
    cloud.state().faults.push(("UpdateService", 9, 400, "AccessDeniedException"));
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT]));
    assert!(code == 4 && shown.contains("updating the service api: AccessDeniedException"), "{code} {shown}");
    assert!(shown.contains("the policy of the role that you have"), "{shown}");
}

#[test]
fn the_second_service_that_fails_leaves_the_first_live_and_says_how_to_go_back() {
    let cloud = Cloud::start();
    cloud.goes([success(), broken()]);
    let (code, said) = cloud.json(&deploy(&[NEW_COMMIT]));
    let (api, console) = (&said["services"][0], &said["services"][1]);
    assert_eq!((code, &api["outcome"], &console["outcome"]), (2, &json!("live"), &json!("rolled-back")));
    let way = format!("plimsoll-ops rollback --environment production --service api --to {}", digest('1'));
    assert_eq!((&api["way_back"], &console["way_back"]), (&json!(way), &Value::Null));
}

#[test]
fn what_comes_before_must_end_well() {
    let cloud = Cloud::start();
    cloud.state().one_off = Some(1);
    cloud.state().logs.insert("api/api/oneoff1".to_owned(), vec!["the chain of writer 3 is broken".to_owned()]);
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--before", "ledger verify"]));
    insta::assert_snapshot!("before_fails", shown);
    assert_eq!(code, 4);
    assert!(cloud.state().called("UpdateService").is_empty());
    let cloud = Cloud::start();
    cloud.goes([success()]);
    let (code, said) = cloud.json(&deploy(&[NEW_COMMIT, "--service", "api", "--before", "ledger verify"]));
    assert_eq!((code, &said["before"]["exit_code"]), (0, &json!(0)));
    let state = cloud.state();
    let ran = &state.called("RunTask")[0];
    assert_eq!(ran["overrides"]["containerOverrides"][0]["command"], json!(["ledger", "verify"]));
    assert_eq!(ran["networkConfiguration"]["awsvpcConfiguration"]["subnets"], json!(["subnet-1"]));
    assert!(ran["taskDefinition"].as_str().unwrap().ends_with(":13"), "it is the new image that runs");
    assert_eq!(state.called("RegisterTaskDefinition").len(), 1);
}

#[test]
fn what_terraform_described_last_is_shown_without_secrets_and_done_only_if_asked() {
    let cloud = Cloud::start();
    let mut newest = cloud::definition("api", 13, '1');
    newest["memory"] = "2048".into();
    let container = &mut newest["containerDefinitions"][0];
    container["environment"] = json!([
        { "name": "PLIMSOLL_OTHER_URL", "value": "https://who:correct-horse@elsewhere.example/" },
        { "name": "PLIMSOLL_LOG", "value": "debug" },
    ]);
    container["secrets"] = json!([]);
    container["ulimits"] = json!([{ "name": "nofile", "softLimit": 1, "hardLimit": 2 }]);
    cloud.state().definitions.push(newest);
    let (code, shown) = cloud.run(&deploy(&["--dry-run"]));
    insta::assert_snapshot!("dry_run", shown);
    assert!(code == 0 && !shown.contains("hunter2") && !shown.contains("correct-horse"));
    assert!(cloud.state().called("UpdateService").is_empty());
    cloud.goes([success()]);
    let (code, said) = cloud.json(&deploy(&[]));
    assert_eq!(
        (code, &said["services"][0]["outcome"], &said["services"][1]["outcome"]),
        (0, &json!("live"), &json!("unchanged"))
    );
    assert!(cloud.state().called("RegisterTaskDefinition").is_empty() && !said.to_string().contains("correct-horse"));
}

#[test]
fn no_region_and_no_environment_are_told() {
    let cloud = Cloud::start();
    let refused = cloud.command().env_remove("AWS_REGION").args(["deploy", NEW_COMMIT]).assert().code(4);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("--region"));
    let refused = cloud.command().env_remove("PLIMSOLL_OPS_ENVIRONMENT").args(["deploy", NEW_COMMIT]).assert().code(4);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("--environment"));
}

#[test]
fn what_would_not_run_is_not_begun() {
    let cloud = Cloud::start();
    cloud.state().forbidden.push("kms:Decrypt");
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "api"]));
    assert!(code == 4 && shown.contains("plimsoll-production-api-execution may not kms:Decrypt"), "{code} {shown}");
    assert!(cloud.state().called("RegisterTaskDefinition").is_empty());
    cloud.goes([success()]);
    assert_eq!(cloud.run(&deploy(&[NEW_COMMIT, "--service", "api", "--skip-verify"])).0, 0);
}

#[test]
fn whoever_asked_for_it_is_told_how_it_ended() {
    let (cloud, hook) = (Cloud::start(), Cloud::start());
    cloud.goes([broken()]);
    let url = hook.url("/services/tell-nobody");
    let mut command = cloud.command();
    let words = deploy(&[NEW_COMMIT, "--service", "api", "--notify-topic", "arn:aws:sns:eu-west-2:123456789012:ops"]);
    command.env("PLIMSOLL_OPS_WEBHOOK", &url).args(words).assert().code(2);
    let told = hook.state().called("webhook").pop().unwrap();
    let text = told["text"].as_str().unwrap();
    assert!(text.starts_with("plimsoll-production, 0123456789ab: ROLLED BACK\napi: ROLLED BACK"), "{text}");
    let published = cloud.state().called("Publish").pop().unwrap();
    assert!(published.as_str().unwrap().contains("ROLLED%20BACK"), "{published}");
    // Who cannot be told changes nothing, and the address stays secret.
    cloud.goes([success()]);
    hook.state().faults.push(("webhook", 1, 500, "no"));
    let command = cloud
        .command()
        .env("PLIMSOLL_OPS_WEBHOOK", &url)
        .args(deploy(&["--force", "--service", "api"]))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&command.stderr).into_owned();
    assert!(command.status.success() && told.contains("it answered 500") && !told.contains("tell-nobody"), "{told}");
}

/// What `/ready` says over a database that is not the one it was.
const EMPTY: (u16, &str) =
    (503, r#"{"status":"not ready","checks":{"keyring":"ok","model":"no model is in force","store":"ok"}}"#);

#[test]
fn what_is_live_is_a_success_once_it_says_that_it_takes_work() {
    let cloud = Cloud::start();
    cloud.goes([success()]);
    cloud.state().readiness.extend([(502, ""), EMPTY, (200, r#"{"status":"ready","checks":{"store":"ok"}}"#)]);
    let address = cloud.url("/");
    let (code, shown) = cloud.run(&deploy(&[NEW_COMMIT, "--service", "api", "--address", &address]));
    insta::assert_snapshot!("ready", shown);
    assert_eq!((code, cloud.state().called("ready").len()), (0, 3));
    // What was live before is asked as well.
    let (code, said) = cloud.json(&deploy(&["--service", "api", "--address", &address]));
    assert_eq!(
        (code, &said["services"][0]["outcome"], &said["readiness"]["ready"]),
        (0, &json!("unchanged"), &json!(true))
    );
}

#[test]
fn what_is_live_and_takes_no_work_is_no_success() {
    let (cloud, hook) = (Cloud::start(), Cloud::start());
    cloud.goes([success()]);
    cloud.state().readiness.push_back(EMPTY);
    let words = [NEW_COMMIT, "--service", "api", "--address", &cloud.url(""), "--ready-within", "1s"];
    let (code, shown) = cloud.run(&deploy(&words));
    insta::assert_snapshot!("not_ready", shown);
    assert_eq!(code, 1);
    let output = cloud.command().env("PLIMSOLL_OPS_WEBHOOK", hook.url("/services/x")).args(deploy(&words)).output();
    assert_eq!(output.unwrap().status.code(), Some(1));
    let told = hook.state().called("webhook").pop().unwrap();
    assert!(told["text"].as_str().unwrap().contains("NOT READY"), "{told}");
    // Nobody answers at all.
    let (code, said) =
        cloud.json(&deploy(&["--service", "api", "--address", "http://127.0.0.1:1", "--ready-within", "1s"]));
    assert_eq!((code, &said["exit_code"], &said["readiness"]["ready"]), (1, &json!(1), &json!(false)));
    assert!(said["readiness"]["said"].as_str().unwrap().contains("refused"), "{said}");
}

#[test]
fn what_is_not_live_is_not_asked() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    let address = cloud.url("");
    assert_eq!(cloud.run(&deploy(&[NEW_COMMIT, "--service", "api", "--address", &address])).0, 2);
    assert_eq!(cloud.run(&deploy(&[NEW_COMMIT, "--service", "api", "--address", &address, "--dry-run"])).0, 0);
    // Nor where a variable says nothing.
    cloud.goes([success()]);
    let words = deploy(&[NEW_COMMIT, "--service", "api"]);
    cloud.command().env("PLIMSOLL_OPS_ADDRESS", "").args(words).assert().success();
    assert!(cloud.state().called("ready").is_empty());
}

#[test]
fn what_has_the_revision_already_is_well_only_if_its_tasks_run() {
    let cloud = Cloud::start();
    let (code, said) = cloud.json(&deploy(&["--service", "api"]));
    assert_eq!((code, &said["services"][0]["outcome"]), (0, &json!("unchanged")));
    cloud.state().services.get_mut("api").unwrap()["runningCount"] = 0.into();
    let (code, shown) = cloud.run(&deploy(&["--service", "api"]));
    assert!(code == 1 && shown.contains("0 of 2 tasks run"), "{code} {shown}");
    cloud.goes([success()]);
    assert_eq!(cloud.run(&deploy(&["--service", "api", "--force"])).0, 0);
}

#[test]
fn a_failure_is_json_if_that_was_asked_for() {
    let output = Cloud::start().command().args(["deploy", "no-such-tag", "--json"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let error: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!((output.status.code(), &error["error"]["code"]), (Some(4), &json!(4)));
    assert!(error["error"]["message"].as_str().unwrap().contains("no-such-tag"));
}
