//! Output fields: what scoring gives under names that the document declares.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use scorecard::{Evaluator, OutputValue, Value, model::OutputSource, pmml};

const OUTPUTS: &str = include_str!("pmml/outputs.pmml");

/// The output fields that are final, by name, as a table holds them.
fn outputs(document: &str, values: &[Value<'_>]) -> Vec<(String, String)> {
    let card = pmml::read(document.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let evaluator = Evaluator::new(card).unwrap();
    let evaluation = evaluator.evaluate(values).unwrap();
    let values = evaluator.outputs(values, &evaluation).unwrap();
    let fields = evaluator.scorecard().output_fields.iter().zip(values);
    fields.filter(|(field, _)| !field.internal).map(|(field, value)| (field.name.clone(), value.to_string())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn outputs_use_inputs_derived_fields_the_score_and_one_another() {
    let values = [Value::Number(9000.0), Value::Text("far east"), Value::Number(10.0)];
    assert_eq!(
        outputs(OUTPUTS, &values),
        pairs(&[
            ("Grade", "103"),
            ("Why", "TURNOVER"),
            ("Why else", "BRANCH"),
            ("is_turnover", "1"),
            ("words", "turnover a head is low"),
            ("size", "middle"),
            ("verdict", "leave"),
            ("a_head", "900"),
            ("kept_branch", "true"),
        ])
    );
}

#[test]
fn missing_values_pass_through_to_outputs() {
    let values = [Value::Missing, Value::Missing, Value::Missing];
    assert_eq!(
        outputs(OUTPUTS, &values),
        pairs(&[
            ("Grade", "114"),
            ("Why", "TURNOVER"),
            ("Why else", "BRANCH"),
            ("is_turnover", "1"),
            ("words", "turnover a head is low"),
            ("size", "unknown"),
            ("verdict", "leave"),
            ("a_head", ""),
            ("kept_branch", "false"),
        ])
    );
    let values = [Value::Number(1e6), Value::Text("north"), Value::Number(70.0)];
    let found = outputs(OUTPUTS, &values);
    assert!(found.contains(&("Why".into(), "TURNOVER".into())), "a difference of zero is a reason of PMML: {found:?}");
    assert!(found.contains(&("verdict".into(), "take".into())) && found.contains(&("size".into(), "large".into())));
}

#[test]
fn output_fields_are_part_of_the_model() {
    let by_target = OUTPUTS.replace("<p:FieldRef field=\"Grade\"/>", "<p:FieldRef field=\"grade\"/>");
    assert_ne!(by_target, OUTPUTS);
    let values = [Value::Number(1e6), Value::Text("north"), Value::Number(70.0)];
    assert_eq!(outputs(&by_target, &values), outputs(OUTPUTS, &values));
    let card = pmml::read(by_target.as_bytes()).unwrap();
    assert!(card.output_fields[0].internal, "the target's name stands for the score in expressions");
    assert_eq!((card.output_fields[0].name.as_str(), &card.output_fields[0].value), ("grade", &OutputSource::Score));
    let json = scorecard::to_json(&card);
    let schema = serde_json::from_str(scorecard::json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.validate(&serde_json::from_str(&json).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(scorecard::from_json(json.as_bytes()).unwrap(), card);
    let document = pmml::write(&card).unwrap();
    assert_eq!(pmml::read(document.as_bytes()).unwrap(), card);
}

#[test]
fn verification_covers_output_fields() {
    let record = |verdict: &str| {
        format!(
            "<p:ModelVerification recordCount=\"1\"><p:VerificationFields><p:VerificationField field=\"turnover\"/>\
             <p:VerificationField field=\"staff\"/><p:VerificationField field=\"verdict\"/>\
             <p:VerificationField field=\"a_head\" column=\"h\"/></p:VerificationFields><p:InlineTable><p:row>\
             <p:turnover>1000</p:turnover><p:staff>4</p:staff><p:verdict>{verdict}</p:verdict><p:h>250</p:h></p:row>\
             </p:InlineTable></p:ModelVerification></p:Scorecard>"
        )
    };
    let right = OUTPUTS.replace("</p:Scorecard>", &record("leave"));
    assert!(pmml::read(right.as_bytes()).is_ok());
    let wrong = OUTPUTS.replace("</p:Scorecard>", &record("take"));
    let message = pmml::read(wrong.as_bytes()).unwrap_err().to_string();
    assert!(message.contains("verdict") && message.contains("leave"), "{message}");
}

#[test]
fn a_failing_expression_is_an_error_of_the_application() {
    let card = pmml::read(OUTPUTS.as_bytes()).unwrap();
    let evaluator = Evaluator::new(card).unwrap();
    let values = [Value::Number(1.0), Value::Text("north"), Value::Number(0.0)];
    assert!(evaluator.evaluate(&values).unwrap_err().to_string().contains("turnover_a_head"));
    let values = [Value::Number(1.0), Value::Missing, Value::Number(1.0)];
    let evaluation = evaluator.evaluate(&values).unwrap();
    let found = evaluator.outputs(&values, &evaluation).unwrap();
    assert!(matches!(found.last(), Some(OutputValue::Boolean(false))));
}

#[test]
fn terms_are_counted_in_normalized_text() {
    let found = |remark: &str| {
        let found = outputs(include_str!("pmml/remarks.pmml"), &[Value::Text(remark)]);
        found.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(found("The last installment was past due, after a Phone call."), ["15", "ARREARS", "0", "0"]);
    assert_eq!(
        found("phone call, phone call! Late and Late again; paid or said"),
        ["22", "CALLS", "0.47712125471966244", "1"]
    );
    assert_eq!(found(""), ["24", "ARREARS", "0", "0"]);
}

#[test]
fn a_double_in_a_text_field_keeps_its_point() {
    let values =
        [Value::Number(2048.0), Value::Number(7.0), Value::Text("n"), Value::Boolean(true), Value::Number(100.0)];
    let found = outputs(include_str!("pmml/treatments.pmml"), &values);
    let of = |name: &str| found.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((of("said"), of("flag")), (Some("33.333333333333336"), Some("1.0")));
    assert_eq!(of("shown_burden"), Some("33.333333333333336"));
}
