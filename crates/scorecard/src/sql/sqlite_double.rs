//! Doubles that SQLite reads to the last bit.

/// A double as SQLite reads it. Its reader of decimals may err in the last of 64 bits, so that a decimal too near to the
/// middle between two doubles is written as a whole number and powers of two, which it reads exactly.
pub(super) fn sqlite_double(number: f64, digits: &str, exponent: &str) -> String {
    if number == 0.0 {
        return "0.0".into();
    }
    let plain = exponent == "0";
    if survives_an_error(number) {
        return match (plain, digits.contains('.')) {
            (true, true) => digits.to_owned(),
            (true, false) => format!("{digits}.0"),
            (false, _) => format!("{digits}e{exponent}"),
        };
    }
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mut mantissa, mut power) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let even = mantissa.trailing_zeros();
    mantissa >>= even;
    power += even as i32;
    let sign = if number < 0.0 { "-" } else { "" };
    let mut text = format!("({sign}{mantissa}.0");
    // Step by step: 2^52 is a number that is read exactly, and only a last step may lose bits, of which there are none.
    while power != 0 {
        let step = power.clamp(-52, 52);
        text.push_str(if step < 0 { " / " } else { " * " });
        text.push_str(&format!("{}.0", 1_u64 << step.unsigned_abs()));
        power -= step;
    }
    text.push(')');
    text
}

/// Whether a decimal reader that errs by as much as 2^-61 of the number still finds it.
fn survives_an_error(number: f64) -> bool {
    let size = number.abs();
    if !(1e-25..1e25).contains(&size) {
        return false;
    }
    // The shortest digits, made 20 long, moved by five in the twentieth either way.
    let text = format!("{size:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return false };
    let whole: String = digits.chars().filter(char::is_ascii_digit).collect();
    let Ok(exponent) = exponent.parse::<i32>() else { return false };
    let Ok(scaled) = format!("{whole:0<20}").parse::<u128>() else { return false };
    let reads_back = |scaled: u128| format!("{scaled}e{}", exponent - 19).parse::<f64>() == Ok(size);
    reads_back(scaled - 50) && reads_back(scaled + 50)
}

#[cfg(test)]
mod tests {
    use crate::sql::{Dialect, syntax::Syntax};

    #[test]
    fn hard_decimals_are_written_in_powers_of_two_for_sqlite() {
        // Just above the middle between two doubles by its shortest decimal: read with too few bits it would fall.
        let mut hard = 0;
        let mut number = 0.1_f64;
        for _ in 0..100_000 {
            number = number.next_up();
            let text = Syntax(Dialect::Sqlite).double(number);
            if text.starts_with('(') {
                hard += 1;
                let inner = text.trim_matches(['(', ')']);
                let mut words = inner.split(' ');
                let mut value: f64 = words.next().unwrap().parse().unwrap();
                while let (Some(sign), Some(next)) = (words.next(), words.next()) {
                    let next: f64 = next.parse().unwrap();
                    value = if sign == "/" { value / next } else { value * next };
                }
                assert_eq!(value, number);
            } else {
                assert_eq!(text.parse(), Ok(number));
            }
        }
        assert!((1..5_000).contains(&hard), "{hard}");
    }
}
