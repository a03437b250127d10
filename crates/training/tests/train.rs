//! The whole way from a table to a scorecard, on the public data sets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use training::{
    table::{ReadOptions, Table, read},
    train::{Dictionary, TrainOptions, Trained, train},
};

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

fn table(name: &str) -> Table {
    read(&data(name), &ReadOptions::default()).unwrap()
}

fn german(change: impl FnOnce(&mut TrainOptions)) -> Trained {
    let mut options = TrainOptions::new("german-credit", "creditability");
    options.bootstrap = 100;
    change(&mut options);
    train(&table("german-credit.csv"), &options, &|_| {}).unwrap()
}

fn cross_validated(trained: &Trained) -> f64 {
    trained.scorecard().provenance.metrics["cross_validated_auc"]
}

#[test]
fn german_credit_ranks_as_well_as_the_literature_says() {
    let trained = german(|_| {});
    assert!(cross_validated(&trained) >= 0.783, "{:?}", trained.scorecard().provenance.metrics);
}

#[test]
fn taiwan_default_ranks_as_well_as_the_literature_says() {
    let table = table("taiwan-default.csv.gz");
    let auc = |dictionary: Dictionary| {
        let mut options = TrainOptions { dictionary, ..TrainOptions::new("taiwan", "default") };
        (options.bootstrap, options.folds) = (0, 0);
        let trained = train(&table, &options, &|_| {}).unwrap();
        (trained.scorecard().provenance.metrics["test_auc"], trained)
    };
    let (plain, _) = auc(Dictionary::default());
    assert!(plain >= 0.766, "{plain}");
    let text = std::fs::read(data("taiwan-default.dictionary.json")).unwrap();
    let (derived, trained) = auc(Dictionary::from_json(&text, "taiwan").unwrap());
    assert!(derived >= 0.778, "{derived}");

    // The scorecard computes for itself what it was trained on, from the columns of the file alone.
    let card = trained.scorecard();
    assert!(card.derived.len() > 3 && card.fields.iter().all(|field| table.column(&field.name).is_ok()));
    let scored = training::scoring::score_table(&trained.evaluator, &table).unwrap();
    assert_eq!((scored.rows.len(), scored.failures.len()), (30_000, 0));
    assert_eq!(&scorecard::from_json(scorecard::to_json(card).as_bytes()).unwrap(), card);
}

#[test]
fn derived_columns_that_cannot_serve_are_refused_by_name() {
    let derived = |json: &str, change: &dyn Fn(&mut TrainOptions)| {
        let mut options = TrainOptions::new("t", "y");
        options.dictionary = Dictionary::from_json(json.as_bytes(), "t.dictionary.json").unwrap();
        (options.bootstrap, options.folds) = (0, 0);
        change(&mut options);
        let mut csv = String::from("y,a,b");
        (0..400).for_each(|row| csv += &format!("\n{},{},{}", u8::from(row % 3 == 0), row % 7, row % 5));
        let table = training::table::read_bytes(csv.into_bytes(), "t.csv", &ReadOptions::default()).unwrap();
        train(&table, &options, &|_| {}).map(|_| ()).map_err(|error| error.to_string())
    };
    let ratio = |name: &str, by: &str, more: &str| {
        format!(
            r#"{{"derived": [{{"name": "{name}", "type": "numeric", "expression": {{"apply": {{"function": "/", "arguments":
            [{{"field": {{"name": "a"}}}}, {{"field": {{"name": "{by}"}}}}]{more}}}}}}}]}}"#
        )
    };
    let plain = |_: &mut TrainOptions| {};
    for (json, change, expected) in [
        (ratio("r", "b", ""), &plain as &dyn Fn(&mut TrainOptions), "row 1: `derived[r]` has no value"),
        (ratio("a", "b", ""), &plain, "there is a column of that name"),
        (ratio("r", "c", ""), &plain, "column `c`: not in t.csv"),
        (ratio("r", "r", ""), &plain, "computed from itself"),
        (ratio("r", "y", ""), &plain, "`y`, which no application has"),
        (ratio("r", "b", ""), &|options| options.protected = vec!["b".into()], "`b`, which is protected"),
    ] {
        let error = derived(&json, change).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let outcome = derived(&ratio("r", "b", r#", "on_invalid": "missing""#), &plain);
    assert!(outcome.as_ref().err().is_none_or(|error| error.contains("no characteristic is left")), "{outcome:?}");
}

#[test]
fn equal_inputs_give_equal_bytes() {
    let (first, again) = (german(|_| {}), german(|_| {}));
    assert_eq!(scorecard::to_json(first.scorecard()), scorecard::to_json(again.scorecard()));
    assert_eq!(serde_json::to_string(&first.report).unwrap(), serde_json::to_string(&again.report).unwrap());
    let other = german(|options| options.seed = 2);
    assert_ne!(first.scorecard().content_hash(), other.scorecard().content_hash());
}

#[test]
fn the_dictionary_settles_roles_labels_and_reasons() {
    let text = std::fs::read(data("german-credit.dictionary.json")).unwrap();
    let dictionary = Dictionary::from_json(&text, "german-credit.dictionary.json").unwrap();
    let trained = german(|options| options.dictionary = dictionary);
    let card = trained.scorecard();
    assert!(card.field_index("age_years").is_none() && card.field_index("foreign_worker").is_none());
    let duration = card.characteristics.iter().find(|c| c.name == "duration_months").unwrap();
    assert_eq!(duration.label.as_deref(), Some("Duration of the credit"));
    assert_eq!(duration.reason.as_ref().unwrap().code, "R02");
    assert_eq!(trained.report.fairness.len(), 3);
    println!("{:?}", card.provenance.metrics);
}

#[test]
fn any_number_of_threads_gives_equal_bytes() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let trained = german(|options| options.folds = 2);
            (scorecard::to_json(trained.scorecard()), serde_json::to_string(&trained.report).unwrap())
        })
    };
    assert_eq!(on(1), on(3));
}

/// A table of a target and inputs drawn by a seed; `eta` gives the log-odds of bad.
fn drawn(rows: usize, inputs: usize, eta: impl Fn(&[f64]) -> f64) -> Table {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut csv = String::from("y");
    (0..inputs).for_each(|input| csv += &format!(",x{input}"));
    for _ in 0..rows {
        let x: Vec<f64> = (0..inputs).map(|_| (0..6).map(|_| uniform()).sum::<f64>() - 3.0).collect();
        let bad = uniform() < 1.0 / (1.0 + (-eta(&x)).exp());
        csv += &format!("\n{}", u8::from(bad));
        x.iter().for_each(|x| csv += &format!(",{x:.3}"));
    }
    training::table::read_bytes(csv.into_bytes(), "drawn.csv", &ReadOptions::default()).unwrap()
}

fn quick() -> TrainOptions {
    let mut options = TrainOptions::new("drawn", "y");
    (options.bootstrap, options.folds) = (0, 0);
    options
}

#[test]
fn noise_earns_hardly_any_points_and_is_said_to_be_noise() {
    let table = drawn(2000, 12, |_| -1.4);
    let lost = |cross_fit: usize| {
        let mut options = quick();
        options.binning.max_prebins = 24;
        options.regression.cross_fit = cross_fit;
        let trained = train(&table, &options, &|_| {});
        trained.map(|trained| (trained.scorecard().provenance.metrics["train_auc"], trained.report.warnings))
    };
    // Bins that were learnt from the very rows make noise look like a finding.
    assert!(lost(0).unwrap().0 > 0.7);
    match lost(10) {
        Err(error) => assert!(error.to_string().contains("no characteristic is left"), "{error}"),
        Ok((auc, warnings)) => {
            assert!(auc < 0.7, "{auc}");
            assert!(warnings[0].contains("no better than chance"), "{warnings:?}");
        }
    }
}

#[test]
fn a_category_without_a_single_bad_is_scored_and_said() {
    let mut csv = String::from("y,safe,x");
    for row in 0..2000 {
        let safe = row % 5 < 2;
        let bad = !safe && row % 10 < 5 && row % 7 != 0;
        csv += &format!("\n{},{},{}", u8::from(bad), if safe { "yes" } else { "no" }, row % 13);
    }
    let table = training::table::read_bytes(csv.into_bytes(), "safe.csv", &ReadOptions::default()).unwrap();
    let trained = train(&table, &quick(), &|_| {}).unwrap();
    let safe = trained.scorecard().characteristics.iter().find(|c| c.name == "safe").unwrap();
    assert!(safe.attributes.len() >= 2);
    assert!(trained.report.warnings.iter().any(|w| w.contains("`safe` has a bin of")), "{:?}", trained.report.warnings);
}

#[test]
fn negative_coefficients_stay_where_they_are_allowed() {
    let left = |non_negative: bool| {
        let trained = german(|options| {
            (options.folds, options.bootstrap) = (0, 0);
            options.regression.non_negative = non_negative;
        });
        trained.report.warnings.iter().any(|warning| warning.contains("would be negative"))
    };
    assert!(left(true));
    assert!(!left(false));
}

#[test]
fn what_is_there_is_found_among_hundreds_of_columns() {
    let table = drawn(600, 300, |x| -1.0 + 1.6 * (x[3] + x[150]));
    let mut options = quick();
    options.binning.max_prebins = 12;
    let trained = train(&table, &options, &|_| {}).unwrap();
    let names: Vec<&str> = trained.scorecard().characteristics.iter().map(|c| c.name.as_str()).collect();
    assert!(names.contains(&"x3") && names.contains(&"x150") && names.len() < 40, "{names:?}");
    assert_eq!(trained.report.selection.len(), 300);
}

#[test]
fn the_bads_expected_are_those_seen_and_points_follow_the_bad_rate() {
    let trained = german(|_| {});
    let calibration = trained.report.samples[0].calibration.as_ref().unwrap();
    assert!((calibration.expected_bads / calibration.observed_bads - 1.0).abs() < 0.02, "{calibration:?}");
    for characteristic in &trained.scorecard().characteristics {
        let bins: Vec<_> =
            characteristic.attributes.iter().filter_map(|a| Some((a.statistics.as_ref()?.woe, a.points))).collect();
        for (woe, points) in &bins {
            assert!(bins.iter().all(|(other, worth)| other <= woe || worth >= points), "{}", characteristic.name);
        }
    }
}

#[test]
fn missing_and_special_values_never_seen_are_worth_the_average() {
    let mut csv = String::from("y,a,b");
    for row in 0..1200_u32 {
        let a = row * 7919 % 100;
        let bad = row * 104_729 % 97 < 15 + a / 2;
        csv += &format!("\n{},{a},{}", u8::from(bad), if row == 0 { String::new() } else { (row % 13).to_string() });
    }
    let table = training::table::read_bytes(csv.into_bytes(), "gaps.csv", &ReadOptions::default()).unwrap();
    let mut options = quick();
    options.binning.special_numbers = vec![-999.0];
    options.selection.min_iv = 0.0;
    options.selection.max_p_value = 1.0;
    let trained = train(&table, &options, &|_| {}).unwrap();
    for characteristic in &trained.scorecard().characteristics {
        let special = &characteristic.attributes[0];
        assert!(matches!(&special.when, scorecard::model::Condition::Special(_)), "{special:?}");
        assert_eq!(special.statistics.as_ref().map(|s| (s.count, s.woe)), Some((0.0, 0.0)));
        let points = characteristic.attributes.iter().map(|a| a.points);
        assert!(points.clone().min() <= Some(special.points) && Some(special.points) <= points.max());
    }
}

#[test]
fn a_column_that_a_constraint_leaves_one_bin_says_which() {
    // 24 of 1,200 rows are `denied`, and nearly all of those are bad.
    let mut csv = String::from("y,x,denied");
    for row in 0..1200_u32 {
        let denied = row % 50 == 7;
        let bad = if denied { row % 12 != 7 } else { row * 104_729 % 97 < 10 + row * 7919 % 100 / 3 };
        csv += &format!("\n{},{},{}", u8::from(bad), row * 7919 % 100, if denied { "yes" } else { "no" });
    }
    let table = training::table::read_bytes(csv.into_bytes(), "denied.csv", &ReadOptions::default()).unwrap();
    let why = |share: f64| {
        let mut options = quick();
        options.binning.min_share = share;
        let trained = train(&table, &options, &|_| {}).unwrap();
        trained.report.selection.iter().find(|row| row.column == "denied").unwrap().why.clone()
    };
    assert_eq!(why(0.05), "one bin: no second bin reaches 5 % of the rows; lower `--min-share`");
    assert_eq!(why(0.01), "");
    let mut alone = quick();
    alone.exclude = vec!["x".into()];
    let error = train(&table, &alone, &|_| {}).unwrap_err().to_string();
    assert!(error.contains("with a held-out IV of 0.0000"), "{error}");
    assert!(error.contains("`denied` has one bin: no second bin reaches 5 % of the rows"), "{error}");
}

#[test]
fn folds_beyond_the_rarer_class_are_refused_before_anything_is_fitted() {
    let mut csv = String::from("y,x");
    (0..60_u32).for_each(|row| csv += &format!("\n{},{}", u8::from(row % 20 == 3), row * 31 % 17));
    let table = training::table::read_bytes(csv.into_bytes(), "few.csv", &ReadOptions::default()).unwrap();
    let mut options = TrainOptions::new("few", "y");
    let fitted = std::sync::atomic::AtomicBool::new(false);
    let error = train(&table, &options, &|_| fitted.store(true, std::sync::atomic::Ordering::Relaxed)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "--folds: cross-validation in 5 folds needs a bad and a good in each, and there are 3 bads in all: ask for 3 at \
         most, or leave cross-validation out with `--folds 0`"
    );
    assert!(!fitted.into_inner());
    options.folds = 0;
    // What is left to say then is that nothing tells anything, not that a fold has no bad.
    let said = train(&table, &options, &|_| {}).map_or_else(|error| error.to_string(), |_| String::new());
    assert!(!said.contains("fold"), "{said}");
}
