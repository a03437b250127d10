//! Functions.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};
use regex::RegexBuilder;

use super::{
    checker::{Checker, Outcome, Typed, at},
    types::Type,
};
use crate::nearest::nearest;

/// Largest compiled pattern of `matches`, in bytes.
const MAX_PATTERN: usize = 256 << 10;
/// Steps that one `matches` counts as: the crate compiles the pattern at each call.
const PATTERN_STEPS: u64 = 1_000;

/// Names of functions and macros, for hints.
const KNOWN: [&str; 14] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "int",
    "double",
    "string",
    "has",
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
];

impl Checker<'_> {
    pub(super) fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Outcome {
        if let Some(typed) = self.operator(expression, call)? {
            return Ok(typed);
        }
        let name = call.func_name.as_str();
        let arity = match (name, call.target.is_some()) {
            ("size", member) => usize::from(!member),
            ("contains" | "startsWith" | "endsWith", true) => 1,
            ("matches", member) => 2 - usize::from(member),
            ("int" | "double" | "string", false) => 1,
            ("contains" | "startsWith" | "endsWith", false) => {
                return at(expression, format!("write this as text.{name}(part)"));
            }
            ("int" | "double" | "string", true) => return at(expression, format!("write this as {name}(value)")),
            ("has", false) => return at(expression, "has takes one argument, as in has(application.age)"),
            ("all" | "exists" | "exists_one" | "map" | "filter", _) => {
                return at(expression, format!("write this as list.{name}(x, expression with x)"));
            }
            _ => return at(expression, unknown(name)),
        };
        if call.args.len() != arity {
            return at(expression, format!("`{name}` takes {arity} argument(s) here, not {}", call.args.len()));
        }
        let target = call.target.as_ref().map(|target| self.check(target)).transpose()?;
        let arguments = call.args.iter().map(|argument| self.check(argument)).collect::<Outcome<Vec<_>>>()?;
        let operands: Vec<&Typed> = target.iter().chain(&arguments).collect();
        let mut steps = operands.iter().fold(0_u64, |sum, operand| sum.saturating_add(operand.steps));
        let kinds: Vec<&Type> = operands.iter().map(|operand| &operand.kind).collect();
        let kind = match (name, kinds.as_slice()) {
            ("size", [Type::Text | Type::List(..) | Type::Map(..)]) => Type::Int,
            ("contains" | "startsWith" | "endsWith", [Type::Text, Type::Text]) => Type::Truth,
            ("matches", [Type::Text, Type::Text]) => {
                pattern(expression, operands.last().map(|operand| &operand.expression))?;
                steps = steps.saturating_add(PATTERN_STEPS);
                Type::Truth
            }
            ("int", [Type::Int | Type::Double | Type::Text]) => Type::Int,
            ("double", [Type::Int | Type::Double | Type::Text]) => Type::Double,
            ("string", [Type::Int | Type::Double | Type::Text | Type::Truth]) => Type::Text,
            (_, kinds) => {
                let found: Vec<String> = kinds.iter().map(ToString::to_string).collect();
                return at(expression, format!("`{name}` does not take {}", found.join(" and ")));
            }
        };
        let rewritten = CallExpr {
            func_name: call.func_name.clone(),
            target: target.map(|target| Box::new(target.expression)),
            args: arguments.into_iter().map(|argument| argument.expression).collect(),
        };
        Ok(Typed::new(expression, Expr::Call(rewritten), kind, steps))
    }
}

/// Whether the pattern of `matches` is a constant that compiles to no more than the limit.
fn pattern(expression: &IdedExpr, pattern: Option<&IdedExpr>) -> Outcome<()> {
    let Some(IdedExpr { expr: Expr::Literal(LiteralValue::String(text)), .. }) = pattern else {
        return at(expression, "the pattern of `matches` must be a constant text");
    };
    match compile_pattern(text.inner()) {
        Ok(_) => Ok(()),
        Err(problem) => at(expression, format!("the pattern does not compile: {problem}")),
    }
}

/// A pattern within the limits.
pub(crate) fn compile_pattern(text: &str) -> Result<regex::Regex, String> {
    let built = RegexBuilder::new(text).size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("it needs more than {limit} bytes; make its repetitions smaller")
        }
        // The crate draws the place over several lines; the last says what is wrong.
        other => other.to_string().lines().last().unwrap_or("not a regular expression").trim().to_owned(),
    })
}

fn unknown(name: &str) -> String {
    match nearest(name, KNOWN.into_iter()) {
        Some(near) => format!("there is no function `{name}`; did you mean `{near}`?"),
        None => format!("there is no function `{name}`; there are {}", KNOWN.join(", ")),
    }
}
