//! Conditions and predicates, with SQL's NULL as the unknown of their three outcomes.

use super::{
    Dialect,
    scope::{Kind, Scope, Slot, chain},
};
use crate::{
    Literal, Result,
    model::{Condition, Interval, Operator, Predicate},
};

/// When an attribute is an applicant's.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Always,
    Never,
    /// Where this is true, neither false nor NULL.
    Sql(String),
}

/// The condition of an attribute of a characteristic that looks at `slot`.
pub(super) fn test(scope: &Scope, when: &Condition, slot: &Slot, path: &str) -> Result<Test> {
    Ok(match when {
        Condition::Otherwise | Condition::Predicate(Predicate::True) => Test::Always,
        Condition::Interval(_) if slot.kind != Kind::Number => Test::Never,
        Condition::Interval(interval) => Test::Sql(within(scope, &slot.column, interval)),
        Condition::Values(literals) | Condition::Special(literals) => {
            scope.is_one_of(slot, literals).map_or(Test::Never, Test::Sql)
        }
        Condition::Missing => Test::Sql(format!("{} IS NULL", slot.column)),
        Condition::Predicate(Predicate::False) => Test::Never,
        Condition::Predicate(other) => Test::Sql(predicate(scope, other, path)?),
    })
}

/// Whether a number lies in an interval.
pub(super) fn within(scope: &Scope, column: &str, interval: &Interval) -> String {
    let above = interval.from.map(|from| {
        format!("{column} {} {}", if interval.closed.left() { ">=" } else { ">" }, scope.syntax.compared(from))
    });
    let below = interval.to.map(|to| {
        format!("{column} {} {}", if interval.closed.right() { "<=" } else { "<" }, scope.syntax.compared(to))
    });
    match (above, below) {
        (Some(above), Some(below)) => format!("{above} AND {below}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => format!("{column} IS NOT NULL"),
    }
}

/// A predicate: true, false or NULL.
fn predicate(scope: &Scope, of: &Predicate, path: &str) -> Result<String> {
    let all = |parts: &[Predicate]| -> Result<Vec<String>> {
        parts.iter().map(|part| Ok(format!("({})", predicate(scope, part, path)?))).collect()
    };
    Ok(match of {
        Predicate::True => "TRUE".into(),
        Predicate::False => "FALSE".into(),
        Predicate::Compare { field, operator, value } => compare(scope, scope.slot(field, path)?, *operator, value),
        Predicate::IsMissing(field) => format!("{} IS NULL", scope.slot(field, path)?.column),
        Predicate::IsNotMissing(field) => format!("{} IS NOT NULL", scope.slot(field, path)?.column),
        Predicate::IsIn { field, values } => {
            let slot = scope.slot(field, path)?;
            scope.is_one_of(slot, values).unwrap_or_else(|| where_present(slot, "FALSE"))
        }
        Predicate::IsNotIn { field, values } => {
            let slot = scope.slot(field, path)?;
            scope
                .is_one_of(slot, values)
                .map_or_else(|| where_present(slot, "TRUE"), |inside| outside(scope, slot, &inside))
        }
        Predicate::And(parts) => chain(&all(parts)?, " AND "),
        Predicate::Or(parts) => chain(&all(parts)?, " OR "),
        Predicate::Xor(parts) => odd(&all(parts)?),
        Predicate::Surrogate(parts) => match all(parts)?.as_slice() {
            [only] => only.clone(),
            many => format!("COALESCE({})", many.join(", ")),
        },
    })
}

/// Whether a value is not inside; NULL where there is none.
fn outside(scope: &Scope, slot: &Slot, inside: &str) -> String {
    match scope.syntax.0 {
        // DataFusion, which reads this dialect too, takes "not in these or not in those" for true, even of NULL.
        Dialect::Trino => format!("CASE WHEN {inside} THEN FALSE WHEN {} IS NOT NULL THEN TRUE END", slot.column),
        _ => format!("NOT ({inside})"),
    }
}

/// Whether an odd number are true. Halved, so that the nesting grows slowly; comparisons do not chain without brackets.
fn odd(parts: &[String]) -> String {
    match parts {
        [only] => only.clone(),
        many => {
            let (a, b) = many.split_at(many.len() / 2);
            format!("({} <> {})", odd(a), odd(b))
        }
    }
}

/// A constant where the column has a value, else NULL.
fn where_present(slot: &Slot, outcome: &str) -> String {
    format!("CASE WHEN {} IS NOT NULL THEN {outcome} END", slot.column)
}

fn compare(scope: &Scope, slot: &Slot, operator: Operator, with: &Literal) -> String {
    if Kind::of_literal(with) != slot.kind {
        // Unknown, whatever the value.
        return Kind::Boolean.null(scope.syntax);
    }
    if let Literal::Boolean(with) = with {
        return match (holds(operator, true, *with), holds(operator, false, *with)) {
            (true, true) => where_present(slot, "TRUE"),
            (true, false) => slot.column.clone(),
            (false, true) => format!("NOT {}", slot.column),
            (false, false) => where_present(slot, "FALSE"),
        };
    }
    format!("{} {} {}", slot.column, sign(operator), scope.compared(with))
}

fn holds(operator: Operator, a: bool, b: bool) -> bool {
    match operator {
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        Operator::LessThan => !a & b,
        Operator::LessOrEqual => a <= b,
        Operator::GreaterThan => a & !b,
        Operator::GreaterOrEqual => a >= b,
    }
}

pub(super) fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::LessThan => "<",
        Operator::LessOrEqual => "<=",
        Operator::GreaterThan => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

/// The value of the first test that is true, as a `CASE`; `none` where no test is.
pub(super) fn first_true(choices: Vec<(Test, String)>, none: &str, indent: &str) -> String {
    let mut whens = Vec::new();
    let mut otherwise = None;
    for (test, value) in choices {
        match test {
            Test::Never => {}
            Test::Sql(condition) => whens.push(format!("\n{indent}  WHEN {condition} THEN {value}")),
            Test::Always => {
                otherwise = Some(value);
                break;
            }
        }
    }
    match (whens.is_empty(), otherwise) {
        (true, Some(value)) => value,
        (true, None) => none.to_owned(),
        (false, Some(value)) => format!("CASE{}\n{indent}  ELSE {value}\n{indent}END", whens.concat()),
        (false, None) => format!("CASE{}\n{indent}END", whens.concat()),
    }
}
