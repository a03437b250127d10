//! What became of a canary.

use serde::Serialize;

use super::{Canary, Seen};

/// What became of a canary.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CanaryReport {
    pub(crate) service: String,
    pub(crate) percent: i32,
    pub(crate) tasks: i32,
    /// How long it was to be watched, in seconds.
    pub(crate) bake: u64,
    /// The canary's deployment, by ARN.
    pub(crate) deployment: Option<String>,
    pub(crate) seen: Seen,
    /// Whether the service itself may move.
    pub(crate) passed: bool,
    /// Whether all traffic is the service's again, and the canary without tasks.
    pub(crate) ended: bool,
}

impl CanaryReport {
    /// How it went, for a terminal; nothing where it had no traffic.
    pub(crate) fn line(&self) -> Option<String> {
        let Self { service, percent, bake, seen, .. } = self;
        let answers = match seen.answers {
            0.0 => "CloudWatch has counted none of its answers yet: little was proven".to_owned(),
            answers => format!("{answers} answers, {} of them 5xx", seen.errors),
        };
        self.passed.then(|| format!("{service}: well for {bake} s with {percent} % of the traffic: {answers}"))
    }
}

impl Canary {
    /// A report in which nothing has happened.
    pub(crate) fn report(&self) -> CanaryReport {
        CanaryReport {
            service: self.name().to_owned(),
            percent: self.wish.percent,
            tasks: self.tasks,
            bake: self.wish.bake.as_secs(),
            deployment: None,
            seen: Seen::default(),
            passed: false,
            ended: true,
        }
    }
}
