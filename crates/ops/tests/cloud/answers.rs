//! Answers in the protocols that the services speak: JSON, XML, CBOR.

use axum::{body::Body, response::Response};
use serde_json::{Value, json};

use super::{State, cbor};

fn response(status: u16, kind: &str, body: impl Into<Body>) -> Response {
    let builder = Response::builder().status(status).header("content-type", kind);
    builder.header("smithy-protocol", "rpc-v2-cbor").body(body.into()).unwrap()
}

pub fn json(value: &Value) -> Response {
    response(200, "application/x-amz-json-1.1", value.to_string())
}

/// The service's own, on whether it takes work.
pub fn ready(state: &mut super::State) -> Response {
    let last = state.readiness.len() == 1;
    let said = if last { state.readiness.front().copied() } else { state.readiness.pop_front() };
    let (status, body) = said.unwrap_or((404, ""));
    response(status, "application/json", body.to_owned())
}

pub fn json_error(status: u16, code: &str) -> Response {
    let body = json!({ "__type": code, "message": "said the test" });
    response(status, "application/x-amz-json-1.1", body.to_string())
}

pub fn xml_error(status: u16, code: &str) -> Response {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>said the test</Message></Error></ErrorResponse>"
    );
    response(status, "text/xml", body)
}

pub fn cbor_error(status: u16, code: &str) -> Response {
    let body = json!({ "__type": format!("com.amazonaws.cloudwatch#{code}"), "message": "said the test" });
    response(status, "application/cbor", cbor::encode(&body))
}

pub fn health_of(targets: &[[&str; 4]]) -> Response {
    let one = |[id, health, reason, description]: &[&str; 4]| {
        let why = if reason.is_empty() {
            String::new()
        } else {
            format!("<Reason>{reason}</Reason><Description>{description}</Description>")
        };
        format!(
            "<member><Target><Id>{id}</Id><Port>8080</Port></Target><TargetHealth><State>{health}</State>{why}</TargetHealth></member>"
        )
    };
    let members: String = targets.iter().map(one).collect();
    let body = format!(
        "<DescribeTargetHealthResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><DescribeTargetHealthResult>\
         <TargetHealthDescriptions>{members}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>"
    );
    response(200, "text/xml", body)
}

pub fn cbor(value: &Value) -> Response {
    response(200, "application/cbor", cbor::encode(value))
}

pub fn text(body: String) -> Response {
    response(200, "text/xml", body)
}

pub fn alarms(alarms: &[[&str; 3]]) -> Response {
    let one =
        |[name, value, reason]: &[&str; 3]| json!({ "AlarmName": name, "StateValue": value, "StateReason": reason });
    let alarms: Vec<Value> = alarms.iter().map(one).collect();
    cbor(&json!({ "MetricAlarms": alarms }))
}

pub fn xml(action: &str, inside: &str) -> Response {
    response(200, "text/xml", format!("<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"))
}

pub fn target_groups(balancer: &str) -> Response {
    let arns = format!("<LoadBalancerArns><member>{balancer}</member></LoadBalancerArns>");
    xml("DescribeTargetGroups", &format!("<TargetGroups><member>{arns}</member></TargetGroups>"))
}

pub fn role() -> Response {
    let role = "<Path>/</Path><RoleName>r</RoleName><RoleId>1</RoleId><Arn>a</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>";
    xml("GetRole", &format!("<Role>{role}</Role>"))
}

pub fn may(state: &State, form: &str) -> Response {
    let action =
        form.split('&').find_map(|pair| pair.strip_prefix("ActionNames.member.1=")).unwrap().replace("%3A", ":");
    let decision = if state.forbidden.contains(&&*action) { "implicitDeny" } else { "allowed" };
    let one = format!("<EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision>");
    xml("SimulatePrincipalPolicy", &format!("<EvaluationResults><member>{one}</member></EvaluationResults>"))
}

pub fn published() -> Response {
    xml("Publish", "<MessageId>1</MessageId>")
}
