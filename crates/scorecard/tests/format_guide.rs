//! The example of docs/scorecard-format.md is a scorecard, and scores as the guide says.

#![allow(clippy::unwrap_used)]

use scorecard::{ApplicationReader, Evaluator, from_json, json_schema};
use serde_json::Value as Json;

fn example() -> String {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scorecard-format.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let (_, rest) = guide.split_once("```json\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_example_keeps_to_the_published_schema() {
    let schema: Json = serde_json::from_str(json_schema()).unwrap();
    let example: Json = serde_json::from_str(&example()).unwrap();
    let faults: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&example).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_example_scores_as_the_guide_says() {
    let evaluator = Evaluator::new(from_json(example().as_bytes()).unwrap()).unwrap();
    let application = serde_json::from_str(r#"{"age": 34, "housing": "rent"}"#).unwrap();
    let values = ApplicationReader::new(evaluator.scorecard()).read(&application).unwrap();
    let evaluation = evaluator.evaluate(&values).unwrap();
    assert_eq!(evaluation.score.to_string(), "554");
    assert_eq!(format!("{:.2}", evaluation.odds.unwrap()), "10.15");
    let reasons: Vec<(String, String)> = evaluation
        .reasons
        .iter()
        .map(|reason| (evaluator.reason_codes()[reason.code as usize].code.clone(), reason.difference.to_string()))
        .collect();
    assert_eq!(reasons, [("R02".to_owned(), "10.75".to_owned())]);
}
