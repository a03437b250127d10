//! Expressions: the chapter Transformations, each element as the model's own expression.

use std::collections::HashMap;

use super::{
    data_dictionary::interval,
    element::{Element, excerpt},
    functions,
    literal::{self, data_type, inferred, inferred_type},
    scope::Scope,
};
use crate::{
    Literal, Result,
    model::{DiscretizeBin, Expression, FieldType, InvalidTreatment, LinearNorm, OutlierTreatment},
};

/// Deepest nesting of expressions, functions written out.
const MAX_DEPTH: usize = 64;

/// Reads expressions, outside or inside the body of a function.
pub(super) struct Expressions<'s, 'd> {
    pub(super) scope: &'s Scope<'d>,
    /// What stands for each parameter, within the body of a function.
    pub(super) parameters: HashMap<&'d str, Expression>,
    /// The functions that are being written out.
    pub(super) calls: Vec<&'d str>,
    pub(super) depth: usize,
}

impl<'s, 'd> Expressions<'s, 'd> {
    pub(super) fn new(scope: &'s Scope<'d>) -> Self {
        Self { scope, parameters: HashMap::new(), calls: Vec::new(), depth: 0 }
    }

    /// Reads one expression. `wanted` is the type that its place asks for, where constants do not state their own.
    pub(super) fn read(&mut self, element: &Element, wanted: Option<FieldType>) -> Result<Expression> {
        self.scope.count_nodes(element, 1)?;
        if self.depth > MAX_DEPTH {
            return Err(element.error(format!("expressions nest deeper than {MAX_DEPTH}; use derived fields")));
        }
        self.depth += 1;
        let expression = match element.name.as_str() {
            "Constant" => constant(element, wanted),
            "FieldRef" => self.field_ref(element),
            "NormContinuous" => self.norm_continuous(element),
            "NormDiscrete" => self.norm_discrete(element),
            "Discretize" => self.discretize(element, wanted),
            "MapValues" => self.map_values(element, wanted),
            "Apply" => self.apply(element, wanted),
            "TextIndex" => self.text_index(element),
            "Aggregate" | "Lag" => Err(element.error(
                "needs more than one applicant's single values, which a scorecard does not have; compute it before scoring",
            )),
            _ => Err(element.error(
                "not an expression; the standard has Constant, FieldRef, NormContinuous, NormDiscrete, Discretize, MapValues, TextIndex and Apply",
            )),
        };
        self.depth -= 1;
        expression
    }

    fn field_ref(&self, element: &Element) -> Result<Expression> {
        let name = element.required("field")?;
        if let Some(argument) = self.parameters.get(name) {
            self.scope.count_nodes(element, functions::size(argument))?;
            let Some(text) = element.attribute("mapMissingTo") else { return Ok(argument.clone()) };
            let stand_in = match self.scope.expression_type(argument) {
                Some(known) => literal::required(element, "mapMissingTo", text, known)?,
                None => inferred(text),
            };
            return Ok(functions::or_where_missing(argument.clone(), stand_in));
        }
        let (name, field_type) = self.scope.field(element, name)?;
        Ok(Expression::Field { name, map_missing_to: missing_as(element, field_type)? })
    }

    fn norm_continuous(&self, element: &Element) -> Result<Expression> {
        let (field, _) = self.looked_up(element, element.required("field")?, FieldType::Numeric)?;
        let norms = element
            .all("LinearNorm")
            .map(|norm| Ok(LinearNorm { orig: norm.required_number("orig")?, norm: norm.required_number("norm")? }));
        let outliers = element.one_of(
            "outliers",
            &[
                ("asIs", OutlierTreatment::AsIs),
                ("asMissingValues", OutlierTreatment::Missing),
                ("asExtremeValues", OutlierTreatment::Clamp),
            ],
        )?;
        Ok(Expression::NormContinuous {
            field,
            norms: norms.collect::<Result<_>>()?,
            outliers: outliers.unwrap_or_default(),
            map_missing_to: element.number("mapMissingTo")?,
        })
    }

    fn norm_discrete(&self, element: &Element) -> Result<Expression> {
        let (field, field_type) = self.looked_up(element, element.required("field")?, FieldType::Categorical)?;
        let value = literal::required(element, "the value", element.required("value")?, field_type)?;
        Ok(Expression::NormDiscrete { field, value, map_missing_to: element.number("mapMissingTo")? })
    }

    fn discretize(&self, element: &Element, wanted: Option<FieldType>) -> Result<Expression> {
        let (field, _) = self.looked_up(element, element.required("field")?, FieldType::Numeric)?;
        let bins: Vec<&Element> = element.all("DiscretizeBin").collect();
        let results = bins.iter().filter_map(|bin| bin.attribute("binValue"));
        let result_type = result_type(element, wanted, results)?;
        let bins = bins.into_iter().map(|bin| {
            let value = literal::required(bin, "binValue", bin.required("binValue")?, result_type)?;
            Ok(DiscretizeBin { interval: interval(bin.required_child("Interval")?)?, value })
        });
        Ok(Expression::Discretize {
            field,
            bins: bins.collect::<Result<_>>()?,
            default: stand_in(element, "defaultValue", result_type)?,
            map_missing_to: stand_in(element, "mapMissingTo", result_type)?,
        })
    }

    fn map_values(&self, element: &Element, wanted: Option<FieldType>) -> Result<Expression> {
        if let Some(locator) = element.child("TableLocator") {
            return Err(locator.error("a table elsewhere is not fetched; write its rows into an <InlineTable>"));
        }
        let mut columns = Vec::new();
        let mut fields = Vec::new();
        for pair in element.all("FieldColumnPair") {
            let column = pair.required("column")?;
            let (field, field_type) = self.looked_up(pair, pair.required("field")?, FieldType::Categorical)?;
            columns.push((column, field_type));
            fields.push(field);
        }
        if fields.is_empty() {
            return Err(element.error("no <FieldColumnPair> inside; a map needs at least one field to look up"));
        }
        let output = element.required("outputColumn")?;
        let table = rows(element.required_child("InlineTable")?);
        let result_type = result_type(element, wanted, table.iter().filter_map(|row| row.get(output).copied()))?;
        let mut rows = Vec::with_capacity(table.len());
        for row in &table {
            // A row without a value in one of its columns, or with one that is not of the field's type, can match nothing.
            let keys = columns.iter().map(|(column, field_type)| literal::parse(row.get(column)?, *field_type));
            let Some(mut cells) = keys.collect::<Option<Vec<Literal>>>() else { continue };
            let Some(result) = row.get(output) else { continue };
            cells.push(literal::required(element, "the result", result, result_type)?);
            rows.push(cells);
        }
        Ok(Expression::MapValues {
            fields,
            rows,
            default: stand_in(element, "defaultValue", result_type)?,
            map_missing_to: stand_in(element, "mapMissingTo", result_type)?,
        })
    }

    fn apply(&mut self, element: &Element, wanted: Option<FieldType>) -> Result<Expression> {
        let name = element.required("function")?;
        if let Some(definition) = self.scope.function(name) {
            return self.call(element, definition, wanted);
        }
        if name.starts_with("x-") {
            return Err(
                element.error(format!("`{}` is a function of some producer's own, which is not known", excerpt(name)))
            );
        }
        let arguments = self.arguments(element, name, wanted)?;
        functions::check(element, name, arguments.len(), self.scope)?;
        let on_invalid = element.one_of(
            "invalidValueTreatment",
            &[
                ("returnInvalid", InvalidTreatment::Reject),
                ("asIs", InvalidTreatment::Reject),
                ("asMissing", InvalidTreatment::Missing),
            ],
        )?;
        let result_type = self.scope.result_type(name, &arguments).or(wanted);
        Ok(Expression::Apply {
            function: name.to_owned(),
            map_missing_to: untyped(element, "mapMissingTo", result_type)?,
            default: untyped(element, "defaultValue", result_type)?,
            on_invalid: on_invalid.unwrap_or_default(),
            arguments,
        })
    }

    /// The arguments of a built-in function. Constants that state no type take that of what they are compared with.
    fn arguments(&mut self, element: &Element, function: &str, wanted: Option<FieldType>) -> Result<Vec<Expression>> {
        let elements: Vec<&Element> = element.content().collect();
        let mut read: Vec<Option<Expression>> = Vec::with_capacity(elements.len());
        let mut compared = None;
        for (index, argument) in elements.iter().enumerate() {
            let wanted = match functions::argument_type(function, index) {
                functions::ArgumentType::OfResult => wanted,
                functions::ArgumentType::Text => Some(FieldType::Categorical),
                functions::ArgumentType::Any => None,
                functions::ArgumentType::OfOthers if argument.name == "Constant" => {
                    read.push(None);
                    continue;
                }
                functions::ArgumentType::OfOthers => None,
            };
            let expression = self.read(argument, wanted)?;
            compared = compared.or_else(|| self.scope.expression_type(&expression));
            read.push(Some(expression));
        }
        let constants = elements.iter().zip(read).map(|(argument, read)| match read {
            Some(expression) => Ok(expression),
            None => self.read(argument, compared),
        });
        constants.collect()
    }

    /// The field that an element names: a parameter's argument is given a name first, where it has none.
    fn looked_up(&self, element: &Element, name: &str, fallback: FieldType) -> Result<(String, FieldType)> {
        match self.parameters.get(name) {
            None => self.scope.field(element, name),
            Some(Expression::Field { name, map_missing_to: None }) => {
                Ok((name.clone(), self.scope.type_of(name).unwrap_or(fallback)))
            }
            Some(argument) => {
                self.scope.count_nodes(element, functions::size(argument))?;
                let field_type = self.scope.expression_type(argument).unwrap_or(fallback);
                Ok((self.scope.name_expression(name, field_type, argument.clone()), field_type))
            }
        }
    }
}

/// A constant of the type that it states, else of the type that its place asks for.
fn constant(element: &Element, wanted: Option<FieldType>) -> Result<Expression> {
    if element.boolean("missing")? == Some(true) {
        return Ok(Expression::Constant(None));
    }
    let stated = element.attribute("dataType").map(|name| data_type(element, name)).transpose()?;
    let literal = match (stated, wanted) {
        (Some(stated), _) => literal::required(element, "the constant", &element.text, stated)?,
        (None, Some(wanted)) => literal::parse(&element.text, wanted).unwrap_or_else(|| inferred(&element.text)),
        (None, None) => inferred(&element.text),
    };
    Ok(Expression::Constant(Some(literal)))
}

fn missing_as(element: &Element, field_type: FieldType) -> Result<Option<Literal>> {
    stand_in(element, "mapMissingTo", field_type)
}

fn stand_in(element: &Element, name: &str, field_type: FieldType) -> Result<Option<Literal>> {
    element.attribute(name).map(|text| literal::required(element, name, text, field_type)).transpose()
}

fn untyped(element: &Element, name: &str, field_type: Option<FieldType>) -> Result<Option<Literal>> {
    match field_type {
        Some(field_type) => stand_in(element, name, field_type),
        None => Ok(element.attribute(name).map(inferred)),
    }
}

/// The type of what a table gives: as stated, as its place asks, or as all its results read.
fn result_type<'a>(
    element: &'a Element,
    wanted: Option<FieldType>,
    results: impl Iterator<Item = &'a str>,
) -> Result<FieldType> {
    match element.attribute("dataType") {
        Some(name) => data_type(element, name),
        None => {
            let named = ["defaultValue", "mapMissingTo"].into_iter().filter_map(|name| element.attribute(name));
            Ok(wanted.unwrap_or_else(|| inferred_type(results.chain(named))))
        }
    }
}

/// The rows of an `<InlineTable>`: cells by column.
pub(super) fn rows(table: &Element) -> Vec<HashMap<&str, &str>> {
    table.all("row").map(|row| row.content().map(|cell| (cell.name.as_str(), cell.text.as_str())).collect()).collect()
}
