//! Drift of ten million decisions, read from Parquet: beside DuckDB counting the same over the same files.
//!
//! `cargo bench -p plimsoll-lake --bench lake`; fails where a claim below is not met. A file of 100,000 decisions of German
//! Credit's card is written as the service writes it, and copied a hundred times; the fastest of several runs counts on each
//! side, so both read from memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../benches/peer.rs"]
mod peer;

use std::{
    collections::BTreeMap,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use lake::{Decision, DecisionFile, Matched, Place, Range, drift};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scorecard::Scorecard;
use serde::{Deserialize, Serialize};
use training::{
    drift::Thresholds,
    table::{ReadOptions, read},
    train::{Holdout, TrainOptions, train},
};

const ROWS: usize = 100_000;
const FILES: usize = 100;
const THREADS: usize = 2;
const ROUNDS: u32 = 3;
/// What is claimed of ten million decisions on two cores.
const LONGEST: Duration = Duration::from_secs(10);
/// Of DuckDB's speed.
const LEAST_BESIDE_PEER: f64 = 1.0;
/// Greatest memory while counting beyond what the process had before.
const MEMORY: u64 = 128 << 20;

#[derive(Serialize)]
struct Request<'a> {
    folder: &'a Path,
    model_hash: &'a str,
    edges: Vec<f64>,
    threads: usize,
    rounds: u32,
}

#[derive(Deserialize)]
struct Answer {
    scores: Vec<(usize, u64)>,
    attributes: Vec<(String, usize, u64)>,
    seconds: f64,
    memory: u64,
}

fn card() -> Scorecard {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/german-credit.csv");
    let table = read(&data, &ReadOptions::default()).unwrap();
    let options = TrainOptions {
        holdout: Holdout::None,
        folds: 0,
        bootstrap: 0,
        bad_values: vec!["bad".to_owned()],
        ..TrainOptions::new("german-credit", "creditability")
    };
    train(&table, &options, &|_| {}).unwrap().evaluator.scorecard().clone()
}

/// A decision at random, of somebody like those that the card was fitted on and a little worse off.
fn decision(card: &Scorecard, hash: &str, sequence: u64, rng: &mut ChaCha8Rng) -> Decision {
    let matched = |rng: &mut ChaCha8Rng| -> Vec<Matched> {
        let one = card.characteristics.iter().map(|characteristic| {
            let count = u32::try_from(characteristic.attributes.len()).unwrap();
            let attribute = rng.random_range(0..count).min(rng.random_range(0..count));
            Matched { name: characteristic.name.clone(), attribute, points: Some(i64::from(attribute) * 1_000_000) }
        });
        one.collect()
    };
    Decision {
        id: format!("{:032x}", rng.random::<u128>()),
        time: 1_790_000_000_000_000 + i64::try_from(sequence).unwrap() * 1000,
        chain: 0,
        sequence,
        model_hash: hash.to_owned(),
        policy_hash: Some(hash.to_owned()),
        score: Some(rng.random_range(400..700) * 1_000_000),
        probability_of_bad: Some(rng.random()),
        decision: Some(["approve", "refer", "decline"][rng.random_range(0..3)].to_owned()),
        applicant_token: Some(format!("{:064x}", rng.random::<u128>())),
        reasons: Some(vec![format!("R{:02}", rng.random_range(0..20)), format!("R{:02}", rng.random_range(0..20))]),
        characteristics: Some(matched(rng)),
        inputs: None,
    }
}

fn memory(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build().unwrap();
    let store = Place::folder(folder.path()).unwrap();
    let card = card();
    let hash = card.content_hash();
    let hash = hash.strip_prefix("sha256:").unwrap_or(&hash);
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let written = runtime.block_on(async {
        let mut file = DecisionFile::new(&*store, "2026-01-31", 0, 0).unwrap();
        for begin in (0..ROWS).step_by(1000) {
            let rows = (begin..begin + 1000).map(|n| decision(&card, hash, n as u64, &mut rng)).collect();
            file = file.push(rows).await.unwrap();
        }
        file.finish().await.unwrap()
    });
    let path = |file: usize| folder.path().join(lake::decisions_path("2026-01-31", 0, (file * ROWS) as u64).as_ref());
    for file in 1..FILES {
        std::fs::copy(path(0), path(file)).unwrap();
    }
    let characteristics = card.characteristics.len();
    let (rows, bytes) = (ROWS * FILES, written.bytes * FILES as u64);
    println!("{rows} decisions of {characteristics} characteristics in {FILES} files, {} MB", bytes / 1_000_000);

    let before = memory("VmRSS:");
    let (mut fastest, mut counted) = (Duration::MAX, None);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let found = drift(&store, runtime.handle(), &card, &Range::default(), THREADS).unwrap();
        let report = found.counter.report(&Thresholds::default()).unwrap();
        fastest = fastest.min(start.elapsed());
        counted = Some((found, report));
    }
    let used = memory("VmHWM:").saturating_sub(before);
    let (counted, report) = counted.unwrap();
    assert_eq!(counted.decisions, rows as u64);
    let population = card.population.as_ref().unwrap();
    let edges = population.bands.iter().filter_map(|band| band.to).collect();
    let request = Request { folder: folder.path(), model_hash: hash, edges, threads: THREADS, rounds: ROUNDS };
    let answer: Answer = peer::ask("lake", &request);

    // Both counted the same.
    let bands: BTreeMap<usize, u64> = answer.scores.into_iter().collect();
    for (place, row) in report.score.as_ref().unwrap().rows.iter().enumerate() {
        assert_eq!(row.actual_count, bands.get(&place).copied().unwrap_or_default() as f64, "{}", row.label);
    }
    let attributes: BTreeMap<(String, usize), u64> =
        answer.attributes.into_iter().map(|(name, attribute, count)| ((name, attribute), count)).collect();
    for characteristic in &report.characteristics {
        for (attribute, row) in characteristic.csi.rows.iter().enumerate() {
            let count = attributes.get(&(characteristic.name.clone(), attribute)).copied().unwrap_or_default();
            assert_eq!(row.actual_count, count as f64, "{} {}", characteristic.name, row.label);
        }
    }

    let (ours, ratio) = (fastest.as_secs_f64(), answer.seconds / fastest.as_secs_f64());
    println!("drift on {THREADS} threads: {ours:.2} s, {} MB beyond {} MB", used >> 20, before >> 20);
    println!("DuckDB on {THREADS} threads: {:.2} s, {} MB; ratio {ratio:.2}", answer.seconds, answer.memory >> 20);
    let met = fastest <= LONGEST && ratio >= LEAST_BESIDE_PEER && used <= MEMORY;
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
