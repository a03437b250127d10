//! What a plan must say: of every statement of every policy, every rule of every security group, every log group, every tag.

use std::cell::Cell;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::program::Outcome;

/// Tags that everything carries.
const TAGS: [&str; 4] = ["Project", "Environment", "Stack", "ManagedBy"];
/// Ranges that are the whole internet.
const ANYONE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// What is allowed against the rule, each with its reason. One that nothing needs is a fault.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowances {
    /// Statements that speak of `*`, of anybody, or of anything but.
    #[serde(default)]
    statements: Vec<Statement>,
    /// Rules of security groups that admit, or reach, anyone.
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    /// Address of the resource; `*` stands for any text.
    address: String,
    /// The statement's id.
    sid: String,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    address: String,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

/// A resource as it is planned.
struct Resource<'p> {
    address: &'p str,
    kind: &'p str,
    values: &'p Map<String, Value>,
}

/// Reads a plan of what stands.
pub(super) fn check(plan: &Value, allowances: &Allowances) -> Outcome {
    let mut resources = Vec::new();
    gather(&plan["planned_values"]["root_module"], &mut resources);
    if resources.is_empty() {
        return Err("the plan has no resources".to_owned());
    }
    let mut faults = Vec::new();
    for resource in &resources {
        policies(resource, allowances, &mut faults);
        security_groups(resource, allowances, &mut faults);
        log_groups(resource, &mut faults);
        tags(resource, &mut faults);
    }
    let unused = allowances.statements.iter().filter(|one| !one.used.get() || one.reason.trim().is_empty());
    faults.extend(
        unused.map(|one| format!("nothing needs the allowance of {} {}, or it has no reason", one.address, one.sid)),
    );
    let unused = allowances.rules.iter().filter(|one| !one.used.get() || one.reason.trim().is_empty());
    faults.extend(unused.map(|one| format!("nothing needs the allowance of {}, or it has no reason", one.address)));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn gather<'p>(module: &'p Value, resources: &mut Vec<Resource<'p>>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if let (Some(address), Some(kind), Some(values), Some("managed")) = (
            resource["address"].as_str(),
            resource["type"].as_str(),
            resource["values"].as_object(),
            resource["mode"].as_str(),
        ) {
            resources.push(Resource { address, kind, values });
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        gather(child, resources);
    }
}

/// Every policy in a resource, wherever it stands: what parses as one is one.
fn policies(resource: &Resource<'_>, allowances: &Allowances, faults: &mut Vec<String>) {
    for value in resource.values.values() {
        let Some(text) = value.as_str().filter(|text| text.contains("\"Statement\"")) else { continue };
        let Ok(policy) = serde_json::from_str::<Value>(text) else { continue };
        let statements = match &policy["Statement"] {
            Value::Array(statements) => statements.clone(),
            statement => vec![statement.clone()],
        };
        for statement in statements {
            for fault in faults_of(&statement, resource.kind) {
                let sid = statement["Sid"].as_str().unwrap_or_default();
                let allowed = allowances
                    .statements
                    .iter()
                    .find(|one| matches(&one.address, resource.address) && matches(&one.sid, sid) && !sid.is_empty());
                match allowed {
                    Some(one) => one.used.set(true),
                    None => faults.push(format!("{} statement {sid:?}: {fault}", resource.address)),
                }
            }
        }
    }
}

fn faults_of(statement: &Value, kind: &str) -> Vec<String> {
    if statement["Effect"] != "Allow" {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for action in texts(&statement["Action"]) {
        if action.contains('*') {
            faults.push(format!("allows {action}"));
        }
    }
    // A key's policy speaks of that key alone.
    if !kind.starts_with("aws_kms_key") && texts(&statement["Resource"]).iter().any(|resource| resource == "*") {
        faults.push("allows it on everything".to_owned());
    }
    for word in ["NotAction", "NotResource", "NotPrincipal"] {
        if !statement[word].is_null() {
            faults.push(format!("allows by {word}"));
        }
    }
    let principals = &statement["Principal"];
    let of_aws = texts(&principals["AWS"]);
    if principals.as_str() == Some("*") || of_aws.iter().any(|principal| principal == "*") {
        faults.push("allows it to anybody".to_owned());
    }
    faults
}

/// One text or several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(texts) => texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn security_groups(resource: &Resource<'_>, allowances: &Allowances, faults: &mut Vec<String>) {
    if resource.kind == "aws_default_security_group" {
        let is_empty = |name: &str| resource.values.get(name).is_none_or(|rules| rules == &Value::Array(Vec::new()));
        if !is_empty("ingress") || !is_empty("egress") {
            faults.push(format!("{} admits something", resource.address));
        }
    }
    if !resource.kind.starts_with("aws_vpc_security_group_") {
        return;
    }
    let text = |name: &str| resource.values.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("description").is_empty() {
        faults.push(format!("{} has no description", resource.address));
    }
    if ANYONE.contains(&text("cidr_ipv4")) || ANYONE.contains(&text("cidr_ipv6")) {
        match allowances.rules.iter().find(|one| matches(&one.address, resource.address)) {
            Some(one) => one.used.set(true),
            None => faults.push(format!("{} is open to anyone", resource.address)),
        }
    }
}

fn log_groups(resource: &Resource<'_>, faults: &mut Vec<String>) {
    if resource.kind != "aws_cloudwatch_log_group" {
        return;
    }
    if resource.values.get("retention_in_days").and_then(Value::as_u64).unwrap_or(0) == 0 {
        faults.push(format!("{} keeps its lines for ever", resource.address));
    }
    if resource.values.get("kms_key_id").and_then(Value::as_str).unwrap_or_default().is_empty() {
        faults.push(format!("{} has no key", resource.address));
    }
}

fn tags(resource: &Resource<'_>, faults: &mut Vec<String>) {
    let Some(tags) = resource.values.get("tags_all") else { return };
    for tag in TAGS {
        if tags[tag].as_str().unwrap_or_default().is_empty() {
            faults.push(format!("{} lacks the tag {tag}", resource.address));
        }
    }
}

/// Whether a text is like a pattern in which `*` stands for any text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(place) => left = &left[place + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Allowances, check, matches};

    fn plan(kind: &str, values: Value) -> Value {
        let resource = json!({"address": format!("{kind}.it"), "type": kind, "mode": "managed", "values": values});
        json!({"planned_values": {"root_module": {"child_modules": [{"resources": [resource]}]}}})
    }

    fn faults(kind: &str, values: Value) -> String {
        check(&plan(kind, values), &Allowances::default()).err().unwrap_or_default()
    }

    fn policy(statement: Value) -> String {
        faults("aws_iam_policy", json!({"policy": json!({"Statement": [statement]}).to_string()}))
    }

    #[test]
    fn statements_are_read() {
        let good = json!({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::a/*"});
        assert_eq!(policy(good), "");
        assert!(policy(json!({"Effect": "Allow", "Action": "s3:*", "Resource": "a"})).contains("allows s3:*"));
        assert!(policy(json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["*"]})).contains("everything"));
        assert!(policy(json!({"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "a"})).contains("NotAction"));
        let anybody = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "a", "Principal": {"AWS": "*"}});
        assert!(policy(anybody).contains("anybody"));
        assert_eq!(policy(json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"})), "");
    }

    #[test]
    fn what_is_allowed_must_be_needed() {
        let values = json!({"policy": json!({"Statement": {"Sid": "List", "Effect": "Allow", "Action": "a:B", "Resource": "*"}}).to_string()});
        let allowed =
            r#"{"statements": [{"address": "aws_iam_policy.*", "sid": "List", "reason": "AWS has no narrower form"}]}"#;
        let allowances = || serde_json::from_str::<Allowances>(allowed).unwrap();
        check(&plan("aws_iam_policy", values), &allowances()).unwrap();
        assert!(check(&plan("aws_iam_policy", json!({})), &allowances()).is_err());
    }

    #[test]
    fn rules_groups_and_tags_are_read() {
        let open = json!({"cidr_ipv4": "0.0.0.0/0", "description": "all"});
        assert!(faults("aws_vpc_security_group_ingress_rule", open).contains("open to anyone"));
        assert!(
            faults("aws_cloudwatch_log_group", json!({"retention_in_days": 0, "kms_key_id": "k"})).contains("for ever")
        );
        assert!(faults("aws_cloudwatch_log_group", json!({"retention_in_days": 7})).contains("no key"));
        assert!(faults("aws_vpc", json!({"tags_all": {"Project": "plimsoll"}})).contains("lacks the tag Stack"));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("module.a.*.b[*]", "module.a.x.y.b[\"k\"]") && matches("a", "a") && matches("*", "x"));
        assert!(!matches("a*b", "ac") && !matches("a", "ab") && !matches("a*", "ba"));
    }
}
