//! From a checked expression to a formula.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::{
    super::{
        cel::{compile_pattern, place, presence_place},
        inputs::{Inputs, Kind},
    },
    formula::Formula,
    number::Number,
    set::Set,
    views::{Order, TextTest, View, Views},
};

/// Compiles an expression that is true or false. Every part that the compact form cannot say becomes one view that the
/// `cel` crate computes.
pub(crate) fn compile(expression: &IdedExpr, inputs: &Inputs, views: &mut Views) -> Formula {
    Compiler { inputs, views }.formula(expression)
}

struct Compiler<'a> {
    inputs: &'a Inputs,
    views: &'a mut Views,
}

/// A truth value as a set of its view.
fn holds(view: u32) -> Formula {
    Formula::test(view, Set::point(1.0))
}

impl Compiler<'_> {
    fn formula(&mut self, expression: &IdedExpr) -> Formula {
        let compiled = match &expression.expr {
            Expr::Literal(LiteralValue::Boolean(truth)) => Some(Formula::Constant(*truth.inner())),
            Expr::Ident(name) => self.variable(name),
            Expr::Call(call) => self.call(call),
            _ => None,
        };
        compiled.unwrap_or_else(|| holds(self.views.place(View::Interpreted(expression.clone()))))
    }

    fn variable(&mut self, name: &str) -> Option<Formula> {
        if let Some(input) = presence_place(name) {
            return Some(holds(self.views.place(View::Present(input))));
        }
        Some(holds(self.views.place(View::Input(place(name)?))))
    }

    fn call(&mut self, call: &CallExpr) -> Option<Formula> {
        let name = call.func_name.as_str();
        match (name, &call.target, call.args.as_slice()) {
            (operators::LOGICAL_AND, None, parts) => {
                Some(Formula::all(parts.iter().map(|part| self.formula(part)).collect()))
            }
            (operators::LOGICAL_OR, None, parts) => {
                Some(Formula::any(parts.iter().map(|part| self.formula(part)).collect()))
            }
            (operators::LOGICAL_NOT, None, [of]) => Some(self.formula(of).negated()),
            (operators::EQUALS, None, [left, right]) => self.compared(left, right, Order::Equal),
            (operators::NOT_EQUALS, None, [left, right]) => {
                self.compared(left, right, Order::Equal).map(Formula::negated)
            }
            (operators::LESS, None, [left, right]) => self.compared(left, right, Order::Less),
            (operators::LESS_EQUALS, None, [left, right]) => self.compared(left, right, Order::LessEqual),
            (operators::GREATER, None, [left, right]) => self.compared(left, right, Order::Greater),
            (operators::GREATER_EQUALS, None, [left, right]) => self.compared(left, right, Order::GreaterEqual),
            (operators::IN, None, [element, list]) => self.listed(element, list),
            (_, Some(target), [argument]) => self.text_test(name, target, argument),
            ("matches", None, [target, argument]) => self.text_test(name, target, argument),
            _ => None,
        }
    }

    fn compared(&mut self, left: &IdedExpr, right: &IdedExpr, order: Order) -> Option<Formula> {
        if let (Some(left), Some(right)) = (self.number(left), self.number(right)) {
            return match (left, right) {
                (Number::Constant(_), Number::Constant(_)) => None,
                (left, Number::Constant(bound)) => Some(self.bounded(left, order, bound)),
                (Number::Constant(bound), right) => Some(self.bounded(right, mirrored(order), bound)),
                (left, right) => Some(holds(self.views.place(View::Compared(Box::new((left, right)), order)))),
            };
        }
        let (input, constant, order) = match (self.input(left), self.input(right)) {
            (Some(input), None) => (input, right, order),
            (None, Some(input)) => (input, left, mirrored(order)),
            _ => return None,
        };
        match (input, literal(constant)?, order) {
            ((input, Kind::Truth), LiteralValue::Boolean(truth), Order::Equal) => {
                let view = self.views.place(View::Input(input));
                Some(Formula::test(view, Set::point(if *truth.inner() { 1.0 } else { 0.0 })))
            }
            ((input, Kind::Text), LiteralValue::String(text), Order::Equal) => {
                let (view, symbol) = self.views.symbol(input, text.inner());
                Some(Formula::test(view, Set::point(symbol)))
            }
            ((input, Kind::Text), LiteralValue::String(text), order) => {
                Some(holds(self.views.place(View::Text(input, TextTest::Order(order, text.inner().into())))))
            }
            _ => None,
        }
    }

    fn bounded(&mut self, number: Number, order: Order, bound: f64) -> Formula {
        let view = match number {
            Number::Input(input) => View::Input(input),
            computed => View::Number(computed),
        };
        let set = match order {
            Order::Less => Set::below(bound, false),
            Order::LessEqual => Set::below(bound, true),
            Order::Greater => Set::above(bound, false),
            Order::GreaterEqual => Set::above(bound, true),
            Order::Equal => Set::point(bound),
        };
        Formula::test(self.views.place(view), set)
    }

    fn listed(&mut self, element: &IdedExpr, list: &IdedExpr) -> Option<Formula> {
        let Expr::List(list) = &list.expr else { return None };
        let literals = list.elements.iter().map(literal).collect::<Option<Vec<_>>>()?;
        if let Some(number) = self.number(element) {
            if matches!(number, Number::Constant(_)) {
                return None;
            }
            let number_of = |literal: &&LiteralValue| match literal {
                LiteralValue::Double(number) => Some(*number.inner()),
                _ => None,
            };
            let values = literals.iter().map(number_of).collect::<Option<Vec<_>>>()?;
            let view = match number {
                Number::Input(input) => View::Input(input),
                computed => View::Number(computed),
            };
            return Some(Formula::test(self.views.place(view), Set::of(values.into_iter())));
        }
        let (input, kind) = self.input(element)?;
        if kind != Kind::Text {
            return None;
        }
        // The view exists even where the list is empty: a missing value makes the test unknown all the same.
        let view = self.views.place(View::Symbol(input, std::collections::HashMap::default()));
        let mut symbols = Vec::with_capacity(literals.len());
        for literal in literals {
            let LiteralValue::String(text) = literal else { return None };
            symbols.push(self.views.symbol(input, text.inner()).1);
        }
        Some(Formula::test(view, Set::of(symbols.into_iter())))
    }

    fn text_test(&mut self, name: &str, target: &IdedExpr, argument: &IdedExpr) -> Option<Formula> {
        let ((input, Kind::Text), LiteralValue::String(text)) = (self.input(target)?, literal(argument)?) else {
            return None;
        };
        let text = text.inner();
        let test = match name {
            "contains" => TextTest::Contains(text.into()),
            "startsWith" => TextTest::StartsWith(text.into()),
            "endsWith" => TextTest::EndsWith(text.into()),
            "matches" => TextTest::Matches(Box::new(compile_pattern(text).ok()?)),
            _ => return None,
        };
        Some(holds(self.views.place(View::Text(input, test))))
    }

    fn number(&self, expression: &IdedExpr) -> Option<Number> {
        Number::of(expression, &|input| self.inputs.kind(input) == Some(Kind::Number))
    }

    fn input(&self, expression: &IdedExpr) -> Option<(u32, Kind)> {
        let Expr::Ident(name) = &expression.expr else { return None };
        let input = place(name)?;
        Some((input, self.inputs.kind(input)?))
    }
}

fn literal(expression: &IdedExpr) -> Option<&LiteralValue> {
    match &expression.expr {
        Expr::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// The same order seen from the other side.
fn mirrored(order: Order) -> Order {
    match order {
        Order::Less => Order::Greater,
        Order::LessEqual => Order::GreaterEqual,
        Order::Greater => Order::Less,
        Order::GreaterEqual => Order::LessEqual,
        Order::Equal => Order::Equal,
    }
}
