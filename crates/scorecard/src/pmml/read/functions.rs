//! Functions: which are built in, what types they take and give, and how a document's own are written out.

use std::collections::HashMap;

use super::{
    element::{Element, excerpt},
    expression::Expressions,
    literal::{self, data_type, inferred},
    scope::Scope,
};
use crate::{
    Literal, Result,
    evaluate::function_takes,
    model::{Expression, FieldType, InvalidTreatment},
    nearest::nearest,
    pmml::types,
};

/// Deepest nesting of calls of a document's own functions.
const MAX_CALLS: usize = 32;

/// The type that a constant takes as an argument, where it states none.
pub(super) enum ArgumentType {
    OfResult,
    OfOthers,
    Text,
    Any,
}

pub(super) fn argument_type(function: &str, index: usize) -> ArgumentType {
    match (function, index) {
        ("if", 1 | 2) => ArgumentType::OfResult,
        ("substring", 0) | ("formatNumber" | "formatDatetime", 1) => ArgumentType::Text,
        ("concat" | "uppercase" | "lowercase" | "trimBlanks" | "stringLength" | "matches" | "replace", _) => {
            ArgumentType::Text
        }
        (function, _) if types::compares(function) => ArgumentType::OfOthers,
        _ => ArgumentType::Any,
    }
}

/// Refuses a function that is neither built in nor defined, or that does not take so many arguments.
pub(super) fn check(element: &Element, name: &str, arguments: usize, scope: &Scope<'_>) -> Result<()> {
    function_takes(name, arguments).map_err(|problem| {
        let hint = nearest(name, scope.functions()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        element.error(format!("{problem}{hint}"))
    })
}

/// Count of nodes of an expression.
pub(super) fn size(expression: &Expression) -> usize {
    match expression {
        Expression::Apply { arguments, .. } => 1 + arguments.iter().map(size).sum::<usize>(),
        Expression::MapValues { rows, .. } => 1 + rows.len(),
        _ => 1,
    }
}

/// An expression, or a constant where it is missing.
pub(super) fn or_where_missing(expression: Expression, stand_in: Literal) -> Expression {
    match expression {
        Expression::Field { name, map_missing_to: None } => Expression::Field { name, map_missing_to: Some(stand_in) },
        other => choose(is_missing(other.clone()), Expression::Constant(Some(stand_in)), other),
    }
}

fn apply(function: &str, arguments: Vec<Expression>) -> Expression {
    Expression::Apply {
        function: function.to_owned(),
        arguments,
        map_missing_to: None,
        default: None,
        on_invalid: InvalidTreatment::Reject,
    }
}

fn is_missing(expression: Expression) -> Expression {
    apply("isMissing", vec![expression])
}

fn choose(condition: Expression, then: Expression, otherwise: Expression) -> Expression {
    apply("if", vec![condition, then, otherwise])
}

impl<'d> Expressions<'_, 'd> {
    /// A call of one of the document's own functions: its body, with the arguments in the place of the parameters.
    pub(super) fn call(
        &mut self,
        element: &Element,
        definition: &'d Element,
        wanted: Option<FieldType>,
    ) -> Result<Expression> {
        let name = definition.required("name")?;
        if self.calls.contains(&name) {
            let chain: Vec<&str> = self.calls.iter().copied().chain([name]).collect();
            return Err(definition.error(format!("the function calls itself: {}; break the cycle", chain.join(" → "))));
        }
        if self.calls.len() >= MAX_CALLS {
            return Err(element.error(format!("calls of functions nest deeper than {MAX_CALLS}; flatten them")));
        }
        let arguments: Vec<&Element> = element.content().collect();
        let declared: Vec<&'d Element> = definition.all("ParameterField").collect();
        if arguments.len() != declared.len() {
            return Err(element.error(format!(
                "`{}` takes {} arguments, not {}",
                excerpt(name),
                declared.len(),
                arguments.len()
            )));
        }
        let mut parameters = HashMap::new();
        for (argument, parameter) in arguments.iter().zip(&declared) {
            let parameter_type = parameter.attribute("dataType").map(|name| data_type(parameter, name)).transpose()?;
            parameters.insert(parameter.required("name")?, self.read(argument, parameter_type)?);
        }
        let given: Vec<Expression> =
            declared.iter().filter_map(|parameter| parameters.get(parameter.attribute("name")?).cloned()).collect();
        let mut bodies = definition.content().filter(|child| child.name != "ParameterField");
        let (Some(body), None) = (bodies.next(), bodies.next()) else {
            return Err(definition.error("needs exactly one expression after its parameters"));
        };
        let result_type = definition.attribute("dataType").map(|name| data_type(definition, name)).transpose()?;
        let wanted = result_type.or(wanted);
        let mut calls = self.calls.clone();
        calls.push(name);
        let mut inside = Expressions { scope: self.scope, parameters, calls, depth: self.depth };
        let written_out = inside.read(body, wanted)?;
        self.around_call(element, written_out, given, wanted)
    }

    /// What the attributes of the call add to the function's body.
    fn around_call(
        &self,
        element: &Element,
        mut expression: Expression,
        arguments: Vec<Expression>,
        wanted: Option<FieldType>,
    ) -> Result<Expression> {
        let constant = |name: &str| -> Result<Option<Literal>> {
            match (element.attribute(name), wanted) {
                (Some(text), Some(wanted)) => literal::required(element, name, text, wanted).map(Some),
                (Some(text), None) => Ok(Some(inferred(text))),
                (None, _) => Ok(None),
            }
        };
        if let Some(default) = constant("defaultValue")? {
            self.scope.count_nodes(element, size(&expression))?;
            expression = or_where_missing(expression, default);
        }
        if let Some(stand_in) = constant("mapMissingTo")? {
            self.scope.count_nodes(element, arguments.iter().map(size).sum())?;
            for argument in arguments.into_iter().rev() {
                expression = choose(is_missing(argument), Expression::Constant(Some(stand_in.clone())), expression);
            }
        }
        Ok(expression)
    }
}

impl Scope<'_> {
    /// An expression as a field of this type takes it: a double where a text is wanted keeps its point, `1.0`.
    pub(super) fn as_text_of(&self, field_type: FieldType, expression: Expression) -> Expression {
        let is_double = match &expression {
            Expression::NormContinuous { .. } | Expression::NormDiscrete { .. } => true,
            Expression::Field { name, .. } => self.type_of(name) == Some(FieldType::Numeric),
            _ => false,
        };
        if field_type == FieldType::Categorical && is_double {
            apply("x-doubleText", vec![expression])
        } else {
            expression
        }
    }

    /// The type of an expression's values, where it can be told.
    pub(super) fn expression_type(&self, expression: &Expression) -> Option<FieldType> {
        types::of_expression(expression, &|name| self.type_of(name))
    }

    /// The type of a built-in function's result, where it can be told.
    pub(super) fn result_type(&self, function: &str, arguments: &[Expression]) -> Option<FieldType> {
        types::of_result(function, arguments, &|name| self.type_of(name))
    }
}
