//! Numbers and dates as text, by the patterns of C: `printf` and `strftime` (PMML 4.4.1, formatNumber, formatDatetime).

use super::{Problem, dates::Moment};
use crate::Value;

/// Widest field and highest precision.
const MAX_WIDTH: usize = 1000;

/// A number by a pattern with one conversion, e.g. `%08.3f`; text around it stands as it is, `%%` is a per cent sign.
pub(super) fn number(number: f64, pattern: &str) -> Result<String, Problem> {
    let mut out = String::new();
    let mut rest = pattern;
    let mut done = false;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        if done {
            return Err(format!("the pattern \"{pattern}\" has a second conversion for one number"));
        }
        done = true;
        let (conversion, after) = Conversion::parse(after)
            .ok_or_else(|| format!("the pattern \"{pattern}\" has a conversion other than d, i, f, e, E, g, G, s"))?;
        out.push_str(&conversion.convert(number)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    blank: bool,
    zeros: bool,
    grouped: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

impl Conversion {
    fn parse(text: &str) -> Option<(Self, &str)> {
        let mut conversion = Self::default();
        let mut rest = text;
        loop {
            match rest.chars().next()? {
                '-' => conversion.left = true,
                '+' => conversion.plus = true,
                ' ' => conversion.blank = true,
                '0' => conversion.zeros = true,
                ',' | '\'' => conversion.grouped = true,
                _ => break,
            }
            rest = rest.get(1..)?;
        }
        (conversion.width, rest) = count(rest)?;
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = count(after)?;
            conversion.precision = Some(precision);
            rest = after;
        }
        conversion.letter = rest.chars().next().filter(|letter| "diufeEgGs".contains(*letter))?;
        Some((conversion, rest.get(1..)?))
    }

    fn convert(&self, number: f64) -> Result<String, Problem> {
        let size = number.abs();
        let precision = self.precision.unwrap_or(6);
        let digits = match self.letter {
            'd' | 'i' | 'u' if number.fract() == 0.0 => format!("{size:.0}"),
            'd' | 'i' | 'u' => return Err(format!("{number} is not a whole number, as %{} asks", self.letter)),
            'f' => format!("{size:.precision$}"),
            'e' => exponential(size, precision),
            'E' => exponential(size, precision).to_uppercase(),
            'g' => general(size, precision),
            'G' => general(size, precision).to_uppercase(),
            _ => size.to_string(),
        };
        let digits = if self.grouped { group(&digits) } else { digits };
        let sign = match (number < 0.0, self.plus, self.blank) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        let missing = self.width.saturating_sub(sign.len() + digits.chars().count());
        Ok(match (self.left, self.zeros) {
            (true, _) => format!("{sign}{digits}{}", " ".repeat(missing)),
            (false, true) => format!("{sign}{}{digits}", "0".repeat(missing)),
            (false, false) => format!("{}{sign}{digits}", " ".repeat(missing)),
        })
    }
}

/// The digits at the beginning of a text as a number within the limit; none is 0.
fn count(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let count = if digits.is_empty() { 0 } else { digits.parse().ok().filter(|count| *count <= MAX_WIDTH)? };
    Some((count, rest))
}

/// As C writes it: an exponent of at least two digits, with its sign.
fn exponential(size: f64, precision: usize) -> String {
    let text = format!("{size:.precision$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => match exponent.strip_prefix('-') {
            Some(digits) => format!("{mantissa}e-{digits:0>2}"),
            None => format!("{mantissa}e+{exponent:0>2}"),
        },
        None => text,
    }
}

/// So many significant digits, in the shorter of the two notations as C chooses it.
fn general(size: f64, precision: usize) -> String {
    let significant = precision.max(1);
    let rounded = format!("{size:.*e}", significant - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    if size != 0.0 && (exponent < -4 || exponent >= significant as i32) {
        return exponential(size, significant - 1);
    }
    let decimals = usize::try_from(significant as i32 - 1 - if size == 0.0 { 0 } else { exponent }).unwrap_or(0);
    format!("{size:.decimals$}")
}

/// Commas between thousands.
fn group(digits: &str) -> String {
    let whole = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date or time by a pattern of `strftime`, in the C locale.
pub(super) fn moment(moment: &Moment, pattern: &str) -> Result<String, Problem> {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let letter = characters.next().unwrap_or('%');
        out.push_str(&part(moment, letter)?);
    }
    Ok(out)
}

fn part(moment: &Moment, letter: char) -> Result<String, Problem> {
    let time = moment.time();
    let twelve = (time.hour() + 11) % 12 + 1;
    Ok(match letter {
        '%' => "%".into(),
        'H' => format!("{:02}", time.hour()),
        'I' => format!("{twelve:02}"),
        'M' => format!("{:02}", time.minute()),
        'S' => format!("{:02}", time.second()),
        'p' => if time.hour() < 12 { "AM" } else { "PM" }.into(),
        'T' => self::moment(moment, "%H:%M:%S")?,
        'R' => self::moment(moment, "%H:%M")?,
        _ => of_date(moment, letter)?,
    })
}

fn of_date(moment: &Moment, letter: char) -> Result<String, Problem> {
    let date = moment.date()?;
    let month = MONTHS.get(usize::from(u8::from(date.month())) - 1).copied().unwrap_or_default();
    let weekday = date.weekday().to_string();
    let short = |name: &str| name.chars().take(3).collect::<String>();
    Ok(match letter {
        'Y' => date.year().to_string(),
        'y' => format!("{:02}", date.year().rem_euclid(100)),
        'C' => format!("{:02}", date.year().div_euclid(100)),
        'm' => format!("{:02}", u8::from(date.month())),
        'd' => format!("{:02}", date.day()),
        'e' => format!("{:2}", date.day()),
        'j' => format!("{:03}", date.ordinal()),
        'B' => month.into(),
        'b' | 'h' => short(month),
        'A' => weekday,
        'a' => short(&weekday),
        'u' => date.weekday().number_from_monday().to_string(),
        'w' => date.weekday().number_days_from_sunday().to_string(),
        'D' | 'x' => self::moment(moment, "%m/%d/%y")?,
        'F' => self::moment(moment, "%Y-%m-%d")?,
        other => return Err(format!("%{other} is not a conversion of dates and times")),
    })
}

/// The shortest digits that read back, as Java and the engines in it write a double: `1.0`, `9.8765E8`.
pub(super) fn double(number: f64) -> String {
    let size = number.abs();
    // No sign of zero: JPMML gives none.
    let number = if size == 0.0 { 0.0 } else { number };
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

/// A value as a text that is put together with others.
pub(super) fn plain(value: Value<'_>) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text(text) => text.to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::dates, *};

    #[test]
    fn numbers_as_printf_writes_them() {
        let cases = [
            (7.0, "%3d", "  7"),
            (-2.5, "%08.3f", "-002.500"),
            (-2.5, "%e", "-2.500000e+00"),
            (1_234_567.891, "%,.2f", "1,234,567.89"),
            (7.0, "N %d of 100%%", "N 7 of 100%"),
            (5.0, "%-4d|", "5   |"),
            (5.0, "%+d", "+5"),
            (0.00001234, "%g", "1.23400e-05"),
            (100.0, "%g", "100.000"),
        ];
        for (value, pattern, expected) in cases {
            assert_eq!(number(value, pattern).as_deref(), Ok(expected), "{pattern}");
        }
        assert!(number(2.5, "%d").unwrap_err().contains("whole"));
        assert!(number(2.5, "%q").is_err() && number(2.5, "%").is_err() && number(2.5, "%99999999f").is_err());
        assert!(number(2.5, "%f %f").unwrap_err().contains("second"));
    }

    #[test]
    fn doubles_as_java_writes_them() {
        let cases = [
            (1.0, "1.0"),
            (-2.5, "-2.5"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (9_999_999.5, "9999999.5"),
            (1e7, "1.0E7"),
            (987_654_321.0, "9.87654321E8"),
        ];
        for (number, expected) in cases {
            assert_eq!(double(number), expected);
        }
    }

    #[test]
    fn dates_as_strftime_writes_them() {
        let text = |text, pattern| moment(&dates::moment(text).unwrap(), pattern);
        let both = "2016-03-01T13:14:15";
        assert_eq!(text(both, "%m/%d/%y %H:%M:%S").as_deref(), Ok("03/01/16 13:14:15"));
        assert_eq!(text(both, "%A %a %B %b %j %e %I %p %%").as_deref(), Ok("Tuesday Tue March Mar 061  1 01 PM %"));
        assert_eq!(text("2016-03-01", "%F %T").as_deref(), Ok("2016-03-01 00:00:00"));
        assert_eq!(text("13:14", "%H.%M").as_deref(), Ok("13.14"));
        assert!(text("13:14", "%Y").unwrap_err().contains("date"));
        assert!(text(both, "%Q").is_err());
    }
}
