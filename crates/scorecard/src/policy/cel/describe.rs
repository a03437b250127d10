//! An expression as text again, for messages.

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators};

/// Longest text, in characters.
const LONGEST: usize = 80;

/// The expression, cut where it is long.
pub(super) fn describe(expression: &IdedExpr) -> String {
    let mut text = String::new();
    write(expression, &mut text);
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn write(expression: &IdedExpr, out: &mut String) {
    if out.len() > 4 * LONGEST {
        return;
    }
    match &expression.expr {
        Expr::Unspecified => out.push('?'),
        Expr::Ident(name) => out.push_str(name),
        Expr::Literal(literal) => write_literal(literal, out),
        Expr::Select(select) => {
            out.push_str(if select.test { "has(" } else { "" });
            write(&select.operand, out);
            out.push('.');
            out.push_str(&select.field);
            out.push_str(if select.test { ")" } else { "" });
        }
        Expr::List(list) => {
            out.push('[');
            write_all(&list.elements, out);
            out.push(']');
        }
        Expr::Map(map) => {
            out.push('{');
            for (index, entry) in map.entries.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                if let EntryExpr::MapEntry(entry) = &entry.expr {
                    write(&entry.key, out);
                    out.push_str(": ");
                    write(&entry.value, out);
                }
            }
            out.push('}');
        }
        Expr::Struct(structure) => {
            out.push_str(&structure.type_name);
            out.push_str("{…}");
        }
        Expr::Comprehension(comprehension) => {
            write(&comprehension.iter_range, out);
            out.push_str(".macro(");
            out.push_str(&comprehension.iter_var);
            out.push_str(", …)");
        }
        Expr::Call(call) => match (call.func_name.as_str(), &call.target, call.args.as_slice()) {
            (operators::CONDITIONAL, None, [condition, yes, no]) => {
                write_operand(condition, out);
                out.push_str(" ? ");
                write_operand(yes, out);
                out.push_str(" : ");
                write_operand(no, out);
            }
            (operators::INDEX, None, [of, index]) => {
                write_operand(of, out);
                out.push('[');
                write(index, out);
                out.push(']');
            }
            (name, None, [left, right]) if sign(name).is_some() => {
                write_operand(left, out);
                out.push(' ');
                out.push_str(sign(name).unwrap_or_default());
                out.push(' ');
                write_operand(right, out);
            }
            (name @ (operators::LOGICAL_NOT | operators::NEGATE), None, [operand]) => {
                out.push(if name == operators::NEGATE { '-' } else { '!' });
                write_operand(operand, out);
            }
            (name, target, arguments) => {
                if let Some(target) = target {
                    write_operand(target, out);
                    out.push('.');
                }
                out.push_str(name);
                out.push('(');
                write_all(arguments, out);
                out.push(')');
            }
        },
    }
}

/// In brackets where it has an operator of its own.
fn write_operand(expression: &IdedExpr, out: &mut String) {
    let bare = match &expression.expr {
        Expr::Call(call) => call.func_name == operators::INDEX || sign(&call.func_name).is_none(),
        _ => true,
    };
    out.push_str(if bare { "" } else { "(" });
    write(expression, out);
    out.push_str(if bare { "" } else { ")" });
}

fn write_all(expressions: &[IdedExpr], out: &mut String) {
    for (index, expression) in expressions.iter().enumerate() {
        if out.len() > 4 * LONGEST {
            return;
        }
        out.push_str(if index == 0 { "" } else { ", " });
        write(expression, out);
    }
}

fn write_literal(literal: &LiteralValue, out: &mut String) {
    match literal {
        LiteralValue::Boolean(truth) => out.push_str(if *truth.inner() { "true" } else { "false" }),
        LiteralValue::Double(number) => out.push_str(&number.inner().to_string()),
        LiteralValue::Int(number) => out.push_str(&number.inner().to_string()),
        LiteralValue::UInt(number) => {
            out.push_str(&number.inner().to_string());
            out.push('u');
        }
        LiteralValue::Null => out.push_str("null"),
        LiteralValue::Bytes(_) => out.push_str("b\"…\""),
        LiteralValue::String(text) => {
            out.push('"');
            out.extend(text.inner().chars().take(2 * LONGEST));
            out.push('"');
        }
    }
}

/// The sign of an operator between two operands.
fn sign(name: &str) -> Option<&'static str> {
    Some(match name {
        operators::LOGICAL_AND => "&&",
        operators::LOGICAL_OR => "||",
        operators::ADD => "+",
        operators::SUBSTRACT => "-",
        operators::MULTIPLY => "*",
        operators::DIVIDE => "/",
        operators::MODULO => "%",
        operators::EQUALS => "==",
        operators::NOT_EQUALS => "!=",
        operators::LESS => "<",
        operators::LESS_EQUALS => "<=",
        operators::GREATER => ">",
        operators::GREATER_EQUALS => ">=",
        operators::IN => "in",
        _ => return None,
    })
}
