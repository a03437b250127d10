//! The compact form, the index and the rewriting beside the `cel` crate alone: its own parser, its own evaluation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;
mod policies;

use std::collections::HashMap;

use cel::{Context, Program};
use policies::{document, rule};
use proptest::{prelude::*, test_runner::TestRunner};
use scorecard::{
    Evaluator, Points, Scorecard, Value,
    model::*,
    policy::{Effect, OnUnknown, PolicyEvaluator},
};

const NUMBERS: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    2.5,
    3.0,
    1e-300,
    5e-324,
    1e300,
    -1e308,
    9_007_199_254_740_992.0,
    9_007_199_254_740_991.0,
    1e15,
];
const WRITTEN: [&str; 15] = [
    "0",
    "-0.0",
    "1",
    "-1",
    "0.1",
    "2.5",
    "3",
    "1e-300",
    "5e-324",
    "1e300",
    "-1e308",
    "9007199254740992",
    "-9007199254740992",
    "1e15",
    "0x10",
];
const TEXTS: [&str; 9] = ["", "a", "b", "ab", "own", "Ü", "日本", "a\"b\\n", "zß"];

fn card() -> Scorecard {
    let mut card = Scorecard::named("agreement");
    card.initial_score = Points::from_units(5905, 1).unwrap();
    card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
    card.reasons.enabled = false;
    card.fields = vec![
        Field::new("a", FieldType::Numeric),
        Field::new("b", FieldType::Numeric),
        Field::new("t", FieldType::Categorical),
        Field::new("flag", FieldType::Boolean),
    ];
    let attribute = |when, points: i32| Attribute::new(when, points);
    let low = Interval { from: None, to: Some(2.0), closed: Closure::Left };
    card.characteristics = vec![Characteristic {
        name: "a".into(),
        field: "a".into(),
        label: None,
        reason: None,
        inquiries: false,
        baselines: Baselines::default(),
        attributes: vec![attribute(Condition::Interval(low), -3), attribute(Condition::Otherwise, 10)],
        statistics: None,
    }];
    card
}

fn text_literal() -> impl Strategy<Value = String> {
    prop::sample::select(&TEXTS[..]).prop_map(|text| serde_json::to_string(text).unwrap())
}

fn variable() -> impl Strategy<Value = String> {
    prop::sample::select(
        &["a", "b", "a", "b", "score", "pd", "odds", "points.a", "application.b", "application['a']"][..],
    )
    .prop_map(String::from)
}

/// Arithmetic on variables; constants carry a point, because CEL itself computes with like numbers only.
fn computed() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => variable(),
        1 => prop::sample::select(&["1.0", "2.5", "0.1", "-3.0", "1e300"][..]).prop_map(String::from),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(&["+", "-", "*", "/"][..]), inner.clone())
                .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
            inner.prop_map(|of| format!("-({of})")),
        ]
    })
}

fn comparison() -> impl Strategy<Value = String> {
    let order = || prop::sample::select(&["<", "<=", ">", ">="][..]);
    let sign = || prop::sample::select(&["<", "<=", ">", ">=", "==", "!="][..]);
    let constant = || prop::sample::select(&WRITTEN[..]);
    let numbers = || prop::collection::vec(constant(), 0..6).prop_map(|list| format!("[{}]", list.join(", ")));
    let texts = || prop::collection::vec(text_literal(), 0..5).prop_map(|list| format!("[{}]", list.join(", ")));
    let test = prop::sample::select(&["contains", "startsWith", "endsWith"][..]);
    let presence = prop::sample::select(
        &["has(application.a)", "has(application.t)", "'b' in application", "'flag' in application", "has(points.a)"][..],
    );
    let other = prop::sample::select(
        &[
            "flag",
            "flag == true",
            "flag != false",
            "true == flag",
            "true",
            "false",
            "1 < 2.5",
            "a == b",
            "t.matches('^[a-m]+')",
            "matches(t, 'ß$')",
            "size(t) > 1",
            "t.size() == 2",
            "(t + 'x').startsWith('ax')",
            "[1.0, 2.5].exists(x, x < a)",
            "[0.1, 3.0].all(x, x >= b || flag)",
            "[1, 2, 3].exists_one(x, x == 2) && a > 0",
            "['a', 'own'].filter(x, x == t).size() == 1",
            "{'a': 1.0, 'own': 2.5}[t] > a",
            "{1: true}[1] && flag",
            "int(b) > 2",
            "string(flag) == t",
            "t in [t, 'a']",
            "flag == has(application.a)",
        ][..],
    );
    prop_oneof![
        4 => (variable(), sign(), constant()).prop_map(|(of, sign, bound)| format!("{of} {sign} {bound}")),
        2 => (constant(), sign(), variable()).prop_map(|(bound, sign, of)| format!("{bound} {sign} {of}")),
        2 => (computed(), order(), computed()).prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
        2 => (variable(), numbers()).prop_map(|(of, list)| format!("{of} in {list}")),
        3 => (prop::sample::select(&["t", "application.t"][..]), sign(), text_literal()).prop_map(|(of, sign, text)| format!("{of} {sign} {text}")),
        1 => (text_literal(), sign()).prop_map(|(text, sign)| format!("{text} {sign} t")),
        2 => texts().prop_map(|list| format!("t in {list}")),
        1 => (test, text_literal()).prop_map(|(test, text)| format!("t.{test}({text})")),
        2 => presence.prop_map(String::from),
        3 => other.prop_map(String::from),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" && "))),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" || "))),
            2 => inner.clone().prop_map(|of| format!("!({of})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(c, yes, no)| format!("(({c}) ? ({yes}) : ({no}))")),
        ]
    })
}

fn application() -> impl Strategy<Value = [Value<'static>; 4]> {
    let number = || {
        prop_oneof![
            1 => Just(Value::Missing),
            5 => prop::sample::select(&NUMBERS[..]).prop_map(Value::Number),
            1 => (-20_i32..20).prop_map(|n| Value::Number(f64::from(n) / 4.0)),
        ]
    };
    let text = prop_oneof![
        1 => Just(Value::Missing),
        4 => prop::sample::select(&TEXTS[..]).prop_map(Value::Text),
        1 => Just(Value::Text("never seen")),
    ];
    let flag = prop_oneof![Just(Value::Missing), Just(Value::Boolean(true)), Just(Value::Boolean(false))];
    (number(), number(), text, flag).prop_map(|(a, b, t, flag)| [a, b, t, flag])
}

fn to_cel(value: Value<'_>) -> Option<cel::Value> {
    match value {
        Value::Missing => None,
        Value::Number(number) => Some(number.into()),
        Value::Text(text) => Some(text.into()),
        Value::Boolean(truth) => Some(truth.into()),
    }
}

/// Whether an expression is true by the `cel` crate alone; `None` where it fails.
fn by_cel(
    program: &Program,
    card: &Scorecard,
    values: &[Value<'_>],
    evaluation: &scorecard::Evaluation,
) -> Option<bool> {
    let mut context = Context::default();
    let mut application: HashMap<String, cel::Value> = HashMap::new();
    for (field, value) in card.fields.iter().zip(values) {
        if let Some(value) = to_cel(*value) {
            context.add_variable_from_value(field.name.clone(), value.clone());
            application.insert(field.name.clone(), value);
        }
    }
    context.add_variable_from_value("application", application);
    context.add_variable_from_value("score", evaluation.score.to_f64());
    context.add_variable_from_value("pd", evaluation.probability_of_bad.unwrap());
    context.add_variable_from_value("odds", evaluation.odds.unwrap());
    let points: HashMap<String, f64> = card
        .characteristics
        .iter()
        .zip(&evaluation.characteristics)
        .map(|(c, m)| (c.name.clone(), m.points.to_f64()))
        .collect();
    context.add_variable_from_value("points", points);
    match program.execute(&context) {
        Ok(cel::Value::Bool(truth)) => Some(truth),
        _ => None,
    }
}

#[test]
fn rules_mean_what_the_cel_crate_alone_says() {
    let run = || {
        let card = card();
        let evaluator = Evaluator::new(card.clone()).unwrap();
        let policies = prop::collection::vec(expression(), 1..12);
        let applications = prop::collection::vec(application(), 1..8);
        let config = ProptestConfig { cases: 1_000, ..ProptestConfig::default() };
        let result = TestRunner::new(config).run(&(policies, applications), |(expressions, applications)| {
            let rules = expressions.iter().enumerate();
            let mut policy = document(rules.map(|(n, when)| rule(&n.to_string(), Effect::Refer, when)).collect());
            policy.on_unknown = OnUnknown::Fire;
            let policy = PolicyEvaluator::new(policy, &card).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let programs: Vec<Program> = expressions.iter().map(|when| Program::compile(when).unwrap()).collect();
            for values in &applications {
                let evaluation = evaluator.evaluate(values).unwrap();
                let mut found = vec![Some(false); expressions.len()];
                for fired in policy.decide(values, &evaluation).unwrap().fired {
                    found[fired.rule as usize] = (!fired.unknown).then_some(true);
                }
                for ((when, program), found) in expressions.iter().zip(&programs).zip(found) {
                    let expected = by_cel(program, &card, values, &evaluation);
                    prop_assert_eq!(found, expected, "{} of {:?}", when, values);
                }
            }
            Ok(())
        });
        result.unwrap();
    };
    // The crate's other parser needs far more stack than a test's thread has.
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}
