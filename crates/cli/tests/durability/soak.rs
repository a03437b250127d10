//! A long run at a steady rate: memory must stay flat.

use std::{sync::Arc, time::Duration};

use load::{Book, Pace, Plan};

use crate::{
    instance::{Place, applications},
    trial::CONNECTIONS,
};

/// Share of the peak that is kept up.
const SHARE: f64 = 0.7;
/// Looks at the memory.
const LOOKS: u32 = 60;
/// What the last quarter may hold above the second: caches fill in the first.
const MOST_GROWTH: f64 = 1.1;

/// How long: `PLIMSOLL_SOAK_MINUTES`, or else a minute.
fn minutes() -> f64 {
    std::env::var("PLIMSOLL_SOAK_MINUTES").ok().map_or(1.0, |text| text.parse().expect("PLIMSOLL_SOAK_MINUTES"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes as long as it is told: `cargo xtask soak --minutes N`"]
async fn memory_stays_flat_over_a_soak() {
    let place = Place::embedded().await;
    let instance = place.start();
    let book = Arc::new(Book::counting("soak", true));
    let drive = |pace: Pace, duration: Duration| {
        let target = place.scores(instance.address);
        let plan = Plan { target, connections: CONNECTIONS * 4, pace, duration, only_unanswered: false };
        let book = Arc::clone(&book);
        async move { load::run(plan, &applications(), &book).await }
    };
    let peak = drive(Pace::Closed, Duration::from_secs(5)).await;
    println!("peak: {peak}");
    let whole = Duration::from_secs_f64(minutes() * 60.0);
    let mut held = Vec::new();
    for look in 1..=LOOKS {
        let figures = drive(Pace::Open(peak.per_second() * SHARE), whole / LOOKS).await;
        assert_eq!(figures.failed(), 0, "{figures}");
        held.push(instance.resident() as f64 / 1e6);
        println!("{look}/{LOOKS}: {:.1} MB; {figures}", held[held.len() - 1]);
    }
    let median = |part: &[f64]| {
        let mut sorted = part.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    let quarter = held.len() / 4;
    let (early, late) = (median(&held[quarter..quarter * 2]), median(&held[quarter * 3..]));
    println!("memory: {early:.1} MB in the second quarter, {late:.1} MB in the last");
    assert!(late <= early * MOST_GROWTH, "memory grows: {early:.1} MB, then {late:.1} MB");
}
