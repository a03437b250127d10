//! What is going on: volumes, decisions, how far applicants have shifted, what is in force, and whether the ledger holds.

mod latency;
mod standing;
mod volume;

use askama::Template;
use axum::extract::State;
use store::Moment;
use store::monitoring::{Day, day_of};
use training::report::drawing::Numbers;

use self::latency::Latency;
use self::standing::{InForce, Ledger, Waiting};
use self::volume::{Shift, Volume};
use crate::access::scope;
use crate::console::{Page, Shell, Visitor, draw};
use crate::monitoring::by_model;
use crate::state::App;

/// Days that are looked at, today included.
const DAYS: Day = 30;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    shell: Shell,
    today: Volume,
    month: Volume,
    /// Decisions by day, as SVG.
    by_day: String,
    shift: Option<Shift>,
    latency: Option<Latency>,
    in_force: InForce,
    ledger: Ledger,
    waiting: Vec<Waiting>,
}

pub(super) async fn page(State(app): State<App>, visitor: Visitor<scope::AccountOwn>) -> Page {
    let store = app.store()?;
    let today = day_of(Moment::now());
    let sums = store.monitoring_sums(today - DAYS + 1, today, None).await?;
    let models = by_model(&sums);
    let mut numbers = Numbers::default();
    let days: Vec<Day> = (today - DAYS + 1..=today).collect();
    let champion = app.engines().deployed().champion.clone();
    draw(&Overview {
        today: Volume::of(&models, today..=today),
        month: Volume::of(&models, today - DAYS + 1..=today),
        by_day: volume::by_day(&mut numbers, &models, &days),
        shift: champion.and_then(|engine| Shift::of(&mut numbers, &engine, &models)),
        latency: Latency::read(app.metrics()),
        in_force: InForce::read(store).await?,
        ledger: Ledger::read(store).await?,
        waiting: standing::waiting(store, &visitor.caller).await?,
        shell: visitor.shell,
    })
}
