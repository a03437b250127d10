//! What the image holds in a container of the smallest size: a quarter of a core, 512 MiB.
//!
//! `cargo xtask bench image` builds the image that is shipped and runs this; fails where a claim below is not met. The
//! generator, and PostgreSQL where it is the store, are outside the container, on the rest of the machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../tests/image/container.rs"]
mod container;
#[path = "../driven/mod.rs"]
mod driven;
#[path = "../../tests/instance/mod.rs"]
mod instance;
mod start;

use std::process::ExitCode;

use container::{CORES, Container, Lent, MEMORY, Order};
use driven::{Claims, Subject, subject};
use instance::Place;
use testbed::Postgres;

/// Durable, explained scores a second.
const LEAST_A_SECOND: f64 = 1000.0;
/// When idle; under load it is the goal, and [`MOST_LOADED_MB`] what is claimed.
const MOST_MB: f64 = 40.0;
const MOST_LOADED_MB: f64 = 120.0;
const MOST_START_MS: f64 = 100.0;
/// Starts that are timed; the median counts.
const STARTS: usize = 5;

fn main() -> ExitCode {
    // One thread for the generator, as in the benchmark of the service.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let faults = runtime.block_on(measure());
    faults.iter().for_each(|fault| println!("NOT MET: {fault}"));
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure() -> Vec<String> {
    println!("{CORES} of a core, {MEMORY} of memory");
    let mut claims = Claims::default();
    let embedded = Place::embedded().await;
    let postgres = Postgres::start();
    let shared = Place::postgres(postgres.database()).await;
    starts(&embedded, &mut claims).await;
    for (name, place) in [("SQLite", &embedded), ("PostgreSQL", &shared)] {
        load(name, place, &mut claims).await;
    }
    claims.faults
}

/// From the moment at which the program is begun to its first answered score, and what it holds then.
async fn starts(place: &Place, claims: &mut Claims) {
    let _lent = Lent::new(place.data());
    let mut starts = Vec::new();
    for number in 0..STARTS {
        let started = start::first_score(place).await;
        starts.push(started.took.as_secs_f64() * 1e3);
        if number + 1 == STARTS {
            claims.at_most("memory when idle, MB", megabytes(&started.container, "VmRSS"), MOST_MB);
        }
    }
    starts.sort_by(f64::total_cmp);
    claims.at_most("start to first answered score, ms", starts[STARTS / 2], MOST_START_MS);
}

/// What it holds over a store.
async fn load(name: &'static str, place: &Place, claims: &mut Claims) {
    let _lent = Lent::new(place.data());
    let container = order(place).start();
    let mut subject = Subject::new(name, place.scores(container.address()));
    for _ in 0..subject::TURNS {
        subject.turn().await;
    }
    println!("{subject}");
    claims.at_least(&format!("scores a second, {name}"), subject.peak(), LEAST_A_SECOND);
    println!("{name} at 80 % of its peak: {}", subject.steady().await);
    let (now, most) = (megabytes(&container, "VmRSS"), megabytes(&container, "VmHWM"));
    println!("{name}: memory after the load {now:.0} MB, at most {most:.0} MB");
    let what = format!("memory under load, {name}, MB");
    claims.at_most(&what, most, MOST_LOADED_MB);
    claims.goal_at_most(&what, most, MOST_MB);
}

/// The service over a store, as little said as in the benchmark of the service.
fn order(place: &Place) -> Order {
    let order = Order::serving(place.data()).setting("PLIMSOLL_LOG", "warn");
    match place.database() {
        Some(url) => order.setting("PLIMSOLL_DATABASE_URL", url),
        None => order,
    }
}

fn megabytes(container: &Container, what: &str) -> f64 {
    let kibibytes: f64 = container.status(what).trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024.0 / 1e6
}
