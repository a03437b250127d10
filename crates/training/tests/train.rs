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
    let mut options = TrainOptions::new("taiwan", "default");
    options.bootstrap = 0;
    options.folds = 0;
    let trained = train(&table("taiwan-default.csv.gz"), &options, &|_| {}).unwrap();
    let auc = trained.scorecard().provenance.metrics["test_auc"];
    assert!(auc >= 0.766, "{auc}");
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
