//! A receiver of webhooks on a loopback address, which keeps what it is sent and answers as it is told.

mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use http::{HeaderMap, StatusCode};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};

/// What was sent.
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    calls: mpsc::UnboundedReceiver<Call>,
    /// Calls at once, at most so far.
    pub(crate) most: Arc<AtomicUsize>,
    /// Each answer takes one.
    pub(crate) leave: Arc<Semaphore>,
}

impl Receiver {
    /// Answers the n-th call as `answer(n)` says.
    pub(crate) async fn answering(answer: impl Fn(usize) -> Response + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0", Semaphore::MAX_PERMITS, answer).await
    }

    pub(crate) async fn taking() -> Self {
        Self::answering(|_| StatusCode::NO_CONTENT.into_response()).await
    }

    /// With so many answers let go at first.
    pub(crate) async fn at(
        address: &str,
        leave: usize,
        answer: impl Fn(usize) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::on(TcpListener::bind(address).await.unwrap(), leave, answer)
    }

    /// Over TLS, with the certificate for `localhost` and its key as they are.
    pub(crate) async fn secured(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Self {
        let listener = tls::Listener::bind(certificate, key).await;
        Self::on(listener, Semaphore::MAX_PERMITS, |_| StatusCode::NO_CONTENT.into_response())
    }

    fn on<L: Listener<Addr = SocketAddr>>(
        listener: L,
        leave: usize,
        answer: impl Fn(usize) -> Response + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let (sender, calls) = mpsc::unbounded_channel();
        let (most, leave) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(leave)));
        let (now, count) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (answer, peak, gate) = (Arc::new(answer), Arc::clone(&most), Arc::clone(&leave));
        let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
            let (sender, answer, peak, gate) = (sender.clone(), answer.clone(), peak.clone(), gate.clone());
            let (now, count) = (now.clone(), count.clone());
            async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let body = String::from_utf8(body.to_vec()).unwrap();
                let _ = sender.send(Call { headers, body });
                gate.acquire().await.unwrap().forget();
                now.fetch_sub(1, Ordering::SeqCst);
                answer(count.fetch_add(1, Ordering::SeqCst))
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, calls, most, leave }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next call.
    pub(crate) async fn next(&mut self) -> Call {
        tokio::time::timeout(Duration::from_secs(30), self.calls.recv()).await.expect("a call within 30 s").unwrap()
    }

    /// Whether there was no other call so far.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.calls.try_recv().is_err()
    }
}
