//! Figures as pages write them.

use store::Moment;

/// A share with one decimal, in per cent.
pub(crate) fn percent(share: f64) -> String {
    // A sum of nothing is minus zero.
    format!("{:.1} %", share * 100.0 + 0.0)
}

/// A count with thin spaces between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// The beginning of a hash, enough to tell one from another.
pub(crate) fn beginning(hash: &str) -> String {
    let digits: String = hash.chars().take(12).collect();
    format!("{digits}…")
}

/// An exact number of JSON, which may be a text, with a true minus sign.
pub(crate) fn exact(json: &str) -> String {
    json.trim_matches('"').replacen('-', "−", 1)
}

/// A difference with its sign.
pub(crate) fn signed(exact: &str) -> String {
    if exact.starts_with('−') || exact == "0" { exact.to_owned() } else { format!("+{exact}") }
}

/// A moment as pages write it before a script turns it into the visitor's own time.
pub(crate) fn moment(moment: Moment) -> String {
    let text = moment.to_string();
    let whole = text.split('.').next().unwrap_or(&text).trim_end_matches('Z').replace('T', " ");
    format!("{whole} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!([count(0), count(999), count(1_234_567)], ["0", "999", "1\u{202f}234\u{202f}567"]);
        assert_eq!([percent(0.1234), percent(-0.0)], ["12.3 %", "0.0 %"]);
        assert_eq!([exact("\"-12.5\""), exact("612")], ["−12.5", "612"]);
        assert_eq!([signed("−3"), signed("0"), signed("4")], ["−3", "0", "+4"]);
        assert_eq!(
            moment(Moment::parse("2026-03-01T12:30:15.25Z").unwrap_or_else(|e| panic!("{e}"))),
            "2026-03-01 12:30:15 UTC"
        );
    }
}
