//! Binning beside optbinning: information values under the same constraints on the same rows, and the time of a fit.
//!
//! `cargo bench -p plimsoll-training --bench binning`; fails where a feature's information value is below the peer's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../benches/peer.rs"]
mod peer;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use serde::{Deserialize, Serialize};
use serde_json::json;
use training::{
    binning::{BinningOptions, Trend, bin_categories, bin_numeric},
    table::{ColumnData, MISSING, ReadOptions, Table, random_split, read},
};

/// What the peer is asked to do.
#[derive(Serialize)]
struct Request<'a> {
    file: PathBuf,
    target: &'a str,
    bad: &'a str,
    numeric: Vec<&'a str>,
    categorical: Vec<&'a str>,
    splits: BTreeMap<&'a str, Vec<u32>>,
    settings: Vec<serde_json::Value>,
    /// Fits that are timed; the fastest counts.
    repeats: u32,
}

/// Information value and number of bins of each feature.
type Features = BTreeMap<String, (f64, usize)>;

/// What the peer found.
#[derive(Deserialize)]
struct Answer {
    /// By split and setting.
    iv: BTreeMap<String, BTreeMap<String, Features>>,
    fit_seconds: BTreeMap<String, f64>,
}

/// The same constraints in both tongues.
struct Setting {
    name: String,
    ours: BinningOptions,
    theirs: serde_json::Value,
}

fn settings() -> Vec<Setting> {
    let trends = [
        ("auto", Trend::Auto, json!("auto")),
        ("auto_asc_desc", Trend::Monotone, json!("auto_asc_desc")),
        ("ascending", Trend::Ascending, json!("ascending")),
        ("descending", Trend::Descending, json!("descending")),
        ("peak", Trend::Peak, json!("peak")),
        ("valley", Trend::Valley, json!("valley")),
        ("convex", Trend::Valley, json!("convex")),
        ("concave", Trend::Peak, json!("concave")),
        ("none", Trend::None, json!(null)),
    ];
    // optbinning pools no rare categories unless told to, and then keeps them out of the constraints.
    let free = BinningOptions { max_bins: 100, min_share: 0.05, rare_share: 0.0, ..BinningOptions::default() };
    let tight = BinningOptions { max_bins: 4, min_share: 0.1, min_class: 25.0, ..free.clone() };
    let mut settings = Vec::new();
    for (name, trend, theirs) in trends {
        settings.push(Setting {
            name: format!("{name}, at least 5 %"),
            ours: BinningOptions { trend, ..free.clone() },
            theirs: json!({ "monotonic_trend": theirs, "min_bin_size": 0.05 }),
        });
        settings.push(Setting {
            name: format!("{name}, at most 4 bins of 10 %, 25 of each class"),
            ours: BinningOptions { trend, ..tight.clone() },
            theirs: json!({
                "monotonic_trend": theirs, "max_n_bins": 4, "min_bin_size": 0.1,
                "min_bin_n_event": 25, "min_bin_n_nonevent": 25,
            }),
        });
    }
    settings
}

/// The rows of a column.
fn part(data: &ColumnData, rows: &[u32]) -> ColumnData {
    match data {
        ColumnData::Numeric(values) => ColumnData::Numeric(rows.iter().map(|row| values[*row as usize]).collect()),
        ColumnData::Categorical { codes, levels } => ColumnData::Categorical {
            codes: rows.iter().map(|row| codes[*row as usize]).collect(),
            levels: levels.clone(),
        },
    }
}

/// Information value and number of bins.
fn bin(data: &ColumnData, bad: &[bool], options: &BinningOptions) -> (f64, usize) {
    match data {
        ColumnData::Numeric(values) => {
            let bins = bin_numeric(values, bad, None, options).unwrap();
            (bins.iv, bins.bins.len())
        }
        ColumnData::Categorical { codes, levels } => {
            let bins = bin_categories(codes, levels, bad, None, options).unwrap();
            (bins.iv, bins.bins.len())
        }
    }
}

/// The constraints, where a share is one of all rows, as the peer takes it: of ours it is one of the regular rows.
fn of_all_rows(options: &BinningOptions, data: &ColumnData) -> BinningOptions {
    let (all, regular) = match data {
        ColumnData::Numeric(values) => {
            let regular = |value: &&f64| !value.is_nan() && !options.special_numbers.contains(value);
            (values.len(), values.iter().filter(regular).count())
        }
        ColumnData::Categorical { codes, .. } => (codes.len(), codes.iter().filter(|code| **code != MISSING).count()),
    };
    let least = (options.min_share * all as f64).ceil();
    BinningOptions { min_share: (least / regular.max(1) as f64).min(0.5), ..options.clone() }
}

/// Compares one data set; `false` where ours loses.
fn compare(title: &str, path: PathBuf, target: &str, bad_value: &str, settings: &[Setting], all_rows: bool) -> bool {
    let table: Table = read(&path, &ReadOptions::default()).unwrap();
    let bad = table.target(target, &[bad_value.to_owned()]).unwrap().bad;
    let features: Vec<_> = table.columns.iter().filter(|column| column.name != target).collect();
    let of_kind = |numeric: bool| {
        let is = move |data: &ColumnData| matches!(data, ColumnData::Numeric(_)) == numeric;
        features.iter().filter(|column| is(&column.data)).map(|column| column.name.as_str()).collect()
    };
    let mut splits = BTreeMap::from([("train 70 %", random_split(&bad, 0.3, 1).train)]);
    if all_rows {
        splits.insert("all rows", (0..u32::try_from(table.rows).unwrap()).collect());
    }
    let answer: Answer = peer::ask(
        "binning",
        &Request {
            file: path,
            target,
            bad: bad_value,
            numeric: of_kind(true),
            categorical: of_kind(false),
            splits: splits.clone(),
            settings: settings.iter().map(|s| json!({ "name": s.name, "constraints": s.theirs })).collect(),
            repeats: 2,
        },
    );
    println!("\n{title}: {} features\n", features.len());
    let mut sound = true;
    for (split, rows) in &splits {
        let part_bad: Vec<bool> = rows.iter().map(|row| bad[*row as usize]).collect();
        let parts: Vec<(&str, ColumnData)> =
            features.iter().map(|column| (column.name.as_str(), part(&column.data, rows))).collect();
        println!(
            "| {split}: trend and constraints | sum of IV, plimsoll | optbinning | above | equal | below | largest gain |"
        );
        println!("|---|---|---|---|---|---|---|");
        for setting in settings {
            let (mut ours, mut theirs, mut counts, mut largest) = (0.0, 0.0, [0; 3], (0.0, "-"));
            for (name, data) in &parts {
                let (iv, bins) = bin(data, &part_bad, &of_all_rows(&setting.ours, data));
                let (peer_iv, peer_bins) = answer.iv[*split][&setting.name][*name];
                ours += iv;
                theirs += peer_iv;
                let gain = iv - peer_iv;
                counts[if gain > 1e-9 {
                    0
                } else if gain >= -1e-9 {
                    1
                } else {
                    2
                }] += 1;
                if gain > largest.0 {
                    largest = (gain, name);
                }
                if gain < -1e-9 {
                    sound = false;
                    eprintln!(
                        "BELOW: {title}, {split}, {}, {name}: {iv} ({bins} bins) < {peer_iv} ({peer_bins})",
                        setting.name
                    );
                }
            }
            let [above, equal, below] = counts;
            println!(
                "| {} | {ours:.6} | {theirs:.6} | {above} | {equal} | {below} | {:.4} ({}) |",
                setting.name, largest.0, largest.1
            );
        }
        let options = BinningOptions::default();
        let fit = || {
            let start = Instant::now();
            for (_, data) in &parts {
                std::hint::black_box(bin(data, &part_bad, &options));
            }
            start.elapsed().as_secs_f64()
        };
        let ours = (0..20).map(|_| fit()).fold(f64::INFINITY, f64::min);
        let theirs = answer.fit_seconds[*split];
        let ratio = theirs / ours;
        println!(
            "\nFit of all features, {split}, one core each, best of warm runs: plimsoll {:.2} ms, optbinning {:.0} ms: {ratio:.0}×\n",
            ours * 1e3,
            theirs * 1e3
        );
        if ratio < 50.0 {
            eprintln!("SLOW: {title}, {split}: {ratio:.1}× is less than 50×");
            sound = false;
        }
    }
    sound
}

/// Taiwan with gaps: bills of nothing left empty, and unknown education too.
fn write_gaps(from: &Path, to: &Path) {
    let table = read(from, &ReadOptions::default()).unwrap();
    let mut text = table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",") + "\n";
    for row in 0..table.rows {
        let cells = table.columns.iter().map(|column| {
            let cell = column.data.text(row).unwrap();
            let gap = column.name.starts_with("bill") && cell == "0" || column.name == "education" && cell == "unknown";
            if gap { String::new() } else { cell }
        });
        text += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    std::fs::write(to, text).unwrap();
}

fn main() -> ExitCode {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let taiwan = data.join("taiwan-default.csv.gz");
    let gaps = Path::new(env!("CARGO_TARGET_TMPDIR")).join("taiwan-with-gaps.csv");
    write_gaps(&taiwan, &gaps);
    // A special value beside the gaps: no use of the card.
    let mut special: Vec<Setting> = settings();
    special.truncate(4);
    for setting in &mut special {
        setting.name += ", −2 special";
        setting.ours.special_numbers = vec![-2.0];
        setting.theirs["special_codes"] = json!([-2]);
    }
    let sound = [
        compare("German Credit", data.join("german-credit.csv"), "creditability", "bad", &settings(), true),
        compare("Taiwan", taiwan, "default", "1", &settings(), false),
        compare("Taiwan with gaps", gaps, "default", "1", &special, false),
    ];
    if sound == [true; 3] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
