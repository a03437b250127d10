//! Random scorecards of every kind, and applications that lie on their edges.
//!
//! All cards have the same seven fields, of each type one or two, so that conditions and expressions can be drawn without
//! knowing the card: what is done with a field's values differs. [`plain_cards`] look at one field a characteristic;
//! [`rich_cards`] have derived fields, predicates and computed points besides.
#![allow(dead_code, clippy::unwrap_used)] // each test file uses its own part

mod conditions;
mod expressions;
mod fields;
mod values;

use proptest::{collection::vec, option, prelude::*};
use scorecard::{Points, Scorecard, model::*};

pub(crate) use conditions::{disjoint, first_match};
pub(crate) use expressions::{number, predicate};
pub(crate) use fields::FIELDS;
pub(crate) use values::{Given, applications};

/// A few decimals; now and then so many digits that whole units of 64 bits cannot hold a sum.
pub(crate) fn points() -> impl Strategy<Value = Points> {
    prop_oneof![
        40 => (-5000_i64..5000, 0_u32..4).prop_map(|(units, decimals)| Points::from_units(units, decimals).unwrap()),
        1 => Just("1234567890123456.75".parse().unwrap()),
        1 => Just("-0.000000000000001".parse().unwrap()),
    ]
}

/// A code of four, so that characteristics share them, and ties and sums happen.
pub(crate) fn reason() -> impl Strategy<Value = Reason> {
    (0..4_u8).prop_map(|code| Reason { code: format!("C{code}"), text: format!("Reason {code}") })
}

fn baselines() -> impl Strategy<Value = Baselines> {
    vec(points(), 4).prop_map(|points| Baselines {
        maximum: Some(points[0]),
        mean: Some(points[1]),
        mean_at_cutoff: Some(points[2]),
        stated: Some(points[3]),
    })
}

fn attribute(
    when: impl Strategy<Value = Condition> + 'static,
    computed: BoxedStrategy<Option<Expression>>,
) -> BoxedStrategy<Attribute> {
    (when, points(), computed, option::weighted(0.2, reason()))
        .prop_map(|(when, points, points_expression, reason)| Attribute {
            label: None,
            when,
            points,
            points_expression,
            reason,
            statistics: None,
        })
        .boxed()
}

fn characteristic(
    index: usize,
    sources: &'static [(&'static str, FieldType)],
    matching: Matching,
    rich: bool,
) -> BoxedStrategy<Characteristic> {
    let conditions = move |(_, field_type): (&str, FieldType)| match matching {
        Matching::Disjoint => disjoint(field_type),
        Matching::FirstMatch => first_match(field_type),
    };
    let computed = move || if rich { option::weighted(0.1, number(2)).boxed() } else { Just(None).boxed() };
    let drawn = prop::sample::select(sources).prop_flat_map(move |source| {
        let attributes = conditions(source).prop_flat_map(move |conditions| {
            let tested = if rich { option::weighted(0.15, predicate(2)).boxed() } else { Just(None).boxed() };
            let predicates = vec(tested, conditions.len());
            predicates.prop_flat_map(move |predicates| {
                let drawn = conditions.iter().cloned().zip(predicates);
                let attributes = drawn
                    .map(|(own, predicate)| attribute(Just(predicate.map_or(own, Condition::Predicate)), computed()));
                attributes.collect::<Vec<_>>()
            })
        });
        (Just(source.0), attributes)
    });
    (drawn, reason(), baselines(), any::<bool>())
        .prop_map(move |((field, attributes), reason, baselines, inquiries)| Characteristic {
            name: format!("x{index}"),
            field: field.into(),
            label: None,
            reason: Some(reason),
            inquiries,
            baselines,
            attributes,
            statistics: None,
        })
        .boxed()
}

fn rules() -> impl Strategy<Value = Reasons> {
    use BaselineMethod::{Maximum, Mean, MeanAtCutoff, Stated};
    let method = prop::sample::select(vec![Maximum, Mean, MeanAtCutoff, Stated]);
    let direction = prop::sample::select(vec![Direction::PointsBelow, Direction::PointsAbove]);
    let mode = prop::sample::select(vec![ReasonMode::Notice, ReasonMode::Pmml]);
    (prop::bool::weighted(0.9), method, direction, 1..6_u8, mode).prop_map(
        |(enabled, method, direction, at_most, mode)| Reasons {
            enabled,
            method,
            direction,
            at_most,
            mode,
            baseline_note: String::new(),
        },
    )
}

fn output() -> impl Strategy<Value = OutputRule> {
    let cast = option::of(prop::sample::select(vec![Cast::Round, Cast::Ceiling, Cast::Floor]));
    let number = || (-400_i32..400).prop_map(|n| f64::from(n) / 4.0);
    (option::of(number()), option::of(number()), number(), number(), cast).prop_map(|(a, b, factor, constant, cast)| {
        let (minimum, maximum) = match (a, b) {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            other => other,
        };
        OutputRule { minimum, maximum, factor, constant, cast }
    })
}

fn scaling() -> impl Strategy<Value = Scaling> {
    let pdo = prop::sample::select(vec![20.0, -20.0, 50.0, 0.5]);
    (pdo, -500_i32..900, 1_u32..100).prop_map(|(pdo, points, odds)| Scaling {
        pdo,
        points: f64::from(points),
        odds: f64::from(odds) / 2.0,
    })
}

fn cards(
    sources: &'static [(&'static str, FieldType)],
    derived: BoxedStrategy<Vec<DerivedField>>,
    rich: bool,
) -> BoxedStrategy<Scorecard> {
    let matching = prop::sample::select(vec![Matching::Disjoint, Matching::FirstMatch]);
    let characteristics = matching.prop_flat_map(move |matching| {
        let each: Vec<_> = (0..7).map(|index| characteristic(index, sources, matching, rich)).collect();
        (Just(matching), each, 1..8_usize)
    });
    let rest = (points(), option::of(scaling()), rules(), option::weighted(0.2, output()));
    (fields::fields(), derived, characteristics, rest)
        .prop_map(|(fields, derived, (matching, mut characteristics, count), (initial, scaling, reasons, output))| {
            characteristics.truncate(count);
            let mut card = Scorecard::named("random");
            card.fields = fields;
            card.derived = derived;
            card.initial_score = initial;
            card.scaling = scaling;
            card.matching = matching;
            card.reasons = reasons;
            card.characteristics = characteristics;
            card.output = output;
            // A set of what a field allows may be left half named: then only document order can be meant.
            if card.check().is_err() {
                card.matching = Matching::FirstMatch;
            }
            card
        })
        .prop_filter("the card must be sound", |card| card.check().is_ok())
        .boxed()
}

/// Cards whose characteristics look at one field each.
pub(crate) fn plain_cards() -> BoxedStrategy<Scorecard> {
    cards(&FIELDS, Just(Vec::new()).boxed(), false)
}

/// Cards with derived fields, predicates and computed points.
pub(crate) fn rich_cards() -> BoxedStrategy<Scorecard> {
    cards(&fields::WITH_DERIVED, expressions::derived(), true)
}

/// Either.
pub(crate) fn scorecards() -> BoxedStrategy<Scorecard> {
    prop_oneof![plain_cards(), rich_cards()].boxed()
}
