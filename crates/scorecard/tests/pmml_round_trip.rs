//! Written documents read back equal, and their standard part alone scores equal.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use cards::{scorecards, small, values_for};
use proptest::prelude::*;
use scorecard::{Evaluator, Points, Scorecard, Value, model::*, pmml};

/// The document as an engine sees it that knows nothing of this crate's extension.
fn without_extension(document: &str) -> String {
    let (before, rest) = document.split_once("<Extension").unwrap();
    let (_, after) = rest.split_once("</Extension>").unwrap();
    format!("{before}{after}")
}

/// A score, and the reasons that cost points with what they cost.
#[derive(Debug, PartialEq)]
struct Outcome {
    score: Points,
    reasons: Vec<(String, Option<Points>)>,
}

/// The outcome; `None` where the card refuses the values.
fn outcome(card: &Scorecard, values: &[Value<'_>]) -> Option<Outcome> {
    let evaluator = Evaluator::new(card.clone()).unwrap();
    let found = evaluator.evaluate(values).ok()?;
    let reasons = found.reasons.iter().filter(|reason| reason.difference.to_f64() > 0.0);
    let codes = reasons.map(|r| (evaluator.reason_codes()[r.code as usize].code.clone(), r.difference.to_points()));
    Some(Outcome { score: found.score.to_points()?, reasons: codes.collect() })
}

proptest! {
    #[test]
    fn reads_back_equal_and_scores_equal(card in scorecards(), seeds in prop::collection::vec(any::<u64>(), 1..10)) {
        let document = pmml::write(&card).unwrap();
        prop_assert_eq!(&pmml::read(document.as_bytes()).unwrap(), &card);
        let standard = pmml::read(without_extension(&document).as_bytes()).unwrap();
        for seed in seeds {
            let values = values_for(&card, seed);
            prop_assert_eq!(outcome(&card, &values), outcome(&standard, &values));
        }
    }
}

/// A card with something of everything that the model can hold.
fn full() -> Scorecard {
    let mut card = scorecard::from_json(include_bytes!("cards/derived.json")).unwrap();
    card.description = "Tabs\tand \"quotes\" & <brackets>,\nlines, ümlauts".into();
    card.provenance.author = Some("A. Nalyst".into());
    card.provenance.created = Some("2026-11-23T21:00:00Z".into());
    card.provenance.tool = Some("plimsoll 0.1.0".into());
    card.provenance.metrics.insert("test_auc".into(), 0.7831);
    card
}

#[test]
fn what_the_standard_has_no_place_for_is_kept() {
    for card in [small(), full()] {
        let document = pmml::write(&card).unwrap();
        assert_eq!(pmml::read(document.as_bytes()).unwrap(), card);
        assert_eq!(pmml::read(document.as_bytes()).unwrap().content_hash(), card.content_hash());
    }
}

#[test]
fn what_was_imported_is_written_back() {
    let card = pmml::read(include_bytes!("pmml/first.pmml")).unwrap();
    let document = pmml::write(&card).unwrap();
    assert_eq!(pmml::read(document.as_bytes()).unwrap(), card);
    let standard = pmml::read(without_extension(&document).as_bytes()).unwrap();
    assert_eq!(standard.characteristics, card.characteristics);
    assert_eq!(standard.reasons, card.reasons);
    assert_eq!(standard.fields, card.fields);
}

#[test]
fn a_changed_standard_part_is_not_passed_over() {
    let document = pmml::write(&small()).unwrap();
    let changed = document.replacen("partialScore=\"-30\"", "partialScore=\"-3\"", 1);
    assert_ne!(changed, document);
    let message = pmml::read(changed.as_bytes()).unwrap_err().to_string();
    assert!(message.contains("<Extension>") && message.contains("changed"), "{message}");
    let standard = pmml::read(without_extension(&changed).as_bytes()).unwrap();
    assert_eq!(standard.characteristics[0].attributes[0].points, Points::from(-3));
}

#[test]
fn only_blanks_between_elements_may_change() {
    let card = full();
    let document = pmml::write(&card).unwrap();
    let (standard, extension) = document.split_once("<Extension").unwrap();
    let squeezed: String = standard.lines().map(str::trim_start).collect::<Vec<_>>().join("\r\n");
    assert_eq!(pmml::read(format!("{squeezed}<Extension{extension}").as_bytes()).unwrap(), card);
}

#[test]
fn characters_that_xml_cannot_say_are_named() {
    let mut card = small();
    card.characteristics[1].attributes[0].when = Condition::Values(vec!["own\u{1}".into()]);
    let message = pmml::write(&card).unwrap_err().to_string();
    assert!(message.contains("U+0001") && message.contains("PMML"), "{message}");
}

#[test]
fn texts_with_blanks_quotes_and_backslashes_survive_in_sets() {
    let texts = ["", " a ", "b\"c", "d\\", "\\\"", "e\nf", "own", "&<>'"];
    for count in 1..=texts.len() {
        let mut card = small();
        card.characteristics[1].attributes[0].when =
            Condition::Values(texts[..count].iter().map(|text| (*text).into()).collect());
        let document = pmml::write(&card).unwrap();
        let standard = pmml::read(without_extension(&document).as_bytes()).unwrap();
        for text in texts {
            let values = [Value::Number(20.0), Value::Text(text)];
            assert_eq!(outcome(&card, &values), outcome(&standard, &values), "{count}: {text:?}");
        }
    }
}
