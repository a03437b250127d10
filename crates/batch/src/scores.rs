//! Scores written: each record with its score and reasons, in the form of the output.

use std::io::Write;

use scorecard::Evaluator;

use crate::{
    Format, Options, Result, Summary, binding,
    encode::{Encoded, Kept, Layout},
    faults::FaultFile,
    input::{Input, Opened, open},
    parquet_sink::ParquetSink,
    pipeline::run,
    product::Product,
    reader::file,
    worker::Work,
};

/// Where scores go.
pub struct Output<'a> {
    /// The stream; written in large pieces.
    pub stream: &'a mut (dyn Write + Send),
    /// What messages call it.
    pub name: &'a str,
    /// Its format.
    pub format: Format,
    /// Rows that could not be scored: CSV of line, field and problem.
    pub errors: &'a mut (dyn Write + Send),
    /// What messages call that.
    pub errors_name: &'a str,
}

/// Scores a stream of applications; `progress` is told of bytes of the input that are done.
///
/// Records come out in the order in which they went in. A record that cannot be scored is left out of the output and
/// named in the errors file. Memory does not grow with the input.
///
/// # Errors
/// [`crate::Error`] for an input without the scorecard's columns, a stream that fails, or too many rows at fault.
pub fn score(
    evaluator: &Evaluator,
    input: Input,
    output: Output<'_>,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let opened = open(evaluator, input, &options.keep, options)?;
    let layout = layout(evaluator, &opened, output.format, options)?;
    let (source, work) = opened.work(evaluator, layout, options);
    let mut sink = Sink::new(output.stream, output.name, &work)?;
    let mut faults = FaultFile::new(output.errors_name, output.errors);
    let summary = run(source, &work, options, &mut faults, &mut |part, rows| sink.write(part, rows), progress)?;
    sink.finish()?;
    Ok(summary)
}

/// Settles what the output looks like.
fn layout(evaluator: &Evaluator, opened: &Opened, format: Format, options: &Options) -> Result<Layout> {
    let card = evaluator.scorecard();
    let kept: Vec<Kept> = opened
        .binding
        .kept
        .iter()
        .filter_map(|index| {
            let name = opened.header.get(*index)?.clone();
            let field = card.fields.iter().find(|field| field.name == name);
            let stored_as = opened.columns.get(*index).map(|column| column.stored_as.clone());
            let numeric = field.is_some_and(|field| field.field_type.is_numeric());
            Some(Kept { index: *index, numeric, stored_as, name })
        })
        .collect();
    let names: Vec<String> = kept.iter().map(|kept| kept.name.clone()).collect();
    Ok(Layout {
        format,
        added: binding::added(card, options, &names)?,
        kept,
        whole: opened.binding.all && opened.format == format,
        delimiter: opened.delimiter,
        policy: options.policy.clone(),
    })
}

/// The output stream in its format.
enum Sink<'a> {
    Text(&'a mut (dyn Write + Send), &'a str),
    Parquet(Box<ParquetSink<&'a mut (dyn Write + Send)>>, &'a str),
}

impl<'a> Sink<'a> {
    fn new(stream: &'a mut (dyn Write + Send), name: &'a str, work: &Work<'_, Layout>) -> Result<Self> {
        match work.product.begin(0) {
            Encoded::Columns(template) => {
                Ok(Self::Parquet(Box::new(ParquetSink::new(stream, name, &work.product, template)?), name))
            }
            Encoded::Text(..) => {
                stream.write_all(&work.product.opening()).map_err(|source| file(name, source))?;
                Ok(Self::Text(stream, name))
            }
        }
    }

    fn write(&mut self, output: Encoded, rows: u64) -> Result<()> {
        match (self, output) {
            (Self::Text(stream, name), Encoded::Text(text, _)) => {
                stream.write_all(&text).map_err(|source| file(name, source))
            }
            (Self::Parquet(sink, _), Encoded::Columns(columns)) => {
                sink.write(columns, usize::try_from(rows).unwrap_or(usize::MAX))
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Text(stream, name) => stream.flush().map_err(|source| file(name, source)),
            Self::Parquet(sink, name) => sink.finish()?.flush().map_err(|source| file(name, source)),
        }
    }
}
