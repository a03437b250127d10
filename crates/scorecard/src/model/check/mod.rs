//! Whether the parts of a scorecard agree with one another.
//!
//! Everything that would make evaluation meaningless is found here, once, before the first application: what is left
//! for evaluation to refuse is the application's own values.

mod attributes;
mod fields;

use std::collections::{BTreeSet, HashMap};

use super::{Characteristic, FieldType, Interval, OutputRule, Scorecard};
use crate::{Error, Literal, Result};

/// Most fields, derived fields or characteristics of a scorecard.
const MAX_PARTS: usize = 10_000;
/// Most attributes of a characteristic.
const MAX_ATTRIBUTES: usize = 10_000;

/// A value that a characteristic may look at: what is known of it beforehand.
struct Source<'a> {
    field_type: FieldType,
    /// Allowed ranges; empty for a derived field or where any number is allowed.
    ranges: &'a [Interval],
    /// Allowed values; empty where any is allowed.
    values: &'a [Literal],
    /// Whether every other value is kept away from the characteristic.
    closed: bool,
}

pub(super) fn check(scorecard: &Scorecard) -> Result<()> {
    limit("fields", scorecard.fields.len(), MAX_PARTS)?;
    limit("derived", scorecard.derived.len(), MAX_PARTS)?;
    limit("output_fields", scorecard.output_fields.len(), MAX_PARTS)?;
    limit("characteristics", scorecard.characteristics.len(), MAX_PARTS)?;
    if scorecard.characteristics.is_empty() {
        return Err(Error::model("characteristics", "a scorecard needs at least one characteristic"));
    }
    fields::check(scorecard)?;
    scaling(scorecard)?;
    output(scorecard.output.as_ref())?;
    reasons(scorecard)?;
    let sources = sources(scorecard);
    let mut names = BTreeSet::new();
    for characteristic in &scorecard.characteristics {
        let path = format!("characteristics[{}]", characteristic.name);
        if characteristic.name.is_empty() || !names.insert(characteristic.name.as_str()) {
            return Err(Error::model(path, "the name must be unique and not empty"));
        }
        limit(&path, characteristic.attributes.len(), MAX_ATTRIBUTES)?;
        let source = sources
            .get(characteristic.field.as_str())
            .ok_or_else(|| Error::model(&path, unknown(&characteristic.field, scorecard)))?;
        attributes::check(characteristic, source, scorecard.matching, &path)?;
        reason_of(scorecard, characteristic, &path)?;
    }
    Ok(())
}

fn limit(path: &str, actual: usize, limit: usize) -> Result<()> {
    if actual <= limit { Ok(()) } else { Err(Error::model(path, format!("{actual} entries; the limit is {limit}"))) }
}

/// What is known of each field and derived field, by name.
fn sources(scorecard: &Scorecard) -> HashMap<&str, Source<'_>> {
    let derived = scorecard.derived.iter().map(|derived| {
        let source = Source { field_type: derived.field_type, ranges: &[], values: &[], closed: false };
        (derived.name.as_str(), source)
    });
    let fields = scorecard.fields.iter().map(|field| {
        let closed = field.on_invalid != super::OnInvalid::Accept;
        let source = Source { field_type: field.field_type, ranges: &field.ranges, values: &field.values, closed };
        (field.name.as_str(), source)
    });
    derived.chain(fields).collect()
}

fn unknown(name: &str, scorecard: &Scorecard) -> String {
    let known =
        scorecard.fields.iter().map(|f| f.name.as_str()).chain(scorecard.derived.iter().map(|d| d.name.as_str()));
    match crate::nearest::nearest(name, known) {
        Some(near) => format!("there is no field `{name}`; did you mean `{near}`?"),
        None => format!("there is no field `{name}`; declare it under `fields` or `derived`"),
    }
}

fn scaling(scorecard: &Scorecard) -> Result<()> {
    let Some(scaling) = scorecard.scaling else { return Ok(()) };
    if !(scaling.pdo.is_finite() && scaling.pdo != 0.0) {
        return Err(Error::model("scaling.pdo", format!("{} is not a finite number other than zero", scaling.pdo)));
    }
    if !(scaling.odds.is_finite() && scaling.odds > 0.0) {
        return Err(Error::model("scaling.odds", format!("{} is not a finite number above zero", scaling.odds)));
    }
    finite(scaling.points, "scaling.points")
}

fn output(rule: Option<&OutputRule>) -> Result<()> {
    let Some(rule) = rule else { return Ok(()) };
    finite(rule.factor, "output.factor")?;
    finite(rule.constant, "output.constant")?;
    finite(rule.minimum.unwrap_or(0.0), "output.minimum")?;
    finite(rule.maximum.unwrap_or(0.0), "output.maximum")?;
    match (rule.minimum, rule.maximum) {
        (Some(low), Some(high)) if low > high => {
            Err(Error::model("output", format!("minimum {low} is above maximum {high}")))
        }
        _ => Ok(()),
    }
}

fn finite(number: f64, path: &str) -> Result<()> {
    if number.is_finite() { Ok(()) } else { Err(Error::model(path, format!("{number} is not a finite number"))) }
}

fn reasons(scorecard: &Scorecard) -> Result<()> {
    if scorecard.reasons.enabled && scorecard.reasons.at_most == 0 {
        return Err(Error::model("reasons.at_most", "0 reasons asked for; give 1 to 255, or set `enabled` to false"));
    }
    Ok(())
}

/// With reasons on, each characteristic needs a code and a baseline: a person may be owed the reason.
fn reason_of(scorecard: &Scorecard, characteristic: &Characteristic, path: &str) -> Result<()> {
    if !scorecard.reasons.enabled {
        return Ok(());
    }
    let method = scorecard.reasons.method;
    if characteristic.baselines.get(method).is_none() {
        return Err(Error::model(
            format!("{path}.baselines"),
            format!(
                "reasons are drawn by `{method}`, but there is no such baseline; add it, or choose another `reasons.method`"
            ),
        ));
    }
    if characteristic.reason.is_none()
        && let Some(index) = characteristic.attributes.iter().position(|attribute| attribute.reason.is_none())
    {
        return Err(Error::model(
            format!("{path}.attributes[{index}]"),
            "no reason code; give one to the characteristic or to each attribute, or set `reasons.enabled` to false",
        ));
    }
    let own = characteristic.attributes.iter().filter_map(|attribute| attribute.reason.as_ref());
    match characteristic.reason.iter().chain(own).find(|reason| reason.code.trim().is_empty()) {
        Some(_) => Err(Error::model(format!("{path}.reason"), "the reason code is empty")),
        None => Ok(()),
    }
}
