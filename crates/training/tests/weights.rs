//! Weights: how much they count for, and what does not depend on them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::float_cmp)]

use training::{
    table::{ReadOptions, Table},
    train::{Holdout, TrainOptions, Trained, train},
};

/// A small sample of two inputs and a group, each row with a weight.
fn weighted(weight: impl Fn(usize) -> f64) -> Table {
    let mut csv = String::from("y,a,b,sex,w");
    for row in 0..400_usize {
        let (a, b) = (row * 7919 % 100, row * 31 % 7);
        let bad = row * 104_729 % 97 < 5 + a / 3;
        let gap = if row % 29 == 0 { String::new() } else { b.to_string() };
        csv += &format!("\n{},{a},{gap},{},{}", u8::from(bad), ["f", "m", "m"][row % 3], weight(row));
    }
    training::table::read_bytes(csv.into_bytes(), "weighted.csv", &ReadOptions::default()).unwrap()
}

fn by_weight(table: &Table) -> Trained {
    let mut options = TrainOptions::new("weighted", "y");
    (options.bootstrap, options.folds, options.weight) = (50, 3, Some("w".into()));
    options.protected = vec!["sex".into()];
    train(table, &options, &|_| {}).unwrap()
}

#[test]
fn a_constant_weight_is_no_weight() {
    let plain = {
        let mut options = TrainOptions::new("weighted", "y");
        (options.bootstrap, options.folds, options.exclude) = (50, 3, vec!["w".into()]);
        options.protected = vec!["sex".into()];
        train(&weighted(|_| 1.0), &options, &|_| {}).unwrap()
    };
    for constant in [1.0, 100.0, 0.01, 1e-200, 1e300] {
        let trained = by_weight(&weighted(|_| constant));
        let card = |trained: &Trained| {
            let mut card = trained.scorecard().clone();
            card.provenance.data_hash = None;
            scorecard::to_json(&card)
        };
        assert_eq!(card(&trained), card(&plain), "{constant}");
        let mut report = trained.report;
        let rows = report.samples[0].measures.rows as f64;
        let weighting = report.samples[0].weighting.unwrap();
        assert!((weighting.sum / (rows * constant) - 1.0).abs() < 1e-9 && weighting.effective == rows);
        // What the report shows of the data itself, the weights among it.
        (report.data, report.options) = (plain.report.data.clone(), plain.report.options.clone());
        report.model.content_hash.clone_from(&plain.report.model.content_hash);
        report.samples.iter_mut().for_each(|sample| sample.weighting = None);
        report.warnings.retain(|warning| !warning.contains("`w`"));
        assert_eq!(report, plain.report, "{constant}");
    }
}

#[test]
fn the_scale_of_weights_does_not_matter_and_evidence_is_the_effective_size() {
    let uneven = |row: usize| if row.is_multiple_of(2) { 1.0 } else { 9.0 };
    let (one, many) = (by_weight(&weighted(uneven)), by_weight(&weighted(|row| 4096.0 * uneven(row))));
    assert_eq!(one.report.characteristics, many.report.characteristics);
    assert_eq!(one.report.regression, many.report.regression);
    let train = &one.report.samples[0];
    let weighting = train.weighting.unwrap();
    assert!((train.measures.goods + train.measures.bads - weighting.effective).abs() < 1e-9);
    // Half weigh 1 and half 9: (10 / 2)² / (82 / 2) of the rows.
    assert!((weighting.effective / train.measures.rows as f64 - 25.0 / 41.0).abs() < 0.05, "{weighting:?}");
    assert!((weighting.sum / train.measures.rows as f64 - 5.0).abs() < 0.5, "{weighting:?}");
    let html = training::report::html(&one.report);
    assert!(html.contains("Effective size") && html.contains("by effective size"));
    assert!(one.report.warnings.iter().any(|w| w.contains("bads (effective size")), "{:?}", one.report.warnings);
}

#[test]
fn one_weight_that_dwarfs_all_others_is_refused() {
    for (heavy, said) in [(1e308, "1e308"), (1e9, "1000000000")] {
        let table = weighted(|row| if row == 6 { heavy } else { 1.0 + row as f64 / 1e3 });
        let mut options = TrainOptions::new("weighted", "y");
        options.weight = Some("w".into());
        let error = train(&table, &options, &|_| {}).unwrap_err().to_string();
        assert!(error.starts_with(&format!("column `w`: row 7 has the weight {said}, more than the ")), "{error}");
        assert!(error.contains("together: every figure would rest on that one row"), "{error}");
    }
}

#[test]
fn weights_of_the_rows_held_out_alone_still_count() {
    // The rows that are learnt from weigh alike; those held out do not.
    let mut csv = String::from("y,a,day,w");
    for row in 0..600_usize {
        let late = row >= 400;
        let bad = row * 104_729 % 97 < 5 + row * 7919 % 100 / 3;
        let weight = if late && bad { 5.0 } else { 2.0 };
        csv += &format!(
            "\n{},{},{},{weight}",
            u8::from(bad),
            row * 7919 % 100,
            if late { "2024-02-01" } else { "2024-01-01" }
        );
    }
    let table = training::table::read_bytes(csv.into_bytes(), "late.csv", &ReadOptions::default()).unwrap();
    let mut options = TrainOptions::new("late", "y");
    (options.bootstrap, options.folds, options.weight) = (0, 0, Some("w".into()));
    options.holdout = Holdout::Date { column: "day".into(), from: "2024-02-01".into() };
    let report = train(&table, &options, &|_| {}).unwrap().report;
    let bad = table.target("y", &[]).unwrap().bad;
    let bads = |rows: std::ops::Range<usize>| bad[rows].iter().filter(|bad| **bad).count() as f64;
    assert_eq!(report.samples[0].measures.bads, bads(0..400));
    let late = bads(400..600);
    assert!((report.samples[1].measures.bad_rate - 5.0 * late / (5.0 * late + 2.0 * (200.0 - late))).abs() < 1e-12);
    // Within a class they weigh alike, and so all bads are evidence.
    assert!((report.samples[1].evidence().bads - late).abs() < 1e-9);
}
