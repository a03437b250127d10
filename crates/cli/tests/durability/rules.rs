//! How ECS replaces tasks, in the numbers of the Terraform module `service`: read from it, so that what is tried here is what
//! is applied there.

use std::{path::Path, time::Duration};

use hcl::{Block, Body, Expression};

use crate::balancer::Check;

/// How much of a second a second of the module takes here.
const PACE: f64 = 0.1;
/// Failed tasks after which ECS's circuit breaker gives a deployment up: half of the service's, three at least.
const LEAST_FAILURES: usize = 3;
/// Asked instead of the module's `/health`, which says that a process lives: whatever Kubernetes' probe and the guides ask
/// of a version that is to be let in.
const PATH: &str = "/ready";

/// The module's numbers.
pub(crate) struct Rules {
    minimum_percent: u64,
    maximum_percent: u64,
    interval: Duration,
    timeout: Duration,
    rise: u64,
    fall: u64,
    /// How long a task has to be found well.
    pub(crate) grace: Duration,
    /// How long requests in work have, once a task is given no more.
    pub(crate) delay: Duration,
    /// From SIGTERM to SIGKILL.
    pub(crate) stop: Duration,
}

impl Rules {
    /// Reads the module.
    pub(crate) fn of_the_module() -> Self {
        let service = one(&read("main.tf"), "resource", "aws_ecs_service");
        let group = one(&read("traffic.tf"), "resource", "aws_lb_target_group");
        let check = one(group.body(), "health_check", "");
        let breaker = one(service.body(), "deployment_circuit_breaker", "");
        for name in ["enable", "rollback"] {
            assert_eq!(attribute(breaker.body(), name), Expression::Bool(true), "the module's circuit breaker: {name}");
        }
        let seconds = |body: &Body, name: &str| Duration::from_secs(number(&attribute(body, name))).mul_f64(PACE);
        Self {
            minimum_percent: number(&attribute(service.body(), "deployment_minimum_healthy_percent")),
            maximum_percent: number(&attribute(service.body(), "deployment_maximum_percent")),
            interval: seconds(check.body(), "interval"),
            timeout: seconds(check.body(), "timeout"),
            rise: number(&attribute(check.body(), "healthy_threshold")),
            fall: number(&attribute(check.body(), "unhealthy_threshold")),
            grace: seconds(service.body(), "health_check_grace_period_seconds"),
            delay: seconds(group.body(), "deregistration_delay"),
            stop: Duration::from_secs(default_of("stop_timeout")).mul_f64(PACE),
        }
    }

    /// The balancer's question. It tries no other instance: what it hands on to one that is gone has failed.
    pub(crate) fn check(&self) -> Check {
        let Self { interval, timeout, rise, fall, .. } = *self;
        Check { path: PATH.to_owned(), interval, timeout, rise, fall, retries: 0 }
    }

    /// Fewest tasks that are well while a version replaces another.
    pub(crate) fn least(&self, desired: usize) -> usize {
        (desired as u64 * self.minimum_percent).div_ceil(100) as usize
    }

    /// Most tasks meanwhile.
    pub(crate) fn most(&self, desired: usize) -> usize {
        (desired as u64 * self.maximum_percent / 100) as usize
    }

    /// Failed tasks after which a version is given up.
    pub(crate) fn failures(&self, desired: usize) -> usize {
        desired.div_ceil(2).max(LEAST_FAILURES)
    }

    /// A setting's time of the service itself, at the same pace.
    pub(crate) fn paced(seconds: u64) -> String {
        format!("{}ms", Duration::from_secs(seconds).mul_f64(PACE).as_millis())
    }
}

fn read(file: &str) -> Body {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/terraform/modules/service");
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    hcl::parse(&text).unwrap()
}

/// The one block of a kind, with this as its first label where it has labels.
fn one(body: &Body, kind: &str, label: &str) -> Block {
    let is = |block: &&Block| {
        block.identifier() == kind && block.labels().first().is_none_or(|first| first.as_str() == label)
    };
    body.blocks().find(is).unwrap_or_else(|| panic!("the module has no {kind} {label}")).clone()
}

fn attribute(body: &Body, name: &str) -> Expression {
    let found = body.attributes().find(|attribute| attribute.key() == name);
    found.unwrap_or_else(|| panic!("the module says no {name}")).expr().clone()
}

/// What is written, or a variable's default, or what holds where there is a balancer.
fn number(expression: &Expression) -> u64 {
    match expression {
        Expression::Number(number) => number.as_u64().expect("no fraction"),
        Expression::Conditional(choice) => number(&choice.false_expr),
        Expression::Traversal(_) => {
            let text = hcl::format::to_string(expression).unwrap();
            default_of(text.strip_prefix("var.").unwrap_or_else(|| panic!("{text} is no variable")))
        }
        other => panic!("{other:?} is no number"),
    }
}

fn default_of(variable: &str) -> u64 {
    number(&attribute(one(&read("variables.tf"), "variable", variable).body(), "default"))
}
