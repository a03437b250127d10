//! What is made of scored records.

use scorecard::{Evaluation, Evaluator, Value};
use serde_json::{Map, Value as Json};

use crate::record::Record;

/// What workers make of the records they scored: one part a chunk.
pub(crate) trait Product: Sync {
    /// What is made of one chunk.
    type Part: Send;

    /// A part without records, for a chunk of so many bytes of text.
    fn begin(&self, bytes: usize) -> Self::Part;

    /// Adds a scored record to a part.
    fn push(&self, part: &mut Self::Part, record: &Record<'_>, outcome: Scored<'_>) -> scorecard::Result<()>;

    /// A member of a JSON object that stands in the way of what is to be added.
    fn in_the_way<'a>(&'a self, object: &Map<String, Json>) -> Option<&'a str>;
}

/// A record that has been scored.
#[derive(Clone, Copy)]
pub(crate) struct Scored<'s> {
    /// The line of the input that it begins at, or its row.
    pub(crate) line: u64,
    pub(crate) evaluator: &'s Evaluator,
    /// One a field.
    pub(crate) values: &'s [Value<'s>],
    pub(crate) evaluation: &'s Evaluation,
}
