//! Evaluation against a reference that says the rules as plainly as can be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use cards::{scorecards, small, values_for};
use proptest::prelude::*;
use scorecard::{ApplicationReader, Error, Evaluator, Points, Value, from_json, input_schema, model::*, to_json};

/// The score and the ranked reason codes, by the letter of the documentation.
fn reference(card: &Scorecard, values: &[Value<'_>]) -> Option<(Points, Vec<String>)> {
    let mut score = card.initial_score;
    let mut lost: Vec<(String, Points)> = Vec::new();
    for characteristic in &card.characteristics {
        let field = card.field_index(&characteristic.field)?;
        let value = values[field];
        if value == Value::Missing && card.fields[field].required {
            return None;
        }
        let attribute = characteristic.attributes.iter().find(|attribute| match (&attribute.when, value) {
            (Condition::Interval(interval), Value::Number(x)) => interval.contains(x),
            (Condition::Values(set) | Condition::Special(set), value) => set.iter().any(|l| l.as_value() == value),
            (Condition::Missing, value) => value == Value::Missing,
            (Condition::Otherwise, _) => true,
            _ => false,
        })?;
        score = score.checked_add(attribute.points)?;
        let difference = characteristic.baselines.maximum?.checked_sub(attribute.points)?;
        let code = characteristic.reason.as_ref()?.code.clone();
        match lost.iter_mut().find(|(known, _)| *known == code) {
            Some((_, sum)) => *sum = sum.checked_add(difference)?,
            None => lost.push((code, difference)),
        }
    }
    lost.retain(|(_, difference)| *difference > Points::ZERO);
    lost.sort_by(|(_, a), (_, b)| b.cmp(a));
    Some((score, lost.into_iter().take(4).map(|(code, _)| code).collect()))
}

proptest! {
    #[test]
    fn evaluation_equals_the_reference(card in scorecards(), seeds in prop::collection::vec(any::<u64>(), 1..20)) {
        let evaluator = Evaluator::new(card.clone()).unwrap();
        for seed in seeds {
            let values = values_for(&card, seed);
            let expected = reference(&card, &values);
            match evaluator.evaluate(&values) {
                Ok(found) => {
                    let codes = found.reasons.iter().map(|r| evaluator.reason_codes()[r.code as usize].code.clone());
                    prop_assert_eq!(Some((found.score.to_points().unwrap(), codes.collect())), expected);
                }
                Err(error) => prop_assert_eq!(None, expected, "{}", error),
            }
        }
    }

    #[test]
    fn replay_is_byte_identical(card in scorecards(), seed in any::<u64>()) {
        let values = values_for(&card, seed);
        let first = Evaluator::new(card.clone()).unwrap();
        let again = Evaluator::new(from_json(to_json(&card).as_bytes()).unwrap()).unwrap();
        prop_assert_eq!(first.scorecard().content_hash(), again.scorecard().content_hash());
        prop_assert_eq!(format!("{:?}", first.evaluate(&values)), format!("{:?}", again.evaluate(&values)));
    }

    #[test]
    fn json_reads_back_equal_and_meets_the_published_schema(card in scorecards()) {
        let text = to_json(&card);
        prop_assert_eq!(&from_json(text.as_bytes()).unwrap(), &card);
        let validator = jsonschema::validator_for(&serde_json::from_str(scorecard::json_schema()).unwrap()).unwrap();
        let document = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        prop_assert!(errors.is_empty(), "{:?}", errors);
    }

    #[test]
    fn reader_and_input_schema_agree(card in scorecards(), seed in any::<u64>(), spoiled in 0..6_u8) {
        let json = |value| match value {
            Value::Missing => serde_json::Value::Null,
            Value::Number(n) => n.into(),
            Value::Text(t) => t.into(),
            Value::Boolean(b) => b.into(),
        };
        let fields = card.fields.iter().zip(values_for(&card, seed));
        let mut application: serde_json::Map<_, _> = fields.map(|(f, v)| (f.name.clone(), json(v))).collect();
        let first = card.fields[0].name.clone();
        match spoiled {
            0 => drop(application.insert("no_such_field".into(), 1.into())),
            1 => drop(application.remove(&first)),
            2 => drop(application.insert(first, serde_json::json!([1]))),
            3 => drop(application.insert(first, "a text".into())),
            4 => drop(application.insert(first, true.into())),
            _ => {}
        }
        let validator = jsonschema::validator_for(&input_schema(&card)).unwrap();
        let accepted = ApplicationReader::new(&card).read(&application).is_ok();
        prop_assert_eq!(accepted, validator.is_valid(&application.into()));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = from_json(&bytes);
    }
}

#[test]
fn a_value_that_no_attribute_takes_is_an_error_never_a_zero() {
    let error = Evaluator::new(small()).unwrap().evaluate(&[Value::Missing, Value::Text("own")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "characteristic `age`: no attribute matches a missing value; add an `otherwise` attribute or correct the input"
    );
}

#[test]
fn odds_and_probability_follow_the_scaling() {
    let evaluation = Evaluator::new(small()).unwrap().evaluate(&[Value::Number(40.0), Value::Text("own")]).unwrap();
    // 600 + 25 + 20 points; 20 points double the odds, which are 50:1 at 600.
    assert_eq!(evaluation.score.to_string(), "645");
    let odds = 50.0 * 2_f64.powf(45.0 / 20.0);
    assert!((evaluation.odds.unwrap() / odds - 1.0).abs() < 1e-12);
    assert!((evaluation.probability_of_bad.unwrap() - 1.0 / (1.0 + odds)).abs() < 1e-15);
}

#[test]
fn inquiries_are_a_further_factor_when_not_among_the_reasons() {
    let mut card = small();
    card.reasons.at_most = 1;
    card.characteristics[1].inquiries = true;
    let evaluator = Evaluator::new(card).unwrap();
    let evaluation = evaluator.evaluate(&[Value::Number(20.0), Value::Text("rent")]).unwrap();
    let code = |code: u32| evaluator.reason_codes()[code as usize].code.as_str();
    assert_eq!(code(evaluation.reasons[0].code), "AGE");
    assert_eq!(code(evaluation.inquiries.unwrap().code), "HOUSING");
}

#[test]
fn derived_fields_and_computed_points() {
    let evaluator = Evaluator::new(from_json(include_bytes!("cards/derived.json")).unwrap()).unwrap();
    let evaluation = evaluator.evaluate(&[Value::Number(3000.0), Value::Number(12000.0)]).unwrap();
    // A ratio of 0.25 gives 10 points; the amount gives 4 · ln(3000).
    assert!((evaluation.score.to_f64() - (10.0 + 4.0 * 3000_f64.ln())).abs() < 1e-12);
    let error = evaluator.evaluate(&[Value::Number(3000.0), Value::Number(0.0)]).unwrap_err();
    assert!(matches!(&error, Error::NoValue { path, .. } if path == "derived[ratio]"), "{error}");
}
