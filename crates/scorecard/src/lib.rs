//! The credit scorecard: the model, its evaluation, its reasons, and the ways it is written down.
//!
//! **For:** one pure function from (scorecard, policy, application) to (score, reasons, decision), and the
//! model's faces: plain JSON, PMML 4.x, SQL, and the tables of other tools.
//! **May use:** parsers of text (JSON, XML, CEL) and arithmetic.
//! **Must never know:** files, sockets, clocks, threads, randomness, databases, or how a model was fitted.
//! The same inputs give the same bytes on every machine and in every year.

mod application;
mod derivation;
mod error;
mod evaluate;
mod format;
mod input_schema;
pub mod nearest;
mod points;
mod value;

pub mod cells;
pub mod interchange;
pub mod model;
pub mod pmml;
pub mod policy;
pub mod recourse;
pub mod sql;

pub use application::ApplicationReader;
pub use derivation::{Derivation, used_by};
pub use error::{Error, FieldProblem, Result};
pub use evaluate::{Amount, Evaluation, Evaluator, Matched, OutputValue, RankedReason};
pub use format::{FORMAT_VERSION, MAX_BYTES, from_json, json_schema, to_json};
pub use input_schema::input_schema;
pub use model::Scorecard;
pub use points::Points;
pub use value::{Literal, MISSING_TEXTS, Value};
