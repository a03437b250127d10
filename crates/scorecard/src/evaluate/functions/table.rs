//! Which functions there are, and how many arguments each takes.
//!
//! Transcendental functions are `libm`'s, not the platform's: the same inputs give the same bytes on every machine.

use super::{Kind, dates, normal};

/// Name, fewest arguments, most arguments, kind.
pub(super) const FUNCTIONS: &[(&str, usize, usize, Kind)] = &[
    ("+", 1, 2, Kind::Aggregate(|_| f64::NAN)), // replaced by arity in `named`
    ("-", 1, 2, Kind::Aggregate(|_| f64::NAN)),
    ("*", 2, 2, Kind::Binary(|a, b| a * b)),
    ("/", 2, 2, Kind::Binary(|a, b| if b == 0.0 { f64::NAN } else { a / b })),
    ("min", 1, usize::MAX, Kind::Aggregate(|n| n.into_iter().fold(f64::INFINITY, f64::min))),
    ("max", 1, usize::MAX, Kind::Aggregate(|n| n.into_iter().fold(f64::NEG_INFINITY, f64::max))),
    ("sum", 1, usize::MAX, Kind::Aggregate(|n| n.into_iter().sum())),
    ("avg", 1, usize::MAX, Kind::Aggregate(|n| n.iter().sum::<f64>() / n.len() as f64)),
    ("median", 1, usize::MAX, Kind::Aggregate(median)),
    ("product", 1, usize::MAX, Kind::Aggregate(|n| n.into_iter().product())),
    ("log10", 1, 1, Kind::Unary(|x| if x > 0.0 { libm::log10(x) } else { f64::NAN })),
    ("ln", 1, 1, Kind::Unary(|x| if x > 0.0 { libm::log(x) } else { f64::NAN })),
    ("ln1p", 1, 1, Kind::Unary(|x| if x > -1.0 { libm::log1p(x) } else { f64::NAN })),
    ("exp", 1, 1, Kind::Unary(libm::exp)),
    ("expm1", 1, 1, Kind::Unary(libm::expm1)),
    ("sqrt", 1, 1, Kind::Unary(f64::sqrt)),
    ("abs", 1, 1, Kind::Unary(f64::abs)),
    ("floor", 1, 1, Kind::Unary(f64::floor)),
    ("ceil", 1, 1, Kind::Unary(f64::ceil)),
    // As the standard's reference engine rounds: halves up.
    ("round", 1, 1, Kind::Unary(|x| (x + 0.5).floor())),
    ("rint", 1, 1, Kind::Unary(f64::round_ties_even)),
    ("sin", 1, 1, Kind::Unary(libm::sin)),
    ("cos", 1, 1, Kind::Unary(libm::cos)),
    ("tan", 1, 1, Kind::Unary(libm::tan)),
    ("asin", 1, 1, Kind::Unary(libm::asin)),
    ("acos", 1, 1, Kind::Unary(libm::acos)),
    ("atan", 1, 1, Kind::Unary(libm::atan)),
    ("atan2", 2, 2, Kind::Binary(libm::atan2)),
    ("sinh", 1, 1, Kind::Unary(libm::sinh)),
    ("cosh", 1, 1, Kind::Unary(libm::cosh)),
    ("tanh", 1, 1, Kind::Unary(libm::tanh)),
    ("hypot", 2, 2, Kind::Binary(libm::hypot)),
    ("pow", 2, 2, Kind::Binary(libm::pow)),
    // The sign is the divisor's.
    ("modulo", 2, 2, Kind::Binary(|a, b| if b == 0.0 { f64::NAN } else { a - b * (a / b).floor() })),
    ("threshold", 2, 2, Kind::Binary(|a, b| f64::from(u8::from(a > b)))),
    ("equal", 2, 2, Kind::Compare(std::cmp::Ordering::is_eq)),
    ("notEqual", 2, 2, Kind::Compare(std::cmp::Ordering::is_ne)),
    ("lessThan", 2, 2, Kind::Compare(std::cmp::Ordering::is_lt)),
    ("lessOrEqual", 2, 2, Kind::Compare(std::cmp::Ordering::is_le)),
    ("greaterThan", 2, 2, Kind::Compare(std::cmp::Ordering::is_gt)),
    ("greaterOrEqual", 2, 2, Kind::Compare(std::cmp::Ordering::is_ge)),
    ("isMissing", 1, 1, Kind::IsMissing(true)),
    ("isNotMissing", 1, 1, Kind::IsMissing(false)),
    // A value that reaches an expression has passed its field's checks: valid is whatever is there.
    ("isValid", 1, 1, Kind::IsMissing(false)),
    ("isNotValid", 1, 1, Kind::IsMissing(true)),
    ("isIn", 2, usize::MAX, Kind::IsIn(true)),
    ("isNotIn", 2, usize::MAX, Kind::IsIn(false)),
    ("and", 2, usize::MAX, Kind::And),
    ("or", 2, usize::MAX, Kind::Or),
    ("not", 1, 1, Kind::Not),
    ("if", 2, 3, Kind::If),
    ("uppercase", 1, 1, Kind::Text(str::to_uppercase)),
    ("lowercase", 1, 1, Kind::Text(str::to_lowercase)),
    ("trimBlanks", 1, 1, Kind::Text(|text| text.trim().to_owned())),
    ("stringLength", 1, 1, Kind::Length),
    ("substring", 3, 3, Kind::Substring),
    ("concat", 1, usize::MAX, Kind::Concat),
    ("replace", 3, 3, Kind::Replace),
    ("matches", 2, 2, Kind::Matches),
    // TextIndex as a function: text, term, weights, case, distance, hits, separator. The name is no built-in function's.
    ("x-textIndex", 7, 7, Kind::TextIndex),
    // A double where a text is wanted; no built-in function's name either.
    ("x-doubleText", 1, 1, Kind::DoubleText),
    ("formatNumber", 2, 2, Kind::FormatNumber),
    ("formatDatetime", 2, 2, Kind::FormatDatetime),
    ("dateDaysSinceYear", 2, 2, Kind::SinceYear(dates::days_since_year)),
    ("dateSecondsSinceYear", 2, 2, Kind::SinceYear(dates::seconds_since_year)),
    ("dateSecondsSinceMidnight", 1, 1, Kind::OfMoment(dates::seconds_since_midnight)),
    ("normalCDF", 3, 3, Kind::Ternary(normal::cumulative)),
    ("normalPDF", 3, 3, Kind::Ternary(normal::density)),
    ("normalIDF", 3, 3, Kind::Ternary(normal::quantile)),
    ("stdNormalCDF", 1, 1, Kind::Unary(|x| normal::cumulative(x, 0.0, 1.0))),
    ("stdNormalPDF", 1, 1, Kind::Unary(|x| normal::density(x, 0.0, 1.0))),
    ("stdNormalIDF", 1, 1, Kind::Unary(|p| normal::quantile(p, 0.0, 1.0))),
    ("erf", 1, 1, Kind::Unary(libm::erf)),
];

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match (numbers.get(middle), middle.checked_sub(1).and_then(|below| numbers.get(below))) {
        (Some(above), Some(below)) if numbers.len().is_multiple_of(2) => f64::midpoint(*above, *below),
        (Some(only), _) => *only,
        _ => f64::NAN,
    }
}
