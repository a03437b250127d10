//! Any JSON object as an application: refused with every problem named, or evaluated.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scorecard::{ApplicationReader, Error, Evaluator};
use serde_json::{Map, Value};

static CARD: LazyLock<(Evaluator, ApplicationReader)> = LazyLock::new(|| {
    let evaluator = plimsoll_fuzz::evaluator();
    let reader = ApplicationReader::new(evaluator.scorecard());
    (evaluator, reader)
});

fuzz_target!(|input: &[u8]| {
    let Ok(application) = serde_json::from_slice::<Map<String, Value>>(input) else { return };
    let (evaluator, reader) = &*CARD;
    match reader.read(&application) {
        Ok(values) => match evaluator.evaluate(&values) {
            Ok(evaluation) => assert!(evaluation.score.to_f64().is_finite()),
            // Every field was sound, so that only the card's own computations may fail.
            Err(error) => assert!(matches!(error, Error::NoValue { .. } | Error::NoAttribute { .. }), "{error}"),
        },
        Err(Error::Application(problems)) => {
            assert!(!problems.is_empty());
            // The empty pointer is the application as a whole: unknown members too many to name.
            assert!(problems.iter().all(|problem| problem.pointer.is_empty() || problem.pointer.starts_with('/')));
        }
        Err(error) => panic!("an application is refused as such: {error}"),
    }
});
