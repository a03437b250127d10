//! Starts the service in the test's own process, on ports of the system's choice.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own and uses its part of the harness")]
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

pub mod raw;
pub mod routes;

use std::net::SocketAddr;
use std::sync::Once;

use server::config::Config;
use server::{App, Drain, Running, api};

pub use routes::Gate;

/// A service that runs until the test ends.
pub struct Service {
    running: Running,
    pub gate: Gate,
    pub client: reqwest::Client,
}

/// An answer, read whole.
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("an answer in UTF-8")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().expect("a header in ASCII")).unwrap_or_default()
    }

    /// The slug of the problem that the answer is.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let json = self.json();
        assert_eq!(json["status"], self.status);
        assert_eq!(json["instance"], self.header("x-request-id"));
        json["type"].as_str().and_then(|t| t.strip_prefix("/problems/")).expect("a type").to_owned()
    }
}

/// Settings over defaults that suit a test.
pub fn config(settings: &[(&str, &str)]) -> Config {
    let ports = [("PLIMSOLL_LISTEN", "127.0.0.1:0"), ("PLIMSOLL_PRIVATE_LISTEN", "127.0.0.1:0")];
    Config::from_environment(ports.iter().chain(settings).copied()).expect("settings of the test")
}

impl Service {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let app = App::new(config(settings));
        let gate = Gate::default();
        let router = api::router_with(&app, routes::routes(&gate));
        let running = server::serve_with(app, router).await.expect("it starts");
        Self { running, gate, client: client(|builder| builder) }
    }

    pub fn public(&self) -> SocketAddr {
        self.running.public()
    }

    pub fn private(&self) -> SocketAddr {
        self.running.private()
    }

    pub fn drain(&self) -> &Drain {
        self.running.app().drain()
    }

    pub fn app(&self) -> &App {
        self.running.app()
    }

    pub async fn stopped(self) {
        self.running.stopped().await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.public())
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.client.get(self.url(path))).await
    }

    /// A GET with headers.
    pub async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.client.get(self.url(path));
        send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    pub async fn post(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(self.client.post(self.url(path)).header("content-type", content_type).body(body)).await
    }
}

/// A client without the system's certificates, proxies and redirects.
pub fn client(adjust: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    adjust(builder).build().expect("a client")
}

/// Sends and reads the whole answer.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.bytes().await.expect("a body").to_vec() }
}
