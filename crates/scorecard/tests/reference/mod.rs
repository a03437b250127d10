//! A second evaluator: slow, plain, and written from the documentation and the PMML standard, not from the first one.
//!
//! It looks everything up by name, tries every attribute in order, and adds decimals one by one. Where several things are
//! wrong with an application it names them all: which one an evaluator meets first is its own affair.
#![allow(dead_code, clippy::unwrap_used)]

mod expression;
mod field;
mod predicate;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use scorecard::{Points, Scorecard, model::*};

use super::generators::Given;

/// What evaluation should give.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expected {
    pub(crate) score: Number,
    /// Attribute, points and difference of each characteristic.
    pub(crate) matched: Vec<(usize, Number, Option<Number>)>,
    /// Code, first characteristic, and points lost.
    pub(crate) reasons: Vec<(String, usize, Number)>,
    /// The further factor: code and characteristic.
    pub(crate) inquiries: Option<(String, usize)>,
}

/// Something that makes an application impossible to score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wrong {
    /// A field refuses its value.
    Field(String),
    /// No attribute of a characteristic takes the value.
    NoAttribute(String),
    /// An expression has no value, or the score none that is finite.
    NoValue(String),
}

/// An amount: exact, or a double where the card computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Exact(Decimal),
    Double(f64),
}

impl Number {
    pub(crate) fn to_f64(self) -> f64 {
        match self {
            Self::Exact(decimal) => decimal.normalize().to_string().parse().unwrap(),
            Self::Double(double) => double,
        }
    }

    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(a + b),
            (a, b) => Self::Double(a.to_f64() + b.to_f64()),
        }
    }

    fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(a - b),
            (a, b) => Self::Double(a.to_f64() - b.to_f64()),
        }
    }

    fn is_above(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a > b,
            (a, b) => a.to_f64() > b.to_f64(),
        }
    }
}

/// The values of fields and derived fields by name.
pub(crate) type Names = BTreeMap<String, Given>;

/// Evaluates an application, values in the order of the card's fields.
pub(crate) fn evaluate(card: &Scorecard, application: &[Given]) -> Result<Expected, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut names = Names::new();
    for (field, value) in card.fields.iter().zip(application) {
        match field::treat(field, value) {
            Some(treated) => drop(names.insert(field.name.clone(), treated)),
            None => wrong.push(Wrong::Field(field.name.clone())),
        }
    }
    let computes = |attribute: &Attribute| {
        attribute.points_expression.is_some() || matches!(attribute.when, Condition::Predicate(_))
    };
    let attributes = card.characteristics.iter().flat_map(|c| &c.attributes);
    if !wrong.is_empty() && (!card.derived.is_empty() || attributes.into_iter().any(computes)) {
        // What uses a refused value cannot be looked at.
        return Err(wrong);
    }
    // As many rounds as it takes: a derived field can be computed once all that it uses are there. What depends on one that
    // has no value is never there.
    loop {
        let before = (names.len(), wrong.len());
        for derived in &card.derived {
            let failed = Wrong::NoValue(format!("derived[{}]", derived.name));
            let ready = expression::names_of(&derived.expression).iter().all(|name| names.contains_key(name));
            if !ready || names.contains_key(&derived.name) || wrong.contains(&failed) {
                continue;
            }
            match expression::value(&derived.expression, &names).and_then(|v| field::conform(v, derived.field_type)) {
                Ok(value) => drop(names.insert(derived.name.clone(), value)),
                Err(()) => wrong.push(failed),
            }
        }
        if before == (names.len(), wrong.len()) {
            break;
        }
    }
    if names.len() < card.fields.len() + card.derived.len() && !card.derived.is_empty() {
        return Err(wrong);
    }
    let exact = is_exact(card);
    let amount = |points: Points| {
        if exact { Number::Exact(decimal(points)) } else { Number::Double(Number::Exact(decimal(points)).to_f64()) }
    };
    let mut matched = Vec::new();
    for characteristic in &card.characteristics {
        let Some(value) = names.get(&characteristic.field) else { continue };
        let name = characteristic.name.clone();
        let found = characteristic.attributes.iter().position(|attribute| holds(&attribute.when, value, &names));
        let Some(index) = found else {
            wrong.push(Wrong::NoAttribute(name));
            continue;
        };
        let attribute = &characteristic.attributes[index];
        let points = match &attribute.points_expression {
            None => amount(attribute.points),
            Some(computed) => match expression::value(computed, &names) {
                Ok(Given::Number(points)) if points.is_finite() => Number::Double(points),
                _ => {
                    wrong
                        .push(Wrong::NoValue(format!("characteristics[{name}].attributes[{index}].points_expression")));
                    continue;
                }
            },
        };
        let difference =
            characteristic.baselines.get(card.reasons.method).map(|baseline| match card.reasons.direction {
                Direction::PointsBelow => amount(baseline).minus(points),
                Direction::PointsAbove => points.minus(amount(baseline)),
            });
        matched.push((index, points, difference));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let sum = matched.iter().fold(amount(card.initial_score), |sum, (_, points, _)| sum.plus(*points));
    let score = finished(sum, card.output.as_ref());
    if !score.to_f64().is_finite() {
        return Err(vec![Wrong::NoValue("score".into())]);
    }
    let (reasons, inquiries) = reasons(card, &matched);
    Ok(Expected { score, matched, reasons, inquiries })
}

fn holds(when: &Condition, value: &Given, names: &Names) -> bool {
    match when {
        Condition::Interval(interval) => matches!(value, Given::Number(x) if inside(interval, *x)),
        Condition::Values(set) | Condition::Special(set) => set.iter().any(|literal| field::is(literal, value)),
        Condition::Missing => *value == Given::Missing,
        Condition::Otherwise => true,
        Condition::Predicate(predicate) => predicate::holds(predicate, names) == Some(true),
    }
}

pub(crate) fn inside(interval: &Interval, x: f64) -> bool {
    let (left, right) = match interval.closed {
        Closure::Left => (true, false),
        Closure::Right => (false, true),
        Closure::Both => (true, true),
        Closure::Neither => (false, false),
    };
    let above = match interval.from {
        None => true,
        Some(from) => x > from || (left && x == from),
    };
    let below = match interval.to {
        None => true,
        Some(to) => x < to || (right && x == to),
    };
    above && below
}

/// Sum of equal codes over the characteristics; strictly positive ones (in PMML's mode zero too), the greatest first, of equals
/// the one that an earlier characteristic contributed to.
#[allow(clippy::type_complexity)]
fn reasons(
    card: &Scorecard,
    matched: &[(usize, Number, Option<Number>)],
) -> (Vec<(String, usize, Number)>, Option<(String, usize)>) {
    if !card.reasons.enabled {
        return (Vec::new(), None);
    }
    let zero = Number::Exact(Decimal::ZERO);
    let mut sums: Vec<(String, usize, Number)> = Vec::new();
    let mut factor: Option<(String, usize, Number)> = None;
    for (index, (characteristic, (attribute, _, difference))) in card.characteristics.iter().zip(matched).enumerate() {
        let own = characteristic.attributes[*attribute].reason.as_ref();
        let (Some(reason), Some(difference)) = (own.or(characteristic.reason.as_ref()), difference) else { continue };
        match sums.iter_mut().find(|(code, ..)| *code == reason.code) {
            Some((_, _, sum)) => *sum = sum.plus(*difference),
            None => sums.push((reason.code.clone(), index, *difference)),
        }
        let greater = factor.as_ref().is_none_or(|(_, _, greatest)| difference.is_above(*greatest));
        if characteristic.inquiries && difference.is_above(zero) && greater {
            factor = Some((reason.code.clone(), index, *difference));
        }
    }
    let keeps_zero = card.reasons.mode == ReasonMode::Pmml;
    sums.retain(|(_, _, sum)| sum.is_above(zero) || (keeps_zero && !zero.is_above(*sum)));
    let mut ranked: Vec<(String, usize, Number)> = Vec::new();
    while !sums.is_empty() && ranked.len() < usize::from(card.reasons.at_most) {
        let mut best = 0;
        for index in 1..sums.len() {
            if sums[index].2.is_above(sums[best].2) {
                best = index;
            }
        }
        ranked.push(sums.remove(best));
    }
    let further = factor.filter(|(code, ..)| ranked.iter().all(|(ranked, ..)| ranked != code));
    (ranked, further.map(|(code, index, _)| (code, index)))
}

fn finished(sum: Number, rule: Option<&OutputRule>) -> Number {
    let Some(rule) = rule else { return sum };
    let mut score = sum.to_f64();
    if let Some(minimum) = rule.minimum
        && score < minimum
    {
        score = minimum;
    }
    if let Some(maximum) = rule.maximum
        && score > maximum
    {
        score = maximum;
    }
    score = score * rule.factor + rule.constant;
    Number::Double(match rule.cast {
        None => score,
        Some(Cast::Round) => score.round(),
        Some(Cast::Ceiling) => score.ceil(),
        Some(Cast::Floor) => score.floor(),
    })
}

/// Whether all points are constants whose sums fit 64 bits in units of the smallest decimal: twice each characteristic's
/// greatest, and the initial score, below 2^61.
fn is_exact(card: &Scorecard) -> bool {
    let attributes = || card.characteristics.iter().flat_map(|c| &c.attributes);
    if attributes().any(|attribute| attribute.points_expression.is_some()) {
        return false;
    }
    let constants = |c: &Characteristic| {
        let b = &c.baselines;
        let baselines = [b.maximum, b.mean, b.mean_at_cutoff, b.stated].into_iter().flatten();
        c.attributes.iter().map(|attribute| attribute.points).chain(baselines).collect::<Vec<_>>()
    };
    let all = card.characteristics.iter().flat_map(constants).chain([card.initial_score]);
    let decimals = all.map(Points::decimals).max().unwrap_or(0);
    let units = |points: Points| Number::Exact(decimal(points).abs()).to_f64() * 10_f64.powi(decimals as i32);
    let greatest = |c: &Characteristic| constants(c).into_iter().map(units).fold(0.0, f64::max);
    let total = units(card.initial_score) + card.characteristics.iter().map(|c| 2.0 * greatest(c)).sum::<f64>();
    total < 2_f64.powi(61)
}

pub(crate) fn decimal(points: Points) -> Decimal {
    points.to_string().parse().unwrap()
}
