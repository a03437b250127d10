//! From the sum of points to the score.

use super::Amount;
use crate::model::{Cast, OutputRule};

/// Applies the output rule, if any: limits, factor, constant, cast, in this order (PMML 4.4.1, Targets).
#[inline]
pub(crate) fn finish(sum: Amount, rule: Option<&OutputRule>) -> Amount {
    match rule {
        None => sum,
        Some(rule) => Amount::Double(apply(sum.to_f64(), rule)),
    }
}

fn apply(sum: f64, rule: &OutputRule) -> f64 {
    let limited = rule.minimum.map_or(sum, |minimum| sum.max(minimum));
    let limited = rule.maximum.map_or(limited, |maximum| limited.min(maximum));
    let rescaled = limited * rule.factor + rule.constant;
    match rule.cast {
        None => rescaled,
        Some(Cast::Round) => rescaled.round(),
        Some(Cast::Ceiling) => rescaled.ceil(),
        Some(Cast::Floor) => rescaled.floor(),
    }
}
