//! The seven fields that every random card has, under random treatments.

use proptest::{collection::vec, option, prelude::*};
use scorecard::{Literal, model::*};

use super::values;

/// Names and types of the fields.
pub(crate) const FIELDS: [(&str, FieldType); 7] = [
    ("n0", FieldType::Numeric),
    ("n1", FieldType::Numeric),
    ("i0", FieldType::Integer),
    ("c0", FieldType::Categorical),
    ("c1", FieldType::Categorical),
    ("b0", FieldType::Boolean),
    ("t0", FieldType::Date),
];

/// The fields and the derived fields of [`super::rich_cards`].
pub(super) const WITH_DERIVED: [(&str, FieldType); 11] = [
    ("n0", FieldType::Numeric),
    ("n1", FieldType::Numeric),
    ("i0", FieldType::Integer),
    ("c0", FieldType::Categorical),
    ("c1", FieldType::Categorical),
    ("b0", FieldType::Boolean),
    ("t0", FieldType::Date),
    ("dn0", FieldType::Numeric),
    ("dc0", FieldType::Categorical),
    ("db0", FieldType::Boolean),
    ("dn1", FieldType::Numeric),
];

/// All fields, in order.
pub(super) fn fields() -> impl Strategy<Value = Vec<Field>> {
    FIELDS.map(|(name, field_type)| field(name, field_type)).to_vec()
}

/// Half of the fields take whatever comes; the others have any of the treatments, now and then all at once.
fn field(name: &'static str, field_type: FieldType) -> BoxedStrategy<Field> {
    let literals =
        move |most: usize| prop_oneof![3 => Just(Vec::new()), 1 => vec(values::literal(field_type), 1..most)].boxed();
    let ranges = if field_type.is_numeric() {
        prop_oneof![3 => Just(vec![]), 1 => vec(values::interval(), 1..3)].boxed()
    } else {
        Just(vec![]).boxed()
    };
    let invalid = prop_oneof![
        1 => Just(OnInvalid::Reject),
        2 => Just(OnInvalid::Missing),
        3 => Just(OnInvalid::Accept),
        2 => values::literal(field_type).prop_map(OnInvalid::Replace),
    ];
    let outliers = if field_type.is_numeric() { option::weighted(0.3, outliers()).boxed() } else { Just(None).boxed() };
    let stand_in = option::weighted(0.3, values::literal(field_type));
    let treated =
        (prop::bool::weighted(0.2), ranges, literals(5), literals(4), stand_in, literals(3), invalid, outliers)
            .prop_map(
                move |(required, ranges, values, missing_values, missing_as, invalid_values, on_invalid, outliers)| {
                    Field {
                        required,
                        ranges,
                        values,
                        missing_values,
                        invalid_values,
                        missing_as,
                        on_invalid,
                        outliers,
                        ..Field::new(name, field_type)
                    }
                },
            );
    let plain = prop::bool::weighted(0.05).prop_map(move |required| Field { required, ..Field::new(name, field_type) });
    prop_oneof![plain, treated].boxed()
}

fn outliers() -> impl Strategy<Value = Outliers> {
    let treatment = prop::sample::select(vec![OutlierTreatment::Clamp, OutlierTreatment::Missing]);
    (values::grid(), values::grid(), treatment).prop_map(|(a, b, treatment)| Outliers {
        low: a.min(b),
        high: a.max(b),
        treatment,
    })
}

/// A constant of the type, as a model states it.
pub(super) fn number_literal() -> impl Strategy<Value = Literal> {
    values::grid().prop_map(Literal::Number)
}
