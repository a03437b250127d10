//! Intervals as the tools print them: `[8.50, 11.50)`, `(-inf, 8.50)`, `[8.0,16.0)`, `[8.0 ~ 16.0)`.

use crate::model::{Closure, Interval};

/// The interval that a text says; `None` where it says none.
pub(super) fn parse(text: &str) -> Option<Interval> {
    let text = text.trim();
    let left = match text.chars().next()? {
        '[' => true,
        '(' => false,
        _ => return None,
    };
    let right = match text.chars().next_back()? {
        ']' => true,
        ')' => false,
        _ => return None,
    };
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let (from, to) = [",", "~", " - "].into_iter().find_map(|separator| inner.split_once(separator))?;
    let (from, to) = (end(from)?, end(to)?);
    let closed = match (left && from.is_finite(), right && to.is_finite()) {
        (true, true) => Closure::Both,
        (true, false) => Closure::Left,
        (false, true) => Closure::Right,
        // An end that is not there belongs to no side: where the other end is open, the usual word is "left".
        (false, false) if from.is_infinite() => Closure::Left,
        (false, false) => Closure::Neither,
    };
    // An interval that begins at plus infinity, or ends at minus infinity, holds nothing.
    if from == f64::INFINITY || to == f64::NEG_INFINITY {
        return None;
    }
    Some(Interval { from: Some(from).filter(|n| n.is_finite()), to: Some(to).filter(|n| n.is_finite()), closed })
}

fn end(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| !number.is_nan())
}

/// Whether `exact` prints as the finite end `printed` of an interval text, to the digits that the text shows.
pub(super) fn prints_as(exact: f64, printed: f64, digits: usize) -> bool {
    let half = 0.5 * 10_f64.powi(-i32::try_from(digits).unwrap_or(i32::MAX));
    (exact - printed).abs() <= half * (1.0 + 1e-9) + printed.abs() * f64::EPSILON
}

/// The most decimals that an end of an interval text shows.
pub(super) fn decimals(text: &str) -> usize {
    let ends = text.split([',', '~', '[', '(', ']', ')']);
    ends.filter_map(|end| end.trim().split_once('.')).map(|(_, decimals)| decimals.trim().len()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_each_tool_prints_them() {
        let between = |from, to| Interval { from, to, closed: Closure::Left };
        assert_eq!(parse("(-inf, 8.50)"), Some(between(None, Some(8.5))));
        assert_eq!(parse("[8.50, 11.50)"), Some(between(Some(8.5), Some(11.5))));
        assert_eq!(parse("[43.50, inf)"), Some(between(Some(43.5), None)));
        assert_eq!(parse("[-inf,8.0)"), Some(between(None, Some(8.0))));
        assert_eq!(parse("[-inf ~ -3)"), Some(between(None, Some(-3.0))));
        assert_eq!(parse("[-5 - -3)"), Some(between(Some(-5.0), Some(-3.0))));
        assert_eq!(parse("[1e-05 ~ inf)"), Some(between(Some(1e-5), None)));
        assert_eq!(parse("(-inf, inf)"), Some(between(None, None)));
        assert_eq!(parse("(1, 2]").map(|i| i.closed), Some(Closure::Right));
        assert_eq!(parse("[1, 2]").map(|i| i.closed), Some(Closure::Both));
    }

    #[test]
    fn what_is_no_interval() {
        for text in ["", "[", "[]", "['a', 'b']", "[nan, 3)", "[1 2 3]", "missing", "(inf, 3)", "é", "[1, 2, 3)"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
