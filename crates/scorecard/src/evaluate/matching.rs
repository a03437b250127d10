//! Which attribute of a characteristic is an applicant's: tables made beforehand from the conditions.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{field::equal, predicate::CompiledPredicate};
use crate::{
    Literal, Result, Value,
    model::{Attribute, Characteristic, Condition},
};

/// No attribute matches.
pub(crate) const NONE: u32 = u32::MAX;

/// Numbers up to which a linear count of the edges beats a binary search.
const LINEAR: usize = 24;

/// Finds the first attribute whose condition is true.
#[derive(Debug)]
pub(crate) enum Matcher {
    /// Conditions on the characteristic's own field only.
    Table(Table),
    /// At least one condition is a predicate: tried one after the other.
    Ordered(Vec<OrderedCondition>),
}

/// One condition of a [`Matcher::Ordered`].
#[derive(Debug)]
pub(crate) enum OrderedCondition {
    /// On the characteristic's own field.
    Own(Condition),
    /// On any field.
    Predicate(CompiledPredicate),
}

/// For each kind of value, the attribute that takes it.
#[derive(Debug)]
pub(crate) struct Table {
    /// Left-closed edges in ascending order: segment `i` is `[edges[i-1], edges[i])`.
    edges: Box<[f64]>,
    /// Attribute of each segment, one more than edges.
    segments: Box<[u32]>,
    /// Single numbers that another attribute takes than their segment does.
    points: Box<[(f64, u32)]>,
    texts: HashMap<Box<str>, u32, FixedState>,
    /// Attribute of a text that no condition names.
    other_text: u32,
    truth: [u32; 2],
    missing: u32,
}

impl Matcher {
    pub(crate) fn compile(
        characteristic: &Characteristic,
        resolve: &dyn Fn(&str) -> Option<usize>,
        path: &str,
    ) -> Result<Self> {
        let attributes = &characteristic.attributes;
        if !attributes.iter().any(|a| matches!(a.when, Condition::Predicate(_))) {
            return Ok(Self::Table(Table::compile(attributes)));
        }
        let compiled = attributes.iter().enumerate().map(|(index, attribute)| match &attribute.when {
            Condition::Predicate(predicate) => {
                let path = format!("{path}.attributes[{index}].when");
                CompiledPredicate::compile(predicate, resolve, &path).map(OrderedCondition::Predicate)
            }
            own => Ok(OrderedCondition::Own(own.clone())),
        });
        compiled.collect::<Result<_>>().map(Self::Ordered)
    }

    /// Index of the first attribute that is true of the characteristic's `value`, or [`NONE`]. `slots` holds all
    /// fields and derived fields, for predicates that test others.
    #[inline]
    pub(crate) fn find(&self, value: Value<'_>, slots: &[Value<'_>]) -> u32 {
        match self {
            Self::Table(table) => table.find(value),
            Self::Ordered(conditions) => {
                let matches = |condition: &OrderedCondition| match condition {
                    OrderedCondition::Own(own) => is_true(own, value),
                    OrderedCondition::Predicate(predicate) => predicate.test(slots) == Some(true),
                };
                conditions.iter().position(matches).map_or(NONE, as_index)
            }
        }
    }

    /// Whether any condition looks at fields other than the characteristic's own.
    pub(crate) fn needs_slots(&self) -> bool {
        matches!(self, Self::Ordered(_))
    }
}

impl Table {
    fn compile(attributes: &[Attribute]) -> Self {
        let mut edges = Vec::new();
        let mut numbers = Vec::new();
        let mut names = Vec::new();
        for attribute in attributes {
            match &attribute.when {
                Condition::Interval(interval) => {
                    edges.extend(interval.from.map(|from| if interval.closed.left() { from } else { from.next_up() }));
                    edges.extend(interval.to.map(|to| if interval.closed.right() { to.next_up() } else { to }));
                }
                Condition::Values(literals) | Condition::Special(literals) => {
                    for literal in literals {
                        match literal {
                            Literal::Number(n) => numbers.push(*n),
                            Literal::Text(text) => names.push(text.as_str()),
                            Literal::Boolean(_) => {}
                        }
                    }
                }
                Condition::Missing | Condition::Otherwise | Condition::Predicate(_) => {}
            }
        }
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup();
        numbers.sort_unstable_by(f64::total_cmp);
        numbers.dedup();

        let segment = |x: f64| edges.partition_point(|edge| x >= *edge);
        // Within a segment no interval begins or ends, so that one number which no set names speaks for all of it.
        let by_interval = |x: f64| {
            first(attributes, |when| {
                matches!(when, Condition::Interval(i) if i.contains(x)) || *when == Condition::Otherwise
            })
        };
        let mut segments = vec![by_interval(f64::MIN)];
        segments.extend(edges.iter().map(|edge| by_interval(*edge)));
        let points = numbers
            .iter()
            .map(|n| (*n, first(attributes, |when| is_true(when, Value::Number(*n)))))
            .filter(|(n, attribute)| segments.get(segment(*n)) != Some(attribute))
            .collect();
        let of = |value: Value<'_>| first(attributes, |when| is_true(when, value));
        Self {
            points,
            texts: names.into_iter().map(|name| (name.into(), of(Value::Text(name)))).collect(),
            other_text: first(attributes, |when| *when == Condition::Otherwise),
            truth: [of(Value::Boolean(false)), of(Value::Boolean(true))],
            missing: of(Value::Missing),
            edges: edges.into(),
            segments: segments.into(),
        }
    }

    #[inline]
    fn find(&self, value: Value<'_>) -> u32 {
        match value {
            Value::Number(x) => self.find_number(x),
            Value::Text(text) => self.texts.get(text).copied().unwrap_or(self.other_text),
            Value::Boolean(truth) => self.truth[usize::from(truth)],
            Value::Missing => self.missing,
        }
    }

    #[inline]
    pub(crate) fn find_number(&self, x: f64) -> u32 {
        for (point, attribute) in &self.points {
            if *point == x {
                return *attribute;
            }
        }
        let segment = if self.edges.len() <= LINEAR {
            self.edges.iter().map(|edge| usize::from(x >= *edge)).sum()
        } else {
            self.edges.partition_point(|edge| x >= *edge)
        };
        self.segments.get(segment).copied().unwrap_or(NONE)
    }
}

fn as_index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NONE)
}

fn first(attributes: &[Attribute], is_true: impl Fn(&Condition) -> bool) -> u32 {
    attributes.iter().position(|attribute| is_true(&attribute.when)).map_or(NONE, as_index)
}

/// Whether a condition on the characteristic's own field is true of its value, said as plainly as can be.
pub(crate) fn is_true(when: &Condition, value: Value<'_>) -> bool {
    match when {
        Condition::Interval(interval) => matches!(value, Value::Number(x) if interval.contains(x)),
        Condition::Values(literals) | Condition::Special(literals) => {
            literals.iter().any(|literal| equal(literal, value))
        }
        Condition::Missing => value.is_missing(),
        Condition::Otherwise => true,
        Condition::Predicate(_) => false,
    }
}
