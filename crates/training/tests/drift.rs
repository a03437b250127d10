//! Drift of a new population against the baseline that a scorecard holds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use scorecard::{
    Points, Scorecard,
    model::{
        Attribute, AttributeStatistics, Baselines, Characteristic, Closure, Condition, Field, FieldType, Interval,
    },
};
use training::drift::{DriftCounter, Light, Thresholds, population};

fn attribute(from: Option<f64>, to: Option<f64>, points: i64, share: f64) -> Attribute {
    Attribute {
        label: None,
        when: Condition::Interval(Interval { from, to, closed: Closure::Left }),
        points: Points::from_units(points, 0).unwrap(),
        points_expression: None,
        reason: None,
        statistics: Some(AttributeStatistics { count: 1000.0 * share, share, bad_rate: 0.2, woe: 0.0 }),
    }
}

/// One characteristic of two attributes, 40 % and 60 % of a thousand applicants, worth 10 and 30 points.
fn card() -> Scorecard {
    let mut card = Scorecard::named("card");
    card.fields.push(Field::new("age", FieldType::Numeric));
    card.characteristics.push(Characteristic {
        name: "age".into(),
        field: "age".into(),
        label: None,
        reason: None,
        inquiries: false,
        baselines: Baselines { maximum: Points::from_units(30, 0), ..Baselines::default() },
        attributes: vec![attribute(None, Some(30.0), 10, 0.4), attribute(Some(30.0), None, 30, 0.6)],
        statistics: None,
    });
    let scores: Vec<f64> = (0..1000).map(|i| if i < 400 { 10.0 } else { 30.0 }).collect();
    let bad: Vec<bool> = (0..1000).map(|i| i % 5 == 0).collect();
    card.population = Some(population(&scores, &bad, None, 10).unwrap());
    card.reasons.enabled = false;
    card.check().unwrap();
    card
}

fn count(counter: &mut DriftCounter<'_>, attribute: u32, times: u32) {
    for _ in 0..times {
        counter.add(if attribute == 0 { 10.0 } else { 30.0 }, [attribute], 1.0);
    }
}

#[test]
fn the_same_population_is_green_and_a_shifted_one_is_told() {
    let card = card();
    let mut counter = DriftCounter::new(&card).unwrap();
    count(&mut counter, 0, 40);
    count(&mut counter, 1, 60);
    let report = counter.report(&Thresholds::default()).unwrap();
    let age = &report.characteristics[0];
    assert_eq!((report.light, age.csi.index, age.shift, report.mean_score), (Light::Green, 0.0, 0.0, 22.0));
    assert_eq!(report.score.as_ref().unwrap().index, 0.0);
    assert_eq!((report.baseline_count, report.count), (Some(1000.0), 100.0));

    count(&mut counter, 0, 100);
    let report = counter.report(&Thresholds::default()).unwrap();
    let age = &report.characteristics[0];
    // Shares 0.7 and 0.3 against 0.4 and 0.6: 0.3 ln(7/4) - 0.3 ln(1/2); points 16 against 22.
    let expected = 0.3 * (1.75_f64.ln() + 2.0_f64.ln());
    assert!((age.csi.index - expected).abs() < 1e-12);
    assert!((age.shift + 6.0).abs() < 1e-12 && (age.expected_points - 22.0).abs() < 1e-12);
    assert!((report.score.unwrap().index - expected).abs() < 1e-12);
    assert_eq!(report.light, Light::Red);
    assert_eq!(age.csi.rows[0].label, "< 30");
}

#[test]
fn counters_of_parts_add_up() {
    let card = card();
    let (mut whole, mut first, mut second) =
        (DriftCounter::new(&card).unwrap(), DriftCounter::new(&card).unwrap(), DriftCounter::new(&card).unwrap());
    count(&mut whole, 0, 7);
    count(&mut whole, 1, 9);
    count(&mut first, 1, 9);
    count(&mut second, 0, 7);
    second.merge(&first);
    let thresholds = Thresholds { amber: 0.01, red: 0.02 };
    assert_eq!(whole.report(&thresholds).unwrap(), second.report(&thresholds).unwrap());
}

#[test]
fn what_has_no_baseline_is_said() {
    let mut card = card();
    card.characteristics[0].attributes[1].statistics = None;
    let mut counter = DriftCounter::new(&card).unwrap();
    assert!(counter.report(&Thresholds::default()).unwrap_err().to_string().contains("no applicant"));
    counter.add(10.0, [0], 1.0);
    let report = counter.report(&Thresholds::default()).unwrap();
    assert!(report.characteristics.is_empty() && report.notes[0].contains("`age`"), "{:?}", report.notes);
    card.population = None;
    assert!(DriftCounter::new(&card).unwrap_err().to_string().contains("no baseline"));
}
