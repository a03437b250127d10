//! Ten thousand rules that are simple comparisons, beside the same rules run by the `cel` crate alone.
//!
//! `cargo bench -p plimsoll-scorecard --bench policy`; fails where a decision takes 50 µs or more, or where the two differ.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{hint::black_box, process::ExitCode, time::Instant};

use cel::{Context, Program};
use scorecard::{
    Evaluation, Evaluator, Scorecard, Value,
    model::*,
    policy::{Decision, Effect, OnUnknown, Policy, PolicyEvaluator, PolicyOutcome, Rule},
};

const RULES: usize = 10_000;
const APPLICATIONS: usize = 400;
const MOST_MICROSECONDS: f64 = 50.0;

const NUMBERS: [(&str, f64, f64); 5] = [
    ("duration_months", 4.0, 72.0),
    ("credit_amount", 250.0, 18_424.0),
    ("age_years", 19.0, 75.0),
    ("installment_rate", 1.0, 4.0),
    ("existing_credits", 1.0, 4.0),
];

const TEXTS: [(&str, &[&str]); 5] = [
    ("checking_account", &["... < 0 DM", "0 <= ... < 200 DM", "... >= 200 DM", "no checking account"]),
    ("purpose", &["car (new)", "car (used)", "furniture", "radio/television", "repairs", "education", "business"]),
    ("savings", &["... < 100 DM", "100 <= ... < 500 DM", "500 <= ... < 1000 DM", "... >= 1000 DM", "unknown"]),
    ("housing", &["own", "rent", "for free"]),
    ("job", &["unskilled", "skilled employee / official", "management", "unemployed"]),
];

fn card() -> Scorecard {
    let mut card = Scorecard::named("german-credit-like");
    card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
    card.initial_score = 500.into();
    card.reasons.enabled = false;
    card.fields = NUMBERS.iter().map(|(name, ..)| Field::new(*name, FieldType::Numeric)).collect();
    card.fields.extend(TEXTS.iter().map(|(name, _)| Field::new(*name, FieldType::Categorical)));
    let attribute = |when, points: i32| Attribute::new(when, points);
    let short = Interval { from: None, to: Some(24.0), closed: Closure::Left };
    card.characteristics = vec![Characteristic {
        name: "duration_months".into(),
        field: "duration_months".into(),
        label: None,
        reason: None,
        inquiries: false,
        baselines: Baselines::default(),
        attributes: vec![attribute(Condition::Interval(short), 110), attribute(Condition::Otherwise, 60)],
        statistics: None,
    }];
    card
}

/// Pseudo-random numbers, the same on each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A number of a field, with two decimals.
    fn number(&mut self, low: f64, high: f64) -> f64 {
        let share = self.below(1_000_000) as f64 / 1e6;
        ((low + (high - low) * share) * 100.0).round() / 100.0
    }

    fn comparison(&mut self) -> String {
        let (name, low, high) = NUMBERS[self.below(NUMBERS.len())];
        let sign = ["<", "<=", ">", ">="][self.below(4)];
        format!("{name} {sign} {}", self.number(low, high))
    }

    /// A comparison that few applications meet.
    fn tail(&mut self) -> String {
        let (name, low, high) = NUMBERS[self.below(3)];
        let edge = self.number(0.0, 0.02) * (high - low);
        if self.below(2) == 0 { format!("{name} < {}", low + edge) } else { format!("{name} > {}", high - edge) }
    }

    fn equality(&mut self) -> String {
        let (name, texts) = TEXTS[self.below(TEXTS.len())];
        format!("{name} == \"{}\"", texts[self.below(texts.len())])
    }

    fn list(&mut self) -> String {
        let (name, texts) = TEXTS[self.below(TEXTS.len())];
        let first = self.below(texts.len());
        format!("{name} in [\"{}\", \"{}\"]", texts[first], texts[(first + 1) % texts.len()])
    }

    fn range(&mut self) -> String {
        let (name, low, high) = NUMBERS[self.below(NUMBERS.len())];
        let from = self.number(low, high);
        format!("{name} >= {from} && {name} < {}", from + (high - low) * 0.02)
    }

    /// What a lender's table of rules looks like: one or a few comparisons a rule, most of them rare.
    fn lenders(&mut self) -> String {
        match self.below(10) {
            0 => self.tail(),
            1 | 2 => self.range(),
            3 => format!("{} && {}", self.equality(), self.tail()),
            4 => format!("{} && {} && {}", self.equality(), self.list(), self.range()),
            5 => format!("{} && {} && {}", self.equality(), self.comparison(), self.comparison()),
            6 => format!("{} && ({} || {})", self.list(), self.tail(), self.tail()),
            7 => format!("!({}) && {}", self.list(), self.range()),
            8 => format!("score < {} && {}", 400 + self.below(300), self.tail()),
            _ => format!("pd > {} && {}", self.number(0.0, 1.0), self.range()),
        }
    }

    fn application(&mut self, missing: bool) -> Vec<Value<'static>> {
        let mut values: Vec<Value<'static>> = Vec::new();
        for (_, low, high) in NUMBERS {
            values.push(Value::Number(self.number(low, high).round()));
        }
        for (_, texts) in TEXTS {
            values.push(Value::Text(texts[self.below(texts.len())]));
        }
        if missing {
            let at = self.below(values.len());
            values[at] = Value::Missing;
        }
        values
    }
}

fn policy(expressions: &[String]) -> Policy {
    let mut policy = Policy::named("bench", Decision::Approve);
    policy.on_unknown = OnUnknown::Fire;
    let rules = expressions.iter().enumerate().map(|(n, when)| Rule {
        id: format!("r{n}"),
        description: String::new(),
        effect: Effect::Refer,
        when: when.clone(),
        reason: Reason { code: format!("P{n}"), text: "A rule".into() },
        on_unknown: None,
        enabled: true,
    });
    policy.rules = rules.collect();
    policy
}

/// The rules that fire (or fail) by the `cel` crate alone, and the microseconds of it.
fn by_cel(programs: &[Program], card: &Scorecard, values: &[Value<'_>], evaluation: &Evaluation) -> (Vec<u32>, f64) {
    let start = Instant::now();
    let mut context = Context::default();
    for (field, value) in card.fields.iter().zip(values) {
        match value {
            Value::Number(number) => context.add_variable_from_value(field.name.as_str(), *number),
            Value::Text(text) => context.add_variable_from_value(field.name.as_str(), *text),
            _ => {}
        }
    }
    context.add_variable_from_value("score", evaluation.score.to_f64());
    context.add_variable_from_value("pd", evaluation.probability_of_bad.unwrap());
    let fired = programs.iter().zip(0_u32..).filter(|(program, _)| program.execute(&context) != Ok(false.into()));
    let fired = fired.map(|(_, rule)| rule).collect();
    (fired, start.elapsed().as_secs_f64() * 1e6)
}

/// Microseconds of a decision, the best of several rounds over all applications.
fn by_us(policy: &PolicyEvaluator, applications: &[(Vec<Value<'_>>, Evaluation)]) -> f64 {
    let mut outcome = PolicyOutcome::default();
    let mut round = || {
        let start = Instant::now();
        for (values, evaluation) in applications {
            policy.decide_into(black_box(values), evaluation, &mut outcome).unwrap();
            black_box(&outcome);
        }
        start.elapsed().as_secs_f64() * 1e6 / applications.len() as f64
    };
    (0..20).map(|_| round()).fold(f64::INFINITY, f64::min)
}

/// One table of rules; `false` where it is too slow or differs from the crate.
fn compare(title: &str, card: &Scorecard, expressions: &[String], missing: bool) -> bool {
    let evaluator = Evaluator::new(card.clone()).unwrap();
    let mut draw = Draw(7);
    let applications: Vec<_> = (0..APPLICATIONS)
        .map(|_| {
            let values = draw.application(missing);
            let evaluation = evaluator.evaluate(&values).unwrap();
            (values, evaluation)
        })
        .collect();
    let start = Instant::now();
    let policy = PolicyEvaluator::new(policy(expressions), card).unwrap();
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let programs: Vec<Program> = expressions.iter().map(|when| Program::compile(when).unwrap()).collect();

    let (mut theirs, mut fired) = (f64::INFINITY, 0);
    let mut sound = true;
    for (values, evaluation) in applications.iter().take(20) {
        let (expected, microseconds) = by_cel(&programs, card, values, evaluation);
        theirs = theirs.min(microseconds);
        let outcome = policy.decide(values, evaluation).unwrap();
        fired += expected.len();
        if outcome.fired.iter().map(|fired| fired.rule).ne(expected) {
            eprintln!("DIFFERENT: {title}: other rules fire than by the cel crate alone, for {values:?}");
            sound = false;
        }
    }
    let ours = by_us(&policy, &applications);
    println!("| {title} | {} | {ours:.1} | {theirs:.0} | {:.0}× | {milliseconds:.0} |", fired / 20, theirs / ours);
    if ours >= MOST_MICROSECONDS {
        eprintln!("SLOW: {title}: {ours:.1} µs a decision; {MOST_MICROSECONDS} µs are allowed");
        sound = false;
    }
    sound
}

fn main() -> ExitCode {
    let card = card();
    let mut draw = Draw(42);
    let mut rules =
        |make: &dyn Fn(&mut Draw) -> String| -> Vec<String> { (0..RULES).map(|_| make(&mut draw)).collect() };
    let lenders = rules(&Draw::lenders);
    let tables = [
        ("a lender's table", lenders.clone(), false),
        ("the same, a field missing", lenders, true),
        ("one comparison each, half of them true", rules(&Draw::comparison), false),
        ("the same, a field missing", rules(&Draw::comparison), true),
        ("one field in a narrow range", rules(&Draw::range), false),
        (
            "two comparisons of any fields",
            rules(&|draw| format!("{} && {}", draw.comparison(), draw.comparison())),
            false,
        ),
    ];
    println!("\n{RULES} rules, microseconds a decision\n");
    println!("| rules | fire | plimsoll | cel crate alone | ratio | compiled in ms |\n|---|---|---|---|---|---|");
    let sound =
        tables.iter().fold(true, |sound, (title, rules, missing)| compare(title, &card, rules, *missing) && sound);
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
