//! Expressions and predicates, each of a known type, over the fields that every card has.

use proptest::{collection::vec, option, prelude::*};
use scorecard::{Literal, model::*};

use super::{fields::number_literal, values};

const NUMBERS: [&str; 3] = ["n0", "n1", "i0"];
const TEXTS: [&str; 2] = ["c0", "c1"];

/// Derived fields of each type; each may use fields, and `dn1` the others too. They stand in any order.
pub(super) fn derived() -> BoxedStrategy<Vec<DerivedField>> {
    let of = |name: &'static str, field_type, expression: BoxedStrategy<Expression>| {
        expression.prop_map(move |expression| DerivedField { name: name.into(), field_type, expression })
    };
    let uses_others = prop_oneof![
        number(2),
        Just(Expression::Field { name: "dn0".into(), map_missing_to: None }),
        boolean(1).prop_map(|condition| {
            let field = |name: &str| Expression::Field { name: name.into(), map_missing_to: None };
            let both = apply("and", vec![field("db0"), condition]);
            apply("if", vec![both, field("dn0"), apply("stringLength", vec![field("dc0")])])
        }),
    ];
    let all = vec![
        of("dn1", FieldType::Numeric, uses_others.boxed()).boxed(),
        of("dn0", FieldType::Numeric, number(3)).boxed(),
        of("dc0", FieldType::Categorical, text(2)).boxed(),
        of("db0", FieldType::Boolean, boolean(3)).boxed(),
    ];
    all.prop_shuffle().boxed()
}

fn apply(function: &str, arguments: Vec<Expression>) -> Expression {
    Expression::Apply {
        function: function.into(),
        arguments,
        map_missing_to: None,
        default: None,
        on_invalid: InvalidTreatment::Reject,
    }
}

/// A function of arguments, with or without stand-ins of the type of its result.
fn applied(
    functions: &'static [&'static str],
    arguments: BoxedStrategy<Vec<Expression>>,
    result: BoxedStrategy<Literal>,
) -> BoxedStrategy<Expression> {
    let stand_in = || option::weighted(0.2, result.clone());
    let invalid = prop_oneof![1 => Just(InvalidTreatment::Reject), 4 => Just(InvalidTreatment::Missing)];
    (prop::sample::select(functions), arguments, stand_in(), stand_in(), invalid)
        .prop_map(|(function, arguments, map_missing_to, default, on_invalid)| Expression::Apply {
            function: function.into(),
            arguments,
            map_missing_to,
            default,
            on_invalid,
        })
        .boxed()
}

fn field(names: &'static [&'static str], stand_in: BoxedStrategy<Literal>) -> BoxedStrategy<Expression> {
    (prop::sample::select(names), option::weighted(0.2, stand_in))
        .prop_map(|(name, map_missing_to)| Expression::Field { name: name.into(), map_missing_to })
        .boxed()
}

fn text_literal() -> BoxedStrategy<Literal> {
    values::literal(FieldType::Categorical)
}

/// An expression that gives a number.
pub(crate) fn number(depth: u32) -> BoxedStrategy<Expression> {
    let constant = option::weighted(0.9, number_literal()).prop_map(Expression::Constant);
    let leaf = prop_oneof![
        1 => constant,
        3 => field(&NUMBERS, number_literal().boxed()),
        1 => norm_continuous(),
        1 => (prop::sample::select(&TEXTS[..]), text_literal(), option::of(values::grid())).prop_map(
            |(field, value, map_missing_to)| Expression::NormDiscrete { field: field.into(), value, map_missing_to }
        ),
        1 => discretize(number_literal().boxed()),
        1 => map_values(number_literal().boxed()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || number(depth - 1);
    let result = || number_literal().boxed();
    prop_oneof![
        2 => leaf,
        2 => applied(&["+", "-", "*", "/", "modulo", "threshold"], vec(inner(), 2).boxed(), result()),
        1 => applied(&["abs", "floor", "ceil", "round", "rint", "sqrt", "-"], vec(inner(), 1).boxed(), result()),
        1 => applied(&["min", "max", "sum", "avg", "product", "median"], vec(inner(), 1..4).boxed(), result()),
        1 => applied(&["stringLength"], vec(text(depth - 1), 1).boxed(), result()),
        1 => chosen(boolean(depth - 1), inner(), result()),
    ]
    .boxed()
}

fn chosen(
    condition: BoxedStrategy<Expression>,
    branch: BoxedStrategy<Expression>,
    result: BoxedStrategy<Literal>,
) -> BoxedStrategy<Expression> {
    let arguments = (condition, vec(branch, 1..3))
        .prop_map(|(condition, branches)| std::iter::once(condition).chain(branches).collect::<Vec<_>>());
    applied(&["if"], arguments.boxed(), result)
}

/// An expression that gives a text.
pub(crate) fn text(depth: u32) -> BoxedStrategy<Expression> {
    let constant = option::weighted(0.9, text_literal()).prop_map(Expression::Constant);
    let leaf = prop_oneof![
        1 => constant,
        3 => field(&TEXTS, text_literal()),
        1 => discretize(text_literal()),
        1 => map_values(text_literal()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || text(depth - 1);
    let part = (inner(), 1..4_i32, 0..4_i32).prop_map(|(text, start, length)| {
        let constant = |n: i32| Expression::Constant(Some(Literal::Number(f64::from(n))));
        vec![text, constant(start), constant(length)]
    });
    prop_oneof![
        3 => leaf,
        1 => applied(&["uppercase", "lowercase", "trimBlanks"], vec(inner(), 1).boxed(), text_literal()),
        1 => applied(&["concat"], vec(inner(), 1..3).boxed(), text_literal()),
        1 => applied(&["substring"], part.boxed(), text_literal()),
        1 => chosen(boolean(depth - 1), inner(), text_literal()),
    ]
    .boxed()
}

/// An expression that gives a truth value.
pub(crate) fn boolean(depth: u32) -> BoxedStrategy<Expression> {
    let result = || any::<bool>().prop_map(Literal::Boolean).boxed();
    let leaf = prop_oneof![
        1 => option::weighted(0.9, result()).prop_map(Expression::Constant),
        2 => field(&["b0"], result()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    const COMPARE: [&str; 6] = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"];
    let inner = move || boolean(depth - 1);
    prop_oneof![
        1 => leaf,
        2 => applied(&COMPARE, vec(number(depth - 1), 2).boxed(), result()),
        1 => applied(&COMPARE, vec(text(depth - 1), 2).boxed(), result()),
        1 => applied(&["isMissing", "isNotMissing"], vec(number(depth - 1), 1).boxed(), result()),
        1 => applied(&["isIn", "isNotIn"], vec(number(depth - 1), 2..4).boxed(), result()),
        2 => applied(&["and", "or"], vec(inner(), 2..4).boxed(), result()),
        1 => applied(&["not"], vec(inner(), 1).boxed(), result()),
    ]
    .boxed()
}

fn norm_continuous() -> BoxedStrategy<Expression> {
    let norms = prop::collection::btree_map(-12_i32..12, -12_i32..12, 2..5);
    let outliers =
        prop::sample::select(vec![OutlierTreatment::AsIs, OutlierTreatment::Missing, OutlierTreatment::Clamp]);
    (prop::sample::select(&NUMBERS[..]), norms, outliers, option::of(values::grid()))
        .prop_map(|(field, norms, outliers, map_missing_to)| {
            let quarter = |n: i32| f64::from(n) / 4.0;
            let norms = norms.into_iter().map(|(orig, norm)| LinearNorm { orig: quarter(orig), norm: quarter(norm) });
            Expression::NormContinuous { field: field.into(), norms: norms.collect(), outliers, map_missing_to }
        })
        .boxed()
}

fn discretize(value: BoxedStrategy<Literal>) -> BoxedStrategy<Expression> {
    let bin = (values::interval(), value.clone()).prop_map(|(interval, value)| DiscretizeBin { interval, value });
    (prop::sample::select(&NUMBERS[..]), vec(bin, 1..4), option::of(value.clone()), option::of(value))
        .prop_map(|(field, bins, default, map_missing_to)| Expression::Discretize {
            field: field.into(),
            bins,
            default,
            map_missing_to,
        })
        .boxed()
}

fn map_values(value: BoxedStrategy<Literal>) -> BoxedStrategy<Expression> {
    let row = (text_literal(), text_literal(), value.clone()).prop_map(|(a, b, value)| vec![a, b, value]);
    (vec(row, 0..5), option::of(value.clone()), option::of(value))
        .prop_map(|(rows, default, map_missing_to)| Expression::MapValues {
            fields: vec!["c0".into(), "c1".into()],
            rows,
            default,
            map_missing_to,
        })
        .boxed()
}

/// A predicate over fields and derived fields.
pub(crate) fn predicate(depth: u32) -> BoxedStrategy<Predicate> {
    let operator = || {
        prop::sample::select(vec![
            Operator::Equal,
            Operator::NotEqual,
            Operator::LessThan,
            Operator::LessOrEqual,
            Operator::GreaterThan,
            Operator::GreaterOrEqual,
        ])
    };
    let numbers = || prop::sample::select(vec!["n0", "n1", "i0", "dn0", "dn1"]).prop_map(str::to_owned);
    let texts = || prop::sample::select(vec!["c0", "c1", "dc0"]).prop_map(str::to_owned);
    let any_field = || prop_oneof![numbers(), texts(), Just("b0".to_owned()), Just("db0".to_owned())];
    let compare = |(field, operator, value)| Predicate::Compare { field, operator, value };
    let leaf = prop_oneof![
        1 => prop::sample::select(vec![Predicate::True, Predicate::False]),
        3 => (numbers(), operator(), number_literal()).prop_map(compare),
        2 => (texts(), operator(), text_literal()).prop_map(compare),
        1 => any_field().prop_map(Predicate::IsMissing),
        1 => any_field().prop_map(Predicate::IsNotMissing),
        1 => (numbers(), vec(number_literal(), 1..4)).prop_map(|(field, values)| Predicate::IsIn { field, values }),
        1 => (texts(), vec(text_literal(), 1..4)).prop_map(|(field, values)| Predicate::IsNotIn { field, values }),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let parts = move || vec(predicate(depth - 1), 1..4);
    prop_oneof![
        2 => leaf,
        1 => parts().prop_map(Predicate::And),
        1 => parts().prop_map(Predicate::Or),
        1 => parts().prop_map(Predicate::Xor),
        1 => parts().prop_map(Predicate::Surrogate),
    ]
    .boxed()
}
