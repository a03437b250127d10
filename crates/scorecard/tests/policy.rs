//! Policies: what they decide, and that the compact form agrees with the `cel` crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;
mod policies;

use cards::small;
use policies::{decide, document, evaluator, rule};
use scorecard::{
    Error, Evaluator, Value,
    model::*,
    policy::{
        Band, BandEnd, DecidedBy, Decision, Effect, OnUnknown, Policy, PolicyEvaluator, from_json, json_schema, to_json,
    },
};

/// Ids of the rules that fired.
fn fired(policy: &PolicyEvaluator, values: &[Value<'_>]) -> Vec<String> {
    let outcome = decide(policy, values);
    outcome.fired.iter().map(|fired| policy.policy().rules[fired.rule as usize].id.clone()).collect()
}

const YOUNG: [Value<'_>; 2] = [Value::Number(20.0), Value::Text("own")];
const OLD: [Value<'_>; 2] = [Value::Number(50.0), Value::Text("rent")];

#[test]
fn decline_beats_refer_beats_approve_and_every_rule_that_fired_is_named() {
    let policy = evaluator(vec![
        rule("young", Effect::Refer, "age < 25"),
        rule("very-young", Effect::KnockOut, "age < 21"),
        rule("owner", Effect::Refer, "housing == 'own'"),
    ]);
    let outcome = decide(&policy, &YOUNG);
    assert_eq!((outcome.decision, outcome.decided_by), (Decision::Decline, DecidedBy::Rules));
    assert_eq!(fired(&policy, &YOUNG), ["young", "very-young", "owner"]);
    let codes: Vec<&str> = policy.reasons(&outcome).iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, ["very-young"]);
    let outcome = decide(&policy, &[Value::Number(22.0), Value::Text("rent")]);
    assert_eq!((outcome.decision, outcome.decided_by), (Decision::Refer, DecidedBy::Rules));
    let outcome = decide(&policy, &OLD);
    assert_eq!((outcome.decision, outcome.decided_by), (Decision::Approve, DecidedBy::Score));
    assert!(outcome.fired.is_empty() && policy.reasons(&outcome).is_empty());
}

#[test]
fn reasons_of_rules_under_one_code_are_told_once() {
    let mut rules = vec![rule("a", Effect::KnockOut, "age < 25"), rule("b", Effect::KnockOut, "age < 30")];
    rules[1].reason.code = "a".into();
    let policy = evaluator(rules);
    let outcome = decide(&policy, &YOUNG);
    assert_eq!((outcome.fired.len(), policy.reasons(&outcome).len()), (2, 1));
}

fn banded(closed: BandEnd, bands: &[(Option<f64>, Option<f64>, Decision)]) -> Policy {
    let mut policy = document(Vec::new());
    policy.scores.closed = closed;
    policy.scores.bands = (bands.iter().enumerate())
        .map(|(index, (from, to, decision))| Band {
            name: index.to_string(),
            from: *from,
            to: *to,
            decision: *decision,
        })
        .collect();
    policy
}

#[test]
fn a_score_at_a_cut_off_belongs_where_the_policy_says() {
    use Decision::{Approve, Decline, Refer};
    // 600 − 30 + 20 = 590.
    let bands = [(None, Some(590.0), Decline), (Some(590.0), Some(640.0), Refer), (Some(640.0), None, Approve)];
    let evaluation = Evaluator::new(small()).unwrap().evaluate(&YOUNG).unwrap();
    for (closed, band, decision) in [(BandEnd::Left, 1, Refer), (BandEnd::Right, 0, Decline)] {
        let policy = PolicyEvaluator::new(banded(closed, &bands), &small()).unwrap();
        let outcome = policy.decide(&YOUNG, &evaluation).unwrap();
        assert_eq!((outcome.band, outcome.decision, outcome.decided_by), (band, decision, DecidedBy::Score));
    }
}

#[test]
fn a_score_that_rises_with_risk() {
    use Decision::{Approve, Decline, Refer};
    let mut card = small();
    card.scaling = Some(Scaling { pdo: -20.0, points: 600.0, odds: 50.0 });
    let bands = [(None, Some(590.0), Approve), (Some(590.0), Some(640.0), Refer), (Some(640.0), None, Decline)];
    let evaluation = Evaluator::new(card.clone()).unwrap().evaluate(&YOUNG).unwrap();
    let policy = PolicyEvaluator::new(banded(BandEnd::Right, &bands), &card).unwrap();
    assert_eq!(policy.decide(&YOUNG, &evaluation).unwrap().decision, Approve);
    let error = PolicyEvaluator::new(banded(BandEnd::Right, &bands), &small()).unwrap_err().to_string();
    assert!(error.contains("a higher score is the better one") && error.contains("scores.order"), "{error}");
    let mut any = banded(BandEnd::Right, &bands);
    any.scores.order = scorecard::policy::BandOrder::Any;
    PolicyEvaluator::new(any, &small()).unwrap();
}

#[test]
fn score_and_rule_may_fail_both() {
    let mut policy = banded(BandEnd::Left, &[(None, None, Decision::Decline)]);
    policy.rules = vec![rule("young", Effect::KnockOut, "age < 25")];
    let policy = PolicyEvaluator::new(policy, &small()).unwrap();
    assert_eq!(decide(&policy, &YOUNG).decided_by, DecidedBy::Both);
    assert_eq!(decide(&policy, &OLD).decided_by, DecidedBy::Score);
}

#[test]
fn expressions_mean_what_they_say() {
    for (when, young, old) in [
        ("age >= 21", false, true),
        ("21 > age", true, false),
        ("age > 20.5 && score < 650", false, true),
        ("score == 590", true, false),
        ("pd > 0.02 || odds > 1e6", true, false),
        ("points.age < 0 && points[\"housing\"] == 20", true, false),
        ("age in [20, 30]", true, false),
        ("!(age in [20, 30])", false, true),
        ("housing in ['own', 'rent', \"free\"] && application.age < 30", true, false),
        ("application['housing'] != \"own\"", false, true),
        ("age * 12 / 2 + 1 == 121", true, false),
        ("-age < -25.5", false, true),
        ("age == score - 570", true, true),
        ("has(application.age) && 'housing' in application && housing != null", true, true),
        ("age == null", false, false),
        ("housing.startsWith('ow') || housing.matches('^re.t$')", true, true),
        ("size(housing) == 3", true, false),
        ("housing.size() > 3 ? age > 40 : false", false, true),
        ("{'own': 100, 'rent': 10}[housing] > age", true, false),
        ("[18, 19, 20].exists(limit, age == double(limit))", true, false),
        ("['o', 'w'].all(letter, housing.contains(letter))", true, false),
        ("[1, 2, 3].filter(n, n > 1).map(n, n * 2) == [4, 6] && age < 30", true, false),
        ("int(age) % 7 == 6", true, false),
        ("housing + '!' == 'own!'", true, false),
        ("string(age) == '20'", true, false),
        ("housing < 'p'", true, false),
        ("true", true, true),
        ("// a comment\n age < 30 // another", true, false),
    ] {
        let policy = evaluator(vec![rule("r", Effect::Refer, when)]);
        for (values, expected) in [(YOUNG, young), (OLD, old)] {
            let outcome = decide(&policy, &values);
            assert_eq!(!outcome.fired.is_empty(), expected, "{when} of {values:?}");
            assert!(outcome.fired.iter().all(|fired| !fired.unknown), "{when} of {values:?}");
        }
    }
}

/// A card whose fields may be missing, with a name that is no identifier and names that the policy's own hide.
fn gappy() -> scorecard::Scorecard {
    let mut card = small();
    card.characteristics[0].attributes.insert(
        0,
        Attribute {
            label: None,
            when: Condition::Missing,
            points: 0.into(),
            points_expression: None,
            reason: None,
            statistics: None,
        },
    );
    card.fields[0].missing_values = vec![(-999.0).into()];
    let mut extra = Field::new("monthly income, EUR", FieldType::Numeric);
    extra.missing_as = Some(0.0.into());
    card.fields.push(extra);
    card.fields.push(Field::new("score", FieldType::Boolean));
    card.derived = vec![DerivedField {
        name: "twice".into(),
        field_type: FieldType::Numeric,
        expression: Expression::Apply {
            function: "*".into(),
            arguments: vec![
                Expression::Field { name: "age".into(), map_missing_to: None },
                Expression::Constant(Some(2.0.into())),
            ],
            map_missing_to: None,
            default: None,
            on_invalid: InvalidTreatment::Reject,
        },
    }];
    card
}

#[test]
fn a_missing_value_is_unknown_unless_the_rest_decides() {
    let card = gappy();
    let missing = [Value::Number(-999.0), Value::Text("own"), Value::Missing, Value::Missing];
    let evaluation = Evaluator::new(card.clone()).unwrap().evaluate(&missing).unwrap();
    let fires = |when: &str| {
        let policy = PolicyEvaluator::new(document(vec![rule("r", Effect::KnockOut, when)]), &card).unwrap();
        let outcome = policy.decide(&missing, &evaluation).unwrap();
        let unknown = outcome.fired.first().map(|fired| fired.unknown);
        assert_eq!(
            outcome.decision,
            match unknown {
                None => Decision::Approve,
                Some(true) => Decision::Refer,
                Some(false) => Decision::Decline,
            }
        );
        unknown
    };
    for unknown in [
        "age < 21",
        "!(age < 21)",
        "age == -999",
        "age != 30",
        "age in [1, 2]",
        "age in []",
        "twice > 1",
        "age + 1 > 0 && housing == 'own'",
        "age > 1 || housing == 'rent'",
        "string(age) == 'x'",
        "application.score",
        "application.score == true",
        "has(application.age) ? false : age > 1",
    ] {
        assert_eq!(fires(unknown), Some(true), "{unknown}");
    }
    for no in [
        "has(application.age) && age < 21",
        "age < 21 && housing == 'rent'",
        "age != null",
        "'twice' in application",
        "has(application.score)",
        "size(string(age)) > 3 && housing == 'rent'",
    ] {
        assert_eq!(fires(no), None, "{no}");
    }
    for yes in [
        "!has(application.age)",
        "age == null",
        "age < 21 || housing == 'own'",
        "application['monthly income, EUR'] == 0",
        "'monthly income, EUR' in application",
        "score > 0",
        "!('score' in application)",
    ] {
        assert_eq!(fires(yes), Some(false), "{yes}");
    }
}

#[test]
fn what_unknown_means_is_the_policys_or_the_rules_to_say() {
    let card = gappy();
    let missing = [Value::Missing, Value::Text("own"), Value::Missing, Value::Missing];
    let evaluation = Evaluator::new(card.clone()).unwrap().evaluate(&missing).unwrap();
    let outcome = |policys: OnUnknown, rules: Option<OnUnknown>| {
        let mut policy = document(vec![rule("r", Effect::KnockOut, "age < 21")]);
        policy.on_unknown = policys;
        policy.rules[0].on_unknown = rules;
        let outcome = PolicyEvaluator::new(policy, &card).unwrap().decide(&missing, &evaluation).unwrap();
        (outcome.decision, outcome.fired.len())
    };
    assert_eq!(outcome(OnUnknown::Refer, None), (Decision::Refer, 1));
    assert_eq!(outcome(OnUnknown::Fire, None), (Decision::Decline, 1));
    assert_eq!(outcome(OnUnknown::Ignore, None), (Decision::Approve, 0));
    assert_eq!(outcome(OnUnknown::Ignore, Some(OnUnknown::Fire)), (Decision::Decline, 1));
}

#[test]
fn computations_without_a_number_are_unknown_and_infinities_are_numbers() {
    let mut card = small();
    card.fields.push(Field::new("income", FieldType::Numeric));
    let values = [Value::Number(50.0), Value::Text("own"), Value::Number(0.0)];
    let evaluation = Evaluator::new(card.clone()).unwrap().evaluate(&values).unwrap();
    for (when, expected) in [
        ("age / income > 5", Some(false)),
        ("income / income > 5", Some(true)),
        ("income / income == 5", Some(true)),
        ("int(age) / 0 == 1", Some(true)),
        ("age / income == age * 2 / income", Some(false)),
        ("1e308 * 10.0 > age", Some(false)),
    ] {
        let policy = PolicyEvaluator::new(document(vec![rule("r", Effect::Refer, when)]), &card).unwrap();
        let outcome = policy.decide(&values, &evaluation).unwrap();
        assert_eq!(outcome.fired.first().map(|fired| fired.unknown), expected, "{when}");
    }
}

#[test]
fn a_rule_that_is_switched_off_is_checked_but_never_fires() {
    let mut off = rule("off", Effect::KnockOut, "age < 100");
    off.enabled = false;
    assert!(fired(&evaluator(vec![off.clone()]), &YOUNG).is_empty());
    off.when = "agee < 100".into();
    assert!(PolicyEvaluator::new(document(vec![off]), &small()).is_err());
}

#[test]
fn values_that_the_card_refuses_are_refused() {
    let policy = evaluator(vec![rule("r", Effect::Refer, "age < 21")]);
    let evaluation = Evaluator::new(small()).unwrap().evaluate(&YOUNG).unwrap();
    let error = policy.decide(&[Value::Text("x"), Value::Text("own")], &evaluation).unwrap_err();
    assert!(matches!(error, Error::Application(_)), "{error}");
    let error = policy.decide(&YOUNG[..1], &evaluation).unwrap_err().to_string();
    assert!(error.contains("1 values given for 2 fields"), "{error}");
}

#[test]
fn an_evaluator_is_shareable_between_threads() {
    fn shareable<T: Send + Sync>(_: &T) {}
    shareable(&evaluator(Vec::new()));
}

#[test]
fn documents_read_back_equal_meet_the_schema_and_are_told_apart_by_hash() {
    let schema: serde_json::Value = serde_json::from_str(json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut full = document(vec![rule("a", Effect::KnockOut, "age < 21"), rule("b", Effect::Refer, "age < 25")]);
    full.description = "All of it".into();
    full.on_unknown = OnUnknown::Ignore;
    full.rules[0].on_unknown = Some(OnUnknown::Fire);
    full.rules[0].enabled = false;
    full.rules[1].description = "Young".into();
    full.rules[1].reason.text.clear();
    full.scores =
        banded(BandEnd::Right, &[(None, Some(500.5), Decision::Decline), (Some(500.5), None, Decision::Approve)])
            .scores;
    full.scores.order = scorecard::policy::BandOrder::Any;
    let mut hashes = std::collections::BTreeSet::new();
    for policy in [full, document(Vec::new()), Policy::named("p", Decision::Refer)] {
        let text = to_json(&policy);
        assert_eq!(from_json(text.as_bytes()).unwrap(), policy);
        let errors: Vec<String> =
            validator.iter_errors(&serde_json::from_str(&text).unwrap()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(policy.content_hash().starts_with("sha256:") && hashes.insert(policy.content_hash()));
    }
}

#[test]
fn schema_and_types_refuse_alike() {
    let schema: serde_json::Value = serde_json::from_str(json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let sound: serde_json::Value =
        serde_json::from_str(&to_json(&document(vec![rule("a", Effect::KnockOut, "age < 21")]))).unwrap();
    let spoiled = |path: &str, value: Option<serde_json::Value>| {
        let mut document = sound.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => drop(parent.insert(name.into(), value)),
            None => drop(parent.remove(name)),
        }
        document
    };
    let documents = [
        spoiled("/format", None),
        spoiled("/format", Some("other".into())),
        spoiled("/format_version", Some(2.into())),
        spoiled("/format_version", None),
        spoiled("/name", None),
        spoiled("/surprise", Some(1.into())),
        spoiled("/scores", None),
        spoiled("/on_unknown", Some("approve".into())),
        spoiled("/rules/0/id", Some(" ".into())),
        spoiled("/rules/0/when", Some(" ".into())),
        spoiled("/rules/0/when", Some(1.into())),
        spoiled("/rules/0/effect", Some("approve".into())),
        spoiled("/rules/0/reason", None),
        spoiled("/rules/0/reason/code", Some("".into())),
        spoiled("/rules/0/reason/text", None),
        spoiled("/rules/0/enabled", Some("yes".into())),
        spoiled("/rules/0/surprise", Some(1.into())),
        spoiled("/scores/bands", Some(serde_json::json!([]))),
        spoiled("/scores/closed", Some("both".into())),
        spoiled("/scores/bands/0/decision", Some("maybe".into())),
        spoiled("/scores/bands/0/name", Some("".into())),
    ];
    for document in documents {
        assert!(!validator.is_valid(&document), "{document}");
        assert!(from_json(document.to_string().as_bytes()).is_err(), "{document}");
    }
}

#[test]
fn ten_thousand_rules_are_compiled_and_each_fires_where_it_should() {
    let rules = (0..10_000).map(|n| rule(&format!("r{n}"), Effect::Refer, &format!("age < {n}.5 && score > 0")));
    let policy = evaluator(rules.collect());
    assert_eq!(decide(&policy, &YOUNG).fired.len(), 9_980);
    assert_eq!(decide(&policy, &OLD).fired.first().unwrap().rule, 50);
}

/// A card with the fields that the example names.
fn german_credit() -> scorecard::Scorecard {
    let mut card = scorecard::Scorecard::named("german-credit");
    card.initial_score = 500.into();
    card.scaling = Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 });
    card.reasons.enabled = false;
    let numeric = ["duration_months", "credit_amount"].map(|name| Field::new(name, FieldType::Numeric));
    let texts = ["checking_account", "credit_history", "purpose", "savings", "other_debtors"]
        .map(|name| Field::new(name, FieldType::Categorical));
    card.fields = numeric.into_iter().chain(texts).collect();
    let mut savings = small().characteristics.remove(1);
    savings.name = "savings".into();
    savings.field = "savings".into();
    savings.attributes[0].when = Condition::Values(vec!["unknown/ no savings account".into()]);
    savings.attributes[0].points = 40.into();
    savings.attributes[1].points = 100.into();
    card.characteristics = vec![savings];
    card
}

#[test]
fn the_example_for_german_credit_decides() {
    let text = include_str!("../../../data/german-credit.policy.json");
    let document = from_json(text.as_bytes()).unwrap();
    assert_eq!(to_json(&document), text, "the file is written as the format writes it");
    let validator = jsonschema::validator_for(&serde_json::from_str(json_schema()).unwrap()).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(text).unwrap()));
    let card = german_credit();
    let evaluator = Evaluator::new(card.clone()).unwrap();
    let policy = PolicyEvaluator::new(document, &card).unwrap();
    assert!(policy.interpreted_rules().is_empty());

    let (overdrawn, paid) = ("... < 0 DM", "existing credits paid back duly till now");
    let late = "delay in paying off in the past";
    let (poor, unknown) = ("... < 100 DM", "unknown/ no savings account");
    let applicant = |months: f64, amount: f64, rest: [&'static str; 5]| {
        [Value::Number(months), Value::Number(amount)].into_iter().chain(rest.map(Value::Text)).collect::<Vec<_>>()
    };
    let sound = applicant(12.0, 2000.0, ["no checking account", paid, "car (new)", "... >= 1000 DM", "none"]);
    let mut nameless = sound.clone();
    nameless[4] = Value::Missing;
    for (values, decision, rules) in [
        (sound, Decision::Approve, &[] as &[&str]),
        (
            applicant(72.0, 12_000.0, [overdrawn, paid, "business", poor, "none"]),
            Decision::Decline,
            &["term-too-long", "overdrawn-without-savings"],
        ),
        (
            applicant(12.0, 9000.0, ["... < 0 DM", late, "car (used)", "... >= 1000 DM", "none"]),
            Decision::Refer,
            &["high-monthly-repayment", "past-delay-and-car"],
        ),
        (nameless, Decision::Refer, &["unusual-purpose"]),
        // 540 points: below the cut-off whatever the rules say.
        (applicant(12.0, 2000.0, [overdrawn, paid, "repairs", unknown, "none"]), Decision::Decline, &[]),
    ] {
        let outcome = policy.decide(&values, &evaluator.evaluate(&values).unwrap()).unwrap();
        let fired: Vec<&str> =
            outcome.fired.iter().map(|fired| policy.policy().rules[fired.rule as usize].id.as_str()).collect();
        assert_eq!((outcome.decision, fired.as_slice()), (decision, rules), "{values:?}");
    }
}

#[test]
fn the_guides_example_is_a_policy() {
    let guide = include_str!("../../../docs/policy.md");
    let (_, rest) = guide.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    PolicyEvaluator::new(from_json(example.as_bytes()).unwrap(), &german_credit()).unwrap();
}
