//! PMML documents as the standard means them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use scorecard::{Evaluator, Scorecard, Value, model::*, pmml};

const FIRST: &str = include_str!("pmml/first.pmml");

/// Score and reason codes, with the inputs by name.
fn evaluate(card: &Scorecard, inputs: &[(&str, Value<'_>)]) -> Result<(f64, Vec<String>), String> {
    let evaluator = Evaluator::new(card.clone()).unwrap();
    let mut values = vec![Value::Missing; card.fields.len()];
    for (name, value) in inputs {
        values[card.field_index(name).unwrap()] = *value;
    }
    let found = evaluator.evaluate(&values).map_err(|error| error.to_string())?;
    let codes = found.reasons.iter().map(|r| evaluator.reason_codes()[r.code as usize].code.clone()).collect();
    Ok((found.score.to_f64(), codes))
}

fn read(text: &str) -> Scorecard {
    pmml::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn predicates_become_conditions_and_keep_their_meaning() {
    let card = read(FIRST);
    assert_eq!(card.matching, Matching::FirstMatch);
    assert_eq!((card.reasons.method, card.reasons.mode), (BaselineMethod::Stated, ReasonMode::Pmml));
    assert_eq!(card.reasons.at_most, 3);
    assert_eq!(card.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["housing", "months", "income"]);
    let predicates = card.characteristics.iter().flat_map(|c| &c.attributes);
    assert!(predicates.into_iter().all(|a| !matches!(a.when, Condition::Predicate(_))));
    let inputs =
        [("housing", Value::Text("for free")), ("months", Value::Number(36.0)), ("income", Value::Number(400.0))];
    assert_eq!(evaluate(&card, &inputs).unwrap(), (514.0, vec!["H".into(), "M2".into(), "I".into()]));
    let inputs = [("housing", Value::Text("own")), ("months", Value::Number(37.0)), ("income", Value::Number(1e9))];
    assert_eq!(evaluate(&card, &inputs).unwrap(), (548.5, vec!["M3".into(), "I".into()]));
    assert_eq!(evaluate(&card, &[]).unwrap(), (494.0, vec!["H".into(), "M0".into(), "I".into()]));
}
