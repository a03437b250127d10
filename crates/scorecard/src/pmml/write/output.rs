//! `<Output>` and `<Targets>`: the score, its reasons, its probability of bad, and what is done to the sum of points.

use super::{
    expression::expression,
    fields::{self, Names},
    node::Node,
};
use crate::{
    Result, Scorecard,
    model::{Cast, FieldType, OutputField, OutputSource, Scaling},
    pmml::types,
};

/// The output fields that the scorecard declares; where it declares none, its score, reasons and probability of bad.
pub(super) fn output(scorecard: &Scorecard, names: &Names) -> Result<Node> {
    if scorecard.output_fields.is_empty() {
        return Ok(usual(scorecard, names));
    }
    Node::new("Output").holding_each(scorecard.output_fields.iter().map(|output| declared(scorecard, output)))
}

fn declared(scorecard: &Scorecard, output: &OutputField) -> Result<Node> {
    let field_type = match &output.value {
        OutputSource::Score => FieldType::Numeric,
        OutputSource::Reason(_) => FieldType::Categorical,
        OutputSource::Expression(expression) => {
            let inferred = || types::of_expression(expression, &|name| fields::type_of(scorecard, name));
            output.field_type.or_else(inferred).unwrap_or(FieldType::Categorical)
        }
    };
    let (optype, data_type) = fields::types(field_type);
    let node = Node::new("OutputField")
        .with("name", &output.name)
        .with_some("displayName", output.label.as_ref())
        .with("optype", optype)
        .with("dataType", data_type);
    let finality = output.internal.then_some("false");
    Ok(match &output.value {
        OutputSource::Score => node.with("feature", "predictedValue").with_some("isFinalResult", finality),
        OutputSource::Reason(rank) => {
            node.with("feature", "reasonCode").with("rank", rank).with_some("isFinalResult", finality)
        }
        OutputSource::Expression(computed) => node
            .with("feature", "transformedValue")
            .with_some("isFinalResult", finality)
            .holding(expression(computed, &format!("output_fields[{}]", output.name))?),
    })
}

fn usual(scorecard: &Scorecard, names: &Names) -> Node {
    let number = |name: &str| {
        Node::new("OutputField").with("name", name).with("optype", "continuous").with("dataType", "double")
    };
    let reasons = names.reasons.iter().enumerate().map(|(index, name)| {
        Node::new("OutputField")
            .with("name", name)
            .with("optype", "categorical")
            .with("dataType", "string")
            .with("feature", "reasonCode")
            .with("rank", index + 1)
    });
    let probability = scorecard.scaling.map(|scaling| {
        number(&names.probability)
            .with("feature", "transformedValue")
            .holding(probability_of_bad(scaling, &names.score))
    });
    Node::new("Output")
        .holding(number(&names.score).with("feature", "predictedValue"))
        .holding_all(reasons)
        .holding_all(probability)
}

/// 1 / (1 + odds · e^((score − points) · ln 2 / pdo)), as [`Scaling::probability_of_bad`].
fn probability_of_bad(scaling: Scaling, score: &str) -> Node {
    let apply = |function: &str, first: Node, second: Option<Node>| {
        Node::new("Apply").with("function", function).holding(first).holding_all(second)
    };
    let constant = |number: f64| Node::new("Constant").with("dataType", "double").text(number.to_string());
    let beyond = apply("-", Node::new("FieldRef").with("field", score), Some(constant(scaling.points)));
    let exponent = apply("*", beyond, Some(constant(std::f64::consts::LN_2 / scaling.pdo)));
    let odds = apply("*", constant(scaling.odds), Some(apply("exp", exponent, None)));
    apply("/", constant(1.0), Some(apply("+", constant(1.0), Some(odds))))
}

pub(super) fn targets(scorecard: &Scorecard, names: &Names) -> Option<Node> {
    let rule = scorecard.output.as_ref()?;
    let cast = rule.cast.map(|cast| match cast {
        Cast::Round => "round",
        Cast::Ceiling => "ceiling",
        Cast::Floor => "floor",
    });
    let target = Node::new("Target")
        .with("field", &names.target)
        .with("optype", "continuous")
        .with_some("castInteger", cast)
        .with_some("min", rule.minimum)
        .with_some("max", rule.maximum)
        .with("rescaleConstant", rule.constant)
        .with("rescaleFactor", rule.factor);
    Some(Node::new("Targets").holding(target))
}
