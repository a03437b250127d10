//! `<DataDictionary>` and `<MiningSchema>`: the fields and what is done with their values.

use std::collections::BTreeSet;

use super::node::Node;
use crate::{
    Literal, Result, Scorecard,
    model::{Closure, Field, FieldType, Interval, OnInvalid, OutlierTreatment, OutputSource},
};

/// Names that a document needs beside the scorecard's own.
pub(super) struct Names {
    /// What the model predicts.
    pub(super) target: String,
    /// The output field that holds the score.
    pub(super) score: String,
    /// The output field that holds the probability of bad.
    pub(super) probability: String,
    /// The output fields that hold the reason codes.
    pub(super) reasons: Vec<String>,
}

impl Names {
    pub(super) fn of(scorecard: &Scorecard) -> Self {
        let fields = scorecard.fields.iter().map(|field| field.name.clone());
        let derived = scorecard.derived.iter().map(|derived| derived.name.clone());
        let outputs = scorecard.output_fields.iter().map(|output| output.name.clone());
        let mut taken: BTreeSet<String> = fields.chain(derived).chain(outputs).collect();
        let mut free = |wish: String| {
            let mut name = wish;
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            name
        };
        let count = if scorecard.reasons.enabled { scorecard.reasons.at_most } else { 0 };
        Self {
            target: free("score".into()),
            score: free("predicted_score".into()),
            probability: free("probability_of_bad".into()),
            reasons: (1..=count).map(|rank| free(format!("reason_{rank}"))).collect(),
        }
    }
}

/// The standard's operational and data type of a field.
pub(super) fn types(field_type: FieldType) -> (&'static str, &'static str) {
    match field_type {
        FieldType::Numeric => ("continuous", "double"),
        FieldType::Integer => ("continuous", "integer"),
        FieldType::Categorical => ("categorical", "string"),
        FieldType::Boolean => ("categorical", "boolean"),
        FieldType::Date => ("continuous", "date"),
        FieldType::Time => ("continuous", "time"),
        FieldType::DateTime => ("continuous", "dateTime"),
    }
}

/// The type of a field, derived field or output field.
pub(super) fn type_of(scorecard: &Scorecard, name: &str) -> Option<FieldType> {
    let output = scorecard.output_fields.iter().find(|output| output.name == name);
    let output = output.and_then(|output| match output.value {
        OutputSource::Score => Some(FieldType::Numeric),
        OutputSource::Reason(_) => Some(FieldType::Categorical),
        OutputSource::Expression(_) => output.field_type,
    });
    scorecard.field_type(name).or(output)
}

/// A constant as the standard writes it.
pub(super) fn text_of(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn dictionary(scorecard: &Scorecard, names: &Names) -> Result<Node> {
    let target =
        Node::new("DataField").with("name", &names.target).with("optype", "continuous").with("dataType", "double");
    Ok(Node::new("DataDictionary")
        .with("numberOfFields", scorecard.fields.len() + 1)
        .holding_all(scorecard.fields.iter().map(data_field))
        .holding(target))
}

fn data_field(field: &Field) -> Node {
    let (optype, data_type) = types(field.field_type);
    let value = |literal: &Literal, property: Option<&str>| {
        Node::new("Value").with("value", text_of(literal)).with_some("property", property)
    };
    Node::new("DataField")
        .with("name", &field.name)
        .with_some("displayName", field.label.as_ref())
        .with("optype", optype)
        .with("dataType", data_type)
        .holding_all(field.ranges.iter().map(interval))
        .holding_all(field.values.iter().map(|literal| value(literal, None)))
        .holding_all(field.invalid_values.iter().map(|literal| value(literal, Some("invalid"))))
        .holding_all(field.missing_values.iter().map(|literal| value(literal, Some("missing"))))
}

pub(super) fn interval(interval: &Interval) -> Node {
    let closure = match interval.closed {
        Closure::Neither => "openOpen",
        Closure::Right => "openClosed",
        Closure::Left => "closedOpen",
        Closure::Both => "closedClosed",
    };
    Node::new("Interval")
        .with("closure", closure)
        .with_some("leftMargin", interval.from)
        .with_some("rightMargin", interval.to)
}

pub(super) fn mining_schema(scorecard: &Scorecard, names: &Names) -> Node {
    Node::new("MiningSchema")
        .holding_all(scorecard.fields.iter().map(mining_field))
        .holding(Node::new("MiningField").with("name", &names.target).with("usageType", "target"))
}

fn mining_field(field: &Field) -> Node {
    let mut node = Node::new("MiningField").with("name", &field.name).with("usageType", "active");
    if let Some(outliers) = &field.outliers {
        let treatment = match outliers.treatment {
            OutlierTreatment::AsIs => "asIs",
            OutlierTreatment::Missing => "asMissingValues",
            OutlierTreatment::Clamp => "asExtremeValues",
        };
        node = node.with("outliers", treatment).with("lowValue", outliers.low).with("highValue", outliers.high);
    }
    match &field.missing_as {
        Some(stand_in) => {
            node = node.with("missingValueReplacement", text_of(stand_in)).with("missingValueTreatment", "asValue");
        }
        None if field.required => node = node.with("missingValueTreatment", "returnInvalid"),
        None => {}
    }
    match &field.on_invalid {
        OnInvalid::Reject => node.with("invalidValueTreatment", "returnInvalid"),
        OnInvalid::Accept => node.with("invalidValueTreatment", "asIs"),
        OnInvalid::Missing => node.with("invalidValueTreatment", "asMissing"),
        OnInvalid::Replace(with) => {
            node.with("invalidValueTreatment", "asValue").with("invalidValueReplacement", text_of(with))
        }
    }
}
