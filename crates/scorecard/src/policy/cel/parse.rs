//! From text to syntax tree.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cel::{IdedExpr, parser::PrattParser};

use super::guard::guard;

/// Parses an expression.
///
/// The crate has two parsers with the same grammar. This one is a few microseconds an expression; the other, generated
/// by ANTLR, takes a hundred, needs hundreds of kilobytes of stack for the simplest expression, and has had inputs of a
/// hundred bytes that took gigabytes (cel-rust issues 212, 305, 306).
pub(crate) fn parse(source: &str) -> Result<IdedExpr, String> {
    guard(source)?;
    let parser = PrattParser::new().error_recovery_limit(8);
    // The parser is not ours: should it ever panic on some text, then that text is wrong, and nothing else is harmed.
    match catch_unwind(AssertUnwindSafe(|| parser.parse(source))) {
        Ok(Ok(expression)) => Ok(expression),
        Ok(Err(errors)) => Err(first(&errors)),
        Err(_) => Err("the parser cannot read this expression; write it more simply".into()),
    }
}

/// The first error, with its place.
fn first(errors: &cel::ParseErrors) -> String {
    let Some(error) = errors.errors.iter().find(|error| error.pos.0 > 0).or_else(|| errors.errors.first()) else {
        return "not an expression of the Common Expression Language".into();
    };
    let message = error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg);
    let (line, column) = error.pos;
    let place = if line > 0 { format!("line {line}, column {column}: ") } else { String::new() };
    let hint = if message.contains("reserved identifier") {
        "; write application[\"…\"] for a field of this name"
    } else if message.contains("has() macro") {
        "; write has(application.name), \"name\" in application, or name != null"
    } else {
        ""
    };
    format!("{place}{message}{hint}")
}
