//! The built-in functions of PMML 4.4 that expressions may apply.

mod dates;
mod format;
mod normal;
mod patterns;
mod table;
mod text_index;

use regex::Regex;

pub(crate) use self::patterns::compile as compile_pattern;
use self::table::FUNCTIONS;
use super::expression::Computed;
use crate::Value;

/// Longest text that a function puts together, in bytes.
const MAX_TEXT: usize = 1 << 16;

/// Why a function has no result, in words.
type Problem = String;

type Outcome<'a> = std::result::Result<Computed<'a>, Problem>;

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
    /// Three numbers to a number; missing where one is missing.
    Ternary(fn(f64, f64, f64) -> f64),
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
    /// Texts put together; missing ones are passed over.
    Concat,
    /// A text with whatever matches a pattern replaced.
    Replace,
    /// Whether a pattern matches within a text.
    Matches,
    /// How often a term occurs in a text.
    TextIndex,
    /// A double as text, in the engines' notation.
    DoubleText,
    /// A number as text by a pattern.
    FormatNumber,
    /// A date or time as text by a pattern.
    FormatDatetime,
    /// A date or time to a count.
    OfMoment(fn(&str) -> std::result::Result<f64, Problem>),
    /// A date or time and a year to the count since.
    SinceYear(fn(&str, f64) -> std::result::Result<f64, Problem>),
}

/// In which order arguments are computed, and which of them at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Laziness {
    /// All of them.
    All,
    /// The first, then the one that it chooses.
    Choice,
    /// One after the other, up to the first that is this.
    UpTo(bool),
}

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

    /// Which arguments are computed: a branch that is not taken must not fail.
    pub(crate) fn laziness(self) -> Laziness {
        match self.kind {
            Kind::If => Laziness::Choice,
            Kind::And => Laziness::UpTo(false),
            Kind::Or => Laziness::UpTo(true),
            _ => Laziness::All,
        }
    }

    /// Whether the second argument is a regular expression.
    pub(crate) fn takes_pattern(self) -> bool {
        matches!(self.kind, Kind::Replace | Kind::Matches)
    }

    /// The result; an error says in words why there is none. `pattern` is the second argument's, where it is constant.
    pub(crate) fn apply<'a>(self, mut arguments: Vec<Computed<'a>>, pattern: Option<&Regex>) -> Outcome<'a> {
        match self.kind {
            Kind::IsMissing(expected) => {
                let missing = arguments.iter().all(|argument| argument.as_value().is_missing());
                Ok(Value::Boolean(missing == expected).into())
            }
            // The condition, then the branch that it chose, where there is one.
            Kind::If if arguments.len() < 2 => Ok(Value::Missing.into()),
            Kind::If => Ok(arguments.swap_remove(1)),
            Kind::And => junction(&arguments, false),
            Kind::Or => junction(&arguments, true),
            Kind::Aggregate(of) => {
                let present = arguments.iter().filter(|argument| !argument.as_value().is_missing());
                let numbers = present.map(number).collect::<std::result::Result<Vec<_>, _>>()?;
                if numbers.is_empty() { Ok(Value::Missing.into()) } else { finite(of(numbers)) }
            }
            Kind::IsIn(expected) => {
                let Some((first, rest)) = arguments.split_first() else { return Ok(Value::Missing.into()) };
                let inside = rest.iter().any(|argument| same(argument.as_value(), first.as_value()));
                Ok(Value::Boolean(inside == expected).into())
            }
            Kind::Concat => {
                let mut text = String::new();
                for argument in &arguments {
                    text.push_str(&format::plain(argument.as_value()));
                    limit_text(text.len())?;
                }
                Ok(Computed::Text(text))
            }
            _ if arguments.iter().any(|argument| argument.as_value().is_missing()) => Ok(Value::Missing.into()),
            _ => self.apply_to_present(&arguments, pattern),
        }
    }

    /// As [`Self::apply`], where no argument is missing.
    fn apply_to_present<'a>(self, arguments: &[Computed<'_>], pattern: Option<&Regex>) -> Outcome<'a> {
        let at = |index| nth_number(arguments, index);
        let text_at = |index: usize| text(arguments.get(index));
        match self.kind {
            Kind::Unary(of) => finite(of(at(0)?)),
            Kind::Binary(of) => finite(of(at(0)?, at(1)?)),
            Kind::Ternary(of) => finite(of(at(0)?, at(1)?, at(2)?)),
            Kind::Compare(holds) => match (arguments.first(), arguments.get(1)) {
                (Some(a), Some(b)) => Ok(Value::Boolean(holds(order(a.as_value(), b.as_value())?)).into()),
                _ => Ok(Value::Missing.into()),
            },
            Kind::Not => Ok(truth(arguments.first())?.map_or(Value::Missing, |truth| Value::Boolean(!truth)).into()),
            Kind::Text(of) => Ok(Computed::Text(of(text_at(0)?))),
            Kind::Length => Ok(Value::Number(text_at(0)?.chars().count() as f64).into()),
            Kind::Substring => {
                let (start, length) = (at(1)?, at(2)?);
                if start < 1.0 || length < 0.0 {
                    return Err(format!("start {start} must be at least 1 and length {length} at least 0"));
                }
                let text = text_at(0)?;
                Ok(Computed::Text(text.chars().skip(start as usize - 1).take(length as usize).collect()))
            }
            Kind::Replace => with_pattern(text_at(1)?, pattern, |pattern| {
                Ok(Computed::Text(patterns::replace(text_at(0)?, pattern, text_at(2)?)?))
            }),
            Kind::Matches => {
                with_pattern(text_at(1)?, pattern, |pattern| Ok(Value::Boolean(pattern.is_match(text_at(0)?)).into()))
            }
            Kind::TextIndex => {
                let counting = text_index::Counting {
                    weights: text_at(2)?,
                    case_sensitive: text_at(3)? == "true",
                    distance: at(4)? as usize,
                    best_hits: text_at(5)? == "bestHits",
                    separator: text_at(6)?,
                };
                finite(counting.weight(text_at(0)?, text_at(1)?)?)
            }
            Kind::DoubleText => Ok(Computed::Text(format::double(at(0)?))),
            Kind::FormatNumber => Ok(Computed::Text(format::number(at(0)?, text_at(1)?)?)),
            Kind::FormatDatetime => Ok(Computed::Text(format::moment(&dates::moment(text_at(0)?)?, text_at(1)?)?)),
            Kind::OfMoment(of) => finite(of(text_at(0)?)?),
            Kind::SinceYear(of) => finite(of(text_at(0)?, at(1)?)?),
            // Those that have a use for missing values are applied before.
            Kind::IsMissing(_)
            | Kind::If
            | Kind::And
            | Kind::Or
            | Kind::Aggregate(_)
            | Kind::IsIn(_)
            | Kind::Concat => Ok(Value::Missing.into()),
        }
    }
}

/// With the pattern that was made ready beforehand, or one made of the text.
fn with_pattern<'a>(text: &str, ready: Option<&Regex>, apply: impl FnOnce(&Regex) -> Outcome<'a>) -> Outcome<'a> {
    match ready {
        Some(pattern) => apply(pattern),
        None => apply(&patterns::compile(text)?),
    }
}

/// Refuses a text that grew too long: each derived field can double what the one before it made.
fn limit_text(length: usize) -> std::result::Result<(), Problem> {
    if length <= MAX_TEXT { Ok(()) } else { Err(format!("the text is longer than {MAX_TEXT} bytes")) }
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

/// Whether two values are one: a text that reads as a number is that number, as where one is compared with the other.
fn same(a: Value<'_>, b: Value<'_>) -> bool {
    !a.is_missing() && order(a, b).is_ok_and(std::cmp::Ordering::is_eq)
}

fn order(a: Value<'_>, b: Value<'_>) -> std::result::Result<std::cmp::Ordering, Problem> {
    let read = |text: &str| text.trim().parse::<f64>().ok();
    let order = match (a, b) {
        (Value::Number(a), Value::Text(b)) => read(b).and_then(|b| a.partial_cmp(&b)),
        (Value::Text(a), Value::Number(b)) => read(a).and_then(|a| a.partial_cmp(&b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(&b)),
        _ => None,
    };
    order.ok_or_else(|| format!("{a} cannot be compared with {b}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(name: &str, arguments: &[Value<'static>]) -> Outcome<'static> {
        let function = Function::named(name, arguments.len())?;
        function.apply(arguments.iter().map(|value| Computed::Borrowed(*value)).collect(), None)
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
        assert_eq!(apply("concat", &[Value::Text("a"), Value::Missing]), Ok(Computed::Text("a".into())));
        assert_eq!(apply("isIn", &[Value::Missing, Value::Number(1.0)]), Ok(Value::Boolean(false).into()));
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
    fn texts_do_not_grow_without_end() {
        let long = Value::Text(Box::leak("x".repeat(40_000).into_boxed_str()));
        for (name, arguments) in [
            ("concat", vec![long, long]),
            ("replace", vec![long, Value::Text("x"), Value::Text("yy")]),
            ("replace", vec![long, Value::Text("x*"), Value::Text("$0$0")]),
        ] {
            let problem = apply(name, &arguments).unwrap_err();
            assert!(problem.contains("longer than 65536 bytes"), "{name}: {problem}");
        }
        assert!(apply("replace", &[long, Value::Text("x+"), Value::Text("$0")]).is_ok());
    }

    #[test]
    fn unknown_names_and_wrong_counts_are_refused() {
        assert!(Function::named("launchMissiles", 1).unwrap_err().contains("launchMissiles"));
        assert!(Function::named("sqrt", 2).unwrap_err().contains("2 arguments"));
    }
}
