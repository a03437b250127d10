//! Files scored: beside optbinning on the same rows, and beside the csv crate copying the same file.
//!
//! `cargo bench -p plimsoll-batch --bench scoring`; fails where a claim below is not met. The files are the public tables,
//! repeated to about 100 MB, read from and written to the same folder; the fastest of several runs counts on each side.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../benches/peer.rs"]
mod peer;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use batch::{Format, Input, Options, Output, Summary, score};
use scorecard::Evaluator;
use serde::{Deserialize, Serialize};
use training::{
    table::{ColumnData, ReadOptions, Table, read},
    train::{Holdout, TrainOptions, train},
};

const BYTES: usize = 100_000_000;
const RUNS: usize = 7;
/// From file to file, beside the peer's way from file to file. Copying the file with the csv crate, without a score, is itself
/// but some twenty times as fast as the peer.
const LEAST_BESIDE_PEER: f64 = 20.0;
/// Of the speed of reading and writing the file with the csv crate.
const LEAST_BESIDE_COPY: f64 = 0.8;

#[derive(Serialize)]
struct Request<'a> {
    /// What is fitted.
    table: &'a Path,
    /// What is scored.
    file: &'a Path,
    output: &'a Path,
    target: &'a str,
    bad: &'a str,
    numeric: Vec<&'a str>,
    categorical: Vec<&'a str>,
    repeats: u32,
}

#[derive(Deserialize)]
struct Answer {
    rows: u64,
    score_seconds: f64,
    file_seconds: f64,
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// A table with its rows repeated until the file is as large as asked; the number of rows.
fn repeat(table: &Table, to: &Path, bytes: usize) -> u64 {
    let mut rows = csv::Writer::from_writer(Vec::new());
    for row in 0..table.rows {
        let cells = table.columns.iter().map(|column| column.data.text(row).unwrap());
        rows.write_record(cells).unwrap();
    }
    let rows = rows.into_inner().unwrap();
    let times = bytes.div_ceil(rows.len());
    let mut header = csv::Writer::from_writer(Vec::new());
    header.write_record(table.columns.iter().map(|column| &column.name)).unwrap();
    let mut out = BufWriter::new(File::create(to).unwrap());
    out.write_all(&header.into_inner().unwrap()).unwrap();
    (0..times).for_each(|_| out.write_all(&rows).unwrap());
    out.flush().unwrap();
    (table.rows * times) as u64
}

/// Reads a file and writes it again with the csv crate alone, record by record, as fast as its documentation tells.
fn copy(from: &Path, to: &Path) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(from).unwrap();
    let mut writer = csv::Writer::from_path(to).unwrap();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).unwrap() {
        writer.write_byte_record(&record).unwrap();
    }
    writer.flush().unwrap();
}

fn score_file(evaluator: &Evaluator, from: &Path, to: &Path, threads: usize) -> Summary {
    let input = Input::Text { stream: Box::new(File::open(from).unwrap()), name: "input".into(), format: Format::Csv };
    let mut stream = File::create(to).unwrap();
    let mut errors = Vec::new();
    let output =
        Output { stream: &mut stream, name: "output", format: Format::Csv, errors: &mut errors, errors_name: "errors" };
    score(evaluator, input, output, &Options { threads, ..Options::default() }, &mut |_| {}).unwrap()
}

/// A data set, and where its outcome stands.
struct Case {
    title: &'static str,
    table: PathBuf,
    target: &'static str,
    bad: &'static str,
}

impl Case {
    fn evaluator(&self, table: &Table) -> Evaluator {
        let options = TrainOptions {
            holdout: Holdout::None,
            folds: 0,
            bootstrap: 0,
            bad_values: vec![self.bad.to_owned()],
            ..TrainOptions::new(self.title, self.target)
        };
        train(table, &options, &|_| {}).unwrap().evaluator
    }

    fn ask(&self, table: &Table, file: &Path, output: &Path) -> Answer {
        let names = |numeric: bool| {
            let of_kind = move |data: &ColumnData| matches!(data, ColumnData::Numeric(_)) == numeric;
            let inputs = table.columns.iter().filter(|column| column.name != self.target);
            inputs.filter(|column| of_kind(&column.data)).map(|column| column.name.as_str()).collect()
        };
        peer::ask(
            "scoring",
            &Request {
                table: &self.table,
                file,
                output,
                target: self.target,
                bad: self.bad,
                numeric: names(true),
                categorical: names(false),
                repeats: 3,
            },
        )
    }

    /// `false` where a claim is not met.
    fn compare(&self) -> bool {
        let table = read(&self.table, &ReadOptions::default()).unwrap();
        let evaluator = self.evaluator(&table);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let files = ["input", "copied", "scored", "theirs"].map(|name| folder.join(format!("scoring-{name}.csv")));
        let [from, copied, scored, theirs] = &files;
        let rows = repeat(&table, from, BYTES);
        let megabytes = std::fs::metadata(from).unwrap().len() as f64 / 1e6;

        let score_with = |threads| assert_eq!(score_file(&evaluator, from, scored, threads).scored, rows);
        // In turns, so that what else the machine does meets all alike.
        let [mut copying, mut one, mut all] = [f64::INFINITY; 3];
        for _ in 0..RUNS {
            copying = copying.min(seconds(|| copy(from, copied)));
            all = all.min(seconds(|| score_with(0)));
            one = one.min(seconds(|| score_with(1)));
        }
        let peer = self.ask(&table, from, theirs);
        assert_eq!(peer.rows, rows);
        files.iter().for_each(|path| std::fs::remove_file(path).unwrap());

        println!(
            "\n{}: {rows} rows × {} columns, {megabytes:.0} MB; {} characteristics\n",
            self.title,
            table.columns.len(),
            evaluator.scorecard().characteristics.len()
        );
        println!("| CSV to CSV | million rows a second | MB a second |\n|---|---|---|");
        for (what, seconds) in [
            ("plimsoll, a worker a core", all),
            ("plimsoll, one worker beside reader and writer", one),
            ("csv crate, records copied, one thread", copying),
            ("optbinning: read_csv, score, predict_proba, to_csv", peer.file_seconds),
            ("optbinning: `score` alone, of rows in memory", peer.score_seconds),
        ] {
            println!("| {what} | {:.3} | {:.0} |", rows as f64 / seconds / 1e6, megabytes / seconds);
        }
        let [beside_copy, beside_peer] = [copying / all, peer.file_seconds / all];
        println!("\nBeside the csv crate: {beside_copy:.2}× (claimed: {LEAST_BESIDE_COPY}×).");
        println!("Beside optbinning, file to file: {beside_peer:.0}× (claimed: {LEAST_BESIDE_PEER:.0}×).");
        println!("File to file here beside its `score` alone: {:.0}×.", peer.score_seconds / all);
        let sound = beside_copy >= LEAST_BESIDE_COPY && beside_peer >= LEAST_BESIDE_PEER;
        if !sound {
            eprintln!("SHORT: {}", self.title);
        }
        sound
    }
}

fn main() -> ExitCode {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let german =
        Case { title: "German Credit", table: data.join("german-credit.csv"), target: "creditability", bad: "bad" };
    let taiwan = Case { title: "Taiwan", table: data.join("taiwan-default.csv.gz"), target: "default", bad: "1" };
    let sound = [german.compare(), taiwan.compare()];
    if sound == [true; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
