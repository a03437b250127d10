//! The accept loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::{Answers, Shared, connection};

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Takes connections, as many at once as the limit says, until the drain closes.
pub(super) async fn until_closing<F>(mut accept: impl FnMut() -> F, shared: &Arc<Shared>, answers: impl Answers)
where
    F: Future<Output = io::Result<(TcpStream, SocketAddr)>>,
{
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    let mut pause = FIRST_PAUSE;
    let accepting = async {
        // The semaphore is never closed.
        while let Ok(place) = places.clone().acquire_owned().await {
            match accept().await {
                Ok((stream, address)) => {
                    pause = FIRST_PAUSE;
                    let work = connection::serve(stream, address, shared.clone(), answers.clone());
                    shared.tracker.spawn(async move {
                        work.await;
                        drop(place);
                    });
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => {
                    // Out of file descriptors or memory: the pending connection stays pending, and asking again at
                    // once would spin. Connections that end give back what is missing.
                    tracing::error!(%error, pause_ms = pause.as_millis(), "cannot accept a connection; trying again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    };
    tokio::select! {
        () = shared.drain.closing() => {}
        () = accepting => {}
    }
}

/// Errors of a connection that went away before it was taken; the next one is not affected.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind;
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::routing::get;
    use prometheus_client::metrics::gauge::Gauge;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::config::Config;
    use crate::state::Drain;

    #[tokio::test]
    async fn running_out_of_descriptors_is_survived() {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            tls: None,
            limits: Config::default().limits,
            drain: Drain::new(),
            connections: Gauge::default(),
            tracker: TaskTracker::new(),
        });
        let failures = AtomicUsize::new(0);
        let accept = || async {
            const EMFILE: i32 = 24;
            match failures.fetch_add(1, Ordering::SeqCst) {
                0..3 => Err(io::Error::from_raw_os_error(EMFILE)),
                3 => Err(io::ErrorKind::ConnectionAborted.into()),
                _ => socket.accept().await,
            }
        };
        let answers = Router::new().route("/", get(|| async { "hello" }));
        let client = async {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("answered");
            shared.drain.close();
            answer
        };
        let (answer, ()) = tokio::join!(client, until_closing(accept, &shared, crate::api::plain(answers)));
        assert!(answer.ends_with("hello"), "{answer}");
        assert!(failures.load(Ordering::SeqCst) >= 5);
    }
}
