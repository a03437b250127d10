//! What is refused before the parser sees it.
//!
//! The parser, its syntax tree and everything that walks it recurse. How deep a tree can become is bounded here, on the
//! tokens, so that no expression exhausts a thread's stack. (The `cel` crate's own limit counts brackets only: a sum of
//! ten thousand terms is ten thousand deep.)

use cel::parser::pratt_parser::{Lexer, TokenKind};

/// Deepest nesting of an expression: brackets, operators in a row, and conditions, together.
pub(crate) const MAX_DEPTH: usize = 64;

/// One open bracket.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators since the last comma, logical connective or part of a condition: each may lie inside the one before it.
    operators: usize,
    /// Conditions `? :`, which nest to the right across connectives.
    conditions: usize,
}

/// Refuses what would nest too deep.
pub(super) fn guard(source: &str) -> Result<(), String> {
    let mut lexer = Lexer::new(source);
    let mut levels = vec![Level::default()];
    let mut depth = 0;
    loop {
        let token = lexer.lex();
        let Some(level) = levels.last_mut() else { return Ok(()) };
        match token.kind {
            TokenKind::TokEnd | TokenKind::TokError => return Ok(()),
            TokenKind::TokLeftParen | TokenKind::TokLeftBracket | TokenKind::TokLeftBrace => {
                level.operators += 1;
                depth += 1;
                levels.push(Level::default());
            }
            TokenKind::TokRightParen | TokenKind::TokRightBracket | TokenKind::TokRightBrace => {
                depth -= level.operators + level.conditions;
                levels.pop();
            }
            TokenKind::TokComma => {
                depth -= level.operators + level.conditions;
                *level = Level::default();
            }
            TokenKind::TokLogicalAnd | TokenKind::TokLogicalOr | TokenKind::TokColon => {
                depth -= level.operators;
                level.operators = 0;
            }
            TokenKind::TokQuestion => {
                depth -= level.operators;
                level.operators = 0;
                level.conditions += 1;
                depth += 1;
            }
            TokenKind::TokMinus
            | TokenKind::TokPlus
            | TokenKind::TokAsterisk
            | TokenKind::TokSlash
            | TokenKind::TokPercent
            | TokenKind::TokDot
            | TokenKind::TokExclamation
            | TokenKind::TokEqualEqual
            | TokenKind::TokExclamationEqual
            | TokenKind::TokLess
            | TokenKind::TokLessEqual
            | TokenKind::TokGreater
            | TokenKind::TokGreaterEqual
            | TokenKind::TokIn => {
                level.operators += 1;
                depth += 1;
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!(
                "nested more than {MAX_DEPTH} deep (brackets, conditions and operators in a row counted together); split the rule, or compute part of it in a derived field"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_of_nesting_not_of_length() {
        let list = format!("age in [{}]", vec!["-1"; 5000].join(", "));
        let chain = vec!["age > 1 + 2 * 3"; 5000].join(" && ");
        for source in [list, chain, "(((a)))".into(), "\"((((\" == a // ((((".into()] {
            guard(&source).unwrap();
        }
        let deep = |open: &str, middle: &str, close: &str| {
            format!("{}{middle}{}", open.repeat(MAX_DEPTH + 1), close.repeat(MAX_DEPTH + 1))
        };
        let sum = vec!["1"; MAX_DEPTH + 2].join("+");
        for source in [
            deep("(", "1", ")"),
            deep("[", "1", "]"),
            deep("{1:", "1", "}"),
            deep("!-", "a", ""),
            deep("a ? b : ", "c", ""),
            deep("a", "", ".b"),
            deep("", "a", "[0]"),
            deep("f(1, ", "1", ")"),
            deep("[1].all(x, ", "true", ")"),
            deep("!!(!!!!(", "", ""),
            sum,
        ] {
            assert!(guard(&source).is_err(), "{source}");
        }
    }
}
