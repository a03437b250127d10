//! Scores counted, not written.

use std::io::Write;

use scorecard::{Evaluation, Evaluator};
use serde_json::{Map, Value as Json};

use crate::{
    Keep, Options, Result, Summary,
    faults::FaultFile,
    input::{Input, open},
    pipeline::run,
    product::{Product, Scored},
    record::Record,
};

/// Something that counts scored applications, a part of them at a time.
pub trait Tally: Send {
    /// Counts one application.
    fn add(&mut self, evaluation: &Evaluation);
    /// Takes what another counted of later applications.
    fn merge(&mut self, later: Self);
}

/// Where rows that could not be scored go: CSV of line, field and problem.
pub struct Errors<'a> {
    /// The stream.
    pub stream: &'a mut (dyn Write + Send),
    /// What messages call it.
    pub name: &'a str,
}

/// Scores a stream of applications into `tally`; parts begin as `empty` and are merged in the order of the input, so
/// that sums do not depend on threads. `progress` is told of bytes of the input that are done. Memory does not grow
/// with the input.
///
/// # Errors
/// As [`crate::score`].
pub fn tally<T: Tally>(
    evaluator: &Evaluator,
    input: Input,
    errors: Errors<'_>,
    options: &Options,
    empty: &(dyn Fn() -> T + Sync),
    progress: &mut dyn FnMut(u64),
) -> Result<(T, Summary)> {
    let opened = open(evaluator, input, &Keep::Named(Vec::new()), options)?;
    let (source, work) = opened.work(evaluator, Counting { empty }, options);
    let mut faults = FaultFile::new(errors.name, errors.stream);
    let mut whole = empty();
    let mut take = |part: T, _: u64| {
        whole.merge(part);
        Ok(())
    };
    let summary = run(source, &work, options, &mut faults, &mut take, progress)?;
    Ok((whole, summary))
}

struct Counting<'a, T> {
    empty: &'a (dyn Fn() -> T + Sync),
}

impl<T: Tally> Product for Counting<'_, T> {
    type Part = T;

    fn begin(&self, _: usize) -> T {
        (self.empty)()
    }

    fn push(&self, part: &mut T, _: &Record<'_>, scored: Scored<'_>) -> scorecard::Result<()> {
        part.add(scored.evaluation);
        Ok(())
    }

    fn in_the_way<'a>(&'a self, _: &Map<String, Json>) -> Option<&'a str> {
        None
    }
}
