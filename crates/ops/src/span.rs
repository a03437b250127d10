//! Spans of time as flags say them: 90s, 30m, 2h.

use std::time::Duration;

/// Reads a span of time.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let unit = match unit {
        "ms" => return number.parse().map(Duration::from_millis).map_err(|_| wrong(text)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong(text)),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    seconds.map(Duration::from_secs).ok_or_else(|| wrong(text))
}

fn wrong(text: &str) -> String {
    format!("{text} is no span of time; say a number and s, m, h or d, such as 30m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        assert_eq!(parse("90s").unwrap(), parse("90000ms").unwrap());
        assert_eq!(parse("30m").unwrap(), Duration::from_secs(1800));
        for wrong in ["", "30", "m", "-1s", "1.5h", "99999999999999999999d", "9999999999999999999d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
