//! Types of expressions, where they can be told without an application.

use crate::{
    Literal,
    model::{Expression, FieldType},
};

/// Type of a literal.
pub(super) fn of_literal(literal: &Literal) -> FieldType {
    match literal {
        Literal::Boolean(_) => FieldType::Boolean,
        Literal::Number(_) => FieldType::Numeric,
        Literal::Text(_) => FieldType::Categorical,
    }
}

/// The type of an expression's values, where it can be told; `of_field` gives that of a field.
pub(super) fn of_expression(
    expression: &Expression,
    of_field: &dyn Fn(&str) -> Option<FieldType>,
) -> Option<FieldType> {
    match expression {
        Expression::Constant(literal) => literal.as_ref().map(of_literal),
        Expression::Field { name, .. } => of_field(name),
        Expression::NormContinuous { .. } | Expression::NormDiscrete { .. } => Some(FieldType::Numeric),
        Expression::Discretize { bins, .. } => bins.first().map(|bin| of_literal(&bin.value)),
        Expression::MapValues { rows, .. } => rows.first().and_then(|row| row.last()).map(of_literal),
        Expression::Apply { function, arguments, .. } => of_result(function, arguments, of_field),
    }
}

/// The type of a built-in function's result, where it can be told.
pub(super) fn of_result(
    function: &str,
    arguments: &[Expression],
    of_field: &dyn Fn(&str) -> Option<FieldType>,
) -> Option<FieldType> {
    Some(match function {
        "if" => return arguments.iter().skip(1).find_map(|argument| of_expression(argument, of_field)),
        "isMissing" | "isNotMissing" | "isValid" | "isNotValid" | "and" | "or" | "not" | "matches" => {
            FieldType::Boolean
        }
        "concat" | "uppercase" | "lowercase" | "trimBlanks" | "substring" | "replace" | "formatNumber"
        | "formatDatetime" | "x-doubleText" => FieldType::Categorical,
        comparison if compares(comparison) => FieldType::Boolean,
        _ => FieldType::Numeric,
    })
}

/// Whether a function compares its arguments with one another.
pub(super) fn compares(function: &str) -> bool {
    matches!(
        function,
        "equal" | "notEqual" | "lessThan" | "lessOrEqual" | "greaterThan" | "greaterOrEqual" | "isIn" | "isNotIn"
    )
}
