//! `<Scorecard>`: characteristics and attributes.

use super::{expression, fields, fields::Names, node::Node, output, predicate::Predicates};
use crate::{
    Points, Result, Scorecard,
    model::{Attribute, BaselineMethod, Characteristic, Direction},
    pmml::extension,
};

pub(super) fn model(scorecard: &Scorecard, names: &Names, extension: Option<String>) -> Result<Node> {
    let reasons = &scorecard.reasons;
    let algorithm = match reasons.direction {
        Direction::PointsBelow => "pointsBelow",
        Direction::PointsAbove => "pointsAbove",
    };
    let mut model = Node::new("Scorecard")
        .with("modelName", &scorecard.name)
        .with("functionName", "regression")
        .with("initialScore", scorecard.initial_score)
        .with("useReasonCodes", reasons.enabled)
        .with("reasonCodeAlgorithm", algorithm)
        .with("baselineMethod", baseline_method(scorecard))
        .holding(fields::mining_schema(scorecard, names))
        .holding(output::output(scorecard, names)?)
        .holding_all(output::targets(scorecard, names));
    if !scorecard.derived.is_empty() {
        let derived = scorecard.derived.iter().map(expression::derived_field);
        model = model.holding(Node::new("LocalTransformations").holding_each(derived)?);
    }
    let characteristics = scorecard.characteristics.iter().map(|c| characteristic(scorecard, c));
    Ok(model
        .holding(Node::new("Characteristics").holding_each(characteristics)?)
        .holding_all(extension.map(extension_node)))
}

fn extension_node(text: String) -> Node {
    Node::new("Extension").with("extender", extension::EXTENDER).with("name", extension::NAME).text(text)
}

/// The standard's word for how the baselines were made.
fn baseline_method(scorecard: &Scorecard) -> &'static str {
    match scorecard.reasons.method {
        BaselineMethod::Maximum => "max",
        BaselineMethod::Mean => "mean",
        BaselineMethod::MeanAtCutoff => "other",
        BaselineMethod::Stated => {
            let known = ["max", "min", "mean", "neutral"];
            known.into_iter().find(|word| *word == scorecard.reasons.baseline_note).unwrap_or("other")
        }
    }
}

fn characteristic(scorecard: &Scorecard, characteristic: &Characteristic) -> Result<Node> {
    let attributes = characteristic.attributes.iter().enumerate().map(|(index, attribute)| {
        let path = format!("characteristics[{}].attributes[{index}]", characteristic.name);
        self::attribute(scorecard, characteristic, attribute, &path)
    });
    Node::new("Characteristic")
        .with("name", &characteristic.name)
        .with_some("reasonCode", characteristic.reason.as_ref().map(|reason| &reason.code))
        .with_some("baselineScore", characteristic.baselines.get(scorecard.reasons.method))
        .holding_each(attributes)
}

fn attribute(
    scorecard: &Scorecard,
    characteristic: &Characteristic,
    attribute: &Attribute,
    path: &str,
) -> Result<Node> {
    let points =
        (attribute.points_expression.is_none() || attribute.points != Points::ZERO).then_some(attribute.points);
    let computed = attribute.points_expression.as_ref().map(|points| {
        expression::expression(points, &format!("{path}.points_expression"))
            .map(|expression| Node::new("ComplexPartialScore").holding(expression))
    });
    let condition = Predicates { scorecard, path }.condition(&attribute.when, &characteristic.field)?;
    Ok(Node::new("Attribute")
        .with_some("reasonCode", attribute.reason.as_ref().map(|reason| &reason.code))
        .with_some("partialScore", points)
        .holding(condition)
        .holding_all(computed.transpose()?))
}
