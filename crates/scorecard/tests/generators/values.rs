//! Values: few enough that they meet the edges, the sets and the codes of a card; some are far out, some are of no type.

use proptest::{collection::vec, option, prelude::*};
use scorecard::{
    Literal, Value,
    model::{Closure, FieldType, Interval},
};

use super::fields::FIELDS;

/// Texts that cards and applications use; the last is in no card.
pub(super) const TEXTS: [&str; 8] = ["a", "b", "c", "Delta", "", "ümlaut \"quoted\"", " 1 ", "never in a card"];
/// Dates; the last two are none.
const DATES: [&str; 6] = ["2024-02-29", "1999-12-31", "2026-11-23", "2027-01-01", "2023-02-30", "yesterday"];

/// A value that an application gives, owned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    Missing,
    Number(f64),
    Text(String),
    Boolean(bool),
}

impl Given {
    pub(crate) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Missing => Value::Missing,
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Boolean(truth) => Value::Boolean(*truth),
        }
    }
}

/// Multiples of a quarter, where edges lie.
pub(crate) fn grid() -> impl Strategy<Value = f64> {
    prop_oneof![8 => (-12_i32..12).prop_map(|n| f64::from(n) / 4.0), 1 => Just(-9.0), 1 => Just(0.1)]
}

/// An interval that holds something, with every closure.
pub(crate) fn interval() -> impl Strategy<Value = Interval> {
    let closure = prop::sample::select(vec![Closure::Left, Closure::Right, Closure::Both, Closure::Neither]);
    (option::weighted(0.8, grid()), option::weighted(0.8, grid()), closure).prop_map(|(a, b, closed)| match (a, b) {
        (Some(a), Some(b)) if a == b => Interval { from: Some(a), to: Some(b), closed: Closure::Both },
        (Some(a), Some(b)) => Interval { from: Some(a.min(b)), to: Some(a.max(b)), closed },
        (from, to) => Interval { from, to, closed },
    })
}

/// A constant of a field's type.
pub(crate) fn literal(field_type: FieldType) -> BoxedStrategy<Literal> {
    match field_type {
        FieldType::Numeric => grid().prop_map(Literal::Number).boxed(),
        FieldType::Integer => (-3_i32..4).prop_map(|n| Literal::Number(f64::from(n))).boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Literal::Boolean).boxed(),
        FieldType::Date => prop::sample::select(&DATES[..4]).prop_map(Literal::from).boxed(),
        _ => prop::sample::select(&TEXTS[..7]).prop_map(Literal::from).boxed(),
    }
}

/// A value for a field of this type: usually one of the type.
fn given(field_type: FieldType) -> BoxedStrategy<Given> {
    let number = prop_oneof![
        10 => grid(),
        2 => grid().prop_map(f64::next_down),
        2 => grid().prop_map(f64::next_up),
        2 => (-3_i32..4).prop_map(f64::from),
        1 => prop::sample::select(vec![1e308, -1e308, 5e-324, -0.0, 1e6]),
    ];
    let odd = prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]).prop_map(Given::Number);
    let text = prop::sample::select(&TEXTS[..]).prop_map(|text| Given::Text(text.into()));
    let of_type = match field_type {
        FieldType::Numeric => prop_oneof![60 => number.prop_map(Given::Number), 1 => odd].boxed(),
        FieldType::Integer => {
            let whole = prop_oneof![(-3_i32..4).prop_map(f64::from), Just(-9.0), Just(1e6)].prop_map(Given::Number);
            prop_oneof![60 => whole, 4 => number.prop_map(Given::Number), 1 => odd].boxed()
        }
        FieldType::Boolean => any::<bool>().prop_map(Given::Boolean).boxed(),
        FieldType::Date => prop_oneof![
            20 => prop::sample::select(&DATES[..4]),
            1 => prop::sample::select(&DATES[4..])
        ]
        .prop_map(|date| Given::Text(date.into()))
        .boxed(),
        _ => text.clone().boxed(),
    };
    let other = prop_oneof![text, any::<bool>().prop_map(Given::Boolean), Just(Given::Number(1.5))];
    prop_oneof![120 => of_type, 12 => Just(Given::Missing), 1 => other].boxed()
}

/// Applications: one value a field, in order.
pub(crate) fn applications(count: usize) -> impl Strategy<Value = Vec<Vec<Given>>> {
    let application: Vec<_> = FIELDS.iter().map(|(_, field_type)| given(*field_type)).collect();
    vec(application, count)
}
