//! Expressions as the standard's transformations.

use super::{
    fields::{interval, text_of, types},
    node::Node,
    untranslatable,
};
use crate::{
    Literal, Result,
    model::{DerivedField, Expression, InvalidTreatment, OutlierTreatment},
};

pub(super) fn derived_field(derived: &DerivedField) -> Result<Node> {
    let (optype, data_type) = types(derived.field_type);
    Ok(Node::new("DerivedField")
        .with("name", &derived.name)
        .with("optype", optype)
        .with("dataType", data_type)
        .holding(expression(&derived.expression, &format!("derived[{}]", derived.name))?))
}

pub(super) fn expression(expression: &Expression, path: &str) -> Result<Node> {
    Ok(match expression {
        Expression::Constant(None) => Node::new("Constant").with("missing", "true"),
        Expression::Constant(Some(literal)) => {
            finite(literal, path)?;
            Node::new("Constant").with("dataType", data_type(literal)).text(text_of(literal))
        }
        Expression::Field { name, map_missing_to } => {
            Node::new("FieldRef").with("field", name).with_some("mapMissingTo", map_missing_to.as_ref().map(text_of))
        }
        Expression::NormContinuous { field, norms, outliers, map_missing_to } => {
            let norms =
                norms.iter().map(|norm| Node::new("LinearNorm").with("orig", norm.orig).with("norm", norm.norm));
            let outliers = match outliers {
                OutlierTreatment::AsIs => "asIs",
                OutlierTreatment::Missing => "asMissingValues",
                OutlierTreatment::Clamp => "asExtremeValues",
            };
            Node::new("NormContinuous")
                .with("field", field)
                .with_some("mapMissingTo", *map_missing_to)
                .with("outliers", outliers)
                .holding_all(norms)
        }
        Expression::NormDiscrete { field, value, map_missing_to } => Node::new("NormDiscrete")
            .with("field", field)
            .with("value", text_of(value))
            .with_some("mapMissingTo", *map_missing_to),
        Expression::Discretize { field, bins, default, map_missing_to } => {
            let results = bins.iter().map(|bin| &bin.value).chain(default).chain(map_missing_to);
            let bins = bins.iter().map(|bin| {
                Node::new("DiscretizeBin").with("binValue", text_of(&bin.value)).holding(interval(&bin.interval))
            });
            Node::new("Discretize")
                .with("field", field)
                .with_some("mapMissingTo", map_missing_to.as_ref().map(text_of))
                .with_some("defaultValue", default.as_ref().map(text_of))
                .with("dataType", common_type(results, path)?)
                .holding_all(bins)
        }
        Expression::MapValues { fields, rows, default, map_missing_to } => {
            let results = rows.iter().filter_map(|row| row.last()).chain(default).chain(map_missing_to);
            Node::new("MapValues")
                .with_some("mapMissingTo", map_missing_to.as_ref().map(text_of))
                .with_some("defaultValue", default.as_ref().map(text_of))
                .with("outputColumn", "result")
                .with("dataType", common_type(results, path)?)
                .holding_all(fields.iter().enumerate().map(|(index, field)| {
                    Node::new("FieldColumnPair").with("field", field).with("column", column(index))
                }))
                .holding(table(rows))
        }
        Expression::Apply { function, arguments, .. } if function == "x-doubleText" => match arguments.as_slice() {
            // The type of the field that holds it says so.
            [double] => self::expression(double, path)?,
            _ => return Err(untranslatable(path, "x-doubleText takes one argument")),
        },
        Expression::Apply { function, arguments, .. } if function == "x-textIndex" => text_index(arguments, path)?,
        Expression::Apply { function, arguments, map_missing_to, default, on_invalid } => {
            let treatment = (*on_invalid == InvalidTreatment::Missing).then_some("asMissing");
            Node::new("Apply")
                .with("function", function)
                .with_some("mapMissingTo", map_missing_to.as_ref().map(text_of))
                .with_some("defaultValue", default.as_ref().map(text_of))
                .with_some("invalidValueTreatment", treatment)
                .holding_each(arguments.iter().map(|argument| self::expression(argument, path)))?
        }
    })
}

/// The function by which a text index is counted, as the element that it was read from.
fn text_index(arguments: &[Expression], path: &str) -> Result<Node> {
    let constant = |index: usize| match arguments.get(index) {
        Some(Expression::Constant(Some(literal))) => Some(text_of(literal)),
        _ => None,
    };
    let (Some(Expression::Field { name, map_missing_to: None }), Some(term)) = (arguments.first(), arguments.get(1))
    else {
        return Err(untranslatable(path, "x-textIndex needs a field as its first argument"));
    };
    Ok(Node::new("TextIndex")
        .with("textField", name)
        .with_some("localTermWeights", constant(2))
        .with_some("isCaseSensitive", constant(3))
        .with_some("maxLevenshteinDistance", constant(4))
        .with_some("countHits", constant(5))
        .with_some("wordSeparatorCharacterRE", constant(6))
        .holding(expression(term, path)?))
}

/// Name of the column that holds the keys of a field.
fn column(index: usize) -> String {
    format!("key{}", index + 1)
}

fn table(rows: &[Vec<Literal>]) -> Node {
    let row = |cells: &Vec<Literal>| {
        let (keys, result) = cells.split_at(cells.len().saturating_sub(1));
        Node::new("row")
            .holding_all(keys.iter().enumerate().map(|(index, key)| Node::new(column(index)).text(text_of(key))))
            .holding_all(result.iter().map(|result| Node::new("result").text(text_of(result))))
    };
    Node::new("InlineTable").holding_all(rows.iter().map(row))
}

fn data_type(literal: &Literal) -> &'static str {
    match literal {
        Literal::Boolean(_) => "boolean",
        Literal::Number(_) => "double",
        Literal::Text(_) => "string",
    }
}

fn finite(literal: &Literal, path: &str) -> Result<()> {
    match literal {
        Literal::Number(n) if !n.is_finite() => Err(untranslatable(path, format!("{n} is not a finite number"))),
        _ => Ok(()),
    }
}

/// The one type of all results of a table.
fn common_type<'a>(mut results: impl Iterator<Item = &'a Literal>, path: &str) -> Result<&'static str> {
    let Some(first) = results.next() else { return Ok("string") };
    let common = data_type(first);
    finite(first, path)?;
    results.try_for_each(|result| {
        finite(result, path)?;
        if data_type(result) == common {
            return Ok(());
        }
        Err(untranslatable(
            path,
            format!("the results {first} and {result} are of two types; the standard has one a table"),
        ))
    })?;
    Ok(common)
}
