//! `plimsoll-ops verify`: what is wrong is said before a deployment finds it out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use cloud::{Cloud, NEW_COMMIT, digest};
use serde_json::Value;

fn verdict<'a>(checks: &'a Value, what: &str) -> (&'a str, &'a str) {
    let one = checks.as_array().unwrap().iter().find(|check| check["what"] == what).unwrap();
    (one["verdict"].as_str().unwrap(), one["said"].as_str().unwrap())
}

const API: [&str; 4] = ["verify", NEW_COMMIT, "--service", "api"];

#[test]
fn all_is_well() {
    let cloud = Cloud::start();
    let (code, shown) = cloud.run(&["verify", NEW_COMMIT]);
    insta::assert_snapshot!("verify", shown);
    assert_eq!(code, 0);
}

#[test]
fn what_is_missing_is_wrong_and_what_is_not_told_is_a_doubt() {
    for (operation, code, what, expected) in [
        ("GetRole", "NoSuchEntity", "task role", "wrong"),
        ("GetRole", "AccessDenied", "execution role", "doubt"),
        ("DescribeSecret", "ResourceNotFoundException", "secret PLIMSOLL_TLS_KEY", "wrong"),
        ("SimulatePrincipalPolicy", "AccessDenied", "secret PLIMSOLL_TLS_KEY", "doubt"),
        ("DescribeTargetGroups", "TargetGroupNotFound", "target group", "wrong"),
        ("DescribeLogGroups", "AccessDeniedException", "log group", "doubt"),
    ] {
        let cloud = Cloud::start();
        cloud.state().faults.push((operation, 9, 400, code));
        let (ended, checks) = cloud.json(&API);
        assert_eq!(verdict(&checks, what).0, expected, "{operation} {code}: {checks}");
        assert_eq!(ended, if expected == "wrong" { 4 } else { 0 });
    }
}

#[test]
fn rights_that_a_role_has_not_are_named() {
    let cloud = Cloud::start();
    cloud.state().forbidden.push("secretsmanager:GetSecretValue");
    let (code, checks) = cloud.json(&API);
    let (verdict, said) = verdict(&checks, "secret PLIMSOLL_TLS_KEY");
    assert!(code == 4 && verdict == "wrong" && said.contains("may not secretsmanager:GetSecretValue"), "{said}");
    let asked = cloud.state().called("SimulatePrincipalPolicy");
    let asked: Vec<&str> = asked.iter().filter_map(Value::as_str).collect();
    assert!(
        asked.iter().any(|form| form.contains("kms%3AViaService") && form.contains("secretsmanager.eu-west-2")),
        "{asked:?}"
    );
}

#[test]
fn one_role_for_both_and_a_port_that_is_closed_are_wrong() {
    let cloud = Cloud::start();
    for definition in &mut cloud.state().definitions {
        definition["taskRoleArn"] = definition["executionRoleArn"].clone();
        definition["containerDefinitions"][0]["portMappings"] = serde_json::json!([]);
    }
    let (code, checks) = cloud.json(&API);
    assert_eq!((code, verdict(&checks, "roles").0), (4, "wrong"));
    assert!(verdict(&checks, "target group").1.contains("port 8080"));
}

#[test]
fn an_image_without_digest_is_refused() {
    let cloud = Cloud::start();
    cloud.state().images.retain(|(of, _)| *of != digest('1'));
    let (code, checks) = cloud.json(&["verify", "--service", "api"]);
    assert_eq!((code, verdict(&checks, "image").0), (4, "wrong"));
}

#[test]
fn a_way_out_is_looked_for_and_what_lacks_is_named() {
    let cloud = Cloud::start();
    cloud.state().route = "";
    cloud.state().endpoints = vec!["ecr.api", "ecr.dkr", "s3", "logs"];
    let (code, checks) = cloud.json(&API);
    let (word, said) = verdict(&checks, "way out");
    assert!(code == 4 && word == "wrong" && said.contains("no endpoint of secretsmanager:"), "{said}");
    cloud.state().endpoints.push("secretsmanager");
    assert_eq!(verdict(&cloud.json(&API).1, "way out").0, "well");
    cloud.state().faults.push(("DescribeRouteTables", 9, 403, "UnauthorizedOperation"));
    let (code, checks) = cloud.json(&API);
    let (word, said) = verdict(&checks, "way out");
    assert!(code == 0 && word == "doubt" && said.contains("UnauthorizedOperation"), "{said}");
}

#[test]
fn quotas_are_looked_at_beside_what_the_account_uses() {
    let cloud = Cloud::start();
    cloud.state().vcpu_quota = 20.0;
    let (code, checks) = cloud.json(&API);
    let (word, said) = verdict(&checks, "quota of vCPU");
    assert!(code == 0 && word == "doubt" && said.contains("12 of 20 vCPU, and 21 if"), "{said}");
    cloud.state().vcpu_quota = 12.0;
    let (code, checks) = cloud.json(&API);
    let (word, said) = verdict(&checks, "quota of vCPU");
    assert!(code == 4 && word == "wrong" && said.contains("not one new task of 0.5 vCPU would start"), "{said}");
    // A deployment is refused for it too, before anything is begun.
    let (code, shown) = cloud.run(&["deploy", NEW_COMMIT, "--service", "api"]);
    assert!(code == 4 && shown.contains("quota of vCPU"), "{shown}");
    for (operation, what) in [("ListServiceQuotas", "quota of vCPU"), ("DescribeScalableTargets", "scaling")] {
        let cloud = Cloud::start();
        cloud.state().faults.push((operation, 9, 400, "AccessDeniedException"));
        let (code, checks) = cloud.json(&API);
        assert_eq!((code, verdict(&checks, what).0), (0, "doubt"), "{operation}");
    }
    // Throttled a few times, it is asked again.
    let cloud = Cloud::start();
    cloud.state().faults.push(("ListServiceQuotas", 2, 400, "ThrottlingException"));
    assert_eq!(verdict(&cloud.json(&API).1, "quota of tasks").0, "well");
}
