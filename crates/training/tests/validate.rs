//! A scorecard tried on labelled applicants: the figures are those of its own scores, and rows that cannot be scored are said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use training::{
    scoring::{read_options, score_table},
    table::{ReadOptions, read, read_csv},
    train::{TrainOptions, Trained, train},
    validate::{ValidateOptions, validate},
};

fn german() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/german-credit.csv")
}

fn trained() -> Trained {
    let mut options = TrainOptions::new("german", "creditability");
    (options.bootstrap, options.folds) = (0, 0);
    train(&read(&german(), &ReadOptions::default()).unwrap(), &options, &|_| {}).unwrap()
}

#[test]
fn the_figures_are_those_of_the_scorecards_own_scores() {
    let trained = trained();
    let table = read(&german(), &read_options(trained.scorecard())).unwrap();
    let options = ValidateOptions {
        protected: vec!["age_years".into()],
        cutoff: Some(560.0),
        bootstrap: 50,
        ..ValidateOptions::new("all", "creditability")
    };
    let found = validate(&trained.evaluator, &table, &options).unwrap();
    let scored = score_table(&trained.evaluator, &table).unwrap();
    let bad = table.target("creditability", &[]).unwrap().bad;
    let (mut above, mut pairs) = (0.0, 0.0);
    for (good, _) in scored.scores.iter().zip(&bad).filter(|(_, bad)| !**bad) {
        for (worse, _) in scored.scores.iter().zip(&bad).filter(|(_, bad)| **bad) {
            pairs += 1.0;
            above += if good > worse {
                1.0
            } else if good == worse {
                0.5
            } else {
                0.0
            };
        }
    }
    let sample = &found.report.samples[0];
    assert!((sample.measures.auc.value - above / pairs).abs() < 1e-12);
    assert!(sample.measures.auc.interval.is_some() && sample.calibration.is_some());
    assert_eq!((sample.name.as_str(), sample.measures.rows), ("all", 1000));
    assert_eq!(found.report.characteristics.len(), trained.scorecard().characteristics.len());
    assert_eq!(found.report.stability.len(), 1 + trained.scorecard().characteristics.len());
    assert_eq!((found.report.fairness[0].column.as_str(), found.report.fairness[0].cut_off), ("age_years", 560.0));
    let html = training::report::html(&found.report);
    assert!(html.contains("bad rate, all") && html.contains("PSI, baseline to all") && !html.contains("train sample"));
}

#[test]
fn rows_that_cannot_be_scored_are_said_and_counted_out() {
    let trained = trained();
    let text = std::fs::read_to_string(german()).unwrap();
    // A category nobody has seen is scored; a missing value in a field that never lacked one is not.
    let broken = text.replacen("... < 0 DM,6,", "... < 0 DM,,", 1);
    let table = read_csv(broken.as_bytes(), "broken.csv", &read_options(trained.scorecard())).unwrap();
    let options = ValidateOptions { bootstrap: 0, ..ValidateOptions::new("all", "creditability") };
    let found = validate(&trained.evaluator, &table, &options).unwrap();
    assert_eq!((found.failures.len(), found.failures[0].row), (1, 0));
    assert_eq!((found.report.data.rows, found.report.data.left_out[0].rows), (999, 1));
    assert!(
        found
            .report
            .warnings
            .iter()
            .any(|warning| warning.starts_with("1 row could not be scored and is in no figure; the first: row 1: ")),
        "{:?}",
        found.report.warnings
    );
    let unknown = ValidateOptions { target: "creditabilty".into(), ..options };
    let error = validate(&trained.evaluator, &table, &unknown).unwrap_err().to_string();
    assert!(error.contains("did you mean `creditability`"), "{error}");
}
