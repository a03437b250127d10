//! Attributes: conditions of the right type that neither overlap nor leave gaps.

use std::collections::BTreeMap;

use super::{Source, fields};
use crate::{
    Error, Literal, Result,
    model::{Characteristic, Condition, FieldType, Interval, Matching},
};

pub(super) fn check(
    characteristic: &Characteristic,
    source: &Source<'_>,
    matching: Matching,
    path: &str,
) -> Result<()> {
    if characteristic.attributes.is_empty() {
        return Err(Error::model(path, "a characteristic needs at least one attribute"));
    }
    for (index, attribute) in characteristic.attributes.iter().enumerate() {
        let path = format!("{path}.attributes[{index}]");
        match &attribute.when {
            Condition::Interval(interval) => {
                if !source.field_type.is_numeric() {
                    return Err(Error::model(
                        path,
                        format!("an interval needs a numeric field, not a {} one", source.field_type),
                    ));
                }
                fields::interval(interval, &path)?;
            }
            Condition::Values(literals) | Condition::Special(literals) => {
                if literals.is_empty() {
                    return Err(Error::model(path, "the list of values is empty"));
                }
                fields::literals(literals, source.field_type, &path)?;
            }
            Condition::Missing | Condition::Otherwise | Condition::Predicate(_) => {}
        }
    }
    match matching {
        Matching::FirstMatch => Ok(()),
        Matching::Disjoint => disjoint(characteristic, source, path),
    }
}

/// No attribute hides another, and together they take whatever the field allows.
fn disjoint(characteristic: &Characteristic, source: &Source<'_>, path: &str) -> Result<()> {
    let attributes = &characteristic.attributes;
    if attributes.iter().any(|attribute| matches!(attribute.when, Condition::Predicate(_))) {
        // Predicates may test anything: whether they overlap cannot be told from their form.
        return Ok(());
    }
    let last = attributes.len() - 1;
    if let Some(index) = attributes.iter().position(|a| a.when == Condition::Otherwise).filter(|index| *index < last) {
        return Err(Error::model(
            format!("{path}.attributes[{index}]"),
            "`otherwise` hides the attributes after it; put it last",
        ));
    }
    if let Some(index) = repeated(attributes.iter().map(|a| a.when == Condition::Missing)) {
        return Err(Error::model(format!("{path}.attributes[{index}]"), "`missing` stands twice; keep one"));
    }
    let named = no_value_twice(characteristic, path)?;
    let intervals = intervals(characteristic);
    no_overlap(&intervals, path)?;
    special_before_interval(characteristic, &intervals, path)?;
    if attributes.iter().any(|attribute| attribute.when == Condition::Otherwise) {
        return Ok(());
    }
    match source.field_type {
        FieldType::Numeric | FieldType::Integer => no_gap(&intervals, source, &named, path),
        FieldType::Categorical | FieldType::Boolean if source.closed => every_value(source.values, &named, path),
        _ => Ok(()),
    }
}

fn repeated(flags: impl Iterator<Item = bool>) -> Option<usize> {
    flags.enumerate().filter(|(_, is)| *is).nth(1).map(|(index, _)| index)
}

/// A value in a form that can be looked up.
fn key(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("t{text}"),
        other => other.to_string(),
    }
}

fn no_value_twice(characteristic: &Characteristic, path: &str) -> Result<BTreeMap<String, usize>> {
    let mut seen = BTreeMap::new();
    for (index, attribute) in characteristic.attributes.iter().enumerate() {
        let (Condition::Values(literals) | Condition::Special(literals)) = &attribute.when else { continue };
        for literal in literals {
            if let Some(first) = seen.insert(key(literal), index) {
                return Err(Error::model(
                    format!("{path}.attributes[{index}]"),
                    format!("{literal} already belongs to attributes[{first}]; a value may stand once"),
                ));
            }
        }
    }
    Ok(seen)
}

/// The intervals with their attributes' indices, in ascending order.
fn intervals(characteristic: &Characteristic) -> Vec<(usize, Interval)> {
    let mut intervals: Vec<_> = characteristic
        .attributes
        .iter()
        .enumerate()
        .filter_map(|(index, a)| match a.when {
            Condition::Interval(interval) => Some((index, interval)),
            _ => None,
        })
        .collect();
    intervals.sort_by(|(_, a), (_, b)| start(a).total_cmp(&start(b)));
    intervals
}

/// The first number inside.
fn start(interval: &Interval) -> f64 {
    interval.from.map_or(f64::MIN, |from| if interval.closed.left() { from } else { from.next_up() })
}

/// The first number beyond; infinity where there is none.
fn end(interval: &Interval) -> f64 {
    interval.to.map_or(f64::INFINITY, |to| if interval.closed.right() { to.next_up() } else { to })
}

fn no_overlap(intervals: &[(usize, Interval)], path: &str) -> Result<()> {
    for pair in intervals.windows(2) {
        if let [(first, a), (second, b)] = pair
            && end(a) > start(b)
        {
            return Err(Error::model(
                format!("{path}.attributes[{second}]"),
                format!("{b} overlaps {a} of attributes[{first}]; move an end, or set `matching` to `first_match`"),
            ));
        }
    }
    Ok(())
}

/// A special value is only reached where no interval before it takes it. `intervals` are in order and do not overlap,
/// so that at most one can hold a number.
fn special_before_interval(characteristic: &Characteristic, intervals: &[(usize, Interval)], path: &str) -> Result<()> {
    for (index, attribute) in characteristic.attributes.iter().enumerate() {
        let (Condition::Values(literals) | Condition::Special(literals)) = &attribute.when else { continue };
        for literal in literals {
            let Literal::Number(number) = literal else { continue };
            let place = intervals.partition_point(|(_, interval)| start(interval) <= *number);
            let holder = place.checked_sub(1).and_then(|last| intervals.get(last));
            let Some((earlier, interval)) = holder.filter(|(at, i)| *at < index && i.contains(*number)) else {
                continue;
            };
            return Err(Error::model(
                format!("{path}.attributes[{index}]"),
                format!(
                    "{literal} lies in {interval} of attributes[{earlier}], which is tried first; put this attribute before it"
                ),
            ));
        }
    }
    Ok(())
}

/// Each allowed range (or every number, where all are allowed) is covered by intervals and named values.
fn no_gap(
    intervals: &[(usize, Interval)],
    source: &Source<'_>,
    named: &BTreeMap<String, usize>,
    path: &str,
) -> Result<()> {
    let everything = [Interval { from: None, to: None, closed: crate::model::Closure::Neither }];
    let restricted = source.closed && !(source.ranges.is_empty() && source.values.is_empty());
    let ranges: &[Interval] = if restricted { source.ranges } else { &everything };
    for range in ranges {
        let mut covered = start(range);
        for (_, interval) in intervals {
            if start(interval) > covered && covered < end(range) {
                break;
            }
            covered = covered.max(end(interval));
        }
        // A range of one number, or a single number between two intervals, may be covered by name.
        while covered < end(range) && named.contains_key(&Literal::Number(covered).to_string()) {
            covered = intervals
                .iter()
                .map(|(_, i)| (start(i), end(i)))
                .find(|(from, _)| *from == covered.next_up())
                .map_or(covered.next_up(), |(_, to)| to);
        }
        if covered < end(range) {
            let from = if covered == f64::MIN { "-∞".to_owned() } else { covered.to_string() };
            return Err(Error::model(
                path,
                format!(
                    "numbers from {from} on belong to no attribute (gap); extend an interval or add an `otherwise` attribute"
                ),
            ));
        }
    }
    every_value(source.values, named, path).or_else(|error| {
        let inside =
            |literal: &Literal| matches!(literal, Literal::Number(n) if intervals.iter().any(|(_, i)| i.contains(*n)));
        if source.values.iter().all(|v| inside(v) || named.contains_key(&key(v))) { Ok(()) } else { Err(error) }
    })
}

fn every_value(values: &[Literal], named: &BTreeMap<String, usize>, path: &str) -> Result<()> {
    match values.iter().find(|value| !named.contains_key(&key(value))) {
        None => Ok(()),
        Some(value) => Err(Error::model(
            path,
            format!(
                "the field allows {value}, which belongs to no attribute (gap); add it to one or add an `otherwise` attribute"
            ),
        )),
    }
}
