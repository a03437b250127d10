//! Views: the numbers that rules test.

use std::collections::HashMap;

use cel::IdedExpr;
use foldhash::fast::FixedState;
use regex::Regex;

use super::{super::cel::Interpreter, number::Number};
use crate::Value;

/// How a view is computed.
#[derive(Debug)]
pub(crate) enum View {
    /// A number, or a truth value as 0 or 1.
    Input(u32),
    /// Whether an input has a value.
    Present(u32),
    /// The place of a text among those that rules name, -1 for any other.
    Symbol(u32, HashMap<Box<str>, u32, FixedState>),
    /// Arithmetic.
    Number(Number),
    /// Whether one computed number stands so to another.
    Compared(Box<(Number, Number)>, Order),
    /// Whether a text stands so to a constant.
    Text(u32, TextTest),
    /// Anything else that is true or false.
    Interpreted(IdedExpr),
}

/// How two values stand to one another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Order {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
}

impl Order {
    fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterEqual => left >= right,
            Self::Equal => left == right,
        }
    }
}

/// A test of a text against a constant.
#[derive(Debug)]
pub(crate) enum TextTest {
    Order(Order, Box<str>),
    Contains(Box<str>),
    StartsWith(Box<str>),
    EndsWith(Box<str>),
    Matches(Box<Regex>),
}

impl TextTest {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Order(order, constant) => order.holds(text, &**constant),
            Self::Contains(part) => text.contains(&**part),
            Self::StartsWith(part) => text.starts_with(&**part),
            Self::EndsWith(part) => text.ends_with(&**part),
            Self::Matches(pattern) => pattern.is_match(text),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Order(a, x), Self::Order(b, y)) => a == b && x == y,
            (Self::Contains(x), Self::Contains(y))
            | (Self::StartsWith(x), Self::StartsWith(y))
            | (Self::EndsWith(x), Self::EndsWith(y)) => x == y,
            (Self::Matches(x), Self::Matches(y)) => x.as_str() == y.as_str(),
            _ => false,
        }
    }
}

/// What views are looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Input(u32),
    Present(u32),
    Symbol(u32),
    Text(u32),
    Computed,
}

/// All views of a policy.
#[derive(Debug, Default)]
pub(crate) struct Views {
    list: Vec<View>,
    /// Which of them are computed only when they are asked for.
    late: Vec<bool>,
    /// Views by what they look at, so that the same one is found again.
    known: HashMap<Key, Vec<u32>>,
    /// How many the interpreter computes.
    interpreted: usize,
    /// How many match a pattern.
    patterns: usize,
}

impl Views {
    /// The place of a view that equals this one, or of a new one.
    pub(crate) fn place(&mut self, view: View) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let key = match &view {
            View::Input(input) => Key::Input(*input),
            View::Present(input) => Key::Present(*input),
            View::Symbol(input, _) => Key::Symbol(*input),
            View::Text(input, _) => Key::Text(*input),
            View::Number(_) | View::Compared(..) => Key::Computed,
            View::Interpreted(_) => {
                self.interpreted += 1;
                self.late.push(true);
                self.list.push(view);
                return next;
            }
        };
        let known = self.known.entry(key).or_default();
        let same = |place: &&u32| match (self.list.get(**place as usize), &view) {
            (Some(View::Number(a)), View::Number(b)) => a == b,
            (Some(View::Compared(a, x)), View::Compared(b, y)) => x == y && a == b,
            (Some(View::Text(_, a)), View::Text(_, b)) => a.same(b),
            // Of the other kinds there is one an input.
            (Some(_), View::Input(_) | View::Present(_) | View::Symbol(..)) => true,
            _ => false,
        };
        // Of thousands of unlike computations each would be compared with all: past some number they are not shared.
        const SHARED: usize = 256;
        if let Some(place) = known.iter().take(SHARED).find(same) {
            return *place;
        }
        known.push(next);
        if matches!(&view, View::Text(_, TextTest::Matches(_))) {
            self.patterns += 1;
        }
        self.late.push(matches!(view, View::Text(..)));
        self.list.push(view);
        next
    }

    /// The symbol of a text in the view that numbers an input's texts.
    pub(crate) fn symbol(&mut self, input: u32, text: &str) -> (u32, f64) {
        let place = self.place(View::Symbol(input, HashMap::default()));
        let Some(View::Symbol(_, symbols)) = self.list.get_mut(place as usize) else { return (place, f64::NAN) };
        let next = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
        (place, f64::from(*symbols.entry(text.into()).or_insert(next)))
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// How many views the interpreter computes.
    pub(crate) fn interpreted(&self) -> usize {
        self.interpreted
    }

    /// How many views match a pattern.
    pub(crate) fn patterns(&self) -> usize {
        self.patterns
    }

    /// Whether a view is computed only when it is asked for: what takes longer than looking at a few rules.
    pub(crate) fn is_late(&self, place: u32) -> bool {
        self.late.get(place as usize).copied().unwrap_or(false)
    }

    /// A view that no rule looks at and that is never unknown.
    pub(crate) fn idle(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    /// Computes all views but the late ones.
    pub(crate) fn values<'a>(&'a self, inputs: &'a [Value<'a>], interpreter: &'a Interpreter) -> Values<'a> {
        let mut numbers = Vec::with_capacity(self.list.len() + 1);
        numbers.extend(self.list.iter().map(|view| view.value(inputs)));
        numbers.push(0.0);
        Values { views: self, inputs, interpreter, numbers, asked: Vec::new() }
    }
}

impl View {
    fn value(&self, inputs: &[Value<'_>]) -> f64 {
        let input = |input: u32| inputs.get(input as usize).copied().unwrap_or(Value::Missing);
        match self {
            Self::Input(of) => match input(*of) {
                Value::Number(number) => number,
                Value::Boolean(truth) => number(truth),
                _ => f64::NAN,
            },
            Self::Present(of) => number(!input(*of).is_missing()),
            Self::Symbol(of, symbols) => match input(*of) {
                Value::Text(text) => symbols.get(text).map_or(-1.0, |symbol| f64::from(*symbol)),
                _ => f64::NAN,
            },
            Self::Number(computed) => computed.value(inputs),
            Self::Compared(sides, order) => {
                let (left, right) = (sides.0.value(inputs), sides.1.value(inputs));
                if left.is_nan() || right.is_nan() { f64::NAN } else { number(order.holds(&left, &right)) }
            }
            Self::Text(..) | Self::Interpreted(_) => f64::NAN,
        }
    }
}

fn number(truth: bool) -> f64 {
    if truth { 1.0 } else { 0.0 }
}

/// The views' numbers for one application.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    views: &'a Views,
    inputs: &'a [Value<'a>],
    interpreter: &'a Interpreter,
    numbers: Vec<f64>,
    /// Which late views were computed; empty before the first.
    asked: Vec<bool>,
}

impl Values<'_> {
    /// The numbers of the views that are not late, and of [`Views::idle`].
    pub(crate) fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// The number of any view.
    #[inline]
    pub(crate) fn demand(&mut self, place: u32) -> f64 {
        let known = self.numbers.get(place as usize).copied().unwrap_or(f64::NAN);
        if known.is_nan() && self.views.is_late(place) { self.compute(place) } else { known }
    }

    #[cold]
    fn compute(&mut self, place: u32) -> f64 {
        if self.asked.is_empty() {
            self.asked.resize(self.views.len(), false);
        }
        let Some(asked) = self.asked.get_mut(place as usize) else { return f64::NAN };
        if std::mem::replace(asked, true) {
            return f64::NAN;
        }
        let truth = match self.views.list.get(place as usize) {
            Some(View::Interpreted(expression)) => self.interpreter.truth(expression, self.inputs),
            Some(View::Text(input, test)) => match self.inputs.get(*input as usize) {
                Some(Value::Text(text)) => Some(test.holds(text)),
                _ => None,
            },
            _ => None,
        };
        let value = truth.map_or(f64::NAN, number);
        if let Some(known) = self.numbers.get_mut(place as usize) {
            *known = value;
        }
        value
    }
}
