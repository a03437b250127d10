//! Documents that are wrong, hostile or outside the Scorecard model: one clear error each, no panic, no memory eaten.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use scorecard::{Error, Evaluator, Value, pmml};

const FIRST: &str = include_str!("pmml/first.pmml");

fn message(document: impl AsRef<[u8]>) -> String {
    match pmml::read(document.as_ref()) {
        Ok(_) => {
            panic!("was read: {}", String::from_utf8_lossy(&document.as_ref()[..200.min(document.as_ref().len())]))
        }
        Err(error) => error.to_string(),
    }
}

/// The message holds each of these.
#[track_caller]
fn refused(document: impl AsRef<[u8]>, parts: &[&str]) {
    let message = message(document);
    assert!(message.len() < 600, "short enough for a log: {message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} not in: {message}");
    }
}

/// The first fixture with one passage replaced.
#[track_caller]
fn with(from: &str, to: &str) -> String {
    assert!(FIRST.contains(from), "{from}");
    FIRST.replacen(from, to, 1)
}

#[test]
fn entities_are_refused_before_anything_is_expanded() {
    let external =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE PMML [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<PMML>&x;</PMML>";
    refused(external, &["line 2", "DOCTYPE", "remove"]);
    let mut bomb = String::from("<!DOCTYPE PMML [<!ENTITY a0 \"ha\">");
    for level in 1..40 {
        bomb.push_str(&format!("<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1));
    }
    bomb.push_str("]><PMML>&a39;</PMML>");
    refused(bomb, &["DOCTYPE"]);
    refused(with("<Timestamp>", "<Timestamp>&undeclared;"), &["line 5", "undeclared"]);
}

#[test]
fn deep_nesting_is_refused_without_a_deep_stack() {
    for name in ["Extension", "CompoundPredicate booleanOperator=\"and\"", "Apply function=\"-\""] {
        let open = format!("<{name}>");
        let close = format!("</{}>", name.split(' ').next().unwrap());
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        refused(with("<Characteristics>", &format!("{deep}<Characteristics>")), &["nest deeper than 200"]);
        refused(with("<Characteristics>", &format!("{}<Characteristics>", open.repeat(100_000))), &["nest deeper"]);
    }
    let deep = |levels: usize| {
        let (open, close) = ("<Apply function=\"-\">".repeat(levels), "</Apply>".repeat(levels));
        with("<FieldRef field=\"income\"/>", &format!("{open}<FieldRef field=\"income\"/>{close}"))
    };
    assert!(pmml::read(deep(40).as_bytes()).is_ok());
    refused(deep(100), &["line", "<Apply>", "nest deeper than 64"]);
    let deep = |levels: usize| {
        let open = "<CompoundPredicate booleanOperator=\"and\"><True/>".repeat(levels);
        let close = "</CompoundPredicate>".repeat(levels);
        let inside = "<SimplePredicate field=\"housing\" operator=\"isMissing\"/>";
        with(inside, &format!("{open}{inside}{close}"))
    };
    assert!(pmml::read(deep(40).as_bytes()).is_ok());
    refused(deep(100), &["nest deeper than 64"]);
}

#[test]
fn sizes_are_limited() {
    let long = with("modelName=\"first\"", &format!("modelName=\"{}\"", "x".repeat(100_000_000)));
    assert!(matches!(pmml::read(long.as_bytes()), Err(Error::TooLarge { .. })));
    let long = with("modelName=\"first\"", &format!("modelName=\"{}\"", "x".repeat(2_000_000)));
    refused(long, &["line 13", "<Scorecard>", "`modelName`", "2000000"]);
    let many: String = (0..1000).map(|index| format!(" a{index}=\"\"")).collect();
    refused(with("<Scorecard", &format!("<Scorecard{many}")), &["attributes"]);
}

#[test]
fn functions_that_unfold_without_end_are_refused() {
    let define = |body: &str| {
        with(
            "<Scorecard",
            &format!(
                "<TransformationDictionary><DefineFunction name=\"f\" optype=\"continuous\"><ParameterField name=\"x\"/>\
                 {body}</DefineFunction><DerivedField name=\"d\" optype=\"continuous\" dataType=\"double\"><Apply \
                 function=\"f\"><FieldRef field=\"income\"/></Apply></DerivedField></TransformationDictionary><Scorecard"
            ),
        )
        .replacen("<FieldRef field=\"income\"/></Apply><Constant>2", "<FieldRef field=\"d\"/></Apply><Constant>2", 1)
        .replacen("<Constant>0.005</Constant><FieldRef field=\"income\"/>", "<FieldRef field=\"d\"/><FieldRef field=\"d\"/>", 1)
    };
    assert!(pmml::read(define("<FieldRef field=\"x\"/>").as_bytes()).is_ok());
    refused(define("<Apply function=\"f\"><FieldRef field=\"x\"/></Apply>"), &["calls itself", "f → f"]);
    let mut growing = String::new();
    for level in 0..25 {
        let call = |argument: &str| format!("<Apply function=\"g{}\">{argument}</Apply>", level - 1);
        let body = if level == 0 {
            "<FieldRef field=\"x\"/>".to_owned()
        } else {
            format!("<Apply function=\"+\">{0}{0}</Apply>", call("<FieldRef field=\"x\"/>"))
        };
        growing.push_str(&format!("<DefineFunction name=\"g{level}\" optype=\"continuous\"><ParameterField name=\"x\"/>{body}</DefineFunction>"));
    }
    let bomb = define("<Apply function=\"g24\"><FieldRef field=\"x\"/></Apply>").replacen(
        "<TransformationDictionary>",
        &format!("<TransformationDictionary>{growing}"),
        1,
    );
    refused(bomb, &["200000 nodes"]);
}

#[test]
fn cycles_of_derived_fields_are_named() {
    let derived = |name: &str, uses: &str| {
        format!(
            "<DerivedField name=\"{name}\" optype=\"continuous\" dataType=\"double\"><FieldRef field=\"{uses}\"/></DerivedField>"
        )
    };
    let cycle = with(
        "<Characteristics>",
        &format!(
            "<LocalTransformations>{}{}</LocalTransformations><Characteristics>",
            derived("a", "b"),
            derived("b", "a")
        ),
    );
    assert!(pmml::read(cycle.as_bytes()).is_ok(), "what nothing uses is left out");
    let used = cycle.replacen("field=\"income\" operator=\"isMissing\"", "field=\"a\" operator=\"isMissing\"", 1);
    refused(used, &["a → b → a", "break the cycle", "<DerivedField>"]);
}

#[test]
fn what_is_outside_is_refused_by_name() {
    for model in
        ["TreeModel", "RegressionModel", "MiningModel", "NeuralNetwork", "RuleSetModel", "GeneralRegressionModel"]
    {
        let other = FIRST.replace("<Scorecard ", &format!("<{model} ")).replace("</Scorecard>", &format!("</{model}>"));
        refused(other, &["line 13", model, "Scorecard"]);
    }
    refused(with("function=\"+\"", "function=\"launch\""), &["launch", "line"]);
    refused(with("function=\"+\"", "function=\"x-textIndex\""), &["x-textIndex"]);
    refused(with("<FieldRef field=\"income\"/>", "<Lag field=\"income\"/>"), &["<Lag>"]);
    refused(
        with("<FieldRef field=\"income\"/>", "<Aggregate field=\"income\" function=\"sum\"/>"),
        &["<Aggregate>", "before scoring"],
    );
    refused(with("feature=\"predictedValue\"", "feature=\"clusterId\""), &["clusterId", "<OutputField>"]);
    refused(with("functionName=\"regression\"", "functionName=\"classification\""), &["classification"]);
    refused(with("useReasonCodes", "isScorable=\"false\" useReasonCodes"), &["isScorable"]);
    refused(with("/PMML-4_2", "/PMML-3_2"), &["PMML-3_2", "4.0 to 4.4"]);
    refused(with("/PMML-4_2", "/PMML-5_0"), &["PMML-5_0"]);
    for other in ["3.2", "4.5", "5.0", "4", "4.40", "4.4.", "4.4.x", ""] {
        refused(with("version=\"4.2\"", &format!("version=\"{other}\"")), &["<PMML>", &format!("version=\"{other}\"")]);
    }
    refused(with("xmlns=\"http://www.dmg.org/PMML-4_2\" version=\"4.2\"", "version=\"3.1\""), &["3.1"]);
    // Raised by hand, the one or the other.
    for other in ["4.0", "4.4", "4.4.1"] {
        let raised = with("version=\"4.2\"", &format!("version=\"{other}\""));
        assert_eq!(pmml::read(raised.as_bytes()).unwrap(), pmml::read(FIRST.as_bytes()).unwrap());
    }
    refused(with("xmlns=\"http://www.dmg.org/PMML-4_2\" version=\"4.2\"", ""), &["neither a namespace nor a version"]);
}

#[test]
fn of_several_models_the_first_or_the_named_is_read() {
    let (before, rest) = FIRST.split_once("<Scorecard").unwrap();
    let (model, after) = rest.split_once("</Scorecard>").unwrap();
    let second = model.replacen("modelName=\"first\"", "modelName=\"second\"", 1).replacen("\"500\"", "\"700\"", 1);
    let both = format!("{before}<Scorecard{model}</Scorecard><Scorecard{second}</Scorecard>{after}");
    assert_eq!(pmml::read(both.as_bytes()).unwrap().name, "first");
    let card = pmml::read_named(both.as_bytes(), "second").unwrap();
    assert_eq!((card.name.as_str(), card.initial_score), ("second", 700.into()));
    let message = pmml::read_named(both.as_bytes(), "third").unwrap_err().to_string();
    assert!(message.contains("`third`") && message.contains("first, second"), "{message}");
    let unusable = both.replacen("modelName=\"first\"", "modelName=\"first\" isScorable=\"false\"", 1);
    assert_eq!(pmml::read(unusable.as_bytes()).unwrap().name, "second");
}

#[test]
fn bytes_that_are_no_document() {
    refused("", &["no element"]);
    refused("   \n ", &["no element"]);
    refused("score,age\n1,2\n", &["line 1"]);
    refused("{\"format\": \"plimsoll-scorecard\"}", &["line 1"]);
    refused("<html><body/></html>", &["<html>", "<PMML>"]);
    refused([0_u8, 159, 146, 150], &["line 1"]);
    refused(b"\x89PNG\r\n\x1a\n".as_slice(), &["UTF-8"]);
    for cut in [1, 60, 700, 2000, FIRST.len() - 10, FIRST.len() - 2] {
        let message = message(&FIRST[..cut]);
        assert!(message.contains("line"), "{message}");
    }
    refused(with("</Characteristic>", "</Characteristics>"), &["line 32", "not well-formed"]);
    refused(format!("{FIRST}<PMML/>"), &["second root"]);
    refused(with("encoding=\"UTF-8\"", "encoding=\"EBCDIC-CP-US\""), &["ebcdic-cp-us", "UTF-8"]);
    refused(
        FIRST.replace("for free", "f\u{fc}r frei").chars().map(|c| c as u8).collect::<Vec<u8>>(),
        &["UTF-8", "line"],
    );
}

#[test]
fn other_encodings_read_the_same() {
    let card = pmml::read(FIRST.as_bytes()).unwrap();
    let units = || FIRST.replacen("UTF-8", "UTF-16", 1).encode_utf16().collect::<Vec<u16>>();
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units().into_iter().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units().into_iter().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(pmml::read(&little).unwrap(), card);
    assert_eq!(pmml::read(&big).unwrap(), card);
    refused(&little[..little.len() - 1], &["UTF-16"]);
    let latin = FIRST.replacen("UTF-8", "ISO-8859-1", 1).replace("for free", "f\u{fc}r frei");
    let card = pmml::read(&latin.chars().map(|c| c as u8).collect::<Vec<u8>>()).unwrap();
    let evaluator = Evaluator::new(card).unwrap();
    let free = evaluator.evaluate(&[Value::Text("f\u{fc}r frei"), Value::Missing, Value::Missing]).unwrap();
    assert_eq!(free.characteristics[0].attribute, 2);
}

#[test]
fn what_stands_twice_or_nowhere_is_named() {
    let twice = with(
        "<DataField name=\"months\"",
        "<DataField name=\"housing\" optype=\"categorical\" dataType=\"string\"/><DataField name=\"months\"",
    );
    refused(twice, &["`housing`", "twice", "<DataField>"]);
    refused(
        with("<MiningField name=\"months\"", "<MiningField name=\"housing\"/><MiningField name=\"months\""),
        &["`housing`", "twice"],
    );
    refused(with("name=\"Code 2\" rank=\"2\"", "name=\"Code 1\" rank=\"2\""), &["`Code 1`", "twice"]);
    let derived = "<DerivedField name=\"d\" optype=\"continuous\" dataType=\"double\"><FieldRef field=\"income\"/></DerivedField>";
    refused(
        with(
            "<Characteristics>",
            &format!("<LocalTransformations>{derived}{derived}</LocalTransformations><Characteristics>"),
        ),
        &["`d`", "twice"],
    );
    let (before, rest) = FIRST.split_once("<MiningSchema>").unwrap();
    let (_, after) = rest.split_once("</MiningSchema>").unwrap();
    refused(format!("{before}{after}"), &["no <MiningSchema>"]);
    refused(with("<MiningField name=\"months\"", "<MiningField name=\"month\""), &["`month`", "DataDictionary"]);
    refused(with("field=\"months\" operator", "field=\"month\" operator"), &["`month`", "did you mean `months`"]);
    let (before, rest) = FIRST.split_once("<Characteristics>").unwrap();
    let (_, after) = rest.split_once("</Characteristics>").unwrap();
    refused(format!("{before}{after}"), &["no <Characteristics>"]);
    refused(format!("{before}<Characteristics/>{after}"), &["at least one characteristic"]);
    refused(
        format!(
            "{before}<Characteristics><Characteristic name=\"c\" reasonCode=\"C\" baselineScore=\"1\"/></Characteristics>{after}"
        ),
        &["at least one attribute", "<Characteristic>"],
    );
    refused(with("<Attribute partialScore=\"-8\">", "<Attribute>"), &["partialScore", "<Attribute>"]);
    refused(with("<SimplePredicate field=\"housing\" operator=\"isMissing\"/>", ""), &["no predicate"]);
    refused(with("<True/>", "<True/><False/>"), &["second predicate"]);
}

#[test]
fn reasons_need_codes_and_baselines() {
    refused(with(" reasonCode=\"H\"", ""), &["line 28", "reason code", "useReasonCodes=\"false\""]);
    refused(with(" baselineScore=\"20\"", ""), &["line 27", "baseline", "useReasonCodes=\"false\""]);
    let without = with(" baselineScore=\"20\"", "").replacen("useReasonCodes=\"true\"", "useReasonCodes=\"false\"", 1);
    let card = pmml::read(without.as_bytes()).unwrap();
    assert!(!card.reasons.enabled);
    let general =
        with(" baselineScore=\"20\"", "").replacen("useReasonCodes", "baselineScore=\"20\" useReasonCodes", 1);
    assert_eq!(
        pmml::read(general.as_bytes()).unwrap().characteristics,
        pmml::read(FIRST.as_bytes()).unwrap().characteristics
    );
}

/// The first document without what matches, on `useReasonCodes`.
fn without(patterns: &[&str], use_reason_codes: &str) -> String {
    let document = FIRST.replace(" useReasonCodes=\"true\"", use_reason_codes);
    patterns
        .iter()
        .fold(document, |text, pattern| regex::Regex::new(pattern).unwrap().replace_all(&text, "").into_owned())
}

#[test]
fn reasons_that_nobody_gives_are_none_and_half_given_are_refused() {
    const CODES: &str = " reasonCode=\"[^\"]*\"";
    const BASELINES: &str = " baselineScore=\"[^\"]*\"";
    const ASKED: &str = "<OutputField [^>]*feature=\"reasonCode\"[^>]*/>";
    for on in [" useReasonCodes=\"true\"", ""] {
        let nothing = without(&[CODES, BASELINES, ASKED], on);
        let (card, remarks) = pmml::read_with_remarks(nothing.as_bytes(), None).unwrap();
        assert!(!card.reasons.enabled && remarks[0].contains("neither codes nor baselines"), "{remarks:?}");
        refused(without(&[BASELINES, ASKED], on), &["no baseline", "useReasonCodes=\"false\""]);
        refused(without(&[CODES, ASKED], on), &["no reason code", "useReasonCodes=\"false\""]);
        refused(without(&[CODES, BASELINES], on), &["no reason code"]);
        assert_eq!(pmml::read_with_remarks(without(&[], on).as_bytes(), None).unwrap().1, Vec::<String>::new());
    }
    let off = without(&[CODES, BASELINES, ASKED], " useReasonCodes=\"false\"");
    assert_eq!(pmml::read_with_remarks(off.as_bytes(), None).unwrap().1, Vec::<String>::new());
}

#[test]
fn numbers_are_finite() {
    for bad in ["NaN", "INF", "-Infinity", "1e400", "", "12,5", "0x10", "1_000"] {
        refused(
            with("partialScore=\"20.5\"", &format!("partialScore=\"{bad}\"")),
            &["line 29", "partialScore", "finite"],
        );
        refused(with("initialScore=\"500\"", &format!("initialScore=\"{bad}\"")), &["initialScore"]);
        refused(with("value=\"12\"", &format!("value=\"{bad}\"")), &["integer"]);
        refused(
            with("<Constant>0.005</Constant>", &format!("<Constant dataType=\"double\">{bad}</Constant>")),
            &["numeric"],
        );
    }
    refused(with("partialScore=\"20.5\"", "partialScore=\"1e300\""), &["too large for points"]);
    assert!(pmml::read(with("partialScore=\"20.5\"", "partialScore=\" 2.05e1 \"").as_bytes()).is_ok());
}

/// The standard wants one field a characteristic; engines read several, and so does this crate: each test is of its own field.
#[test]
fn a_characteristic_may_test_two_fields() {
    let two = with(
        "<SimplePredicate field=\"housing\" operator=\"equal\" value=\"own\"/>",
        "<CompoundPredicate booleanOperator=\"and\"><SimplePredicate field=\"housing\" operator=\"equal\" value=\"own\"/><SimplePredicate field=\"months\" operator=\"greaterThan\" value=\"6\"/></CompoundPredicate>",
    );
    let evaluator = Evaluator::new(pmml::read(two.as_bytes()).unwrap()).unwrap();
    let first = |months: Value<'static>| {
        evaluator.evaluate(&[Value::Text("own"), months, Value::Missing]).unwrap().characteristics[0].attribute
    };
    assert_eq!((first(Value::Number(7.0)), first(Value::Number(6.0)), first(Value::Missing)), (1, 3, 3));
}

#[test]
fn a_value_that_no_attribute_takes_is_an_error_never_a_silent_zero() {
    let gap = with("<Attribute partialScore=\"0\"><True/></Attribute>", "");
    let evaluator = Evaluator::new(pmml::read(gap.as_bytes()).unwrap()).unwrap();
    let error = evaluator.evaluate(&[Value::Text("tent"), Value::Missing, Value::Missing]).unwrap_err();
    assert!(
        matches!(&error, Error::NoAttribute { characteristic, .. } if characteristic == "housing points"),
        "{error}"
    );
}
