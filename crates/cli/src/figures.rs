//! Figures as people read them.

use training::validation::Estimate;

/// A count with a comma every three digits.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A figure to three decimals, its interval in brackets.
pub(crate) fn estimate(figure: &Estimate) -> String {
    match figure.interval {
        Some(interval) => format!("{:.3} ({:.3} to {:.3})", figure.value, interval.lower, interval.upper),
        None => format!("{:.3}", figure.value),
    }
}

/// A difference with its sign; one that rounds to zero has none.
pub(crate) fn signed(difference: f64, decimals: usize) -> String {
    let text = format!("{difference:+.decimals$}");
    if text.contains(|c: char| c.is_ascii_digit() && c != '0') || !difference.is_finite() {
        text
    } else {
        text.trim_start_matches(['+', '-']).to_owned()
    }
}

/// One thing or several.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    match thing.strip_suffix("ry").filter(|_| number != 1) {
        Some(stem) => format!("{} {stem}ries", count(number)),
        None => format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!([-0.04, 0.04, -0.06, 12.0, -0.0].map(|x| signed(x, 1)), ["0.0", "0.0", "-0.1", "+12.0", "0.0"]);
        assert_eq!(signed(f64::INFINITY, 1), "+inf");
    }

    #[test]
    fn counts_have_commas() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((counted(1, "row"), counted(2000, "row")), ("1 row".into(), "2,000 rows".into()));
    }
}
