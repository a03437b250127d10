//! `plimsoll-ops rollback`: what served before serves again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use cloud::{Cloud, OLD_COMMIT, broken, digest, frame, going, success};
use serde_json::json;

fn rollback<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["rollback"], words, &["--every", "20ms", "--timeout", "20s"]].concat()
}

#[test]
fn the_last_revision_that_served_is_put_in_force_as_it_was() {
    let cloud = Cloud::start();
    cloud.goes([success(), success()]);
    let (code, shown) = cloud.run(&rollback(&[]));
    insta::assert_snapshot!("rollback", shown);
    assert_eq!(code, 0);
    let state = cloud.state();
    assert!(state.called("RegisterTaskDefinition").is_empty());
    assert!(
        state.called("UpdateService")[0]["taskDefinition"].as_str().unwrap().ends_with("plimsoll-production-api:11")
    );
}

#[test]
fn a_dry_run_shows_it() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&rollback(&["--dry-run"]));
    insta::assert_snapshot!("rollback_dry_run", shown);
    assert!(code == 0 && cloud.state().called("UpdateService").is_empty());
}

#[test]
fn one_by_commit_and_one_by_revision() {
    let cloud = Cloud::start();
    let mut newest = cloud::definition("api", 13, '2');
    newest["memory"] = "2048".into();
    let arn = newest["taskDefinitionArn"].clone();
    cloud.state().definitions.push(newest);
    cloud.state().services.get_mut("api").unwrap()["taskDefinition"] = arn;
    cloud.goes([success(), success()]);
    let (code, said) = cloud.json(&rollback(&["--service", "api", "--to", &OLD_COMMIT[..8]]));
    assert_eq!((code, &said["services"][0]["outcome"]), (0, &json!("live")), "{said}");
    assert!(said["services"][0]["task_definition"].as_str().unwrap().ends_with(":12"));
    let (code, said) = cloud.json(&rollback(&["--service", "api", "--to", "plimsoll-production-api:11"]));
    assert_eq!(code, 0, "{said}");
    assert!(said["services"][0]["task_definition"].as_str().unwrap().ends_with(":11"));
}

#[test]
fn a_deployment_that_goes_on_is_taken_back_by_ecs() {
    let cloud = Cloud::start();
    cloud.goes([vec![going(0, 1, 0)]]);
    let stuck = ["deploy", "v1.4.0", "--service", "api", "--every", "20ms", "--timeout", "100ms"];
    assert_eq!(cloud.run(&stuck).0, 3);
    let (code, shown) = cloud.run(&rollback(&["--service", "api"]));
    insta::assert_snapshot!("rollback_of_one_that_goes_on", shown);
    assert_eq!(code, 0);
    let state = cloud.state();
    assert_eq!(state.called("StopServiceDeployment")[0]["stopType"], "ROLLBACK");
    assert_eq!(state.called("UpdateService").len(), 1);
}

#[test]
fn what_was_rolled_back_already_is_not_rolled_back_further_unasked() {
    let cloud = Cloud::start();
    cloud.goes([broken()]);
    let words = ["deploy", "v1.4.0", "--service", "api", "--every", "20ms", "--timeout", "20s"];
    assert_eq!(cloud.run(&words).0, 2);
    let (code, shown) = cloud.run(&rollback(&["--service", "api"]));
    assert!(
        code == 4 && shown.contains("was rolled back already: it runs plimsoll-production-api:12"),
        "{code} {shown}"
    );
}

#[test]
fn a_tag_that_may_mean_another_image_by_now_is_no_way_back() {
    let cloud = Cloud::start();
    for definition in &mut cloud.state().definitions {
        definition["containerDefinitions"][0]["image"] = format!("{}:latest", cloud::REPOSITORY).into();
    }
    let (code, shown) = cloud.run(&rollback(&["--service", "api"]));
    assert!(code == 4 && shown.contains("no earlier deployment that succeeded"), "{code} {shown}");
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&rollback(&["--service", "api", "--to", &digest('2')]));
    assert!(code == 4 && shown.contains("plimsoll-ops deploy"), "{code} {shown}");
}

#[test]
fn a_way_back_that_fails_is_said() {
    let cloud = Cloud::start();
    cloud.goes([vec![going(0, 1, 1), frame("ROLLBACK_SUCCESSFUL", 0, 3, "circuit breaker")]]);
    let (code, said) = cloud.json(&rollback(&[]));
    assert_eq!(
        (code, &said["services"][0]["outcome"], &said["services"][1]["outcome"]),
        (2, &json!("rolled-back"), &json!("not-begun"))
    );
}
