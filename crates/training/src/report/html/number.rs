//! Figures as people read them: a fixed number of decimals a column, a true minus sign, a dash for what is absent.

/// What stands where there is no figure.
pub(crate) const ABSENT: &str = "–";

/// A number with so many decimals.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return ABSENT.to_owned();
    }
    // What lies beyond any table's width is told by its magnitude.
    let digits =
        if value.abs() >= 1e12 { format!("{:.3e}", value.abs()) } else { format!("{:.decimals$}", value.abs()) };
    let is_zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("−{digits}") } else { digits }
}

/// A number with its sign, for differences.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let digits = fixed(value, decimals);
    if value > 0.0 && digits.bytes().any(|b| b.is_ascii_digit() && b != b'0') { format!("+{digits}") } else { digits }
}

/// A share as a percentage.
pub fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() { format!("{}%", fixed(100.0 * share, decimals)) } else { ABSENT.to_owned() }
}

/// A count, its thousands set apart; with one decimal where it is a weight and not whole.
pub(crate) fn count(value: f64) -> String {
    let whole = (value - value.round()).abs() < 1e-9 * value.abs().max(1.0);
    let plain = fixed(value, usize::from(!whole));
    let (digits, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(d, f)| (d, Some(f)));
    let (sign, digits) = digits.strip_prefix('−').map_or(("", digits), |digits| ("−", digits));
    if !digits.bytes().all(|b| b.is_ascii_digit()) || plain.contains('e') {
        return plain;
    }
    let mut out = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A probability of a test.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { fixed(p, 3) }
}

/// A number as short as it can be told: at most so many decimals, no zeros at the end.
pub fn short(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(
            [fixed(-0.001, 2), fixed(-1.5, 1), fixed(f64::NAN, 1), fixed(1e300, 2)],
            ["0.00", "−1.5", "–", "1.000e300"]
        );
        assert_eq!([signed(0.5, 1), signed(-0.5, 1), signed(0.01, 1)], ["+0.5", "−0.5", "0.0"]);
        assert_eq!(
            [count(1_234_567.0), count(999.0), count(1234.56), count(-1000.0)],
            ["1,234,567", "999", "1,234.6", "−1,000"]
        );
        assert_eq!([percent(0.1234, 1), percent(f64::INFINITY, 1)], ["12.3%", "–"]);
        assert_eq!([p_value(0.0004), p_value(0.0494)], ["<0.001", "0.049"]);
        assert_eq!([short(0.250, 4), short(100.0, 2), short(-3.0, 1)], ["0.25", "100", "−3"]);
    }
}
