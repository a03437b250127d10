//! What the process is doing: `/debug/runtime`, and `/debug/profile` where the feature `profile` is built in.

mod process;
mod profile;

use std::sync::LazyLock;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;

use crate::conventions::extract::Json;
use crate::state::App;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(super) fn routes() -> Router<App> {
    LazyLock::force(&STARTED);
    Router::new().route("/runtime", get(runtime)).route("/profile", get(profile::profile))
}

#[derive(Serialize)]
struct Runtime {
    version: &'static str,
    uptime_seconds: f64,
    draining: bool,
    process: process::Process,
    tokio: Tokio,
}

#[derive(Serialize)]
struct Tokio {
    workers: usize,
    alive_tasks: usize,
    global_queue_depth: usize,
    worker_busy_seconds: Vec<f64>,
}

async fn runtime(State(app): State<App>) -> Json<Runtime> {
    let metrics = tokio::runtime::Handle::current().metrics();
    let workers = metrics.num_workers();
    Json(Runtime {
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: STARTED.elapsed().as_secs_f64(),
        draining: app.drain().has_begun(),
        process: process::read().await,
        tokio: Tokio {
            workers,
            alive_tasks: metrics.num_alive_tasks(),
            global_queue_depth: metrics.global_queue_depth(),
            worker_busy_seconds: (0..workers).map(|w| metrics.worker_total_busy_duration(w).as_secs_f64()).collect(),
        },
    })
}
