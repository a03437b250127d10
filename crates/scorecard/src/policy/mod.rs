//! The lender's policy: rules and cut-offs that turn a score into a decision.
//!
//! A [`Policy`] is a plain JSON document (format `plimsoll-policy`, JSON Schema at [`json_schema`]). Its rules are
//! expressions in the [Common Expression Language](https://cel.dev) (CEL). A [`PolicyEvaluator`] parses and checks them
//! once, against one scorecard, and then decides any number of applications.
//!
//! # What an expression sees
//!
//! | name | type | what it is |
//! |---|---|---|
//! | `age` | by field | a field or derived field of the scorecard whose name is a CEL identifier |
//! | `application.age`, `application["any name"]` | by field | the same, for every name |
//! | `has(application.age)`, `"any name" in application`, `age != null` | bool | whether there is a value |
//! | `score` | double | the score |
//! | `pd`, `odds` | double | probability of bad and good-to-bad odds; only where the scorecard has a scaling |
//! | `points.age`, `points["any name"]` | double | points of the characteristic's matched attribute |
//!
//! `application`, `score`, `pd`, `odds` and `points` hide fields of the same name, which `application.score` still names.
//!
//! # Types
//!
//! Numeric and integer fields are doubles, categorical fields, dates and times are texts (ISO 8601, so that `<` is
//! earlier), boolean fields are truth values. A whole number that is written beside a double counts as a double:
//! `age >= 21`, `amount / 12 > income * 0.4` and `children in [1, 2]` mean what they say. Two computed numbers of unlike
//! type (`size(purpose) * amount`) are refused with the advice to write `double(…)`. Texts compare by Unicode code point.
//!
//! Functions: `size`, `contains`, `startsWith`, `endsWith`, `matches` (RE2 syntax, the pattern a constant), `int`,
//! `double`, `string`; macros: `has`, `all`, `exists`, `exists_one`, `map`, `filter`; list and map literals, `in`, `? :`.
//!
//! # Missing values
//!
//! An expression sees what the scorecard's characteristics see: codes that mean missing are missing, stand-ins stand in.
//! A missing value is **absent**: whatever needs it is neither true nor false but unknown, equality included (`purpose ==
//! "car"` is unknown without a purpose). `false && unknown` is false and `true || unknown` is true, as CEL has it, so
//! that `has(application.age) && age < 21` is never unknown. Division by zero gives an infinity; a computation whose
//! result is no number (0 / 0), or that fails, is unknown too. What an unknown rule means is the policy's `on_unknown`,
//! or the rule's own: `refer` (the default: nothing is approved in silence), `fire` or `ignore`.
//!
//! # The decision
//!
//! The score falls into exactly one band, whose decision is the mildest possible. Rules that fire can only make it
//! stricter: decline beats refer, refer beats approve. All rules are looked at, so that every one that fired is named.
//!
//! # Speed
//!
//! Comparisons of one value with constants are sets of numbers (texts are numbered first), joined by and, or, not. Rules
//! are found through sorted bounds, so that only those that may fire are touched. Whatever cannot be said like that runs
//! in the `cel` crate; [`PolicyEvaluator::interpreted_rules`] names those rules.

mod cel;
mod check;
mod document;
mod evaluator;
mod fast;
mod inputs;
mod mentions;
mod outcome;

pub use check::{MAX_BANDS, MAX_EXPRESSION, MAX_EXPRESSIONS, MAX_RULES};
pub use document::{Band, BandEnd, BandOrder, Decision, Effect, OnUnknown, Policy, PolicyFormatName, Rule, ScoreBands};
pub use evaluator::PolicyEvaluator;
pub(crate) use mentions::{Mention, mentions};
pub use outcome::{DecidedBy, FiredRule, PolicyOutcome};

use crate::Result;

/// The version of the policy format that this build reads and writes.
pub const FORMAT_VERSION: u32 = 1;

const NAME: &str = "plimsoll-policy";

/// Reads a policy from JSON and checks what can be checked without a scorecard.
///
/// # Errors
/// [`crate::Error::TooLarge`], [`crate::Error::Unsupported`] for another format or version, [`crate::Error::Json`] with
/// the path at fault, [`crate::Error::Policy`] where the parts contradict one another.
pub fn from_json(text: &[u8]) -> Result<Policy> {
    let policy: Policy = crate::format::read(text, "policy", NAME, FORMAT_VERSION)?;
    policy.check()?;
    Ok(policy)
}

/// Checks that an expression can be read, as far as that can be told without a scorecard.
///
/// # Errors
/// [`crate::Error::Policy`] with line and column.
pub fn check_expression(expression: &str) -> Result<()> {
    cel::parse(expression).map(drop).map_err(|problem| crate::Error::Policy { rule: None, problem })
}

/// Writes a policy as JSON, indented, ending in a newline: made to be read and compared by people.
#[must_use]
pub fn to_json(policy: &Policy) -> String {
    // Serialising a document of strings, numbers and lists to memory cannot fail.
    let mut text = serde_json::to_string_pretty(policy).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema 2020-12 of the format.
#[must_use]
pub fn json_schema() -> &'static str {
    include_str!("../../schemas/policy.schema.json")
}
