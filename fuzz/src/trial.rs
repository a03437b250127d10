//! Evaluations that keep their promises, whatever the card.

use scorecard::{
    Evaluation, Evaluator, Literal, Scorecard, Value,
    model::{Condition, FieldType, Interval, Predicate},
};

/// Applications tried on each card.
const ROUNDS: usize = 12;

/// Evaluates a card on values taken from its own conditions, and on extremes of every type.
///
/// # Panics
/// Where evaluation breaks a promise: a score that is no number, a probability beyond 0 to 1, more reasons than were
/// asked for, or another result the second time.
pub fn try_out(evaluator: &Evaluator) {
    let card = evaluator.scorecard();
    let known: Vec<Vec<Value<'_>>> = card.fields.iter().map(|field| values_of(card, &field.name)).collect();
    let mut again = Evaluation::default();
    for round in 0..ROUNDS {
        // Steps that differ from field to field, so that their values meet in many pairs.
        let at = |(field, values): (usize, &Vec<_>)| (round * (2 * field + 1) + field) % values.len();
        let values: Vec<Value<'_>> = known.iter().enumerate().map(|(f, values)| values[at((f, values))]).collect();
        let Ok(evaluation) = evaluator.evaluate(&values) else { continue };
        evaluator.evaluate_into(&values, &mut again).expect("what was evaluated once evaluates again");
        assert_eq!(evaluation, again, "an evaluation is a function of its inputs");
        assert!(evaluation.score.to_f64().is_finite(), "{:?}", evaluation.score);
        assert!(evaluation.reasons.len() <= usize::from(card.reasons.at_most), "{:?}", evaluation.reasons);
        assert!(evaluation.reasons.iter().all(|reason| reason.difference.to_f64().is_finite()));
        assert!(evaluation.reasons.is_sorted_by(|a, b| a.difference.to_f64() >= b.difference.to_f64()));
        assert_eq!(evaluation.characteristics.len(), card.characteristics.len());
        let probability = evaluation.probability_of_bad.unwrap_or(0.0);
        assert!((0.0..=1.0).contains(&probability), "{probability}");
    }
}

/// Values for a field: what the card compares it with and what lies beside that, never fewer than a dozen.
fn values_of<'c>(card: &'c Scorecard, name: &str) -> Vec<Value<'c>> {
    let mut values = vec![Value::Missing];
    let Some(field) = card.fields.iter().find(|field| field.name == name) else { return values };
    let mut literal = |literal: &'c Literal| values.push(as_value(literal));
    field.values.iter().chain(&field.missing_values).chain(&field.invalid_values).take(20).for_each(&mut literal);
    let own = card.characteristics.iter().filter(|characteristic| characteristic.field == name);
    for attribute in own.flat_map(|characteristic| &characteristic.attributes).take(20) {
        match &attribute.when {
            Condition::Interval(interval) => ends(interval, &mut values),
            Condition::Values(literals) | Condition::Special(literals) => {
                values.extend(literals.iter().take(5).map(as_value));
            }
            Condition::Predicate(predicate) => constants(predicate, &mut values),
            Condition::Missing | Condition::Otherwise => {}
        }
    }
    field.ranges.iter().take(5).for_each(|range| ends(range, &mut values));
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => {
            values.extend([0.0, -0.0, 1.0, -1.0, 5e-324, f64::MAX, f64::MIN, 1e308, 9e15].map(Value::Number));
            values.extend([f64::NAN, f64::INFINITY].map(Value::Number));
        }
        FieldType::Boolean => values.extend([true, false].map(Value::Boolean)),
        FieldType::Date => values.extend(["2024-02-29", "0000-01-01", "9999-12-31", "x"].map(Value::Text)),
        FieldType::Time => values.extend(["00:00", "23:59:59", "24:00"].map(Value::Text)),
        FieldType::DateTime => values.extend(["2024-02-29T23:59:59", "9999-12-31T23:59:60"].map(Value::Text)),
        FieldType::Categorical => values.extend(["", "a", "\u{0}", "never seen \u{1F6A2}"].map(Value::Text)),
    }
    // Of another type than the field's, too.
    values.extend([Value::Text("text"), Value::Boolean(true), Value::Number(2.0)]);
    values
}

fn as_value(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Boolean(truth) => Value::Boolean(*truth),
        Literal::Number(number) => Value::Number(*number),
        Literal::Text(text) => Value::Text(text),
    }
}

fn ends(interval: &Interval, values: &mut Vec<Value<'_>>) {
    for end in interval.from.into_iter().chain(interval.to) {
        values.extend([end, end.next_up(), end.next_down()].map(Value::Number));
    }
}

fn constants<'c>(predicate: &'c Predicate, values: &mut Vec<Value<'c>>) {
    match predicate {
        Predicate::Compare { value, .. } => values.push(as_value(value)),
        Predicate::IsIn { values: literals, .. } | Predicate::IsNotIn { values: literals, .. } => {
            values.extend(literals.iter().take(5).map(as_value));
        }
        Predicate::And(parts) | Predicate::Or(parts) | Predicate::Xor(parts) | Predicate::Surrogate(parts) => {
            parts.iter().take(5).for_each(|part| constants(part, values));
        }
        Predicate::True | Predicate::False | Predicate::IsMissing(_) | Predicate::IsNotMissing(_) => {}
    }
}
