//! Scorecards for tests: one small enough to check by hand, and any number of random ones.
#![allow(dead_code)] // each test file uses its own part

use proptest::prelude::*;
use scorecard::{Points, Scorecard, Value, model::*};

fn reason(code: &str) -> Option<Reason> {
    Some(Reason { code: code.into(), text: format!("Reason {code}") })
}

fn attribute(when: Condition, points: Points) -> Attribute {
    Attribute { label: None, when, points, points_expression: None, reason: None, statistics: None }
}

fn interval(from: Option<f64>, to: Option<f64>) -> Condition {
    Condition::Interval(Interval { from, to, closed: Closure::Left })
}

fn characteristic(name: &str, code: &str, attributes: Vec<Attribute>) -> Characteristic {
    let maximum = attributes.iter().map(|attribute| attribute.points).max();
    Characteristic {
        name: name.into(),
        field: name.into(),
        label: None,
        reason: reason(code),
        inquiries: false,
        baselines: Baselines { maximum, ..Baselines::default() },
        attributes,
        statistics: None,
    }
}

/// Two characteristics: age in two intervals without a missing attribute, housing in two sets.
pub(crate) fn small() -> Scorecard {
    let mut card = Scorecard::named("small");
    card.initial_score = 600.into();
    card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
    card.fields = vec![Field::new("age", FieldType::Numeric), Field::new("housing", FieldType::Categorical)];
    card.characteristics = vec![
        characteristic(
            "age",
            "AGE",
            vec![attribute(interval(None, Some(30.0)), (-30).into()), attribute(interval(Some(30.0), None), 25.into())],
        ),
        characteristic(
            "housing",
            "HOUSING",
            vec![
                attribute(Condition::Values(vec!["own".into(), "free".into()]), 20.into()),
                attribute(Condition::Otherwise, (-5).into()),
            ],
        ),
    ];
    card
}

const TEXTS: [&str; 6] = ["a", "b", "c", "delta", "", "ümlaut \"quoted\""];

fn points() -> impl Strategy<Value = Points> {
    (-5000_i64..5000, 0_u32..3).prop_map(|(units, decimals)| Points::from_units(units, decimals).unwrap())
}

fn numeric(index: usize) -> impl Strategy<Value = (Field, Characteristic)> {
    let ends = prop::collection::btree_set(-50_i32..50, 0..6);
    (ends, prop::collection::vec(points(), 10), any::<bool>(), any::<bool>(), 0..4_u8).prop_map(
        move |(ends, points, special, missing, code)| {
            let name = format!("n{index}");
            let ends: Vec<f64> = ends.into_iter().map(|end| f64::from(end) / 4.0).collect();
            let mut points = points.into_iter();
            let mut next = || points.next().unwrap();
            let mut attributes = Vec::new();
            if missing {
                attributes.push(attribute(Condition::Missing, next()));
            }
            if special {
                attributes.push(attribute(Condition::Special(vec![(-9.0).into(), 3.25.into()]), next()));
            }
            let froms = std::iter::once(None).chain(ends.iter().copied().map(Some));
            let tos = ends.iter().copied().map(Some).chain([None]);
            attributes.extend(froms.zip(tos).map(|(from, to)| attribute(interval(from, to), next())));
            (Field::new(&name, FieldType::Numeric), characteristic(&name, &format!("C{code}"), attributes))
        },
    )
}

fn categorical(index: usize) -> impl Strategy<Value = (Field, Characteristic)> {
    (1..5_usize, prop::collection::vec(points(), 7), any::<bool>(), any::<bool>(), 0..4_u8).prop_map(
        move |(named, points, missing, otherwise, code)| {
            let name = format!("c{index}");
            let mut attributes: Vec<Attribute> = TEXTS
                .iter()
                .take(named)
                .zip(&points)
                .map(|(text, points)| attribute(Condition::Values(vec![(*text).into()]), *points))
                .collect();
            if missing {
                attributes.push(attribute(Condition::Missing, points[5]));
            }
            if otherwise {
                attributes.push(attribute(Condition::Otherwise, points[6]));
            }
            (Field::new(&name, FieldType::Categorical), characteristic(&name, &format!("C{code}"), attributes))
        },
    )
}

/// Random scorecards; some characteristics share a reason code, some leave values that no attribute takes.
pub(crate) fn scorecards() -> impl Strategy<Value = Scorecard> {
    let part = |index: usize| prop_oneof![numeric(index).boxed(), categorical(index).boxed()];
    let parts: Vec<_> = (0..8).map(part).collect();
    (parts, 1..8_usize, points(), any::<bool>()).prop_map(|(parts, count, initial, scaled)| {
        let mut card = Scorecard::named("random");
        card.initial_score = initial;
        card.scaling = scaled.then_some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
        let mut required = true;
        for (mut field, characteristic) in parts.into_iter().take(count) {
            field.required = required;
            required = !required;
            card.fields.push(field);
            card.characteristics.push(characteristic);
        }
        card
    })
}

/// Values for a scorecard's fields: on the ends of intervals, beside them, missing, special, known and unseen.
pub(crate) fn values_for(card: &Scorecard, seed: u64) -> Vec<Value<'static>> {
    let mut state = seed | 1;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    card.fields
        .iter()
        .map(|field| match (draw(8), field.field_type) {
            (0, _) => Value::Missing,
            (1, FieldType::Numeric) => Value::Number(-9.0),
            (2, FieldType::Numeric) => Value::Number(1e308),
            (3, FieldType::Numeric) => Value::Number((draw(100) as f64 / 4.0 - 12.5).next_down()),
            (_, FieldType::Numeric) => Value::Number(draw(100) as f64 / 4.0 - 12.5),
            (1, _) => Value::Text("never seen"),
            _ => Value::Text(TEXTS[draw(TEXTS.len() as u64) as usize]),
        })
        .collect()
}
