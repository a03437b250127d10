//! Operators, and when a whole number counts as a double.

use cel::common::ast::{CallExpr, Expr, IdedExpr, ListExpr, LiteralValue, operators};

use super::{
    checker::{Checker, Outcome, Typed, at, present},
    types::Type,
};

/// Whole numbers up to here are exact doubles.
const EXACT: u64 = 1 << 53;

impl Checker<'_> {
    /// An operator; nothing where the call is a function.
    pub(super) fn operator(&mut self, expression: &IdedExpr, call: &CallExpr) -> Outcome<Option<Typed>> {
        let name = call.func_name.as_str();
        match (name, &call.target, call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT, None, _) => {
                self.logic(expression, call)
            }
            (operators::NOT_STRICTLY_FALSE, None, _) => self.logic(expression, call),
            (operators::CONDITIONAL, None, [condition, yes, no]) => self.conditional(expression, [condition, yes, no]),
            (operators::NEGATE, None, [operand]) => {
                let operand = self.check(operand)?;
                if !operand.kind.is_number() {
                    return at(expression, format!("{} cannot be negated; use `!` for not", operand.kind));
                }
                let kind = operand.kind.clone();
                Ok(Some(rebuilt(expression, name, vec![operand], kind)))
            }
            (operators::IN, None, [element, container]) => self.membership(expression, element, container),
            (operators::INDEX, None, [of, index]) => self.index(expression, of, index),
            (operators::OPT_INDEX | operators::OPT_SELECT, None, _) => {
                at(expression, "optional values (`?.`) are not used in policies; ask with has(application.name)")
            }
            (_, None, [left, right]) if is_binary(name) => {
                let (left, right) = (self.check(left)?, self.check(right)?);
                self.binary(expression, name, left, right).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn logic(&mut self, expression: &IdedExpr, call: &CallExpr) -> Outcome<Option<Typed>> {
        let operands = call.args.iter().map(|operand| self.check(operand)).collect::<Outcome<Vec<_>>>()?;
        for (operand, original) in operands.iter().zip(&call.args) {
            if operand.kind != Type::Truth {
                return at(original, format!("{} where true or false is expected", operand.kind));
            }
        }
        Ok(Some(rebuilt(expression, &call.func_name, operands, Type::Truth)))
    }

    fn conditional(&mut self, expression: &IdedExpr, parts: [&IdedExpr; 3]) -> Outcome<Option<Typed>> {
        let [condition, yes, no] = parts;
        let condition = self.check(condition)?;
        if condition.kind != Type::Truth {
            return at(expression, format!("{} before the `?`, where true or false is expected", condition.kind));
        }
        let (yes, no) = Self::harmonised(self.check(yes)?, self.check(no)?)?;
        match yes.kind.clone().join(no.kind.clone()) {
            Some(kind) if kind != Type::Null => {
                Ok(Some(rebuilt(expression, operators::CONDITIONAL, vec![condition, yes, no], kind)))
            }
            _ => at(expression, format!("one branch is {}, the other {}; both must be of one type", yes.kind, no.kind)),
        }
    }

    fn binary(&mut self, expression: &IdedExpr, name: &str, left: Typed, right: Typed) -> Outcome {
        if matches!(name, operators::EQUALS | operators::NOT_EQUALS)
            && let Some(question) = Self::compared_with_null(expression, name, &left, &right)?
        {
            return Ok(question);
        }
        let (left, right) = Self::harmonised(left, right)?;
        let (a, b) = (&left.kind, &right.kind);
        let kind = match name {
            operators::EQUALS | operators::NOT_EQUALS if a.comparable(b) => Type::Truth,
            operators::EQUALS | operators::NOT_EQUALS => {
                return at(expression, format!("{a} never equals {b}; compare values of one type"));
            }
            operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS => {
                let ordered = (*a == Type::Text && *b == Type::Text) || (a.is_number() && b.is_number());
                if !ordered {
                    return at(
                        expression,
                        format!("{a} and {b} have no order; compare two numbers, or two texts such as dates"),
                    );
                }
                Type::Truth
            }
            _ => match (name, a, b) {
                (operators::ADD, Type::Text, Type::Text) => Type::Text,
                (operators::ADD, Type::List(x, m), Type::List(y, n)) => match (**x).clone().join((**y).clone()) {
                    Some(element) => Type::List(Box::new(element), m.saturating_add(*n)),
                    None => return at(expression, "the lists hold values of unlike type"),
                },
                (_, Type::Int, Type::Int) => Type::Int,
                (operators::MODULO, Type::Double, Type::Double) => {
                    return at(expression, "`%` takes whole numbers only; write int(…) around a field");
                }
                (_, Type::Double, Type::Double) => Type::Double,
                (_, a, b) if a.is_number() && b.is_number() => {
                    return at(
                        expression,
                        "a whole number and a double are computed with; write double(…) around the whole number",
                    );
                }
                (_, a, b) => return at(expression, format!("{a} and {b} cannot be computed with")),
            },
        };
        Ok(rebuilt(expression, name, vec![left, right], kind))
    }

    /// `x == null` asks whether `x` is missing.
    fn compared_with_null(expression: &IdedExpr, name: &str, left: &Typed, right: &Typed) -> Outcome<Option<Typed>> {
        let of = match (&left.kind, &right.kind) {
            (Type::Null, _) => right,
            (_, Type::Null) => left,
            _ => return Ok(None),
        };
        match of.input() {
            Some(input) => Ok(Some(present(expression, input, name == operators::NOT_EQUALS))),
            None => at(expression, "only a field can be compared with null, to ask whether its value is missing"),
        }
    }

    fn membership(
        &mut self,
        expression: &IdedExpr,
        element: &IdedExpr,
        container: &IdedExpr,
    ) -> Outcome<Option<Typed>> {
        if let Some(question) = self.presence_of(expression, element, container)? {
            return Ok(Some(question));
        }
        let element = self.check(element)?;
        let mut container = self.check(container)?;
        if element.kind == Type::Double {
            container = Self::widened_list(container)?;
        }
        let of = match &container.kind {
            Type::List(of, _) | Type::Map(of, _, _) => &**of,
            other => return at(expression, format!("{other} after `in`, where a list such as [1, 2] is expected")),
        };
        if *of != Type::Nothing && !of.comparable(&element.kind) {
            return at(expression, format!("{} is never in a list of {of}", element.kind));
        }
        Ok(Some(rebuilt(expression, operators::IN, vec![element, container], Type::Truth)))
    }

    fn index(&mut self, expression: &IdedExpr, of: &IdedExpr, index: &IdedExpr) -> Outcome<Option<Typed>> {
        if let Expr::Literal(LiteralValue::String(name)) = &index.expr
            && let Some(member) = self.member(expression, of, name.inner(), false)?
        {
            return Ok(Some(member));
        }
        if let Expr::Ident(name) = &of.expr
            && matches!(name.as_str(), "application" | "points")
        {
            return at(expression, format!("a member of `{name}` is named by a constant text, as in {name}[\"age\"]"));
        }
        let (of, index) = (self.check(of)?, self.check(index)?);
        let kind = match (&of.kind, &index.kind) {
            (Type::List(element, _), Type::Int) => (**element).clone(),
            (Type::Map(key, value, _), index) if key.comparable(index) => (**value).clone(),
            (of, index) => return at(expression, format!("{index} cannot be looked up in {of}")),
        };
        Ok(Some(rebuilt(expression, operators::INDEX, vec![of, index], kind)))
    }

    /// Both sides as doubles where one is a double and the other a whole number that is written out.
    fn harmonised(left: Typed, right: Typed) -> Outcome<(Typed, Typed)> {
        match (&left.kind, &right.kind) {
            (Type::Double, Type::Int) => Ok((left, Self::widened(right)?)),
            (Type::Int, Type::Double) => Ok((Self::widened(left)?, right)),
            _ => Ok((left, right)),
        }
    }

    /// A whole number that is written out as a double; anything else as it is.
    pub(super) fn widened(typed: Typed) -> Outcome {
        let Expr::Literal(LiteralValue::Int(number)) = &typed.expression.expr else { return Ok(typed) };
        let number = *number.inner();
        if number.unsigned_abs() > EXACT {
            return at(
                &typed.expression,
                "this whole number is too large to be exact beside a double; write it with a decimal point, as in 1e16",
            );
        }
        let expr = Expr::Literal(LiteralValue::Double((number as f64).into()));
        Ok(Typed { expression: IdedExpr { id: typed.expression.id, expr }, kind: Type::Double, ..typed })
    }

    /// A list of whole numbers that are written out as one of doubles.
    fn widened_list(typed: Typed) -> Outcome {
        let Expr::List(list) = typed.expression.expr else { return Ok(typed) };
        let all_literals = list.elements.iter().all(|e| matches!(&e.expr, Expr::Literal(LiteralValue::Int(_))));
        let (Type::List(of, count), true) = (&typed.kind, all_literals) else {
            return Ok(Typed { expression: IdedExpr { id: typed.expression.id, expr: Expr::List(list) }, ..typed });
        };
        let of = if **of == Type::Int { Type::Double } else { (**of).clone() };
        let widen = |expression: IdedExpr| {
            Self::widened(Typed { expression, kind: Type::Int, steps: 0 }).map(|typed| typed.expression)
        };
        let elements = list.elements.into_iter().map(widen).collect::<Outcome<Vec<_>>>()?;
        let expression = IdedExpr { id: typed.expression.id, expr: Expr::List(ListExpr::new(elements)) };
        Ok(Typed { expression, kind: Type::List(Box::new(of), *count), steps: typed.steps })
    }
}

/// The same call with operands that were checked.
fn rebuilt(like: &IdedExpr, name: &str, operands: Vec<Typed>, kind: Type) -> Typed {
    let steps = operands.iter().fold(0_u64, |sum, operand| sum.saturating_add(operand.steps));
    let args = operands.into_iter().map(|operand| operand.expression).collect();
    Typed::new(like, Expr::Call(CallExpr { func_name: name.into(), target: None, args }), kind, steps)
}

fn is_binary(name: &str) -> bool {
    matches!(
        name,
        operators::EQUALS
            | operators::NOT_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::ADD
            | operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
    )
}
