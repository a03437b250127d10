//! The service beside a FastAPI peer that does the same work, and beside a bare axum echo: one generator, one run.
//!
//! `cargo bench -p plimsoll --bench service`; fails where a claim below is not met. Every subject is driven with the same
//! bodies over as many connections, in turns, and the median of its turns counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../driven/mod.rs"]
mod driven;
mod echo;
#[path = "../../tests/instance/mod.rs"]
mod instance;
mod peer;

use std::process::ExitCode;

use driven::{Claims, Subject, subject};
use instance::{Instance, Place};
use testbed::Postgres;

/// Durable, explained scores a second beside the peer's, embedded. The goal is [`GOAL_BESIDE_PEER`]; this is what must not be
/// lost on the way there.
const LEAST_BESIDE_PEER: f64 = 4.0;
const GOAL_BESIDE_PEER: f64 = 20.0;
/// Beside an echo that stores nothing; the goal is [`GOAL_BESIDE_ECHO`].
const LEAST_BESIDE_ECHO: f64 = 0.09;
const GOAL_BESIDE_ECHO: f64 = 0.7;
/// At [`subject::SHARE`] of the peak; the goal is [`GOAL_P99_MS`].
const MOST_P99_MS: f64 = 150.0;
const GOAL_P99_MS: f64 = 25.0;
const MOST_START_MS: f64 = 100.0;
const MOST_IDLE_MB: f64 = 40.0;
/// Starts that are timed; the median counts.
const STARTS: usize = 5;

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|argument| argument == echo::ARGUMENT) {
        echo::serve();
        return ExitCode::SUCCESS;
    }
    // One thread for the generator: what is measured has the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let faults = runtime.block_on(measure());
    faults.iter().for_each(|fault| println!("NOT MET: {fault}"));
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure() -> Vec<String> {
    let mut claims = Claims::default();
    let embedded = Place::embedded().await;
    start_and_idle(&embedded, &mut claims).await;
    let postgres = Postgres::start();
    let shared = Place::postgres(postgres.database()).await;
    let (service, over_postgres) = (embedded.start(), shared.start());
    let (peer, echo) = (peer::Peer::start(), echo::Echo::start());
    let mut subjects = [
        Subject::new("plimsoll, SQLite", embedded.scores(service.address)),
        Subject::new("plimsoll, PostgreSQL", shared.scores(over_postgres.address)),
        Subject::new("FastAPI, SQLite", load::Target::scores(peer.address)),
        Subject::new("axum echo", load::Target::scores(echo.address)),
    ];
    for _ in 0..subject::TURNS {
        for subject in &mut subjects {
            subject.turn().await;
        }
    }
    let [sqlite, postgres, fast_api, echoed] = &mut subjects;
    for subject in [&*sqlite, postgres, fast_api, echoed] {
        println!("{subject}");
    }
    let ratio = |one: &Subject, other: &Subject| one.peak() / other.peak();
    claims.at_least("SQLite beside FastAPI", ratio(sqlite, fast_api), LEAST_BESIDE_PEER);
    claims.goal_at_least("SQLite beside FastAPI", ratio(sqlite, fast_api), GOAL_BESIDE_PEER);
    claims.at_least("SQLite beside the echo", ratio(sqlite, echoed), LEAST_BESIDE_ECHO);
    claims.goal_at_least("SQLite beside the echo", ratio(sqlite, echoed), GOAL_BESIDE_ECHO);
    claims.shown("PostgreSQL beside FastAPI", ratio(postgres, fast_api));
    claims.shown("PostgreSQL beside the echo", ratio(postgres, echoed));
    for subject in [sqlite, postgres] {
        let steady = subject.steady().await;
        println!("{} at 80 % of its peak: {steady}", subject.name);
        let p99 = steady.millis(0.99);
        let what = format!("p99 of {}, ms", subject.name);
        claims.at_most(&what, p99, MOST_P99_MS);
        claims.goal_at_most(&what, p99, GOAL_P99_MS);
    }
    println!(
        "memory after the load: SQLite {:.0} MB, PostgreSQL {:.0} MB",
        megabytes(&service),
        megabytes(&over_postgres)
    );
    claims.faults
}

/// From the start of the process to its first answered score, and the memory that it holds then.
async fn start_and_idle(place: &Place, claims: &mut Claims) {
    let mut starts = Vec::new();
    for number in 0..STARTS {
        let began = std::time::Instant::now();
        let instance = place.start();
        let mut first = Subject::new("first", place.scores(instance.address));
        first.one(number as u64).await;
        starts.push(began.elapsed().as_secs_f64() * 1e3);
        if number + 1 == STARTS {
            claims.at_most("memory when idle, MB", megabytes(&instance), MOST_IDLE_MB);
        }
        instance.kill();
    }
    starts.sort_by(f64::total_cmp);
    claims.at_most("start to first answered score, ms", starts[STARTS / 2], MOST_START_MS);
}

fn megabytes(instance: &Instance) -> f64 {
    instance.resident() as f64 / 1e6
}
