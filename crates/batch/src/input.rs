//! Where applications come from, and how their columns are bound to the scorecard.

use std::{fs::File, io::Read};

use scorecard::{Evaluator, Scorecard, cells::CellTexts};

use crate::{
    Error, Format, Keep, Options, Result,
    binding::{Binding, refuse_twice},
    parquet_column::ParquetColumn,
    parquet_rows::ParquetSource,
    product::Product,
    reader::{Source, TextSource},
    worker::Work,
};

/// Where applications come from.
pub enum Input {
    /// CSV or NDJSON, plain or gzip.
    Text {
        /// The stream.
        stream: Box<dyn Read + Send>,
        /// What messages call it.
        name: String,
        /// [`Format::Csv`] or [`Format::Ndjson`].
        format: Format,
    },
    /// Parquet, which needs a file that can be sought in.
    Parquet {
        /// The file.
        file: File,
        /// What messages call it.
        name: String,
    },
}

/// An input that has been opened.
pub(crate) struct Opened {
    pub(crate) source: Box<dyn Source>,
    pub(crate) header: Vec<String>,
    pub(crate) format: Format,
    pub(crate) delimiter: u8,
    pub(crate) binding: Binding,
    /// Columns of Parquet, as in `header`.
    pub(crate) columns: Vec<ParquetColumn>,
    /// Columns of the input that rows cannot hold.
    pub(crate) left_out: Vec<String>,
}

/// Opens an input and binds its columns.
pub(crate) fn open(evaluator: &Evaluator, input: Input, keep: &Keep, options: &Options) -> Result<Opened> {
    let card = evaluator.scorecard();
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    let (source, header, name, format, delimiter): (Box<dyn Source>, Vec<String>, String, Format, u8) = match input {
        Input::Parquet { file, name } => {
            let (source, found) = ParquetSource::open(file, &name)?;
            left_out = found.left_out;
            refuse_nested(card, keep, &left_out, &name)?;
            columns = found.columns;
            (Box::new(source), found.header, name, Format::Parquet, b',')
        }
        Input::Text { stream, name, format: Format::Ndjson } => {
            let source = TextSource::open(stream, &name, Format::Ndjson)?;
            // An object names its members itself; a table made of objects has the scorecard's fields.
            let header = match keep {
                Keep::Named(names) => {
                    (0..names.len()).try_for_each(|place| refuse_twice(names, place))?;
                    names.clone()
                }
                Keep::All => card.fields.iter().map(|field| field.name.clone()).collect(),
            };
            (Box::new(source), header, name, Format::Ndjson, b',')
        }
        Input::Text { stream, name, .. } => {
            let mut source = TextSource::open(stream, &name, Format::Csv)?;
            let (header, delimiter) = source.header(options.delimiter)?;
            (Box::new(source), header, name, Format::Csv, delimiter)
        }
    };
    let binding = match format {
        Format::Ndjson => Binding { fields: Vec::new(), kept: (0..header.len()).collect(), all: *keep == Keep::All },
        _ => Binding::new(card, &header, keep, &name)?,
    };
    Ok(Opened { source, header, format, delimiter, binding, columns, left_out })
}

/// Refuses nested columns that are needed.
fn refuse_nested(card: &Scorecard, keep: &Keep, nested: &[String], name: &str) -> Result<()> {
    const ADVICE: &str = "select its parts into columns of their own";
    if let Some(field) = card.fields.iter().find(|field| nested.contains(&field.name)) {
        let problem = format!("column `{}` is nested, and the scorecard needs it; {ADVICE}", field.name);
        return Err(Error::Input { name: name.to_owned(), line: None, problem });
    }
    let Keep::Named(names) = keep else { return Ok(()) };
    match names.iter().find(|name| nested.contains(name)) {
        None => Ok(()),
        Some(kept) => Err(Error::Setting {
            setting: "--keep".into(),
            problem: format!("column `{kept}` is nested and cannot be carried through; {ADVICE}"),
        }),
    }
}

impl Opened {
    /// What the workers need to make `product` of it.
    pub(crate) fn work<'a, P: Product>(
        self,
        evaluator: &'a Evaluator,
        product: P,
        options: &Options,
    ) -> (Box<dyn Source>, Work<'a, P>) {
        let card = evaluator.scorecard();
        let work = Work {
            evaluator,
            binding: self.binding,
            columns: self.header.len(),
            parquet: self.columns,
            left_out: self.left_out,
            product,
            delimiter: self.delimiter,
            texts: CellTexts::by_field(card, &options.missing_values),
        };
        (self.source, work)
    }
}
