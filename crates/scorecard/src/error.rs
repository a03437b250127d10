//! The one error type of this crate. Each message says what was wrong, where, and what to do.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One thing wrong with one field of an application.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to the field within the application, e.g. `/duration`; empty: the application as a whole.
    pub pointer: String,
    /// What is wrong and what would be accepted.
    pub problem: String,
}

/// Everything that can go wrong with a model, a policy, an application or a translation between formats.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not JSON, or not JSON of the expected shape.
    #[error("not a valid {what}: {problem} (line {line}, column {column}, at `{path}`)")]
    Json {
        /// What was being read: `scorecard`, `policy`, `application`.
        what: &'static str,
        /// Path to the value at fault, e.g. `characteristics[2].attributes[0].points`.
        path: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What was found and what was expected.
        problem: String,
    },
    /// The document says it is of a format or version that this build does not read.
    #[error("unsupported format: {0}")]
    Unsupported(String),
    /// The document is larger than the limit.
    #[error("{what} is {actual} long; the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size, in the unit of the limit.
        actual: usize,
        /// The limit.
        limit: usize,
    },
    /// The model's parts contradict one another: overlapping or gapped intervals, unknown fields, cycles.
    #[error("invalid scorecard at `{path}`: {problem}")]
    Model {
        /// Path to the part at fault, e.g. `characteristics[duration].attributes[2]`.
        path: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A PMML document that cannot be read as a scorecard.
    #[error("PMML line {line}, <{element}>: {problem}")]
    Pmml {
        /// Line, counted from 1; 0 where the document as a whole is meant.
        line: usize,
        /// Element at fault.
        element: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The scorecard uses something that the target format cannot say.
    #[error("cannot write `{path}` as {target}: {problem}")]
    Untranslatable {
        /// The format asked for, e.g. `PMML`, `SQL for BigQuery`.
        target: String,
        /// Path to the part that cannot be written.
        path: String,
        /// Why, and what to do.
        problem: String,
    },
    /// A policy whose parts contradict one another, or a rule of it that does not parse or does not type-check.
    #[error("policy{}: {problem}", of_rule(.rule.as_deref()))]
    Policy {
        /// The rule's id; absent where the document as a whole is meant.
        rule: Option<String>,
        /// What is wrong, with line and column of the expression where known.
        problem: String,
    },
    /// A scorecard table of another tool that cannot be read.
    #[error("{tool} table, line {line}: {problem}")]
    Table {
        /// The tool the table was taken to come from.
        tool: &'static str,
        /// Line, counted from 1; 0 where the table as a whole is meant.
        line: usize,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The application does not meet the scorecard's input schema.
    #[error("the application has {} invalid field{}: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, list(.0))]
    Application(Vec<FieldProblem>),
    /// No attribute of a characteristic takes the value: the result is invalid, never a silent zero.
    #[error(
        "characteristic `{characteristic}`: no attribute matches {value}; add an `otherwise` attribute or correct the input"
    )]
    NoAttribute {
        /// Name of the characteristic.
        characteristic: String,
        /// The value that found no attribute, as text.
        value: String,
    },
    /// An expression of the model has no value for this application.
    #[error("`{path}` has no value for this application: {problem}")]
    NoValue {
        /// Path to the expression, e.g. `derived[ratio]`.
        path: String,
        /// Why.
        problem: String,
    },
}

fn of_rule(rule: Option<&str>) -> String {
    rule.map(|rule| format!(" rule `{rule}`")).unwrap_or_default()
}

fn list(problems: &[FieldProblem]) -> String {
    let shown: Vec<String> = problems.iter().take(10).map(|p| format!("{}: {}", p.pointer, p.problem)).collect();
    let more = problems.len().saturating_sub(shown.len());
    if more == 0 { shown.join("; ") } else { format!("{}; and {more} more", shown.join("; ")) }
}

impl Error {
    pub(crate) fn model(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Model { path: path.into(), problem: problem.into() }
    }
}
