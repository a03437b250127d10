//! Models whose parts contradict one another: one clear error each, with path and advice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;
use cards::small;
use scorecard::{Scorecard, from_json, model::*, to_json};

fn error(spoil: impl FnOnce(&mut Scorecard)) -> String {
    let mut card = small();
    spoil(&mut card);
    from_json(to_json(&card).as_bytes()).unwrap_err().to_string()
}

fn interval(from: Option<f64>, to: Option<f64>) -> Condition {
    Condition::Interval(Interval { from, to, closed: Closure::Left })
}

#[test]
fn overlapping_and_gapped_intervals() {
    let overlap = error(|card| card.characteristics[0].attributes[1].when = interval(Some(29.0), None));
    assert!(overlap.contains("characteristics[age].attributes[1]") && overlap.contains("overlaps"), "{overlap}");
    let gap = error(|card| card.characteristics[0].attributes[1].when = interval(Some(31.0), None));
    assert!(gap.contains("numbers from 30 on belong to no attribute (gap)"), "{gap}");
    let empty = error(|card| card.characteristics[0].attributes[1].when = interval(Some(31.0), Some(31.0)));
    assert!(empty.contains("holds no number"), "{empty}");
}

#[test]
fn a_gap_outside_the_allowed_range_is_none() {
    let mut card = small();
    card.fields[0].ranges = vec![Interval { from: Some(18.0), to: Some(99.0), closed: Closure::Both }];
    card.characteristics[0].attributes[0].when = interval(Some(18.0), Some(30.0));
    card.characteristics[0].attributes[1].when = interval(Some(30.0), Some(100.0));
    card.check().unwrap();
}

#[test]
fn what_hides_or_repeats() {
    let hidden = error(|card| card.characteristics[1].attributes.swap(0, 1));
    assert!(hidden.contains("`otherwise` hides the attributes after it"), "{hidden}");
    let twice = error(|card| card.characteristics[1].attributes[1].when = Condition::Values(vec!["own".into()]));
    assert!(twice.contains("already belongs to attributes[0]"), "{twice}");
}

#[test]
fn names_and_types() {
    let unknown = error(|card| card.characteristics[0].field = "agee".into());
    assert!(unknown.contains("did you mean `age`?"), "{unknown}");
    let twice = error(|card| card.fields[1].name = "age".into());
    assert!(twice.contains("must be unique"), "{twice}");
    let of_text = error(|card| card.characteristics[1].attributes[0].when = interval(None, None));
    assert!(of_text.contains("numeric field"), "{of_text}");
}

#[test]
fn reasons_without_code_or_baseline() {
    let code = error(|card| card.characteristics[0].reason = None);
    assert!(code.contains("no reason code"), "{code}");
    let baseline = error(|card| card.reasons.method = BaselineMethod::Mean);
    assert!(baseline.contains("no such baseline"), "{baseline}");
}

#[test]
fn cycles_in_derived_fields() {
    let field = |name: &str| Expression::Field { name: name.into(), map_missing_to: None };
    let mut card = small();
    card.derived = [("x", "y"), ("y", "z"), ("z", "x")]
        .map(|(name, uses)| DerivedField { name: name.into(), field_type: FieldType::Numeric, expression: field(uses) })
        .into();
    let error = scorecard::Evaluator::new(card).unwrap_err().to_string();
    assert!(error.contains("x → y → z → x"), "{error}");
}

#[test]
fn unknown_version_and_format_are_told_apart_from_slips() {
    let text = to_json(&small());
    let newer = from_json(text.replace("\"format_version\": 1", "\"format_version\": 2").as_bytes()).unwrap_err();
    assert!(newer.to_string().contains("version 2; this build reads version 1"), "{newer}");
    let other = from_json(text.replace("plimsoll-scorecard", "other").as_bytes()).unwrap_err();
    assert!(other.to_string().contains("expected \"plimsoll-scorecard\""), "{other}");
    let slip = from_json(text.replace("\"points\": 25", "\"points\": [25]").as_bytes()).unwrap_err().to_string();
    assert!(slip.contains("characteristics[0].attributes[1].points") && slip.contains("line"), "{slip}");
    let nested = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    assert!(from_json(nested.as_bytes()).is_err());
}
