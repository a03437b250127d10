//! The smallest changes that would approve: approved by those who decide, and none smaller where that is claimed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod cards;
mod policies;

use cards::{scorecards, small, values_for};
use policies::rule;
use proptest::prelude::*;
use scorecard::{
    Evaluator, Literal, Scorecard, Value,
    model::{Closure, Condition, Field, FieldType, Interval},
    policy::{Band, Decision, Effect, Policy, PolicyEvaluator},
    recourse::{MOST_WAYS, Recourse, Space},
};

/// A card and a policy made ready.
struct Ready {
    evaluator: Evaluator,
    policy: PolicyEvaluator,
    space: Space,
}

impl Ready {
    fn new(card: Scorecard, policy: Policy) -> Self {
        let policy = PolicyEvaluator::new(policy, &card).unwrap();
        let space = Space::new(&card, &policy).unwrap();
        Self { evaluator: Evaluator::new(card).unwrap(), policy, space }
    }

    fn decision(&self, values: &[Value<'_>]) -> Option<Decision> {
        let evaluation = self.evaluator.evaluate(values).ok()?;
        Some(self.policy.decide(values, &evaluation).ok()?.decision)
    }

    fn search(&self, values: &[Value<'_>], fixed: &[usize]) -> Recourse {
        self.space.search(&self.evaluator, &self.policy, values, fixed).unwrap()
    }

    /// The first way as text.
    fn first(&self, values: &[Value<'_>], fixed: &[usize]) -> String {
        let fields = &self.evaluator.scorecard().fields;
        let recourse = self.search(values, fixed);
        let changes = recourse.ways.first().map(|way| way.changes.as_slice()).unwrap_or_default();
        changes
            .iter()
            .map(|change| format!("{}={}", fields[change.field].name, change.to))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Approves from `cut` on.
fn approves_from(cut: f64) -> Policy {
    let mut policy = Policy::named("test", Decision::Approve);
    let band = |name: &str, from, to, decision| Band { name: name.into(), from, to, decision };
    policy.scores.bands =
        vec![band("no", None, Some(cut), Decision::Decline), band("yes", Some(cut), None, Decision::Approve)];
    policy
}

#[test]
fn one_change_is_found_and_the_nearest_value_of_it() {
    // Age below 30 costs 55 points; housing other than own or free costs 25.
    let ready = Ready::new(small(), approves_from(620.0));
    let young = [Value::Number(27.5), Value::Text("own")];
    assert_eq!(ready.first(&young, &[]), "age=30");
    assert_eq!(ready.first(&young, &[0]), "", "age is fixed, and housing cannot make up for it");
    let both = [Value::Number(27.5), Value::Text("rent")];
    assert_eq!(ready.first(&both, &[]), "age=30", "600 + 25 − 5 is 620");
    let stricter = Ready::new(small(), approves_from(640.0));
    let renting = [Value::Number(40.0), Value::Text("rent")];
    assert_eq!(stricter.first(&renting, &[]), "housing=\"own\"");
    assert_eq!(stricter.first(&both, &[]), "age=30 housing=\"own\"");
    let approved = stricter.search(&[Value::Number(40.0), Value::Text("own")], &[]);
    assert!(approved.ways.is_empty() && approved.is_complete && approved.searched == 0);
}

#[test]
fn rules_count_as_much_as_the_score() {
    let mut policy = approves_from(600.0);
    policy.rules = vec![rule("old", Effect::KnockOut, "age > 70"), rule("share", Effect::Refer, "age / 2 > 30")];
    let ready = Ready::new(small(), policy);
    // 60 is where the computed rule ends: the grid finds 0.75 · 72, beside the bounds of the other rule.
    assert_eq!(ready.first(&[Value::Number(72.0), Value::Text("own")], &[]), "age=54");
    let mut policy = approves_from(600.0);
    policy.rules = vec![rule("old", Effect::KnockOut, "age > 70")];
    let ready = Ready::new(small(), policy);
    assert_eq!(ready.first(&[Value::Number(72.0), Value::Text("own")], &[]), "age=70", "in the same attribute");
}

#[test]
fn what_a_field_refuses_and_codes_are_never_proposed() {
    let mut card = small();
    card.fields[0] = Field { name: "age".into(), ..Field::new("age", FieldType::Integer) };
    card.fields[0].ranges = vec![Interval { from: Some(18.0), to: Some(29.0), closed: Closure::Both }];
    let ready = Ready::new(card, approves_from(620.0));
    assert_eq!(ready.first(&[Value::Number(20.0), Value::Text("own")], &[]), "", "nobody may be 30");

    let mut card = small();
    card.fields[0] = Field::new("age", FieldType::Integer);
    card.characteristics[0].attributes[1].when =
        Condition::Interval(Interval { from: Some(30.0), to: None, closed: Closure::Left });
    card.characteristics[0]
        .attributes
        .insert(0, scorecard::model::Attribute::new(Condition::Special(vec![(-9.0).into()]), 900));
    card.characteristics[1].attributes[1].when = Condition::Missing;
    card.characteristics[1].attributes[1].points = 500.into();
    let ready = Ready::new(card, approves_from(640.0));
    let recourse = ready.search(&[Value::Number(20.0), Value::Text("own")], &[]);
    let proposed: Vec<&Literal> = recourse.ways.iter().flat_map(|way| &way.changes).map(|change| &change.to).collect();
    assert_eq!(proposed, [&Literal::Number(30.0)], "no code, and nothing left out");
}

#[test]
fn work_is_bounded_and_said_to_be() {
    let mut card = Scorecard::named("wide");
    let small = small();
    for number in 0..400 {
        let mut field = Field::new(format!("x{number}"), FieldType::Numeric);
        field.required = true;
        let mut characteristic = small.characteristics[0].clone();
        (characteristic.name, characteristic.field) = (field.name.clone(), field.name.clone());
        card.fields.push(field);
        card.characteristics.push(characteristic);
    }
    let ready = Ready::new(card, approves_from(1.0));
    // Each change brings 55 of 12 000 points: no three suffice, which the score alone tells.
    let values = vec![Value::Number(20.0); 400];
    let recourse = ready.search(&values, &[]);
    assert!(recourse.ways.is_empty() && !recourse.is_complete && recourse.searched == 2, "{recourse:?}");
}

/// Values at which a random card or its rule could turn.
fn universe(card: &Scorecard, field: usize) -> Vec<Value<'_>> {
    let name = &card.fields[field].name;
    let mut values = Vec::new();
    for attribute in card.characteristics.iter().filter(|c| c.field == *name).flat_map(|c| &c.attributes) {
        match &attribute.when {
            Condition::Interval(interval) => {
                let ends = [interval.from, interval.to].into_iter().flatten();
                values.extend(ends.flat_map(|end| [end - 0.125, end, end + 0.125]).map(Value::Number));
            }
            Condition::Values(literals) => values.extend(literals.iter().map(Literal::as_value)),
            _ => {}
        }
    }
    if card.fields[field].field_type == FieldType::Numeric {
        values.extend([1.875, 2.0, 2.125, 0.875, 1.0, 1.125].map(Value::Number));
    }
    let codes: Vec<Value<'_>> = [-9.0, 3.25].map(Value::Number).to_vec();
    values.retain(|value| !codes.contains(value));
    values
}

/// Whether some change of exactly `left` more fields from `first` on approves.
fn suffices(
    ready: &Ready,
    values: &mut Vec<Value<'static>>,
    all: &[Vec<Value<'static>>],
    first: usize,
    left: usize,
) -> bool {
    if left == 0 {
        return ready.decision(values) == Some(Decision::Approve);
    }
    (first..all.len()).any(|field| {
        let present = values[field];
        let found = all[field].iter().any(|value| {
            values[field] = *value;
            suffices(ready, values, all, field + 1, left - 1)
        });
        values[field] = present;
        found
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_way_is_approved_and_none_smaller_is_left_out(
        card in scorecards(),
        seed in any::<u64>(),
        lift in 0.0_f64..80.0,
        with_rule in any::<bool>(),
    ) {
        let card: &'static Scorecard = Box::leak(Box::new(card));
        let values = values_for(card, seed);
        let evaluator = Evaluator::new(card.clone()).unwrap();
        let Ok(base) = evaluator.evaluate(&values) else { return Ok(()) };
        let mut policy = approves_from(base.score.to_f64() + lift);
        policy.scores.order = scorecard::policy::BandOrder::ByRisk;
        let number = card.fields.iter().find(|field| field.field_type == FieldType::Numeric);
        if let Some(field) = number.filter(|_| with_rule) {
            policy.rules = vec![rule("between", Effect::KnockOut, &format!("{0} > 1 && {0} < 2", field.name))];
        }
        let ready = Ready::new(card.clone(), policy);
        let recourse = ready.search(&values, &[]);
        prop_assert!(recourse.ways.len() <= MOST_WAYS);
        if ready.decision(&values) == Some(Decision::Approve) {
            prop_assert!(recourse.ways.is_empty());
            return Ok(());
        }
        for way in &recourse.ways {
            let mut changed: Vec<Value<'_>> = values.clone();
            for change in &way.changes {
                changed[change.field] = change.to.as_value();
            }
            prop_assert_eq!(ready.decision(&changed), Some(Decision::Approve), "{:?}", way);
            prop_assert_eq!(evaluator.evaluate(&changed).unwrap().score, way.score);
        }
        prop_assert!(recourse.is_complete, "small cards are searched whole");
        let steps: Vec<_> = recourse.ways.iter().map(|way| (way.changes.len(), way.steps())).collect();
        prop_assert!(steps.is_sorted(), "{:?}", steps);
        let all: Vec<Vec<Value<'static>>> = (0..card.fields.len().min(5)).map(|field| universe(card, field)).collect();
        let least = recourse.ways.first().map_or(2, |way| way.changes.len() - 1).min(2);
        for size in 1..=least {
            prop_assert!(!suffices(&ready, &mut values.clone(), &all, 0, size), "{} changes suffice: {:?}", size, recourse);
        }
    }
}
