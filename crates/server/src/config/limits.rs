//! What one client, or all together, may take of the service.

use std::time::Duration;

use super::Source;
use super::source::Spec;

/// Limits on whatever comes from outside.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; more wait in the system's queue until one ends.
    pub connections: usize,
    /// Requests in work at once; more are answered 503 with `Retry-After`, before their bodies are read.
    pub in_flight: usize,
    /// Bytes of a request's body, where the operation says nothing else.
    pub body: u64,
    /// Bytes of a request's line and headers.
    pub headers: u64,
    /// Time for the TLS handshake, and from a request's first byte to the end of its headers.
    pub header_time: Duration,
    /// Time without a byte of the body.
    pub body_time: Duration,
    /// Time for a request from its headers to the beginning of its answer, where the operation says nothing else.
    pub request_time: Duration,
    /// Time a connection is kept without a request.
    pub idle_time: Duration,
    /// Requests at once on one HTTP/2 connection.
    pub http2_streams: u32,
    /// How long requests are still taken after SIGTERM while `/ready` already says no.
    pub drain_grace: Duration,
    /// How long requests in work may take to finish after that.
    pub drain_deadline: Duration,
}

const fn spec(name: &'static str, default: &'static str, meaning: &'static str) -> Spec {
    Spec { name, default, meaning }
}

impl Limits {
    pub(super) fn read(from: &mut Source) -> Self {
        let count = |from: &mut Source, spec, most| usize::try_from(from.count(spec, 1..=most)).unwrap_or(usize::MAX);
        let day = Duration::from_secs(86_400);
        let brief = Duration::from_millis(10);
        let connections = spec("PLIMSOLL_MAX_CONNECTIONS", "800", "connections at once; more wait until one ends");
        let in_flight =
            spec("PLIMSOLL_MAX_IN_FLIGHT", "512", "requests in work at once; more are answered 503 with Retry-After");
        let body = spec("PLIMSOLL_MAX_BODY", "1MiB", "bytes of a request's body, where an operation says nothing else");
        let headers = spec("PLIMSOLL_MAX_HEADERS", "16KiB", "bytes of a request's line and headers");
        let header_time =
            spec("PLIMSOLL_HEADER_TIMEOUT", "10s", "time for the TLS handshake and for a request's headers");
        let body_time = spec("PLIMSOLL_BODY_TIMEOUT", "10s", "time without a byte of a request's body");
        let request_time =
            spec("PLIMSOLL_REQUEST_TIMEOUT", "30s", "time for a request, where an operation says nothing else");
        let idle_time = spec(
            "PLIMSOLL_IDLE_TIMEOUT",
            "75s",
            "time a connection is kept without a request; longer than the load balancer's, so that it closes first",
        );
        let streams = spec("PLIMSOLL_HTTP2_STREAMS", "128", "requests at once on one HTTP/2 connection");
        let grace = spec(
            "PLIMSOLL_DRAIN_GRACE",
            "5s",
            "time after SIGTERM in which requests are still taken while /ready says no; SIGINT skips it",
        );
        let deadline = spec("PLIMSOLL_DRAIN_DEADLINE", "30s", "time for requests in work to finish after that");
        Self {
            connections: count(from, connections, 1_000_000),
            in_flight: count(from, in_flight, 1_000_000),
            body: from.bytes(body, 1 << 10..=1 << 30),
            headers: from.bytes(headers, 8 << 10..=1 << 20),
            header_time: from.duration(header_time, brief..=day),
            body_time: from.duration(body_time, brief..=day),
            request_time: from.duration(request_time, brief..=day),
            idle_time: from.duration(idle_time, brief..=day),
            http2_streams: u32::try_from(from.count(streams, 1..=10_000)).unwrap_or(128),
            drain_grace: from.duration(grace, Duration::ZERO..=day),
            drain_deadline: from.duration(deadline, Duration::ZERO..=day),
        }
    }
}
