//! Conditions and predicates as the standard's predicates.

use super::{fields::text_of, node::Node, untranslatable};
use crate::{
    Literal, Result, Scorecard,
    model::{Condition, FieldType, Interval, Operator, Predicate},
};

/// Writes predicates for one scorecard: which text stands for a constant depends on the type of its field.
pub(super) struct Predicates<'s> {
    pub(super) scorecard: &'s Scorecard,
    /// Path of the attribute, for errors.
    pub(super) path: &'s str,
}

impl Predicates<'_> {
    /// The condition of an attribute of a characteristic about `field`.
    pub(super) fn condition(&self, condition: &Condition, field: &str) -> Result<Node> {
        match condition {
            Condition::Interval(interval) => Ok(within(interval, field)),
            Condition::Values(values) | Condition::Special(values) => self.one_of(field, values),
            Condition::Missing => Ok(simple(field, "isMissing")),
            Condition::Otherwise => Ok(Node::new("True")),
            Condition::Predicate(predicate) => self.predicate(predicate),
        }
    }

    fn predicate(&self, predicate: &Predicate) -> Result<Node> {
        match predicate {
            Predicate::True => Ok(Node::new("True")),
            Predicate::False => Ok(Node::new("False")),
            Predicate::Compare { field, operator, value } => self.compare(field, *operator, value),
            Predicate::IsMissing(field) => Ok(simple(field, "isMissing")),
            Predicate::IsNotMissing(field) => Ok(simple(field, "isNotMissing")),
            Predicate::IsIn { field, values } => self.set(field, values, true),
            Predicate::IsNotIn { field, values } => self.set(field, values, false),
            Predicate::And(parts) => self.compound("and", parts),
            Predicate::Or(parts) => self.compound("or", parts),
            Predicate::Xor(parts) => self.compound("xor", parts),
            Predicate::Surrogate(parts) => self.compound("surrogate", parts),
        }
    }

    fn compound(&self, operator: &'static str, parts: &[Predicate]) -> Result<Node> {
        match parts {
            // The standard wants two parts; the outcome of one alone is that part's.
            [only] => self.predicate(only),
            _ => {
                let node = Node::new("CompoundPredicate").with("booleanOperator", operator);
                node.holding_each(parts.iter().map(|part| self.predicate(part)))
            }
        }
    }

    fn compare(&self, field: &str, operator: Operator, value: &Literal) -> Result<Node> {
        let name = match operator {
            Operator::Equal => "equal",
            Operator::NotEqual => "notEqual",
            Operator::LessThan => "lessThan",
            Operator::LessOrEqual => "lessOrEqual",
            Operator::GreaterThan => "greaterThan",
            Operator::GreaterOrEqual => "greaterOrEqual",
        };
        Ok(simple(field, name).with("value", self.constant(field, value)?))
    }

    fn one_of(&self, field: &str, values: &[Literal]) -> Result<Node> {
        match values {
            [only] => self.compare(field, Operator::Equal, only),
            _ => self.set(field, values, true),
        }
    }

    fn set(&self, field: &str, values: &[Literal], inside: bool) -> Result<Node> {
        let texts = values.iter().map(|value| self.constant(field, value)).collect::<Result<Vec<_>>>()?;
        let field_type = self.type_of(field);
        let truth = field_type == Some(FieldType::Boolean);
        // An array has no truth values, and no way to say a backslash before a quote.
        if !texts.is_empty() && (truth || texts.iter().any(|text| text.contains('\\'))) {
            let (operator, joined) = if inside { (Operator::Equal, "or") } else { (Operator::NotEqual, "and") };
            let parts: Vec<Predicate> = values
                .iter()
                .map(|value| Predicate::Compare { field: field.to_owned(), operator, value: value.clone() })
                .collect();
            return self.compound(joined, &parts);
        }
        let (array_type, text) = if field_type.is_some_and(FieldType::is_numeric) {
            ("real", texts.join(" "))
        } else {
            let quoted: Vec<String> = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\\\""))).collect();
            ("string", quoted.join(" "))
        };
        let array = Node::new("Array").with("type", array_type).with("n", values.len()).text(text);
        let operator = if inside { "isIn" } else { "isNotIn" };
        Ok(Node::new("SimpleSetPredicate").with("field", field).with("booleanOperator", operator).holding(array))
    }

    fn constant(&self, field: &str, value: &Literal) -> Result<String> {
        let fits = match (value, self.type_of(field)) {
            (Literal::Number(n), Some(field_type)) => field_type.is_numeric() && n.is_finite(),
            (Literal::Boolean(_), field_type) => field_type == Some(FieldType::Boolean),
            (Literal::Text(_), Some(field_type)) => !field_type.is_numeric() && field_type != FieldType::Boolean,
            _ => false,
        };
        if fits {
            return Ok(text_of(value));
        }
        Err(untranslatable(self.path, format!("{value} is not of the type of `{field}`, which the standard requires")))
    }

    fn type_of(&self, field: &str) -> Option<FieldType> {
        let derived = || self.scorecard.derived.iter().find(|d| d.name == field).map(|d| d.field_type);
        self.scorecard.fields.iter().find(|f| f.name == field).map(|f| f.field_type).or_else(derived)
    }
}

fn simple(field: &str, operator: &'static str) -> Node {
    Node::new("SimplePredicate").with("field", field).with("operator", operator)
}

fn within(interval: &Interval, field: &str) -> Node {
    let above = interval.from.map(|from| {
        simple(field, if interval.closed.left() { "greaterOrEqual" } else { "greaterThan" }).with("value", from)
    });
    let below = interval
        .to
        .map(|to| simple(field, if interval.closed.right() { "lessOrEqual" } else { "lessThan" }).with("value", to));
    match (above, below) {
        (Some(above), Some(below)) => {
            Node::new("CompoundPredicate").with("booleanOperator", "and").holding(above).holding(below)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => simple(field, "isNotMissing"),
    }
}
