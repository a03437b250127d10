//! One explained evaluation of a card of 20 characteristics, in process and on one core: score, odds, PD, matched
//! attributes with points and differences, ranked reasons.
//!
//! `cargo bench -p plimsoll-scorecard --bench evaluation`; fails at 1 µs or more, below 5 million a second and core, and
//! where evaluation into a used value allocates at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{hint::black_box, process::ExitCode, time::Instant};

use scorecard::{Evaluation, Evaluator, Points, Scorecard, Value, model::*};

const NUMERIC: usize = 12;
const CATEGORICAL: usize = 8;
/// More than any branch predictor learns by heart.
const APPLICATIONS: usize = 4096;
const ROUNDS: usize = 3000;
const MOST_NANOSECONDS: f64 = 1000.0;
const LEAST_A_SECOND: f64 = 5e6;

/// As long and as alike as the categories of a real table.
const LEVELS: [&str; 5] = [
    "no checking account",
    "existing credits paid back duly till now",
    "0 <= ... < 200 DM",
    "skilled employee / official",
    "own",
];

/// Draws of a linear congruential generator: the same on every machine.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn attribute(when: Condition, points: Points) -> Attribute {
    Attribute { label: None, when, points, points_expression: None, reason: None, statistics: None }
}

/// Six intervals and a missing bin; of a category five values, a missing bin and everything else.
fn attributes(draws: &mut Draws, numeric: bool) -> Vec<Attribute> {
    let mut points = || Points::from_units(i64::try_from(draws.below(80)).unwrap() - 20, 0).unwrap();
    let mut list = vec![attribute(Condition::Missing, points())];
    if numeric {
        let ends: [Option<f64>; 7] = [None, Some(120.0), Some(250.0), Some(401.5), Some(633.0), Some(880.0), None];
        let closed = |from: Option<f64>| if from.is_some() { Closure::Left } else { Closure::Neither };
        let when = |ends: &[Option<f64>]| Interval { from: ends[0], to: ends[1], closed: closed(ends[0]) };
        list.extend(ends.windows(2).map(|ends| attribute(Condition::Interval(when(ends)), points())));
    } else {
        list.extend(LEVELS.map(|level| attribute(Condition::Values(vec![level.into()]), points())));
        list.push(attribute(Condition::Otherwise, points()));
    }
    list
}

fn card() -> Scorecard {
    let mut draws = Draws(7);
    let mut card = Scorecard::named("bench");
    card.initial_score = 400.into();
    card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
    for index in 0..NUMERIC + CATEGORICAL {
        let numeric = index % 5 < 3;
        let name = format!("field_{index}");
        let attributes = attributes(&mut draws, numeric);
        card.fields.push(Field::new(&name, if numeric { FieldType::Numeric } else { FieldType::Categorical }));
        card.characteristics.push(Characteristic {
            field: name.clone(),
            label: None,
            reason: Some(Reason { code: format!("R{index:02}"), text: format!("Reason {index}") }),
            inquiries: index == 11,
            baselines: Baselines { maximum: attributes.iter().map(|a| a.points).max(), ..Baselines::default() },
            attributes,
            statistics: None,
            name,
        });
    }
    card
}

/// One value a field; `None` is missing.
enum Held {
    Missing,
    Number(f64),
    Text(String),
}

/// Random applications: every bin is met, one value in twenty is missing, one category in twenty was never seen.
fn applications(card: &Scorecard) -> Vec<Vec<Held>> {
    let mut draws = Draws(11);
    let mut value = |field: &Field| match (draws.below(20), field.field_type) {
        (0, _) => Held::Missing,
        (_, FieldType::Numeric) => Held::Number(draws.below(100_000) as f64 / 100.0),
        (1, _) => Held::Text("never seen before".into()),
        _ => Held::Text(LEVELS[draws.below(5) as usize].into()),
    };
    (0..APPLICATIONS).map(|_| card.fields.iter().map(&mut value).collect()).collect()
}

/// The fastest of many rounds over all applications, in nanoseconds an evaluation: a round is shorter than a time slice.
fn fastest(applications: &[Vec<Value<'_>>], mut evaluate: impl FnMut(&[Value<'_>])) -> f64 {
    let round = |_| {
        let start = Instant::now();
        applications.iter().for_each(|application| evaluate(application));
        start.elapsed().as_secs_f64() * 1e9 / applications.len() as f64
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn main() -> ExitCode {
    let card = card();
    let held = applications(&card);
    let value = |held: &'_ Held| match held {
        Held::Missing => Value::Missing,
        Held::Number(number) => Value::Number(*number),
        // Lives as long as the program.
        Held::Text(text) => Value::Text(Box::leak(text.clone().into_boxed_str())),
    };
    let applications: Vec<Vec<Value<'_>>> = held.iter().map(|values| values.iter().map(value).collect()).collect();
    let evaluator = Evaluator::new(card).unwrap();

    let mut evaluation = Evaluation::default();
    let into = fastest(&applications, |values| {
        evaluator.evaluate_into(black_box(values), &mut evaluation).unwrap();
        black_box(&evaluation);
    });
    let anew = fastest(&applications, |values| {
        black_box(evaluator.evaluate(black_box(values)).unwrap());
    });
    let allocations = allocation_counter::measure(|| {
        for values in &applications {
            evaluator.evaluate_into(black_box(values), &mut evaluation).unwrap();
            black_box(&evaluation);
        }
    });
    let reasons: usize = applications.iter().map(|values| evaluator.evaluate(values).unwrap().reasons.len()).sum();

    let per_second = 1e9 / into;
    println!(
        "\n{} characteristics, {APPLICATIONS} random applications, {:.2} reasons each, one core\n",
        NUMERIC + CATEGORICAL,
        reasons as f64 / APPLICATIONS as f64
    );
    println!("| evaluation | ns | a second and core | allocations |\n|---|---|---|---|");
    println!(
        "| into a used value | {into:.0} | {:.2} million | {} in {APPLICATIONS} |",
        per_second / 1e6,
        allocations.count_total
    );
    println!("| into a new value | {anew:.0} | {:.2} million | two vectors each |", 1e3 / anew);
    println!(
        "\nClaimed: less than {MOST_NANOSECONDS:.0} ns, at least {:.0} million, no allocation.",
        LEAST_A_SECOND / 1e6
    );
    let sound = into < MOST_NANOSECONDS && per_second >= LEAST_A_SECOND && allocations.count_total == 0;
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
