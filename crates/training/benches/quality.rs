//! Whole scorecards beside optbinning's: how well they rank applicants they have not seen, and how long a fit takes.
//!
//! `cargo bench -p plimsoll-training --bench quality`; fails where a claim below is not met. Both sides fit the same rows
//! and are tried on the same rows; every seed is printed, and none is chosen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use serde::{Deserialize, Serialize};
use training::{
    table::{ColumnData, ReadOptions, Split, Table, kfold, random_split, read},
    train::{Holdout, TrainOptions, train},
};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;
const LEAST_RATIO: f64 = 50.0;

/// What the peer is asked to do.
#[derive(Serialize)]
struct Request<'a> {
    file: &'a Path,
    target: &'a str,
    bad: &'a str,
    numeric: Vec<&'a str>,
    categorical: Vec<&'a str>,
    splits: Vec<Rows>,
}

#[derive(Serialize)]
struct Rows {
    train: Vec<u32>,
    test: Vec<u32>,
}

/// What the peer found, by split.
#[derive(Deserialize)]
struct Found {
    auc: f64,
    seconds: f64,
}

/// A data set, and what is claimed of it.
struct Case {
    title: &'static str,
    file: PathBuf,
    target: &'static str,
    bad: &'static str,
    /// Least AUC on the 30 % held out: of the default seed and in the mean over the seeds.
    holdout: Option<f64>,
    /// Least AUC over 5 folds, likewise.
    folds: Option<f64>,
}

fn ask(request: &Request<'_>) -> Vec<Found> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let peers = std::env::var_os("PLIMSOLL_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
    let mut python = Command::new(peers.join("bin/python"))
        .arg(root.join("benches/quality/peer.py"))
        .envs([("PYTHONWARNINGS", "ignore"), ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("no Python with optbinning: run `cargo xtask setup --bench`");
    python.stdin.take().unwrap().write_all(&serde_json::to_vec(request).unwrap()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "optbinning failed: run `cargo xtask setup --bench`");
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Case {
    fn options(&self, seed: u64) -> TrainOptions {
        TrainOptions { seed, folds: 5, bootstrap: 0, ..TrainOptions::new(self.title, self.target) }
    }

    fn ask(&self, table: &Table, splits: &[Split]) -> Vec<Found> {
        let names = |numeric: bool| {
            let of_kind = move |data: &ColumnData| matches!(data, ColumnData::Numeric(_)) == numeric;
            let inputs = table.columns.iter().filter(|column| column.name != self.target);
            inputs.filter(|column| of_kind(&column.data)).map(|column| column.name.as_str()).collect()
        };
        let rows = |split: &Split| Rows { train: split.train.clone(), test: split.test.clone() };
        ask(&Request {
            file: &self.file,
            target: self.target,
            bad: self.bad,
            numeric: names(true),
            categorical: names(false),
            splits: splits.iter().map(rows).collect(),
        })
    }

    /// Fits and tries both sides; `false` where a claim is not met.
    fn run(&self) -> bool {
        let table = read(&self.file, &ReadOptions::default()).unwrap();
        let bad = table.target(self.target, &[self.bad.to_owned()]).unwrap().bad;
        println!("\n{}: AUC on rows not fitted\n", self.title);
        println!("| seed | 70/30, plimsoll | optbinning | 5 folds, plimsoll | optbinning |\n|---|---|---|---|---|");
        let mut all: Vec<[f64; 4]> = Vec::new();
        let mut seconds = Vec::new();
        for seed in SEEDS {
            // The splits that training itself draws by this seed.
            let mut splits = vec![random_split(&bad, 0.3, seed)];
            splits.extend(kfold(&bad, 5, seed));
            let found = self.ask(&table, &splits);
            let folds = found[1..].iter().map(|fold| fold.auc).sum::<f64>() / 5.0;
            seconds.extend(found.iter().take(1).map(|found| found.seconds));
            let trained = train(&table, &self.options(seed), &|_| {}).unwrap();
            let metrics = &trained.scorecard().provenance.metrics;
            let row = [metrics["test_auc"], found[0].auc, metrics["cross_validated_auc"], folds];
            println!("| {seed} | {:.4} | {:.4} | {:.4} | {:.4} |", row[0], row[1], row[2], row[3]);
            all.push(row);
        }
        let mean: [f64; 4] = std::array::from_fn(|at| all.iter().map(|row| row[at]).sum::<f64>() / all.len() as f64);
        println!("| mean | {:.4} | {:.4} | {:.4} | {:.4} |", mean[0], mean[1], mean[2], mean[3]);
        let reaches =
            |claim: Option<f64>, at: usize| claim.is_none_or(|least| all[0][at] >= least && mean[at] >= least);
        let mut sound = true;
        for (what, claim, at) in [("70/30", self.holdout, 0), ("5 folds", self.folds, 2)] {
            if !reaches(claim, at) {
                eprintln!("SHORT: {}, {what}: AUC below {}", self.title, claim.unwrap_or_default());
                sound = false;
            }
        }
        sound & self.fit(&table, &seconds)
    }

    /// The time of a fit on the 70 %, each side on one core, the fastest of its runs; `false` where the ratio is short.
    fn fit(&self, table: &Table, peer: &[f64]) -> bool {
        let options = TrainOptions { folds: 0, holdout: Holdout::Random { share: 0.3 }, ..self.options(1) };
        let fit = |_| {
            let start = Instant::now();
            std::hint::black_box(train(table, &options, &|_| {}).unwrap());
            start.elapsed().as_secs_f64()
        };
        let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let ours = one_core.install(|| (0..20).map(fit).fold(f64::INFINITY, f64::min));
        let theirs = peer.iter().copied().fold(f64::INFINITY, f64::min);
        let ratio = theirs / ours;
        println!(
            "\nFit of 70 %, one core each, the fastest of {} and 20: optbinning {:.0} ms, plimsoll {:.1} ms, tried and reported: \
             {ratio:.0}× (claimed: {LEAST_RATIO:.0}×)",
            peer.len(),
            theirs * 1e3,
            ours * 1e3
        );
        if ratio < LEAST_RATIO {
            eprintln!("SLOW: {}: {ratio:.1}× is less than {LEAST_RATIO:.0}×", self.title);
        }
        ratio >= LEAST_RATIO
    }
}

fn main() -> ExitCode {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let german = Case {
        title: "German Credit",
        file: data.join("german-credit.csv"),
        target: "creditability",
        bad: "bad",
        holdout: None,
        folds: Some(0.783),
    };
    let taiwan = Case {
        title: "Taiwan",
        file: data.join("taiwan-default.csv.gz"),
        target: "default",
        bad: "1",
        holdout: Some(0.778),
        folds: None,
    };
    let sound = [german.run(), taiwan.run()];
    if sound == [true; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
