//! The built-in functions of PMML 4.4 that expressions may apply.

use super::expression::Computed;
use crate::Value;

type Outcome<'a> = std::result::Result<Computed<'a>, String>;

/// A built-in function, looked up by its PMML name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Function {
    name: &'static str,
    kind: Kind,
}

/// How a function treats its arguments.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Numbers to a number; missing where one is missing.
    Unary(fn(f64) -> f64),
    /// Two numbers to a number; missing where one is missing.
    Binary(fn(f64, f64) -> f64),
    /// Any count of numbers; missing ones are passed over (PMML 4.4.1: min, max, sum, avg, median, product).
    Aggregate(fn(Vec<f64>) -> f64),
    /// Two values to a truth value.
    Compare(fn(std::cmp::Ordering) -> bool),
    /// Whether the argument is missing, or is not.
    IsMissing(bool),
    /// Whether the first argument is among the rest, or is not.
    IsIn(bool),
    And,
    Or,
    Not,
    /// `if(condition, then[, else])`
    If,
    /// A text to a text.
    Text(fn(&str) -> String),
    Length,
    Substring,
    Concat,
}

/// Name, fewest arguments, most arguments, kind.
const FUNCTIONS: &[(&str, usize, usize, Kind)] = &[
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
    ("log10", 1, 1, Kind::Unary(|x| if x > 0.0 { x.log10() } else { f64::NAN })),
    ("ln", 1, 1, Kind::Unary(|x| if x > 0.0 { x.ln() } else { f64::NAN })),
    ("ln1p", 1, 1, Kind::Unary(|x| if x > -1.0 { x.ln_1p() } else { f64::NAN })),
    ("exp", 1, 1, Kind::Unary(f64::exp)),
    ("expm1", 1, 1, Kind::Unary(f64::exp_m1)),
    ("sqrt", 1, 1, Kind::Unary(f64::sqrt)),
    ("abs", 1, 1, Kind::Unary(f64::abs)),
    ("floor", 1, 1, Kind::Unary(f64::floor)),
    ("ceil", 1, 1, Kind::Unary(f64::ceil)),
    // As the standard's reference engine rounds: halves up.
    ("round", 1, 1, Kind::Unary(|x| (x + 0.5).floor())),
    ("rint", 1, 1, Kind::Unary(f64::round_ties_even)),
    ("sin", 1, 1, Kind::Unary(f64::sin)),
    ("cos", 1, 1, Kind::Unary(f64::cos)),
    ("tan", 1, 1, Kind::Unary(f64::tan)),
    ("asin", 1, 1, Kind::Unary(f64::asin)),
    ("acos", 1, 1, Kind::Unary(f64::acos)),
    ("atan", 1, 1, Kind::Unary(f64::atan)),
    ("atan2", 2, 2, Kind::Binary(f64::atan2)),
    ("sinh", 1, 1, Kind::Unary(f64::sinh)),
    ("cosh", 1, 1, Kind::Unary(f64::cosh)),
    ("tanh", 1, 1, Kind::Unary(f64::tanh)),
    ("hypot", 2, 2, Kind::Binary(f64::hypot)),
    ("pow", 2, 2, Kind::Binary(f64::powf)),
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
    ("concat", 2, usize::MAX, Kind::Concat),
];

/// Whether there is a function of this PMML name that takes so many arguments; an error says why not.
pub(crate) fn function_takes(name: &str, arguments: usize) -> std::result::Result<(), String> {
    Function::named(name, arguments).map(drop)
}

impl Function {
    /// The function of this PMML name for this many arguments.
    pub(crate) fn named(name: &str, arguments: usize) -> std::result::Result<Self, String> {
        let Some((name, fewest, most, kind)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            return Err(format!(
                "unknown function `{name}`; the built-in functions of PMML 4.4 for numbers, texts and truth values are known"
            ));
        };
        if arguments < *fewest || arguments > *most {
            return Err(format!(
                "`{name}` does not take {arguments} argument{}",
                if arguments == 1 { "" } else { "s" }
            ));
        }
        let kind = match (*name, arguments) {
            ("+", 1) => Kind::Unary(|x| x),
            ("+", _) => Kind::Binary(|a, b| a + b),
            ("-", 1) => Kind::Unary(|x| -x),
            ("-", _) => Kind::Binary(|a, b| a - b),
            _ => *kind,
        };
        Ok(Self { name, kind })
    }

    pub(crate) fn name(self) -> &'static str {
        self.name
    }

    /// Whether a missing argument has a meaning of its own.
    pub(crate) fn takes_missing(self) -> bool {
        matches!(self.kind, Kind::IsMissing(_) | Kind::If | Kind::Aggregate(_) | Kind::And | Kind::Or)
    }

    /// The result; an error says in words why there is none.
    pub(crate) fn apply(self, arguments: Vec<Computed<'_>>) -> Outcome<'_> {
        let mut arguments = arguments;
        match self.kind {
            Kind::IsMissing(expected) => {
                let missing = arguments.iter().all(|argument| argument.as_value().is_missing());
                Ok(Value::Boolean(missing == expected).into())
            }
            Kind::If => {
                let Some(condition) = truth(arguments.first())? else { return Ok(Value::Missing.into()) };
                let chosen = if condition { 1 } else { 2 };
                Ok(if chosen < arguments.len() { arguments.swap_remove(chosen) } else { Value::Missing.into() })
            }
            Kind::And => junction(&arguments, false),
            Kind::Or => junction(&arguments, true),
            Kind::Aggregate(of) => {
                let present = arguments.iter().filter(|argument| !argument.as_value().is_missing());
                let numbers = present.map(number).collect::<std::result::Result<Vec<_>, _>>()?;
                if numbers.is_empty() { Ok(Value::Missing.into()) } else { finite(of(numbers)) }
            }
            _ if arguments.iter().any(|argument| argument.as_value().is_missing()) => Ok(Value::Missing.into()),
            Kind::Unary(of) => finite(of(nth_number(&arguments, 0)?)),
            Kind::Binary(of) => finite(of(nth_number(&arguments, 0)?, nth_number(&arguments, 1)?)),
            Kind::Compare(holds) => match (arguments.first(), arguments.get(1)) {
                (Some(a), Some(b)) => Ok(Value::Boolean(holds(order(a.as_value(), b.as_value())?)).into()),
                _ => Ok(Value::Missing.into()),
            },
            Kind::IsIn(expected) => {
                let Some((first, rest)) = arguments.split_first() else { return Ok(Value::Missing.into()) };
                let inside = rest.iter().any(|argument| argument.as_value() == first.as_value());
                Ok(Value::Boolean(inside == expected).into())
            }
            Kind::Not => Ok(truth(arguments.first())?.map_or(Value::Missing, |truth| Value::Boolean(!truth)).into()),
            Kind::Text(of) => Ok(Computed::Text(of(text(arguments.first())?))),
            Kind::Length => Ok(Value::Number(text(arguments.first())?.chars().count() as f64).into()),
            Kind::Substring => {
                let (start, length) = (nth_number(&arguments, 1)?, nth_number(&arguments, 2)?);
                if start < 1.0 || length < 0.0 {
                    return Err(format!("start {start} must be at least 1 and length {length} at least 0"));
                }
                let text = text(arguments.first())?;
                Ok(Computed::Text(text.chars().skip(start as usize - 1).take(length as usize).collect()))
            }
            Kind::Concat => Ok(Computed::Text(arguments.iter().map(plain).collect())),
        }
    }
}

fn finite<'a>(result: f64) -> Outcome<'a> {
    if result.is_finite() { Ok(Value::Number(result).into()) } else { Err("the result is not a finite number".into()) }
}

fn number(argument: &Computed<'_>) -> std::result::Result<f64, String> {
    match argument.as_value() {
        Value::Number(n) => Ok(n),
        Value::Boolean(truth) => Ok(f64::from(u8::from(truth))),
        other => Err(format!("{other} where a number is expected")),
    }
}

fn nth_number(arguments: &[Computed<'_>], index: usize) -> std::result::Result<f64, String> {
    arguments.get(index).map_or_else(|| Err("an argument is lacking".into()), number)
}

fn text<'a>(argument: Option<&'a Computed<'_>>) -> std::result::Result<&'a str, String> {
    match argument.map(Computed::as_value) {
        Some(Value::Text(text)) => Ok(text),
        other => Err(format!("{} where a text is expected", other.unwrap_or(Value::Missing))),
    }
}

fn truth(argument: Option<&Computed<'_>>) -> std::result::Result<Option<bool>, String> {
    match argument.map_or(Value::Missing, Computed::as_value) {
        Value::Missing => Ok(None),
        Value::Boolean(truth) => Ok(Some(truth)),
        other => Err(format!("{other} where a truth value is expected")),
    }
}

/// Three-valued `or` (decided by a true) or `and` (decided by a false).
fn junction<'a>(arguments: &[Computed<'_>], deciding: bool) -> Outcome<'a> {
    let mut unknown = false;
    for argument in arguments {
        match truth(Some(argument))? {
            Some(truth) if truth == deciding => return Ok(Value::Boolean(deciding).into()),
            Some(_) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { Value::Missing } else { Value::Boolean(!deciding) }.into())
}

fn order(a: Value<'_>, b: Value<'_>) -> std::result::Result<std::cmp::Ordering, String> {
    let order = match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(&b)),
        _ => None,
    };
    order.ok_or_else(|| format!("{a} cannot be compared with {b}"))
}

/// A value as a text that is put together with others.
fn plain(argument: &Computed<'_>) -> String {
    match argument.as_value() {
        Value::Text(text) => text.to_owned(),
        other => other.to_string(),
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match (numbers.get(middle), middle.checked_sub(1).and_then(|below| numbers.get(below))) {
        (Some(above), Some(below)) if numbers.len().is_multiple_of(2) => f64::midpoint(*above, *below),
        (Some(only), _) => *only,
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(name: &str, arguments: &[Value<'static>]) -> Outcome<'static> {
        let function = Function::named(name, arguments.len())?;
        function.apply(arguments.iter().map(|value| Computed::Borrowed(*value)).collect())
    }

    fn number_of(name: &str, numbers: &[f64]) -> Option<f64> {
        let values: Vec<_> = numbers.iter().map(|n| Value::Number(*n)).collect();
        match apply(name, &values) {
            Ok(Computed::Borrowed(Value::Number(n))) => Some(n),
            _ => None,
        }
    }

    #[test]
    fn arithmetic() {
        assert_eq!(number_of("+", &[2.0, 3.0]), Some(5.0));
        assert_eq!(number_of("-", &[2.0]), Some(-2.0));
        assert_eq!(number_of("/", &[1.0, 0.0]), None);
        assert_eq!(number_of("modulo", &[-5.0, 3.0]), Some(1.0));
        assert_eq!(number_of("median", &[3.0, 1.0, 2.0, 4.0]), Some(2.5));
        assert_eq!(number_of("round", &[-2.5]), Some(-2.0));
        assert_eq!(number_of("rint", &[2.5]), Some(2.0));
    }

    #[test]
    fn missing_arguments() {
        assert_eq!(apply("*", &[Value::Missing, Value::Number(1.0)]), Ok(Value::Missing.into()));
        assert_eq!(apply("sum", &[Value::Missing, Value::Number(1.0)]), Ok(Value::Number(1.0).into()));
        assert_eq!(apply("or", &[Value::Missing, Value::Boolean(true)]), Ok(Value::Boolean(true).into()));
        assert_eq!(apply("and", &[Value::Missing, Value::Boolean(true)]), Ok(Value::Missing.into()));
        assert_eq!(apply("isMissing", &[Value::Missing]), Ok(Value::Boolean(true).into()));
        assert_eq!(apply("if", &[Value::Missing, Value::Number(1.0)]), Ok(Value::Missing.into()));
    }

    #[test]
    fn texts() {
        assert_eq!(
            apply("substring", &[Value::Text("scorecard"), Value::Number(6.0), Value::Number(4.0)]),
            Ok(Computed::Text("card".into()))
        );
        assert_eq!(apply("concat", &[Value::Text("a"), Value::Number(1.0)]), Ok(Computed::Text("a1".into())));
    }

    #[test]
    fn unknown_names_and_wrong_counts_are_refused() {
        assert!(Function::named("launchMissiles", 1).unwrap_err().contains("launchMissiles"));
        assert!(Function::named("sqrt", 2).unwrap_err().contains("2 arguments"));
    }
}
