//! Calls of the services that this one stands on.

use std::borrow::Cow;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Seconds, from what a cache across a network takes to what a call may take with all its attempts.
const BUCKETS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0];

/// Calls of the services that this one stands on. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Dependencies {
    calls: Family<Outcome, Counter>,
    seconds: Family<Dependency, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    dependency: &'static str,
    operation: Cow<'static, str>,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Dependency {
    dependency: &'static str,
}

impl Default for Dependencies {
    fn default() -> Self {
        Self { calls: Family::default(), seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)) }
    }
}

impl Dependencies {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("dependency_calls", "Calls of the services that this one stands on", self.calls.clone());
        let help = "Time that a call of a service took, with all its attempts";
        registry.register_with_unit("dependency_call", help, Unit::Seconds, self.seconds.clone());
    }

    /// Counts a call that ended. Operations are the service's own names: there are few.
    pub(crate) fn observe(
        &self,
        dependency: &'static str,
        operation: impl Into<Cow<'static, str>>,
        succeeded: bool,
        took: Duration,
    ) {
        let outcome = if succeeded { "success" } else { "failure" };
        self.calls.get_or_create(&Outcome { dependency, operation: operation.into(), outcome }).inc();
        self.seconds.get_or_create(&Dependency { dependency }).observe(took.as_secs_f64());
    }
}
