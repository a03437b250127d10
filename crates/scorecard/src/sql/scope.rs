//! What conditions and expressions may look at: fields and derived fields as columns of known kind.

use std::collections::HashMap;

use super::syntax::Syntax;
use crate::{Error, Literal, Result, model::FieldType};

/// What kind of value a column holds. Dates are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Boolean,
}

impl Kind {
    pub(super) fn of_type(field_type: FieldType) -> Self {
        match field_type {
            FieldType::Numeric | FieldType::Integer => Self::Number,
            FieldType::Boolean => Self::Boolean,
            FieldType::Categorical | FieldType::Date | FieldType::Time | FieldType::DateTime => Self::Text,
        }
    }

    pub(super) fn of_literal(literal: &Literal) -> Self {
        match literal {
            Literal::Number(_) => Self::Number,
            Literal::Text(_) => Self::Text,
            Literal::Boolean(_) => Self::Boolean,
        }
    }

    pub(super) fn sql_type(self, syntax: Syntax) -> &'static str {
        match self {
            Self::Number => syntax.double_type(),
            Self::Text => syntax.text_type(),
            Self::Boolean => syntax.boolean_type(),
        }
    }

    /// No value of this kind.
    pub(super) fn null(self, syntax: Syntax) -> String {
        syntax.cast("NULL", self.sql_type(syntax))
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Boolean => "a truth value",
        }
    }
}

/// A column that holds the treated value of a field, or a derived value.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) column: String,
    pub(super) kind: Kind,
}

/// The columns by the names of fields and derived fields, and the language they are spoken of in.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) syntax: Syntax,
    pub(super) slots: HashMap<String, Slot>,
    pub(super) inexact_functions: bool,
}

impl Scope {
    pub(super) fn slot(&self, name: &str, path: &str) -> Result<&Slot> {
        self.slots.get(name).ok_or_else(|| Error::model(path, format!("there is no field `{name}`")))
    }

    pub(super) fn refuse(&self, path: &str, problem: impl Into<String>) -> Error {
        refuse(self.syntax, path, problem)
    }

    /// A constant to calculate with, or to give.
    pub(super) fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Number(number) => self.syntax.double(*number),
            other => self.compared(other),
        }
    }

    /// A constant that a column of its kind is compared with.
    pub(super) fn compared(&self, literal: &Literal) -> String {
        match literal {
            Literal::Number(number) => self.syntax.compared(*number),
            Literal::Text(text) => self.syntax.text(text),
            Literal::Boolean(true) => "TRUE".into(),
            Literal::Boolean(false) => "FALSE".into(),
        }
    }

    /// Whether a column that has a value holds one of the literals; those of another kind it never holds. `None` where
    /// there are no others.
    pub(super) fn is_one_of(&self, slot: &Slot, literals: &[Literal]) -> Option<String> {
        let column = &slot.column;
        let of_kind: Vec<&Literal> = literals.iter().filter(|literal| Kind::of_literal(literal) == slot.kind).collect();
        if slot.kind == Kind::Boolean {
            let (yes, no) = (of_kind.contains(&&Literal::Boolean(true)), of_kind.contains(&&Literal::Boolean(false)));
            return match (yes, no) {
                (true, true) => Some(format!("({column} OR NOT {column})")),
                (true, false) => Some(column.clone()),
                (false, true) => Some(format!("NOT {column}")),
                (false, false) => None,
            };
        }
        let values: Vec<String> = of_kind.into_iter().map(|literal| self.compared(literal)).collect();
        match values.as_slice() {
            [] => None,
            [only] => Some(format!("{column} = {only}")),
            many => Some(format!("{column} IN ({})", many.join(", "))),
        }
    }
}

pub(super) fn refuse(syntax: Syntax, path: &str, problem: impl Into<String>) -> Error {
    Error::Untranslatable {
        target: format!("SQL for {}", syntax.0.title()),
        path: path.to_owned(),
        problem: problem.into(),
    }
}

/// Most parts of a chain before it is split: SQLite takes no expression deeper than 1000, and a chain is as deep as long.
const CHAIN: usize = 100;

/// Parts joined by an operator whose order of evaluation does not matter.
pub(super) fn chain(parts: &[String], operator: &str) -> String {
    if parts.len() <= CHAIN {
        return parts.join(operator);
    }
    let groups: Vec<String> = parts.chunks(CHAIN).map(|group| format!("({})", group.join(operator))).collect();
    chain(&groups, operator)
}
