//! The type checker: the crate has none.
//!
//! It builds the expression anew, with every variable turned into a numbered input (see [`super::run`]), whole numbers
//! beside doubles turned into doubles, and questions whether there is a value turned into inputs of their own.

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, ListExpr, LiteralValue};
use cel::common::ast::{MapEntryExpr, MapExpr, operators};

use super::{
    describe::describe,
    run::{input_name, presence_name},
    types::Type,
};
use crate::policy::inputs::{Inputs, Kind};

/// An expression that is true, false or unknown, ready to be compiled.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) expression: IdedExpr,
    /// Steps that evaluating it takes at most.
    pub(crate) steps: u64,
}

/// An expression, its type and its cost.
pub(super) struct Typed {
    pub(super) expression: IdedExpr,
    pub(super) kind: Type,
    pub(super) steps: u64,
}

/// The problem, said of the part at fault.
pub(super) type Outcome<T = Typed> = Result<T, String>;

pub(super) struct Checker<'a> {
    inputs: &'a mut Inputs,
    /// Variables of macros, the innermost last.
    locals: Vec<(String, Type)>,
}

/// Checks a whole expression.
pub(crate) fn check(expression: &IdedExpr, inputs: &mut Inputs) -> Outcome<Checked> {
    let typed = Checker { inputs, locals: Vec::new() }.check(expression)?;
    match typed.kind {
        Type::Truth => Ok(Checked { expression: typed.expression, steps: typed.steps }),
        Type::Int | Type::Double => Err(format!(
            "`{0}` is a number, but a rule must be true or false; compare it, as in `{0} > 0`",
            describe(expression)
        )),
        other => Err(format!(
            "`{}` is {other}, but a rule must be true or false; compare it with something",
            describe(expression)
        )),
    }
}

/// A problem in this part of the expression.
pub(super) fn at<T>(expression: &IdedExpr, problem: impl std::fmt::Display) -> Outcome<T> {
    Err(format!("in `{}`: {problem}", describe(expression)))
}

impl Typed {
    pub(super) fn new(like: &IdedExpr, expr: Expr, kind: Type, steps: u64) -> Self {
        Self { expression: IdedExpr { id: like.id, expr }, kind, steps: steps.saturating_add(1) }
    }

    /// Whether it is a variable that may be missing or not, and which.
    pub(super) fn input(&self) -> Option<u32> {
        match &self.expression.expr {
            Expr::Ident(name) => super::run::place(name),
            _ => None,
        }
    }
}

impl Checker<'_> {
    pub(super) fn check(&mut self, expression: &IdedExpr) -> Outcome {
        match &expression.expr {
            Expr::Literal(literal) => Self::literal(expression, literal),
            Expr::Ident(name) => self.ident(expression, name),
            Expr::Select(select) => match self.member(expression, &select.operand, &select.field, select.test)? {
                Some(member) => Ok(member),
                None => at(
                    expression,
                    format!(
                        "only `application` and `points` have members; did you mean application[\"{}\"]?",
                        select.field
                    ),
                ),
            },
            Expr::List(list) => self.list(expression, list),
            Expr::Map(map) => self.map(expression, map),
            Expr::Call(call) => self.call(expression, call),
            Expr::Comprehension(comprehension) => self.comprehension(expression, comprehension),
            Expr::Struct(structure) => {
                at(expression, format!("a policy has no message types such as `{}`", structure.type_name))
            }
            Expr::Unspecified => at(expression, "something is missing here"),
        }
    }

    fn literal(expression: &IdedExpr, literal: &LiteralValue) -> Outcome {
        let kind = match literal {
            LiteralValue::Boolean(_) => Type::Truth,
            LiteralValue::Double(_) => Type::Double,
            LiteralValue::Int(_) => Type::Int,
            LiteralValue::String(_) => Type::Text,
            LiteralValue::Null => Type::Null,
            LiteralValue::UInt(_) => return at(expression, "policies have no unsigned numbers; leave the `u` out"),
            LiteralValue::Bytes(_) => return at(expression, "policies have no bytes; leave the `b` out for a text"),
        };
        Ok(Typed::new(expression, expression.expr.clone(), kind, 0))
    }

    fn ident(&mut self, expression: &IdedExpr, name: &str) -> Outcome {
        if let Some((_, kind)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return Ok(Typed::new(expression, expression.expr.clone(), kind.clone(), 0));
        }
        self.inputs.named(name).map(|found| variable(expression, found))
    }

    /// A member of `application` or `points`, or the question whether there is one; nothing for any other operand.
    pub(super) fn member(
        &mut self,
        expression: &IdedExpr,
        operand: &IdedExpr,
        name: &str,
        presence: bool,
    ) -> Outcome<Option<Typed>> {
        let Expr::Ident(of) = &operand.expr else { return Ok(None) };
        if self.locals.iter().any(|(local, _)| local == of) {
            return Ok(None);
        }
        let found = match of.as_str() {
            "application" => self.inputs.application(name)?,
            "points" => self.inputs.points(name)?,
            _ => return Ok(None),
        };
        Ok(Some(if presence { present(expression, found.0, true) } else { variable(expression, found) }))
    }

    fn list(&mut self, expression: &IdedExpr, list: &ListExpr) -> Outcome {
        let elements = list.elements.iter().map(|element| self.check(element)).collect::<Outcome<Vec<_>>>()?;
        let steps = elements.iter().map(|element| element.steps).sum();
        let (elements, kind) = Self::unified(expression, elements)?;
        let kind = Type::List(Box::new(kind), elements.len());
        Ok(Typed::new(expression, Expr::List(ListExpr::new(elements)), kind, steps))
    }

    /// Expressions of one type: whole numbers beside doubles become doubles.
    fn unified(expression: &IdedExpr, mut elements: Vec<Typed>) -> Outcome<(Vec<IdedExpr>, Type)> {
        if elements.iter().any(|element| element.kind == Type::Double) {
            elements = elements.into_iter().map(Self::widened).collect::<Outcome<_>>()?;
        }
        let mut kind = Type::Nothing;
        let mut rewritten = Vec::with_capacity(elements.len());
        for element in elements {
            let found = element.kind.clone();
            match kind.clone().join(element.kind) {
                Some(joined) if joined != Type::Null => kind = joined,
                Some(_) => return at(expression, "null stands for a missing value and cannot be in a list or map"),
                None => {
                    return at(expression, format!("{kind} and {found} side by side; all must be of one type"));
                }
            }
            rewritten.push(element.expression);
        }
        Ok((rewritten, kind))
    }

    fn map(&mut self, expression: &IdedExpr, map: &MapExpr) -> Outcome {
        let (mut keys, mut values, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &map.entries {
            let EntryExpr::MapEntry(pair) = &entry.expr else { return at(expression, "not a map") };
            ids.push(entry.id);
            keys.push(self.check(&pair.key)?);
            values.push(self.check(&pair.value)?);
        }
        let steps = keys.iter().chain(&values).map(|part| part.steps).sum();
        let (keys, key) = Self::unified(expression, keys)?;
        if !matches!(key, Type::Text | Type::Int | Type::Truth | Type::Nothing) {
            return at(
                expression,
                format!("{key} cannot be the key of a map; use texts, whole numbers or truth values"),
            );
        }
        let (values, value) = Self::unified(expression, values)?;
        let entries: Vec<IdedEntryExpr> = ids
            .into_iter()
            .zip(keys.into_iter().zip(values))
            .map(|(id, (key, value))| IdedEntryExpr {
                id,
                expr: EntryExpr::MapEntry(MapEntryExpr { key, value, optional: false }),
            })
            .collect();
        let kind = Type::Map(Box::new(key), Box::new(value), entries.len());
        Ok(Typed::new(expression, Expr::Map(MapExpr { entries }), kind, steps))
    }

    /// What `all`, `exists`, `exists_one`, `map` and `filter` are spelt out as.
    fn comprehension(&mut self, expression: &IdedExpr, comprehension: &ComprehensionExpr) -> Outcome {
        let range = self.check(&comprehension.iter_range)?;
        let (element, count) = match &range.kind {
            Type::List(element, count) => ((**element).clone(), *count),
            Type::Map(key, _, count) => ((**key).clone(), *count),
            other => {
                return at(&comprehension.iter_range, format!("{other} where a list is expected to go through"));
            }
        };
        let init = self.check(&comprehension.accu_init)?;
        let depth = self.locals.len();
        self.locals.push((comprehension.accu_var.clone(), init.kind.clone()));
        self.locals.push((comprehension.iter_var.clone(), element));
        let condition = self.check(&comprehension.loop_cond)?;
        let step = self.check(&comprehension.loop_step)?;
        self.locals.truncate(depth);
        let Some(joined) = init.kind.clone().join(step.kind.clone()) else {
            return at(expression, format!("the macro's body is {}, where {} is expected", step.kind, init.kind));
        };
        let kind = match joined {
            Type::List(element, _) => Type::List(element, count),
            other => other,
        };
        self.locals.push((comprehension.accu_var.clone(), kind));
        let result = self.check(&comprehension.result);
        self.locals.truncate(depth);
        let result = result?;
        let turns = u64::try_from(count).unwrap_or(u64::MAX);
        let body = condition.steps.saturating_add(step.steps).saturating_mul(turns);
        let steps = range.steps.saturating_add(init.steps).saturating_add(body).saturating_add(result.steps);
        let rewritten = ComprehensionExpr {
            iter_range: range.expression,
            iter_var: comprehension.iter_var.clone(),
            iter_var2: comprehension.iter_var2.clone(),
            accu_var: comprehension.accu_var.clone(),
            accu_init: init.expression,
            loop_cond: condition.expression,
            loop_step: step.expression,
            result: result.expression,
        };
        Ok(Typed::new(expression, Expr::Comprehension(Box::new(rewritten)), result.kind, steps))
    }

    /// `"name" in application`; nothing for any other container.
    pub(super) fn presence_of(
        &mut self,
        expression: &IdedExpr,
        name: &IdedExpr,
        container: &IdedExpr,
    ) -> Outcome<Option<Typed>> {
        match (&name.expr, &container.expr) {
            (Expr::Literal(LiteralValue::String(name)), Expr::Ident(_)) => {
                self.member(expression, container, name.inner(), true)
            }
            _ => Ok(None),
        }
    }
}

/// A variable.
fn variable(like: &IdedExpr, (input, kind): (u32, Kind)) -> Typed {
    Typed::new(like, Expr::Ident(input_name(input)), Type::of(kind), 0)
}

/// Whether an input has a value, or has none.
pub(super) fn present(like: &IdedExpr, input: u32, wanted: bool) -> Typed {
    let question = Expr::Ident(presence_name(input));
    let expr = if wanted {
        question
    } else {
        Expr::Call(cel::common::ast::CallExpr {
            func_name: operators::LOGICAL_NOT.into(),
            target: None,
            args: vec![IdedExpr { id: like.id, expr: question }],
        })
    };
    Typed::new(like, expr, Type::Truth, 0)
}
