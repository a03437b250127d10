//! Arithmetic on doubles.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};

use super::super::cel::place;
use crate::Value;

/// A number computed from inputs. Two that are written alike are one view.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Constant(f64),
    Input(u32),
    Negated(Box<Number>),
    Computed(Sign, Box<(Number, Number)>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

impl Number {
    /// The expression as arithmetic on doubles; nothing where it is more than that.
    pub(crate) fn of(expression: &IdedExpr, is_number: &dyn Fn(u32) -> bool) -> Option<Self> {
        match &expression.expr {
            Expr::Literal(LiteralValue::Double(number)) => Some(Self::Constant(*number.inner())),
            Expr::Ident(name) => place(name).filter(|input| is_number(*input)).map(Self::Input),
            Expr::Call(call) if call.target.is_none() => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::NEGATE, [of]) => Some(Self::Negated(Box::new(Self::of(of, is_number)?))),
                (name, [left, right]) => {
                    let sign = match name {
                        operators::ADD => Sign::Plus,
                        operators::SUBSTRACT => Sign::Minus,
                        operators::MULTIPLY => Sign::Times,
                        operators::DIVIDE => Sign::Over,
                        _ => return None,
                    };
                    Some(Self::Computed(sign, Box::new((Self::of(left, is_number)?, Self::of(right, is_number)?))))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Its value; NaN where an input is missing or the result is no number.
    pub(crate) fn value(&self, inputs: &[Value<'_>]) -> f64 {
        match self {
            Self::Constant(number) => *number,
            Self::Input(input) => match inputs.get(*input as usize) {
                Some(Value::Number(number)) => *number,
                _ => f64::NAN,
            },
            Self::Negated(of) => -of.value(inputs),
            Self::Computed(sign, operands) => {
                let (left, right) = (operands.0.value(inputs), operands.1.value(inputs));
                match sign {
                    Sign::Plus => left + right,
                    Sign::Minus => left - right,
                    Sign::Times => left * right,
                    Sign::Over => left / right,
                }
            }
        }
    }
}
