//! One million rows of 30 columns: read, binned and fitted, with the time of each step and the greatest memory.
//!
//! `cargo bench -p plimsoll-training --bench million_rows`; fails above 20 seconds or 4 GB. The table is drawn by seed
//! and written beside the build's other temporary files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use training::{
    binning::{BinningOptions, bin_categories, bin_numeric},
    table::{ColumnData, ReadOptions, read},
    train::{TrainOptions, train},
};

const ROWS: usize = 1_000_000;
const MOST_SECONDS: f64 = 20.0;
const MOST_GIGABYTES: f64 = 4.0;

/// 29 inputs and the outcome: amounts, ratios, counts and codes, some with gaps, half of them telling.
fn write_table(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(20_240_131);
    let names = (0..10).map(|i| format!("amount_{i}")).chain((0..6).map(|i| format!("ratio_{i}")));
    let names = names.chain((0..6).map(|i| format!("count_{i}"))).chain((0..7).map(|i| format!("code_{i}")));
    writeln!(out, "{},outcome", names.collect::<Vec<_>>().join(",")).unwrap();
    for _ in 0..ROWS {
        let mut risk = -2.0;
        for index in 0..10 {
            let draw: f64 = rng.random();
            risk += if index % 2 == 0 { draw - 0.5 } else { 0.0 };
            if rng.random::<f64>() < 0.05 {
                out.write_all(b",").unwrap();
            } else {
                write!(out, "{:.2},", -10_000.0 * (1.0 - draw).ln()).unwrap();
            }
        }
        for index in 0..6 {
            let draw: f64 = rng.random();
            risk += if index % 2 == 0 { 1.5 * (draw - 0.5).abs() } else { 0.0 };
            write!(out, "{draw:.6},").unwrap();
        }
        for index in 0..6 {
            let draw: u32 = rng.random_range(0..12 + 20 * index);
            risk += if index % 2 == 0 { f64::from(draw) / 60.0 } else { 0.0 };
            write!(out, "{draw},").unwrap();
        }
        for index in 0..7 {
            let level: u32 = rng.random_range(0..5 + 40 * index);
            risk += if index % 2 == 0 && level.is_multiple_of(5) { 0.4 } else { 0.0 };
            write!(out, "level {level},").unwrap();
        }
        let bad = rng.random::<f64>() < 1.0 / (1.0 + (-risk).exp());
        out.write_all(if bad { b"bad\n" } else { b"good\n" }).unwrap();
    }
    out.flush().unwrap();
}

/// The most memory that this process ever held, in gigabytes; `None` where the system does not say.
fn peak_gigabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0 / 1e9)
}

fn main() -> ExitCode {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("million_rows.csv");
    write_table(&path);
    let megabytes = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;

    let start = Instant::now();
    let table = read(&path, &ReadOptions::default()).unwrap();
    let read_seconds = start.elapsed().as_secs_f64();
    assert_eq!((table.rows, table.columns.len()), (ROWS, 30));

    let start = Instant::now();
    let bad = table.target("outcome", &[]).unwrap().bad;
    let options = BinningOptions::default();
    let inputs: Vec<_> = table.columns.iter().filter(|column| column.name != "outcome").collect();
    let iv: Vec<f64> = inputs
        .par_iter()
        .map(|column| match &column.data {
            ColumnData::Numeric(values) => bin_numeric(values, &bad, None, &options).unwrap().iv,
            ColumnData::Categorical { codes, levels } => {
                bin_categories(codes, levels, &bad, None, &options).unwrap().iv
            }
        })
        .collect();
    let bin_seconds = start.elapsed().as_secs_f64();
    assert!(iv.iter().all(|iv| iv.is_finite()));
    std::fs::remove_file(&path).unwrap();

    // Bins again, on the rows that are not held out; then selection, regression, scaling and the figures of the report.
    let options = TrainOptions { folds: 0, bootstrap: 0, ..TrainOptions::new("million", "outcome") };
    let start = Instant::now();
    let trained = train(&table, &options, &|_| {}).unwrap();
    let fit_seconds = start.elapsed().as_secs_f64();
    let characteristics = trained.scorecard().characteristics.len();
    let start = Instant::now();
    train(&table, &TrainOptions::new("million", "outcome"), &|_| {}).unwrap();
    let all_seconds = start.elapsed().as_secs_f64();

    let seconds = read_seconds + fit_seconds;
    println!("\n1,000,000 rows × 30 columns, CSV of {megabytes:.0} MB, {} cores\n", rayon::current_num_threads());
    println!("| step | seconds | |\n|---|---|---|");
    println!("| read | {read_seconds:.2} | {:.0} MB/s |", megabytes / read_seconds);
    println!("| bin all columns, all rows | {bin_seconds:.2} | not in the sum |");
    println!("| fit: bin, select, regress, scale, report | {fit_seconds:.2} | {characteristics} characteristics |");
    println!("| read and fit | {seconds:.2} | allowed: {MOST_SECONDS:.0} |");
    println!("| fit with 5 folds and 1,000 bootstrap draws | {all_seconds:.2} | not in the sum |");
    let gigabytes = peak_gigabytes();
    if let Some(gigabytes) = gigabytes {
        println!("\nGreatest memory: {gigabytes:.2} GB (allowed: {MOST_GIGABYTES:.0} GB)");
    }
    let sound = seconds <= MOST_SECONDS && gigabytes.is_none_or(|gigabytes| gigabytes <= MOST_GIGABYTES);
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
