//! Which attribute of a characteristic is an applicant's: tables made beforehand from the conditions.

use super::{
    field::{Glance, equal},
    predicate::CompiledPredicate,
    segments::Segments,
    texts::TextTable,
};
use crate::{
    Literal, Result, Value,
    model::{Attribute, Characteristic, Condition, Interval},
};

/// No attribute matches.
pub(crate) const NONE: u32 = u32::MAX;

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
    segments: Segments,
    /// Single numbers that another attribute takes than their segment does.
    points: Box<[(f64, u32)]>,
    texts: TextTable,
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
    pub(crate) fn find(&self, value: &Value<'_>, slots: &[Value<'_>]) -> u32 {
        match self {
            Self::Table(table) => table.find(value),
            Self::Ordered(conditions) => {
                let matches = |condition: &OrderedCondition| match condition {
                    OrderedCondition::Own(own) => is_true(own, *value),
                    OrderedCondition::Predicate(predicate) => predicate.test(slots) == Some(true),
                };
                conditions.iter().position(matches).map_or(NONE, as_index)
            }
        }
    }

    /// As [`Self::find`], for a value that is known at a glance to pass its field unchanged; [`NONE`] for any other.
    #[inline(always)]
    pub(crate) fn find_at_a_glance(&self, value: &Value<'_>, glance: Glance) -> u32 {
        let Self::Table(table) = self else { return NONE };
        match value {
            // Not NaN either.
            Value::Number(x) if glance.numbers && x.abs() <= f64::MAX => table.find_number(*x),
            Value::Text(text) if glance.texts => table.texts.find(text),
            Value::Missing if glance.missing => table.missing,
            Value::Boolean(truth) if glance.booleans => table.truth[usize::from(*truth)],
            _ => NONE,
        }
    }

    /// Whether any condition looks at fields other than the characteristic's own.
    pub(crate) fn needs_slots(&self) -> bool {
        matches!(self, Self::Ordered(_))
    }
}

impl Table {
    fn compile(attributes: &[Attribute]) -> Self {
        let edges = edges(attributes);
        let segments = segments(attributes, &edges);
        let otherwise = first(attributes, |when| *when == Condition::Otherwise);
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for (attribute, index) in attributes.iter().zip(0_u32..) {
            let (Condition::Values(literals) | Condition::Special(literals)) = &attribute.when else { continue };
            for literal in literals {
                match literal {
                    Literal::Number(n) => numbers.push((*n, index)),
                    Literal::Text(text) => texts.push((text.as_str(), index.min(otherwise))),
                    Literal::Boolean(_) => {}
                }
            }
        }
        // The sort is stable, so that of equal numbers the first attribute's stays.
        numbers.sort_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        numbers.dedup_by(|(next, _), (kept, _)| *next == *kept);
        // What an earlier interval takes needs no point of its own.
        numbers.retain(|(n, index)| {
            let segment = edges.partition_point(|edge| *n >= *edge);
            segments.get(segment).is_none_or(|by_interval| index < by_interval)
        });
        let of = |value: Value<'_>| first(attributes, |when| is_true(when, value));
        Self {
            points: numbers.into(),
            texts: TextTable::new(texts.into_iter(), otherwise),
            truth: [of(Value::Boolean(false)), of(Value::Boolean(true))],
            missing: of(Value::Missing),
            segments: Segments::new(&edges, segments),
        }
    }

    #[inline]
    fn find(&self, value: &Value<'_>) -> u32 {
        match value {
            Value::Number(x) => self.find_number(*x),
            Value::Text(text) => self.texts.find(text),
            Value::Boolean(truth) => self.truth[usize::from(*truth)],
            Value::Missing => self.missing,
        }
    }

    #[inline(always)]
    pub(crate) fn find_number(&self, x: f64) -> u32 {
        let point = if self.points.is_empty() { None } else { self.find_point(x) };
        point.or_else(|| self.segments.find(x)).unwrap_or(NONE)
    }

    #[inline(never)]
    fn find_point(&self, x: f64) -> Option<u32> {
        let (point, attribute) = self.points.get(self.points.partition_point(|(point, _)| *point < x))?;
        (*point == x).then_some(*attribute)
    }
}

/// The first numbers of intervals and the first numbers beyond them, in ascending order.
fn edges(attributes: &[Attribute]) -> Vec<f64> {
    let mut edges: Vec<f64> = Vec::new();
    for attribute in attributes {
        if let Condition::Interval(interval) = &attribute.when {
            let (from, to) = left_closed(interval);
            edges.extend(from.into_iter().chain(to));
        }
    }
    edges.sort_unstable_by(f64::total_cmp);
    edges.dedup();
    edges
}

/// The ends of the interval `[from, to)` that holds the same numbers.
fn left_closed(interval: &Interval) -> (Option<f64>, Option<f64>) {
    let from = interval.from.map(|from| if interval.closed.left() { from } else { from.next_up() });
    let to = interval.to.map(|to| if interval.closed.right() { to.next_up() } else { to });
    (from, to)
}

/// For each segment between edges, the first attribute whose interval covers it, or that takes everything else.
///
/// Attributes claim what is still free in their order: `free` leads from a claimed segment to the next that is not, so
/// that no segment is looked at often, however many intervals overlap.
fn segments(attributes: &[Attribute], edges: &[f64]) -> Vec<u32> {
    let count = edges.len() + 1;
    let mut segments = vec![NONE; count];
    let mut free: Vec<usize> = (0..=count).collect();
    for (attribute, index) in attributes.iter().zip(0_u32..) {
        let (from, to) = match &attribute.when {
            Condition::Interval(interval) => left_closed(interval),
            Condition::Otherwise => (None, None),
            _ => continue,
        };
        let first_segment = from.map_or(0, |from| edges.partition_point(|edge| *edge <= from));
        let end = to.map_or(count, |to| edges.partition_point(|edge| *edge < to) + 1);
        let mut at = next_free(&mut free, first_segment);
        while at < end {
            if let (Some(segment), Some(next)) = (segments.get_mut(at), free.get_mut(at)) {
                *segment = index;
                *next = at + 1;
            }
            at = next_free(&mut free, at + 1);
        }
    }
    segments
}

/// The first free segment from `at` on; the ways to it are made shorter.
fn next_free(free: &mut [usize], mut at: usize) -> usize {
    while let Some(next) = free.get(at).copied()
        && next != at
    {
        let beyond = free.get(next).copied().unwrap_or(next);
        if let Some(way) = free.get_mut(at) {
            *way = beyond;
        }
        at = next;
    }
    at
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
