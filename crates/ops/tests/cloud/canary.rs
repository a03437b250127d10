//! The balancer's rule, the canary's targets, and what CloudWatch counts of it.

use axum::response::Response;
use serde_json::{Value, json};

use super::{State, answers};

const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-2:123456789012";

/// How a canary goes.
#[derive(Debug, Clone)]
pub struct Canary {
    /// Weights of the service and of its canary.
    pub weights: (i64, i64),
    /// Every weight that the canary was given.
    pub given: Vec<i64>,
    /// Answers and those of 5xx that are counted while it has traffic.
    pub counts: (f64, f64),
    /// Health of its targets while it has traffic; healthy before.
    pub health: &'static str,
    /// Whether the alarm rings while it has traffic.
    pub rings: bool,
}

impl State {
    /// Gives api a canary, as Terraform does.
    pub fn with_canary(&mut self) {
        let mut service = self.services["api"].clone();
        service["serviceName"] = "api-canary".into();
        for count in ["desiredCount", "runningCount"] {
            service[count] = 0.into();
        }
        service["loadBalancers"][0]["targetGroupArn"] = group("api-canary").into();
        self.services.insert("api-canary".to_owned(), service);
        self.canary = Some(Canary {
            weights: (100, 0),
            given: Vec::new(),
            counts: (400.0, 1.0),
            health: "healthy",
            rings: false,
        });
    }

    /// Whether the canary has traffic.
    pub fn has_traffic(&self) -> bool {
        self.canary.as_ref().is_some_and(|canary| canary.weights.1 > 0)
    }
}

fn group(service: &str) -> String {
    format!("{ELB}:targetgroup/{service}/1")
}

pub fn listeners() -> Response {
    let arn = format!("{ELB}:listener/app/plimsoll-production-lb/1/2");
    answers::xml(
        "DescribeListeners",
        &format!("<Listeners><member><ListenerArn>{arn}</ListenerArn></member></Listeners>"),
    )
}

/// The rules of the listener, or the one that is asked for.
pub fn rules(state: &State, form: &str) -> Response {
    let rule = |number: u32, actions: &str| {
        let arn = format!("{ELB}:listener-rule/app/plimsoll-production-lb/1/2/{number}");
        format!("<member><RuleArn>{arn}</RuleArn><Actions><member>{actions}</member></Actions></member>")
    };
    let main = format!("<Type>forward</Type><TargetGroupArn>{}</TargetGroupArn>", group("api"));
    let divided = state.canary.as_ref().map_or_else(String::new, |canary| {
        let one = |service: &str, weight: i64| {
            let arn = group(service);
            format!("<member><TargetGroupArn>{arn}</TargetGroupArn><Weight>{weight}</Weight></member>")
        };
        let groups = one("api", canary.weights.0) + &one("api-canary", canary.weights.1);
        let forward = format!("<ForwardConfig><TargetGroups>{groups}</TargetGroups></ForwardConfig>");
        rule(9, &format!("<Type>forward</Type><Order>1</Order>{forward}"))
    });
    let only = form.contains("RuleArns.member.1=");
    assert!(!only || form.ends_with("%2F9"), "{form}");
    let main = if only { String::new() } else { rule(10, &main) };
    answers::xml("DescribeRules", &format!("<Rules>{divided}{main}</Rules>"))
}

pub fn modify(state: &mut State, form: &str) -> Response {
    let value = |at: u32, what: &str| {
        let name = format!("Actions.member.1.ForwardConfig.TargetGroups.member.{at}.{what}=");
        form.split('&').find_map(|pair| pair.strip_prefix(&*name)).unwrap().to_owned()
    };
    let weight = |service: &str| {
        let ends = format!("targetgroup%2F{service}%2F1");
        let at = (1..=2).find(|at| value(*at, "TargetGroupArn").ends_with(&ends)).unwrap();
        value(at, "Weight").parse::<i64>().unwrap()
    };
    let weights = (weight("api"), weight("api-canary"));
    let canary = state.canary.as_mut().unwrap();
    canary.weights = weights;
    canary.given.push(weights.1);
    answers::xml("ModifyRule", "<Rules/>")
}

/// Targets of the canary's group: as many as it has tasks.
pub fn targets(state: &State, form: &str) -> Option<Response> {
    if !form.contains("api-canary") {
        return None;
    }
    let health = if state.has_traffic() { state.canary.as_ref()?.health } else { "healthy" };
    let reason = if health == "unhealthy" { "Target.ResponseCodeMismatch" } else { "" };
    let tasks = state.services["api-canary"]["desiredCount"].as_u64()?;
    let all: Vec<[&str; 4]> =
        (0..tasks).map(|_| ["10.20.1.50", health, reason, "Health checks failed with these codes: [500]"]).collect();
    Some(answers::health_of(&all))
}

/// Metrics: of the canary's target group, and what the account uses.
pub fn metric(state: &State, asked: &Value) -> Value {
    let name = asked["MetricName"].as_str().unwrap();
    let point = |statistic: &str, value: f64| json!({ "Timestamp": 1_790_200_000, statistic: value });
    let points = match (name, &state.canary) {
        ("ResourceCount", _) => vec![point("Maximum", state.vcpu_in_use)],
        ("RequestCount", Some(canary)) if state.has_traffic() => vec![point("Sum", canary.counts.0)],
        ("HTTPCode_Target_5XX_Count", Some(canary)) if state.has_traffic() => vec![point("Sum", canary.counts.1)],
        _ => Vec::new(),
    };
    json!({ "Label": name, "Datapoints": points })
}

/// The alarm of api rings as the canary's traffic has it.
pub fn alarms(state: &State) -> Vec<[&'static str; 3]> {
    let rings = state.canary.as_ref().is_some_and(|canary| canary.rings) && state.has_traffic();
    let mut alarms = state.alarms.clone();
    if rings {
        alarms.push(["plimsoll-production-api-5xx", "ALARM", "Threshold Crossed: 3 datapoints were greater than 1.0"]);
    }
    alarms
}

/// Where the balancer is.
pub fn balancer() -> String {
    format!("{ELB}:loadbalancer/app/plimsoll-production-lb/1")
}
