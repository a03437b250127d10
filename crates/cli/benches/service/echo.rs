//! The least that a service could do: axum reads JSON and writes the same JSON. This benchmark started once more, as a
//! process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use axum::{Json, Router, http::StatusCode, routing::post};

/// What makes this benchmark be the echo.
pub(crate) const ARGUMENT: &str = "--echo";

/// Serves until it is killed; says its address first.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let echo = |Json(body): Json<serde_json::Value>| async { (StatusCode::CREATED, Json(body)) };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        axum::serve(listener, Router::new().route("/v1/scores", post(echo))).await.unwrap();
    });
}

/// An echo that serves until this is dropped.
pub(crate) struct Echo {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Echo {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command.arg(ARGUMENT).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().parse().unwrap() }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
