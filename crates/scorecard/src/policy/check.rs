//! Whether a policy's parts agree with one another, expressions aside.

use std::collections::BTreeSet;

use super::{Decision, Effect, Policy, Rule};
use crate::{Error, Result};

/// Most rules of a policy.
pub const MAX_RULES: usize = 100_000;
/// Longest expression, in bytes.
pub const MAX_EXPRESSION: usize = 64 << 10;
/// All expressions together, in bytes.
pub const MAX_EXPRESSIONS: usize = 16 << 20;
/// Most bands of scores.
pub const MAX_BANDS: usize = 1_000;

pub(super) fn wrong(rule: impl Into<String>, problem: impl Into<String>) -> Error {
    Error::Policy { rule: Some(rule.into()), problem: problem.into() }
}

/// Something wrong with the document as a whole.
fn document(problem: impl Into<String>) -> Error {
    Error::Policy { rule: None, problem: problem.into() }
}

pub(super) fn check(policy: &Policy) -> Result<()> {
    if policy.rules.len() > MAX_RULES {
        return Err(document(format!(
            "{} rules; the limit is {MAX_RULES}, so join rules that share a reason",
            policy.rules.len()
        )));
    }
    let length: usize = policy.rules.iter().map(|rule| rule.when.len()).sum();
    if length > MAX_EXPRESSIONS {
        return Err(document(format!("the expressions are {length} bytes long; the limit is {MAX_EXPRESSIONS}")));
    }
    let mut ids = BTreeSet::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        if rule.id.trim().is_empty() {
            return Err(document(format!("rules[{index}] has no id; give it one, e.g. \"minimum-age\"")));
        }
        if !ids.insert(rule.id.as_str()) {
            return Err(wrong(&rule.id, format!("rules[{index}] has the id of an earlier rule; ids must be unique")));
        }
        check_rule(rule)?;
    }
    bands(policy)
}

fn check_rule(rule: &Rule) -> Result<()> {
    if rule.reason.code.trim().is_empty() {
        return Err(wrong(&rule.id, "the reason has no code; give a short one, e.g. \"P01\""));
    }
    if rule.effect == Effect::KnockOut && rule.reason.text.trim().is_empty() {
        return Err(wrong(
            &rule.id,
            "a knock-out needs the text of its reason, because a declined applicant is owed it; add `reason.text`",
        ));
    }
    if rule.when.trim().is_empty() {
        return Err(wrong(&rule.id, "`when` is empty; write an expression such as `age < 18`"));
    }
    if rule.when.len() > MAX_EXPRESSION {
        return Err(wrong(
            &rule.id,
            format!(
                "the expression is {} bytes long; the limit is {MAX_EXPRESSION}, so split the rule",
                rule.when.len()
            ),
        ));
    }
    Ok(())
}

fn bands(policy: &Policy) -> Result<()> {
    let bands = &policy.scores.bands;
    if bands.is_empty() {
        return Err(document(
            "`scores.bands` is empty, so no score decides anything; give at least one band, e.g. {\"name\": \"all\", \"decision\": \"refer\"}",
        ));
    }
    if bands.len() > MAX_BANDS {
        return Err(document(format!("{} bands of scores; the limit is {MAX_BANDS}", bands.len())));
    }
    let mut names = BTreeSet::new();
    let mut end: Option<f64> = None;
    for (index, band) in bands.iter().enumerate() {
        let path = format!("scores.bands[{index}]");
        if band.name.trim().is_empty() || !names.insert(band.name.as_str()) {
            return Err(document(format!("{path}: the name must be unique and not empty")));
        }
        if let Some(number) = band.from.iter().chain(&band.to).find(|number| !number.is_finite()) {
            return Err(document(format!("{path}: {number} is no finite number; leave an open end out")));
        }
        match (index, band.from, end) {
            (0, None, _) => {}
            (0, Some(from), _) => {
                return Err(document(format!(
                    "{path} begins at {from}, so scores below it belong to no band; leave `from` out of the first band"
                )));
            }
            (_, _, None) => {
                return Err(document(format!(
                    "{path} comes after a band without `to`; only the last band is open above"
                )));
            }
            (_, None, Some(end)) => {
                return Err(document(format!(
                    "{path} has no `from`, so it overlaps the bands before it; begin it at {end}"
                )));
            }
            (_, Some(from), Some(end)) if from > end => {
                return Err(document(format!(
                    "{path}: scores between {end} and {from} belong to no band; begin it at {end}"
                )));
            }
            (_, Some(from), Some(end)) if from < end => {
                return Err(document(format!(
                    "{path} begins at {from}, but the band before it ends at {end}; begin it at {end}"
                )));
            }
            _ => {}
        }
        if let (Some(from), Some(to)) = (band.from, band.to)
            && from >= to
        {
            return Err(document(format!("{path} holds no score; `from` {from} must lie below `to` {to}")));
        }
        end = band.to;
    }
    match end {
        Some(to) => Err(document(format!("scores above {to} belong to no band; leave `to` out of the last band"))),
        None => Ok(()),
    }
}

/// Whether decisions follow the risk; `higher_is_better` says which way the score runs.
pub(super) fn order(policy: &Policy, higher_is_better: bool) -> Result<()> {
    let worse = |low: Decision, high: Decision| if higher_is_better { low < high } else { low > high };
    for pair in policy.scores.bands.windows(2) {
        if let [low, high] = pair
            && worse(low.decision, high.decision)
        {
            return Err(document(format!(
                "on this scorecard a {} score is the better one, but band `{}` is {} and band `{}` above it {}; correct the bands, or set `scores.order` to \"any\" if this is meant",
                if higher_is_better { "higher" } else { "lower" },
                low.name,
                low.decision,
                high.name,
                high.decision,
            )));
        }
    }
    Ok(())
}
