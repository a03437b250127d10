//! Written documents keep to the structure of the standard's XML Schema: elements in its order, its attributes, their values.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use std::collections::BTreeMap;

use cards::{scorecards, small};
use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use scorecard::{Scorecard, pmml};

/// What the schema of PMML 4.4 says of an element that this crate writes.
struct Rule {
    /// Children in their order: name, fewest, most. Names joined by `|` stand for one another.
    children: &'static [(&'static str, usize, usize)],
    required: &'static [&'static str],
    optional: &'static [&'static str],
    /// Whether text stands inside.
    text: bool,
}

const MANY: usize = usize::MAX;
const PREDICATE: &str = "SimplePredicate|CompoundPredicate|SimpleSetPredicate|True|False";
const EXPRESSION: &str =
    "Constant|FieldRef|NormContinuous|NormDiscrete|Discretize|MapValues|TextIndex|Apply|Aggregate|Lag";

const fn rule(
    children: &'static [(&'static str, usize, usize)],
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Rule {
    Rule { children, required, optional, text: false }
}

const fn text(required: &'static [&'static str], optional: &'static [&'static str]) -> Rule {
    Rule { children: &[], required, optional, text: true }
}

fn rule_of(element: &str) -> Option<Rule> {
    Some(match element {
        "PMML" => rule(
            &[
                ("Header", 1, 1),
                ("MiningBuildTask", 0, 1),
                ("DataDictionary", 1, 1),
                ("TransformationDictionary", 0, 1),
                ("Scorecard", 0, MANY),
                ("Extension", 0, MANY),
            ],
            &["version", "xmlns"],
            &[],
        ),
        "Header" => rule(
            &[("Extension", 0, MANY), ("Application", 0, 1), ("Annotation", 0, MANY), ("Timestamp", 0, 1)],
            &[],
            &["copyright", "description", "modelVersion"],
        ),
        "Application" => rule(&[], &["name"], &["version"]),
        "Timestamp" => text(&[], &[]),
        "DataDictionary" => {
            rule(&[("Extension", 0, MANY), ("DataField", 1, MANY), ("Taxonomy", 0, MANY)], &[], &["numberOfFields"])
        }
        "DataField" => rule(
            &[("Extension", 0, MANY), ("Interval", 0, MANY), ("Value", 0, MANY)],
            &["name", "optype", "dataType"],
            &["displayName", "taxonomy", "isCyclic"],
        ),
        "Interval" => rule(&[], &["closure"], &["leftMargin", "rightMargin"]),
        "Value" => rule(&[], &["value"], &["displayValue", "property"]),
        "Scorecard" => rule(
            &[
                ("Extension", 0, MANY),
                ("MiningSchema", 1, 1),
                ("Output", 0, 1),
                ("ModelStats", 0, 1),
                ("ModelExplanation", 0, 1),
                ("Targets", 0, 1),
                ("LocalTransformations", 0, 1),
                ("Characteristics", 1, 1),
                ("ModelVerification", 0, 1),
                ("Extension", 0, MANY),
            ],
            &["functionName"],
            &[
                "modelName",
                "algorithmName",
                "initialScore",
                "useReasonCodes",
                "reasonCodeAlgorithm",
                "baselineScore",
                "baselineMethod",
                "isScorable",
            ],
        ),
        "MiningSchema" => rule(&[("Extension", 0, MANY), ("MiningField", 1, MANY)], &[], &[]),
        "MiningField" => rule(
            &[("Extension", 0, MANY)],
            &["name"],
            &[
                "usageType",
                "optype",
                "importance",
                "outliers",
                "lowValue",
                "highValue",
                "missingValueReplacement",
                "missingValueTreatment",
                "invalidValueTreatment",
                "invalidValueReplacement",
            ],
        ),
        "Output" => rule(&[("Extension", 0, MANY), ("OutputField", 1, MANY)], &[], &[]),
        "OutputField" => rule(
            &[("Extension", 0, MANY), (EXPRESSION, 0, 1)],
            &["name", "dataType"],
            &["displayName", "optype", "targetField", "feature", "value", "rank", "segmentId", "isFinalResult"],
        ),
        "Targets" => rule(&[("Extension", 0, MANY), ("Target", 1, MANY)], &[], &[]),
        "Target" => rule(
            &[("Extension", 0, MANY), ("TargetValue", 0, MANY)],
            &[],
            &["field", "optype", "castInteger", "min", "max", "rescaleConstant", "rescaleFactor"],
        ),
        "LocalTransformations" => rule(&[("Extension", 0, MANY), ("DerivedField", 0, MANY)], &[], &[]),
        "DerivedField" => rule(
            &[("Extension", 0, MANY), (EXPRESSION, 1, 1), ("Value", 0, MANY)],
            &["optype", "dataType"],
            &["name", "displayName"],
        ),
        "Characteristics" => rule(&[("Extension", 0, MANY), ("Characteristic", 1, MANY)], &[], &[]),
        "Characteristic" => {
            rule(&[("Extension", 0, MANY), ("Attribute", 1, MANY)], &[], &["name", "reasonCode", "baselineScore"])
        }
        "Attribute" => rule(
            &[("Extension", 0, MANY), (PREDICATE, 1, 1), ("ComplexPartialScore", 0, 1)],
            &[],
            &["reasonCode", "partialScore"],
        ),
        "ComplexPartialScore" => rule(&[("Extension", 0, MANY), (EXPRESSION, 1, 1)], &[], &[]),
        "SimplePredicate" => rule(&[("Extension", 0, MANY)], &["field", "operator"], &["value"]),
        "CompoundPredicate" => rule(&[("Extension", 0, MANY), (PREDICATE, 2, MANY)], &["booleanOperator"], &[]),
        "SimpleSetPredicate" => rule(&[("Extension", 0, MANY), ("Array", 1, 1)], &["field", "booleanOperator"], &[]),
        "Array" => text(&["type"], &["n"]),
        "True" | "False" => rule(&[("Extension", 0, MANY)], &[], &[]),
        "Constant" => text(&[], &["dataType", "missing"]),
        "FieldRef" => rule(&[("Extension", 0, MANY)], &["field"], &["mapMissingTo"]),
        "NormContinuous" => {
            rule(&[("Extension", 0, MANY), ("LinearNorm", 2, MANY)], &["field"], &["mapMissingTo", "outliers"])
        }
        "LinearNorm" => rule(&[], &["orig", "norm"], &[]),
        "NormDiscrete" => rule(&[("Extension", 0, MANY)], &["field", "value"], &["mapMissingTo"]),
        "Discretize" => rule(
            &[("Extension", 0, MANY), ("DiscretizeBin", 0, MANY)],
            &["field"],
            &["mapMissingTo", "defaultValue", "dataType"],
        ),
        "DiscretizeBin" => rule(&[("Extension", 0, MANY), ("Interval", 1, 1)], &["binValue"], &[]),
        "MapValues" => rule(
            &[("Extension", 0, MANY), ("FieldColumnPair", 0, MANY), ("InlineTable", 0, 1)],
            &["outputColumn"],
            &["mapMissingTo", "defaultValue", "dataType"],
        ),
        "FieldColumnPair" => rule(&[], &["field", "column"], &[]),
        "InlineTable" => rule(&[("Extension", 0, MANY), ("row", 0, MANY)], &[], &[]),
        "TextIndex" => rule(
            &[("Extension", 0, MANY), ("TextIndexNormalization", 0, MANY), (EXPRESSION, 1, 1)],
            &["textField"],
            &[
                "localTermWeights",
                "isCaseSensitive",
                "maxLevenshteinDistance",
                "countHits",
                "wordSeparatorCharacterRE",
                "tokenize",
            ],
        ),
        "Apply" => rule(
            &[("Extension", 0, MANY), (EXPRESSION, 0, MANY)],
            &["function"],
            &["mapMissingTo", "defaultValue", "invalidValueTreatment"],
        ),
        // Both may hold anything.
        "row" | "Extension" => return None,
        other => panic!("<{other}> is no element that is written"),
    })
}

/// The words that the schema lists for an attribute.
fn words(element: &str, attribute: &str) -> Option<&'static [&'static str]> {
    Some(match (element, attribute) {
        (_, "optype") => &["categorical", "ordinal", "continuous"],
        ("Array", "type") => &["int", "real", "string"],
        (_, "dataType") => &["string", "integer", "float", "double", "boolean", "date", "time", "dateTime"],
        (_, "closure") => &["openClosed", "openOpen", "closedOpen", "closedClosed"],
        (_, "property") => &["valid", "invalid", "missing"],
        (_, "usageType") => &["active", "target", "supplementary"],
        (_, "outliers") => &["asIs", "asMissingValues", "asExtremeValues"],
        (_, "missingValueTreatment") => &["asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid"],
        ("MiningField", "invalidValueTreatment") => &["returnInvalid", "asIs", "asMissing", "asValue"],
        ("Apply", "invalidValueTreatment") => &["returnInvalid", "asIs", "asMissing"],
        (_, "feature") => &["predictedValue", "reasonCode", "transformedValue"],
        (_, "castInteger") => &["round", "ceiling", "floor"],
        ("Scorecard", "functionName") => &["regression"],
        (_, "reasonCodeAlgorithm") => &["pointsAbove", "pointsBelow"],
        (_, "baselineMethod") => &["max", "min", "mean", "neutral", "other"],
        ("SimplePredicate", "operator") => &[
            "equal",
            "notEqual",
            "lessThan",
            "lessOrEqual",
            "greaterThan",
            "greaterOrEqual",
            "isMissing",
            "isNotMissing",
        ],
        ("CompoundPredicate", "booleanOperator") => &["or", "and", "xor", "surrogate"],
        ("SimpleSetPredicate", "booleanOperator") => &["isIn", "isNotIn"],
        (_, "useReasonCodes" | "missing" | "isFinalResult" | "isCaseSensitive") => &["true", "false"],
        _ => return None,
    })
}

struct Open {
    name: String,
    children: Vec<String>,
}

/// Walks a document and holds every element against its rule.
fn check(document: &str) {
    let mut reader = Reader::from_str(document);
    let mut open = vec![Open { name: "document".into(), children: Vec::new() }];
    let mut free = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                open.last_mut().unwrap().children.push(name.clone());
                if free == 0 {
                    attributes(&name, &tag);
                }
                free += usize::from(free > 0 || matches!(name.as_str(), "row" | "Extension"));
                open.push(Open { name, children: Vec::new() });
            }
            Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                open.last_mut().unwrap().children.push(name.clone());
                if free == 0 {
                    attributes(&name, &tag);
                    order(&Open { name, children: Vec::new() });
                }
            }
            Event::End(_) => {
                let closed = open.pop().unwrap();
                if free == 0 { order(&closed) } else { free -= 1 }
            }
            Event::Text(content) if free == 0 => {
                let inside = &open.last().unwrap().name;
                let blank = content.xml10_content().trim().is_empty();
                assert!(blank || rule_of(inside).is_some_and(|rule| rule.text), "text inside <{inside}>");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.pop().unwrap().children, ["PMML"]);
}

fn attributes(element: &str, tag: &quick_xml::events::BytesStart<'_>) {
    let Some(rule) = rule_of(element) else { return };
    let found: BTreeMap<String, String> = tag
        .attributes()
        .map(|attribute| attribute.unwrap())
        .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.into_owned()))
        .collect();
    for name in rule.required {
        assert!(found.contains_key(*name), "<{element}> lacks `{name}`");
    }
    for (name, value) in &found {
        let known = rule.required.iter().chain(rule.optional).any(|known| known == name);
        assert!(known, "<{element}> has no attribute `{name}`");
        if let Some(words) = words(element, name) {
            assert!(words.contains(&value.as_str()), "<{element} {name}=\"{value}\">");
        }
    }
}

fn order(element: &Open) {
    let Some(rule) = rule_of(&element.name) else { return };
    let mut children = element.children.iter().peekable();
    for (names, fewest, most) in rule.children {
        let mut count = 0;
        while count < *most && children.next_if(|child| names.split('|').any(|name| name == child.as_str())).is_some() {
            count += 1;
        }
        assert!(count >= *fewest, "<{}> has {count} of <{names}>, fewer than {fewest}", element.name);
    }
    let rest: Vec<_> = children.collect();
    assert!(rest.is_empty(), "<{}>: {rest:?} out of order or place", element.name);
}

fn imported(document: &str) -> Scorecard {
    pmml::read(document.as_bytes()).unwrap()
}

#[test]
fn whatever_is_written_keeps_to_the_schema() {
    let derived = scorecard::from_json(include_bytes!("cards/derived.json")).unwrap();
    let german = scorecard::from_json(include_bytes!("pmml/german.json")).unwrap();
    let first = imported(include_str!("pmml/first.pmml"));
    let outputs = imported(include_str!("pmml/outputs.pmml"));
    let treatments = imported(include_str!("pmml/treatments.pmml"));
    let remarks = imported(include_str!("pmml/remarks.pmml"));
    for card in [small(), derived, german, first, outputs, treatments, remarks] {
        let document = pmml::write(&card).unwrap();
        check(&document);
        assert_eq!(pmml::read(document.as_bytes()).unwrap(), card);
    }
}

proptest! {
    #[test]
    fn random_cards_keep_to_the_schema(card in scorecards()) {
        check(&pmml::write(&card).unwrap());
    }
}

#[test]
fn the_check_finds_what_is_out_of_place() {
    let document = pmml::write(&small()).unwrap();
    let broken = [
        document.replacen("<Header/>", "", 1),
        document.replacen("functionName=\"regression\"", "", 1),
        document.replacen("<MiningSchema>", "<Targets><Target/></Targets><MiningSchema>", 1),
        document.replacen("closure", "closed", 1).replacen("operator=\"lessThan\"", "operator=\"below\"", 1),
        document.replacen("<Characteristics>", "<Characteristics>text", 1),
    ];
    for wrong in broken {
        assert_ne!(wrong, document);
        assert!(std::panic::catch_unwind(|| check(&wrong)).is_err());
    }
}
