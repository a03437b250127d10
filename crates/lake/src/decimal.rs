//! Numbers of the ledger as the lake's `decimal(18,6)`.

/// Digits after the point.
const PLACES: usize = 6;
/// The greatest count of millionths that 18 digits hold.
const MOST: i64 = 999_999_999_999_999_999;

/// A number as the ledger writes it, in millionths: exact up to six decimals, rounded half to even beyond. `None` where it
/// is no number, or has more than twelve digits before the point.
#[must_use]
pub fn millionths(text: &str) -> Option<i64> {
    exact(text)
        .or_else(|| {
            let number: f64 = text.parse().ok()?;
            let scaled = (number * 1e6).round_ties_even();
            #[allow(clippy::cast_precision_loss)] // a bound need not be exact: what lies about it is checked below
            let is_near = scaled.abs() <= MOST as f64;
            #[allow(clippy::cast_possible_truncation)] // whole, and within the bound
            is_near.then_some(scaled as i64)
        })
        .filter(|units| units.abs() <= MOST)
}

/// A plain decimal of at most six places.
fn exact(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > PLACES {
        return None;
    }
    let units: i64 = format!("{whole}{fraction:0<PLACES$}").parse().ok()?;
    Some(if negative { -units } else { units })
}

#[cfg(test)]
mod tests {
    use super::millionths;

    #[test]
    fn numbers_are_exact_to_six_places_and_rounded_beyond() {
        let cases = [
            ("612", Some(612_000_000)),
            ("612.5", Some(612_500_000)),
            ("-0.000001", Some(-1)),
            ("0.0000005", Some(0)),
            ("0.0000015", Some(2)),
            ("1e-6", Some(1)),
            ("999999999999.999999", Some(999_999_999_999_999_999)),
            ("1000000000000", None),
            ("NaN", None),
            ("1.", Some(1_000_000)),
            ("x", None),
            ("", None),
        ];
        for (text, units) in cases {
            assert_eq!(millionths(text), units, "{text}");
        }
    }
}
