//! `plimsoll-ops secrets`, `cost actual` and `cost anomalies`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use cloud::Cloud;
use serde_json::{Value, json};

#[test]
fn a_value_comes_from_standard_input_and_is_shown_nowhere() {
    let cloud = Cloud::start();
    let set = |words: &[&str], input: &str| {
        let output = cloud.command().args(["secrets", "set"]).args(words).write_stdin(input).output().unwrap();
        let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!shown.contains("hunter2") && !shown.contains("certify"), "{shown}");
        (output.status.code().unwrap(), shown)
    };
    assert_eq!(set(&["token"], "hunter2\n").0, 0);
    let put = cloud.state().called("PutSecretValue").pop().unwrap();
    assert_eq!((&put["SecretId"], &put["SecretString"]), (&json!("plimsoll-production/token"), &json!("hunter2")));
    cloud.state().secret = json!({ "certificate": "certify", "private_key": "old" }).to_string();
    assert_eq!(set(&["task-tls", "--key", "private_key", "--json"], "hunter2\nhunter2\n").0, 0);
    let put = cloud.state().called("PutSecretValue").pop().unwrap();
    let object: Value = serde_json::from_str(put["SecretString"].as_str().unwrap()).unwrap();
    assert_eq!(object, json!({ "certificate": "certify", "private_key": "hunter2\nhunter2" }));
    cloud.state().secret = "certify".to_owned();
    let before = cloud.state().called("PutSecretValue").len();
    for (words, input, said) in [
        (&["task-tls", "--key", "private_key"][..], "hunter2".to_owned(), "no JSON object"),
        (&["token"], String::new(), "is empty"),
        (&["token"], "x".repeat(65_537), "65,536"),
    ] {
        let (code, shown) = set(words, &input);
        assert!(code == 4 && shown.contains(said), "{shown}");
    }
    assert_eq!(cloud.state().called("PutSecretValue").len(), before);
}

#[test]
fn only_what_has_a_rotation_is_rotated() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&["secrets", "rotate", "task-tls"]);
    assert!(code == 4 && shown.contains("no rotation set up"), "{shown}");
    cloud.state().rotates = true;
    let (code, said) = cloud.json(&["secrets", "rotate", "task-tls"]);
    assert_eq!((code, &said["version"]), (0, &json!("v-3")));
}

#[test]
fn the_bill_is_shown_beside_estimate_and_budget() {
    let cloud = Cloud::start();
    let folder = tempfile::tempdir().unwrap();
    let estimate = folder.path().join("estimate.json");
    std::fs::write(&estimate, r#"{"total":{"usual":"150.00"}}"#).unwrap();
    let estimate = estimate.to_str().unwrap();
    let (code, said) = cloud.json(&["cost", "actual", "--estimate", estimate, "--budget", "1000000"]);
    assert_eq!((code, &said["so_far"], &said["estimate"]), (0, &json!("129.3046"), &json!("150.00")), "{said}");
    assert_eq!(said["services"][0][0], "Amazon Relational Database Service");
    let asked = cloud.state().called("GetCostAndUsage").pop().unwrap();
    assert_eq!(asked["Filter"]["Tags"], json!({ "Key": "Environment", "Values": ["production"] }));
    let (code, shown) = cloud.run(&["cost", "actual", "--budget", "1", "--all"]);
    assert!(code == 1 && shown.contains("budget (the month is"), "{shown}");
    assert!(cloud.state().called("GetCostAndUsage").pop().unwrap().get("Filter").is_none());
    let (code, shown) = cloud.run(&["cost", "actual", "--estimate", "no-such-file"]);
    assert!(code == 4 && shown.contains("no-such-file"));
}

#[test]
fn anomalies_are_named_with_their_cause() {
    let (code, shown) = Cloud::start().run(&["cost", "anomalies"]);
    insta::assert_snapshot!("anomalies", shown);
    assert_eq!(code, 0);
}
