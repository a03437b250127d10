//! Requests of the public listener.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::conventions::frame::Operation;

/// Seconds, from a tenth of a millisecond; finer where most answers are.
const BUCKETS: [f64; 16] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Requests of the public listener.
#[derive(Debug, Clone)]
pub struct HttpMetrics {
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    /// Open connections.
    pub connections: Gauge,
    /// Requests refused because all places were taken.
    pub shed: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: Arc<str>,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: Arc<str>,
}

impl HttpMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let this = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            shed: Counter::default(),
        };
        registry.register("http_requests", "Requests answered", this.requests.clone());
        let help = "Time from a request's headers to the beginning of its answer";
        registry.register_with_unit("http_request", help, Unit::Seconds, this.seconds.clone());
        registry.register("http_requests_in_flight", "Requests in work", this.in_flight.clone());
        registry.register("http_connections", "Open connections", this.connections.clone());
        registry.register("http_requests_shed", "Requests refused because all places were taken", this.shed.clone());
        this
    }

    /// Where a route's times are counted; kept by the frame so that no lock is taken for it later.
    pub(crate) fn seconds_of(&self, route: &Arc<str>) -> Histogram {
        self.seconds.get_or_create_owned(&Route { route: route.clone() })
    }

    /// A request that is in work until what is returned is dropped.
    pub(crate) fn enter(&self) -> InFlight {
        InFlight { before: self.in_flight.inc(), gauge: self.in_flight.clone() }
    }

    pub(crate) fn answered(&self, operation: &Operation, method: &Method, status: StatusCode, took: Duration) {
        let method = known(method);
        let labels = Request { route: operation.route.clone(), method, status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        operation.seconds.observe(took.as_secs_f64());
    }
}

/// Methods are sent by clients: only those there are become labels.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A request in work.
#[derive(Debug)]
pub struct InFlight {
    before: i64,
    gauge: Gauge,
}

impl InFlight {
    /// How many were in work before it.
    pub fn before(&self) -> i64 {
        self.before
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}
