//! What holds of every scorecard and every application: evaluation is what the reference says, and stays so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generators;
mod reference;

use generators::{Given, applications, plain_cards, rich_cards, scorecards};
use proptest::{collection::vec, prelude::*};
use reference::{Expected, Number, Wrong, decimal};
use scorecard::{
    Amount, ApplicationReader, Error, Evaluation, Evaluator, Points, Scorecard, Value, from_json, input_schema,
    model::*, to_json,
};

/// Cards are many and applications to each few: edges lie in the cards.
const APPLICATIONS: usize = 40;

fn number(amount: Amount) -> Number {
    match amount {
        Amount::Exact { .. } => Number::Exact(decimal(amount.to_points().unwrap())),
        Amount::Double(double) => Number::Double(double),
    }
}

/// What was found, in the words of the reference.
fn found(evaluator: &Evaluator, evaluation: &Evaluation) -> Expected {
    let code = |index: u32| evaluator.reason_codes()[index as usize].code.clone();
    let matched = evaluation.characteristics.iter();
    Expected {
        score: number(evaluation.score),
        matched: matched.map(|m| (m.attribute as usize, number(m.points), m.difference.map(number))).collect(),
        reasons: evaluation
            .reasons
            .iter()
            .map(|reason| (code(reason.code), reason.characteristic as usize, number(reason.difference)))
            .collect(),
        inquiries: evaluation.inquiries.map(|factor| (code(factor.code), factor.characteristic as usize)),
    }
}

fn wrong(error: &Error) -> Wrong {
    match error {
        Error::Application(problems) => Wrong::Field(problems[0].pointer.trim_start_matches('/').into()),
        Error::NoAttribute { characteristic, .. } => Wrong::NoAttribute(characteristic.clone()),
        Error::NoValue { path, .. } => Wrong::NoValue(path.clone()),
        other => panic!("{other}"),
    }
}

fn values(application: &[Given]) -> Vec<Value<'_>> {
    application.iter().map(Given::as_value).collect()
}

fn agrees(card: &Scorecard, applications: &[Vec<Given>]) -> Result<(), TestCaseError> {
    let evaluator = Evaluator::new(card.clone()).unwrap();
    // One evaluation is used again and again: nothing of the one before may stay.
    let mut evaluation = Evaluation::default();
    for application in applications {
        let expected = reference::evaluate(card, application);
        match (evaluator.evaluate_into(&values(application), &mut evaluation), expected) {
            (Ok(()), Ok(expected)) => {
                prop_assert_eq!(found(&evaluator, &evaluation), expected, "{:?}", application);
                let odds = card.scaling.as_ref().map(|scaling| {
                    let ln =
                        scaling.odds.ln() + (evaluation.score.to_f64() - scaling.points) / scaling.pdo * 2_f64.ln();
                    ln.exp()
                });
                let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
                prop_assert!(odds.zip(evaluation.odds).is_none_or(|(a, b)| close(a, b)), "{:?}", odds);
                prop_assert_eq!(evaluation.odds.map(|odds| 1.0 / (1.0 + odds)), evaluation.probability_of_bad);
            }
            (Err(error), Err(all)) => prop_assert!(all.contains(&wrong(&error)), "{} is not among {:?}", error, all),
            (Ok(()), Err(all)) => prop_assert!(false, "{:?} was evaluated, though {:?}", application, all),
            (Err(error), Ok(expected)) => prop_assert!(false, "{:?}: {}, not {:?}", application, error, expected),
        }
    }
    Ok(())
}

fn json(value: &Given) -> serde_json::Value {
    match value {
        Given::Missing => serde_json::Value::Null,
        Given::Number(number) => (*number).into(),
        Given::Text(text) => text.as_str().into(),
        Given::Boolean(truth) => (*truth).into(),
    }
}

/// A card of one characteristic whose points never fall with the field, and two values, the first not above the second.
fn monotone() -> impl Strategy<Value = (Scorecard, f64, f64)> {
    let cut = -40_i32..40;
    (prop::collection::btree_map(cut.clone(), any::<bool>(), 0..9), vec(0_i64..50, 10), cut.clone(), cut).prop_map(
        |(cuts, steps, a, b)| {
            let cuts: Vec<(f64, bool)> = cuts.into_iter().map(|(cut, right)| (f64::from(cut) / 4.0, right)).collect();
            let mut total = 0;
            let attributes = (0..=cuts.len()).map(|index| {
                total += steps[index];
                let from = index.checked_sub(1).map(|before| cuts[before]);
                let to = cuts.get(index);
                let closed = match (from.is_some_and(|(_, right)| right), to.is_some_and(|(_, right)| !right)) {
                    (true, true) => Closure::Both,
                    (true, false) => Closure::Left,
                    (false, true) => Closure::Right,
                    (false, false) => Closure::Neither,
                };
                Attribute {
                    label: None,
                    when: Condition::Interval(Interval { from: from.map(|f| f.0), to: to.map(|t| t.0), closed }),
                    points: Points::from_units(total, 1).unwrap(),
                    points_expression: None,
                    reason: None,
                    statistics: None,
                }
            });
            let attributes = attributes.collect();
            let mut card = Scorecard::named("monotone");
            card.fields = vec![Field::new("x", FieldType::Numeric)];
            card.reasons.enabled = false;
            card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
            card.characteristics = vec![Characteristic {
                name: "x".into(),
                field: "x".into(),
                label: None,
                reason: None,
                inquiries: false,
                baselines: Baselines::default(),
                attributes,
                statistics: None,
            }];
            (card, f64::from(a.min(b)) / 4.0, f64::from(a.max(b)) / 4.0)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_cards_evaluate_as_the_reference_does(card in plain_cards(), applications in applications(APPLICATIONS)) {
        agrees(&card, &applications)?;
    }

    #[test]
    fn rich_cards_evaluate_as_the_reference_does(card in rich_cards(), applications in applications(APPLICATIONS)) {
        agrees(&card, &applications)?;
    }

    #[test]
    fn a_better_value_never_scores_lower((card, low, high) in monotone()) {
        let evaluator = Evaluator::new(card).unwrap();
        let of = |x: f64| evaluator.evaluate(&[Value::Number(x)]).unwrap();
        for (low, high) in [(low, high), (low.next_down(), low), (high, high.next_up())] {
            let (worse, better) = (of(low), of(high));
            prop_assert!(better.score.to_f64() >= worse.score.to_f64());
            prop_assert!(better.probability_of_bad <= worse.probability_of_bad);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_round_trips_byte_for_byte(card in scorecards()) {
        let text = to_json(&card);
        let again = from_json(text.as_bytes()).unwrap();
        prop_assert_eq!(&again, &card);
        prop_assert_eq!(to_json(&again), text);
        prop_assert_eq!(again.content_hash(), card.content_hash());
    }

    #[test]
    fn json_meets_the_published_schema(card in scorecards()) {
        let validator = jsonschema::validator_for(&serde_json::from_str(scorecard::json_schema()).unwrap()).unwrap();
        let document = serde_json::from_str(&to_json(&card)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        prop_assert!(errors.is_empty(), "{:?}", errors);
    }

    #[test]
    fn a_replay_from_the_written_forms_is_byte_identical(card in scorecards(), applications in applications(10)) {
        let first = Evaluator::new(card.clone()).unwrap();
        let again = Evaluator::new(from_json(to_json(&card).as_bytes()).unwrap()).unwrap();
        let (reader, reader_again) = (ApplicationReader::new(first.scorecard()), ApplicationReader::new(again.scorecard()));
        for application in &applications {
            let names = card.fields.iter().map(|field| field.name.clone());
            let application: serde_json::Map<_, _> = names.zip(application.iter().map(json)).collect();
            let written = serde_json::to_vec(&application).unwrap();
            let read: serde_json::Map<_, _> = serde_json::from_slice(&written).unwrap();
            let outcome = reader.read(&application).and_then(|values| first.evaluate(&values));
            let replayed = reader_again.read(&read).and_then(|values| again.evaluate(&values));
            prop_assert_eq!(format!("{:?}", outcome), format!("{:?}", replayed));
            if let (Ok(outcome), Ok(replayed)) = (outcome, replayed) {
                let bytes = |e: &Evaluation| serde_json::to_vec(&(&e.score, e.odds, e.probability_of_bad)).unwrap();
                prop_assert_eq!(bytes(&outcome), bytes(&replayed));
            }
        }
    }

    #[test]
    fn the_input_schema_takes_what_the_reader_takes(card in scorecards(), applications in applications(20), spoil in 0..8_u8) {
        let schema = input_schema(&card);
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let reader = ApplicationReader::new(&card);
        for application in &applications {
            let names = card.fields.iter().map(|field| field.name.clone());
            let mut application: serde_json::Map<_, _> = names.zip(application.iter().map(json)).collect();
            let first = card.fields[usize::from(spoil) % card.fields.len()].name.clone();
            match spoil {
                0 => drop(application.insert("no_such_field".into(), 1.into())),
                1 | 2 => drop(application.remove(&first)),
                3 => drop(application.insert(first, serde_json::json!([1]))),
                4 => drop(application.insert(first, serde_json::json!({}))),
                _ => {}
            }
            let taken = reader.read(&application).map(drop);
            let application = serde_json::Value::Object(application);
            prop_assert_eq!(taken.is_ok(), validator.is_valid(&application), "{} {:?} {:?}", application, taken, schema);
        }
    }
}
