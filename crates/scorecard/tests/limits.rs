//! Models and applications at the edge of what is allowed: deep, wide, and beyond the range of numbers.
//!
//! The wide ones would not end in a lifetime if work grew with the square of their size.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use cards::small;
use proptest::prelude::*;
use scorecard::{ApplicationReader, Error, Evaluator, Literal, Scorecard, Value, from_json, model::*, pmml, to_json};

fn apply(function: &str, arguments: Vec<Expression>) -> Expression {
    let (map_missing_to, default, on_invalid) = (None, None, InvalidTreatment::Reject);
    Expression::Apply { function: function.into(), arguments, map_missing_to, default, on_invalid }
}

fn field(name: &str) -> Expression {
    Expression::Field { name: name.into(), map_missing_to: None }
}

/// A card whose one computed value nests as many functions.
fn nested(depth: usize) -> Scorecard {
    let mut card = small();
    let sum = |inner, _| apply("+", vec![inner, Expression::Constant(Some(1.0.into()))]);
    let expression = (0..depth).fold(field("age"), sum);
    card.characteristics[0].attributes[1].points_expression = Some(expression);
    card
}

#[test]
fn the_deepest_model_that_evaluates_is_written_and_read() {
    let deepest = (1..).take_while(|depth| Evaluator::new(nested(*depth)).is_ok()).last().unwrap();
    assert!(deepest >= 64, "{deepest}");
    let card = nested(deepest);
    assert_eq!(from_json(to_json(&card).as_bytes()).unwrap(), card);
    assert_eq!(pmml::read(pmml::write(&card).unwrap().as_bytes()).unwrap(), card);
    let error = Evaluator::new(nested(deepest + 1)).unwrap_err().to_string();
    assert!(error.contains("nest deeper than"), "{error}");

    let nested_test = |depth: usize| {
        let mut card = small();
        let test = (0..depth).fold(Predicate::IsMissing("age".into()), |inner, _| Predicate::And(vec![inner]));
        card.characteristics[0].attributes[1].when = Condition::Predicate(test);
        card
    };
    let deepest = (1..).take_while(|depth| Evaluator::new(nested_test(*depth)).is_ok()).last().unwrap();
    let card = nested_test(deepest);
    assert_eq!(from_json(to_json(&card).as_bytes()).unwrap(), card);
}

#[test]
fn nesting_beyond_the_limit_is_said_with_its_place() {
    let text = to_json(&small()).replacen("\"small\"", &format!("\"a \\\" [\", \"x\": {}", "[".repeat(100_000)), 1);
    let error = from_json(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("nest deeper than 256") && error.contains("line 4"), "{error}");
}

#[test]
fn ten_thousand_attributes_and_many_more_categories() {
    let mut card = small();
    let interval =
        |from: Option<f64>, to: Option<f64>| Condition::Interval(Interval { from, to, closed: Closure::Left });
    let attribute = |when| Attribute { when, ..card.characteristics[0].attributes[0].clone() };
    let mut attributes: Vec<Attribute> =
        (0..4999_i32).map(|index| attribute(Condition::Special(vec![(f64::from(index) + 0.5).into()]))).collect();
    let ends = |index: i32| f64::from(index);
    attributes.push(attribute(interval(None, Some(0.0))));
    attributes.extend((0..4998).map(|index| attribute(interval(Some(ends(index)), Some(ends(index + 1))))));
    attributes.push(attribute(interval(Some(4998.0), None)));
    card.characteristics[0].attributes = attributes;
    let categories: Vec<Literal> = (0..200_000).map(|index| Literal::Text(format!("category {index}"))).collect();
    card.characteristics[1].attributes[0].when = Condition::Values(categories);
    let evaluator = Evaluator::new(card).unwrap();
    let attribute_of = |x: f64| {
        evaluator.evaluate(&[Value::Number(x), Value::Text("category 199999")]).unwrap().characteristics[0].attribute
    };
    assert_eq!((attribute_of(0.5), attribute_of(4998.5), attribute_of(-1.0)), (0, 4998, 4999));
    assert_eq!((attribute_of(0.0), attribute_of(7.25), attribute_of(1e308)), (5000, 5007, 9998));
    let housing =
        |text| evaluator.evaluate(&[Value::Number(1.0), Value::Text(text)]).unwrap().characteristics[1].attribute;
    assert_eq!((housing("category 0"), housing("category 200000")), (0, 1));
}

#[test]
fn ten_thousand_fields_and_characteristics() {
    let mut card = small();
    let (field, characteristic) = (card.fields[0].clone(), card.characteristics[0].clone());
    card.fields = (0..10_000).map(|i| Field { name: format!("f{i}"), ..field.clone() }).collect();
    let one = |i: usize| Characteristic { name: format!("c{i}"), field: format!("f{i}"), ..characteristic.clone() };
    card.characteristics = (0..10_000).map(one).collect();
    let evaluator = Evaluator::new(card).unwrap();
    let evaluation = evaluator.evaluate(&vec![Value::Number(40.0); 10_000]).unwrap();
    assert_eq!(evaluation.score.to_string(), (600 + 25 * 10_000).to_string());
}

#[test]
fn an_application_of_unknown_members_is_refused_briefly() {
    let reader = ApplicationReader::new(&small());
    let members = (0..200_000).map(|index| (format!("{index} {}", "x".repeat(150)), 1.into()));
    let Err(Error::Application(problems)) = reader.read(&members.collect()) else { panic!() };
    assert!(problems.len() < 100, "{}", problems.len());
    assert_eq!(problems.last().unwrap().problem, "199950 more members are not fields of this scorecard");
}

#[test]
fn a_score_beyond_the_range_of_numbers_is_an_error() {
    let mut card = small();
    let huge = || Some(Expression::Constant(Some(1e308.into())));
    card.characteristics[0].attributes[1].points_expression = huge();
    card.characteristics[1].attributes[0].points_expression = huge();
    let evaluate = |card: Scorecard| Evaluator::new(card).unwrap().evaluate(&[Value::Number(40.0), Value::Text("own")]);
    let error = evaluate(card.clone()).unwrap_err().to_string();
    assert!(error.starts_with("`score` has no value for this application: the sum of points is beyond"), "{error}");
    card.characteristics[1].attributes[0].points_expression = None;
    let rule = OutputRule { minimum: None, maximum: None, factor: -1e10, constant: 0.0, cast: None };
    card.output = Some(rule);
    assert!(matches!(evaluate(card), Err(Error::NoValue { path, .. }) if path == "score"));
}

#[test]
fn texts_that_double_in_each_derived_field_end() {
    let mut card = small();
    let doubled = |of: &str| apply("concat", vec![field(of), field(of)]);
    card.derived = (0..60)
        .map(|index| DerivedField {
            name: format!("d{index}"),
            field_type: FieldType::Categorical,
            expression: doubled(&if index == 0 { "housing".into() } else { format!("d{}", index - 1) }),
        })
        .collect();
    let error = Evaluator::new(card).unwrap().evaluate(&[Value::Number(40.0), Value::Text("own")]).unwrap_err();
    assert!(error.to_string().contains("the text is longer than 65536 bytes"), "{error}");
}

/// Ends on a coarse grid, so that many intervals share, touch and cover one another.
fn overlapping() -> impl Strategy<Value = Vec<Condition>> {
    let closures = [Closure::Left, Closure::Right, Closure::Both, Closure::Neither];
    let interval = (prop::option::of(-4..4_i32), 0..4_i32, any::<bool>(), 0..4_usize).prop_map(
        move |(from, width, open, closure)| {
            let from = from.map(f64::from);
            let to = (!open).then(|| from.unwrap_or(0.0) + f64::from(width));
            let closed = if width == 0 { Closure::Both } else { closures[closure] };
            Condition::Interval(Interval { from, to, closed })
        },
    );
    let numbers = prop::collection::vec(-4..6_i32, 1..4);
    let special = numbers.prop_map(|n| Condition::Special(n.into_iter().map(|n| f64::from(n).into()).collect()));
    let others = prop::sample::select(vec![Condition::Missing, Condition::Otherwise]);
    prop::collection::vec(prop_oneof![6 => interval, 2 => special, 1 => others], 1..40)
}

proptest! {
    #[test]
    fn the_first_of_many_overlapping_attributes_wins(conditions in overlapping()) {
        let mut card = small();
        card.matching = Matching::FirstMatch;
        let first = card.characteristics[0].attributes[0].clone();
        card.characteristics[0].attributes =
            conditions.iter().map(|when| Attribute { when: when.clone(), ..first.clone() }).collect();
        let evaluator = Evaluator::new(card).unwrap();
        let numbers = (-50..70_i32).map(|tenth| f64::from(tenth) / 10.0);
        let beside = (-5..7_i32).map(f64::from).flat_map(|n| [n.next_down(), n, n.next_up()]);
        for x in numbers.chain(beside).chain([-0.0, 1e308, -1e308]) {
            let expected = conditions.iter().position(|when| match when {
                Condition::Interval(interval) => interval.contains(x),
                Condition::Special(literals) => literals.contains(&x.into()),
                Condition::Otherwise => true,
                _ => false,
            });
            let found = evaluator.evaluate(&[Value::Number(x), Value::Text("own")]).ok();
            prop_assert_eq!(found.map(|e| e.characteristics[0].attribute as usize), expected, "{}", x);
        }
    }
}
