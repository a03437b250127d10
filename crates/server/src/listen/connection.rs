//! One connection, from its first byte to its last.

mod service;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::activity::{Activity, Verdict};
use super::stream::{Bytes, Stream};
use super::{Answers, Peer, Shared};
use service::Watched;

/// More headers than this are refused with 431, however short.
const MOST_HEADERS: usize = 100;
/// What a connection that was told to end may still take to do so.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves a connection until it ends or is ended.
pub(super) async fn serve(stream: TcpStream, address: SocketAddr, shared: Arc<Shared>, answers: impl Answers) {
    let _open = Open::new(shared.connections.clone());
    // Answers are written whole: waiting for more to send would only delay them.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let Some(bytes) = handshake(stream, &shared).await else { return };
    let peer = Peer { address, tls: matches!(bytes, Bytes::Tls(_)) };
    let activity = Activity::new();
    let io = TokioIo::new(Stream::new(bytes, activity.clone()));
    let builder = builder(&shared);
    let mut connection = pin!(builder.serve_connection(io, Watched::new(answers, peer, activity.clone())));

    let mut closing = pin!(shared.drain.closing());
    let mut given_up = pin!(shared.drain.given_up());
    let mut watch = pin!(sleep(Duration::ZERO));
    let mut told = false;
    loop {
        tokio::select! {
            biased;
            // Errors here are the client's: broken syntax, broken connection. There is nobody to tell.
            _ = connection.as_mut() => return,
            () = &mut given_up => return,
            () = &mut closing, if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
            () = watch.as_mut() => match activity.judge(&shared.limits) {
                Verdict::Keep(next) => watch.as_mut().reset(Instant::now() + next.max(Duration::from_millis(1))),
                Verdict::Retire if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                    watch.as_mut().reset(Instant::now() + FAREWELL);
                }
                Verdict::Retire => return,
                Verdict::Drop(reason) => {
                    tracing::debug!(reason, "connection dropped");
                    return;
                }
            },
        }
    }
}

async fn handshake(stream: TcpStream, shared: &Shared) -> Option<Bytes> {
    let Some(acceptor) = &shared.tls else { return Some(Bytes::Plain(stream)) };
    match timeout(shared.limits.header_time, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Bytes::Tls(Box::new(stream))),
        Ok(Err(error)) => {
            tracing::debug!(%error, "TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

fn builder(shared: &Shared) -> auto::Builder<TokioExecutor> {
    let limits = &shared.limits;
    let headers = usize::try_from(limits.headers).unwrap_or(usize::MAX);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // Measured by `Activity`, which tells a request that is slow from a connection that is idle.
        .header_read_timeout(None)
        .max_headers(MOST_HEADERS)
        .max_buf_size(headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_streams)
        .max_header_list_size(u32::try_from(limits.headers).unwrap_or(u32::MAX))
        // Against resets in a rush (CVE-2023-44487) and errors provoked in a rush (CVE-2025-8671).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1_024)
        .keep_alive_interval(limits.idle_time / 2)
        .keep_alive_timeout(limits.header_time);
    builder
}

/// Counts an open connection.
struct Open(Gauge);

impl Open {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}
