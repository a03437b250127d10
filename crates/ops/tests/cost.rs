//! `plimsoll-ops cost`: figures worked out by hand, screens as they are printed, wrong input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn plan(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/plans").join(name).join("plan.json")
}

fn cost(words: &[&str]) -> String {
    let output = Command::cargo_bin("plimsoll-ops").unwrap().arg("cost").args(words).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn estimate(path: &std::path::Path) -> Value {
    serde_json::from_str(&cost(&[path.to_str().unwrap(), "--json"])).unwrap()
}

/// USD a month of the lines that a test is true of, to the cent.
fn sum(estimate: &Value, which: &str, of: impl Fn(&Value) -> bool) -> String {
    let lines = estimate["lines"].as_array().unwrap().iter().filter(|line| of(line));
    let sum: f64 = lines.map(|line| line["usd"][which].as_str().unwrap().parse::<f64>().unwrap()).sum();
    format!("{sum:.2}")
}

fn at(address: &'static str) -> impl Fn(&Value) -> bool {
    move |line| line["address"].as_str().unwrap().starts_with(address)
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let us = estimate(&plan("us-east-1"));
    assert_eq!(sum(&us, "usual", at("aws_ecs_service.x86")), "54.06");
    assert_eq!(sum(&us, "usual", at("aws_vpc_endpoint.interface")), "73.00");
    assert_eq!(sum(&us, "usual", at("aws_nat_gateway")), "65.70");
    let eu = estimate(&plan("eu-west-2"));
    let memory_or = |word: &'static str| move |line: &Value| line["what"].as_str().unwrap().contains(word);
    assert_eq!(sum(&eu, "usual", memory_or("vCPU")), "8.50");
    assert_eq!(sum(&eu, "usual", memory_or("memory")), "1.87");
    assert_eq!(sum(&eu, "usual", memory_or("tasks,")), "10.36");
    assert_eq!(eu["total"]["usual"].as_str().unwrap().parse::<f64>().map(|usd| format!("{usd:.2}")).unwrap(), "14.01");
}

#[test]
fn arm_is_cheaper_and_priced_as_arm() {
    let text = fs::read_to_string(plan("us-east-1")).unwrap().replace("X86_64", "ARM64");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arm.json");
    fs::write(&path, text).unwrap();
    assert_eq!(sum(&estimate(&path), "usual", at("aws_ecs_service.x86")), "43.25");
}

#[test]
fn scaling_is_a_range_and_spot_is_told_apart() {
    let us = estimate(&plan("us-east-1"));
    // 2 to 10 tasks, 4 as usual; two on demand as a base, of the rest a quarter: 2, 2.5 and 4 on demand.
    let memory = |which: &str| {
        let is_memory = |line: &Value| at("module.arm_service")(line) && line["what"] == "ARM tasks, memory";
        let line = us["lines"].as_array().unwrap().iter().find(|line| is_memory(line)).unwrap();
        line["quantity"][which].as_str().unwrap().parse::<f64>().unwrap() / 730.0
    };
    assert_eq!([memory("low"), memory("usual"), memory("high")], [2.0, 2.5, 4.0]);
    let not_priced = us["not_priced"].as_array().unwrap();
    let has = |word: &str| not_priced.iter().any(|one| one["why"].as_str().unwrap().contains(word));
    assert!(has("fargate.spot.arm.vcpu") && has("no rule"), "{not_priced:?}");
}

#[test]
fn screens_are_as_they_were() {
    let (us, eu) = (plan("us-east-1"), plan("eu-west-2"));
    let (us, eu) = (us.to_str().unwrap(), eu.to_str().unwrap());
    insta::assert_snapshot!("table", cost(&[us]));
    insta::assert_snapshot!("markdown", cost(&[us, "--format", "markdown"]));
    insta::assert_snapshot!("difference", cost(&[us, "--diff", eu]));
    insta::assert_snapshot!("difference_markdown", cost(&[us, "--diff", eu, "--format", "markdown"]));
}

#[test]
fn a_plan_does_not_differ_from_itself() {
    let us = plan("us-east-1");
    let said: Value =
        serde_json::from_str(&cost(&[us.to_str().unwrap(), "--diff", us.to_str().unwrap(), "--json"])).unwrap();
    assert_eq!(said["changes"], serde_json::json!([]));
    assert_eq!(said["change"]["usual"].as_str().unwrap().parse::<f64>().unwrap(), 0.0);
}

#[test]
fn usage_that_is_printed_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.toml");
    let defaults = cost(&["--show-usage"]);
    fs::write(&file, &defaults).unwrap();
    let us = plan("us-east-1");
    let (us, usage) = (us.to_str().unwrap(), file.to_str().unwrap());
    assert_eq!(cost(&[us, "--usage", usage]), cost(&[us]));
    fs::write(&file, defaults.replace("nat_gb = 10 ", "nat_gb = 1000 ")).unwrap();
    assert!(cost(&[us, "--usage", usage]).contains("45.00"));
}

#[test]
fn wrong_input_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    for (text, said) in
        [("", "no JSON"), ("{}", "neither a plan nor a state"), (r#"{"values":{"root_module":{}}}"#, "--region")]
    {
        fs::write(&file, text).unwrap();
        let refused = Command::cargo_bin("plimsoll-ops").unwrap().arg("cost").arg(&file).assert().code(4);
        let error = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(error.contains(said) && error.contains("plan.json"), "{error}");
    }
    let missing = Command::cargo_bin("plimsoll-ops").unwrap().args(["cost", "no-such-plan"]).assert().code(4);
    assert!(String::from_utf8_lossy(&missing.get_output().stderr).contains("no-such-plan"));
}
