//! From points to the score, the odds and the probability of bad.

use super::{
    names::Names,
    scope::Scope,
    steps::{Column, Steps},
};
use crate::{
    Amount, Result, Scorecard,
    evaluate::Arithmetic,
    model::{Cast, OutputRule, Scaling},
};

/// Log-odds between which no engine's exponential leaves the doubles.
const SAFE_LOG_ODDS: f64 = 700.0;
/// The largest whole number of which every smaller one is a double.
const EXACT: i64 = 1 << 53;
/// Why a sum of points cannot be used as a double.
pub(super) const TOO_MANY_DIGITS: &str =
    "the points have too many digits for their sum to become a double that equals the service's; round them";

/// Columns of the final score.
#[derive(Debug)]
pub(super) struct Score {
    /// The score as it is given.
    pub(super) score: String,
    /// The score as a double.
    pub(super) double: String,
    /// Whether that double equals the service's to the last bit.
    pub(super) double_is_exact: bool,
    /// Good-to-bad odds, where there is a scaling.
    pub(super) odds: Option<String>,
    /// Why the row cannot be scored, if so.
    pub(super) error: String,
}

/// Adds the steps from the `sum` of points to the odds.
pub(super) fn finish(
    scorecard: &Scorecard,
    scope: &Scope,
    names: &mut Names,
    steps: &mut Steps,
    (sum, error): (&str, &str),
    arithmetic: Arithmetic,
) -> Result<Score> {
    let syntax = scope.syntax;
    let range = Range::of(scorecard, arithmetic);
    let double_is_exact = match arithmetic {
        Arithmetic::Double => true,
        Arithmetic::Exact { decimals } => range.is_exact(decimals),
    };
    let as_double = match arithmetic {
        Arithmetic::Double => sum.to_owned(),
        Arithmetic::Exact { decimals } => {
            if (scorecard.output.is_some() || scorecard.scaling.is_some()) && !double_is_exact {
                return Err(scope.refuse("characteristics", TOO_MANY_DIGITS));
            }
            syntax.nearest_double(sum, decimals)
        }
    };
    let (score, double) = match (&scorecard.output, arithmetic) {
        (None, Arithmetic::Exact { decimals }) => (syntax.of_units(sum, decimals), as_double),
        (None, Arithmetic::Double) => (sum.to_owned(), as_double),
        (Some(rule), _) => {
            let score = output(rule, scope, names, steps, &as_double);
            (score.clone(), score)
        }
    };
    let (score, double, error) = if range.stays_finite(scorecard.output.as_ref()) {
        (score, double, error.to_owned())
    } else {
        let (score, error) = finite(scope, names, steps, &score, error);
        (score.clone(), score, error)
    };
    let odds = scorecard.scaling.as_ref().map(|scaling| {
        let log_odds = names.claim("", "log_odds", "__score");
        let column = Column::new(&log_odds, self::log_odds(scope, scaling, &double));
        steps.add(names, "log_odds_of_good", "ln(odds of good to bad) at the score", &[column]);
        let odds = names.claim("", "odds", "__score");
        let safe = scorecard.output.is_none() && range.is_within(scaling, SAFE_LOG_ODDS);
        let exponential =
            if safe { format!("EXP({log_odds})") } else { syntax.exponential(&log_odds, syntax.infinity()) };
        steps.add(names, "odds_of_good", "odds of good to bad", &[Column::new(&odds, exponential)]);
        odds
    });
    Ok(Score { score, double, double_is_exact, odds, error })
}

/// A score beyond the doubles is none. The columns of the score and of the error.
fn finite(scope: &Scope, names: &mut Names, steps: &mut Steps, score: &str, error: &str) -> (String, String) {
    let checked = names.claim("", "finite", "__score");
    let value = format!("CASE WHEN {error} IS NULL AND {} THEN {score} END", scope.syntax.is_finite(score));
    steps.add(names, "score_within_range", "the score, where it is a number", &[Column::new(&checked, value)]);
    let found = names.claim("", "score_error", "__found");
    let message = scope.syntax.text("score: the sum of points is beyond the range of numbers");
    let why = format!("CASE WHEN {error} IS NULL AND {checked} IS NULL THEN {message} ELSE {error} END");
    steps.add(names, "checked_scores", "why an application has no score, if so", &[Column::new(&found, why)]);
    (checked, found)
}

fn log_odds(scope: &Scope, scaling: &Scaling, score: &str) -> String {
    let syntax = scope.syntax;
    let above = syntax.subtract(score, &syntax.double(scaling.points));
    let times = syntax.multiply(&format!("({above})"), &syntax.double(std::f64::consts::LN_2));
    let share = syntax.divide(&times, &syntax.double(scaling.pdo));
    syntax.add(&syntax.double(libm::log(scaling.odds)), &share)
}

/// Limits, factor and constant, cast: a step each, so that nothing is computed twice.
fn output(rule: &OutputRule, scope: &Scope, names: &mut Names, steps: &mut Steps, sum: &str) -> String {
    let syntax = scope.syntax;
    let mut value = sum.to_owned();
    let step =
        |steps: &mut Steps, names: &mut Names, value: &mut String, name: &str, note: &str, expression: String| {
            let column = names.claim("", name, "__score");
            steps.add(names, &format!("{name}_score"), note, &[Column::new(&column, expression)]);
            *value = column;
        };
    if rule.minimum.is_some() || rule.maximum.is_some() {
        let below = rule.minimum.map(|m| format!(" WHEN {value} < {} THEN {}", syntax.compared(m), syntax.double(m)));
        let above = rule.maximum.map(|m| format!(" WHEN {value} > {} THEN {}", syntax.compared(m), syntax.double(m)));
        let whens: String = below.into_iter().chain(above).collect();
        let expression = format!("CASE{whens} ELSE {value} END");
        step(steps, names, &mut value, "limited", "the sum within its limits", expression);
    }
    let product = syntax.multiply(&value, &syntax.double(rule.factor));
    let expression = syntax.add(&product, &syntax.double(rule.constant));
    step(steps, names, &mut value, "rescaled", "times the factor, plus the constant", expression);
    let whole = match rule.cast {
        None => return value,
        Some(Cast::Floor) => syntax.floor(&value),
        Some(Cast::Ceiling) => syntax.ceiling(&value),
        Some(Cast::Round) => {
            let size = names.claim("", "size", "__score");
            let floor = names.claim("", "floor", "__score");
            let columns = [
                Column::new(&size, format!("ABS({value})")),
                Column::new(&floor, syntax.floor(&format!("ABS({value})"))),
            ];
            steps.add(names, "size_of_score", "its size, and that cut to a whole number", &columns);
            // Halves away from zero, on both sides alike.
            let up = format!(
                "(CASE WHEN {size} - {floor} >= {} THEN {floor} + {} ELSE {floor} END)",
                syntax.double(0.5),
                syntax.double(1.0)
            );
            format!("CASE WHEN {value} < 0 THEN -{up} ELSE {up} END")
        }
    };
    step(steps, names, &mut value, "whole", "as a whole number", whole);
    value
}

/// Between which sums the scorecard's points can add up, where they are constants.
struct Range {
    ends: Option<(i64, i64)>,
}

impl Range {
    fn of(scorecard: &Scorecard, arithmetic: Arithmetic) -> Self {
        let units = |points| match arithmetic.amount(points) {
            Amount::Exact { units, .. } => Some(units),
            Amount::Double(_) => None,
        };
        let initial = units(scorecard.initial_score);
        let ends =
            scorecard.characteristics.iter().try_fold(initial.map(|initial| (initial, initial)), |ends, next| {
                let points = next.attributes.iter().map(|attribute| units(attribute.points));
                let points: Vec<i64> = points.collect::<Option<_>>()?;
                let (low, high) = ends?;
                Some(Some((low.checked_add(*points.iter().min()?)?, high.checked_add(*points.iter().max()?)?)))
            });
        Self { ends: ends.flatten() }
    }

    /// Whether each sum becomes a double by one correctly rounded division.
    fn is_exact(&self, decimals: u8) -> bool {
        decimals <= 22 && self.ends.is_some_and(|(low, high)| low >= -EXACT && high <= EXACT)
    }

    /// Whether no sum, rescaled, leaves the doubles.
    fn stays_finite(&self, rule: Option<&OutputRule>) -> bool {
        // A sum of units is far below the square root of the largest double, and so must factor and constant be.
        let small = |number: f64| number.abs() < 1e150;
        self.ends.is_some() && rule.is_none_or(|rule| small(rule.factor) && small(rule.constant))
    }

    fn is_within(&self, scaling: &Scaling, limit: f64) -> bool {
        // The doubles here are near enough: the limit has room to spare.
        self.ends.is_some_and(|(low, high)| [low, high].iter().all(|end| scaling.log_odds(*end as f64).abs() < limit))
    }
}
