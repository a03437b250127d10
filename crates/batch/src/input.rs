//! Where applications come from, and how their columns are bound to the scorecard.

use std::{fs::File, io::Read};

use scorecard::{ApplicationReader, Evaluator};

use crate::{
    Format, Keep, Options, Result,
    binding::Binding,
    missing,
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
}

/// Opens an input and binds its columns.
pub(crate) fn open(evaluator: &Evaluator, input: Input, keep: &Keep, options: &Options) -> Result<Opened> {
    let card = evaluator.scorecard();
    let (source, header, name, format, delimiter): (Box<dyn Source>, Vec<String>, String, Format, u8) = match input {
        Input::Parquet { file, name } => {
            let (source, header) = ParquetSource::open(file, &name)?;
            (Box::new(source), header, name, Format::Parquet, b',')
        }
        Input::Text { stream, name, format: Format::Ndjson } => {
            let source = TextSource::open(stream, &name, Format::Ndjson)?;
            // An object names its members itself; a table made of objects has the scorecard's fields.
            let header = match keep {
                Keep::Named(names) => names.clone(),
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
    Ok(Opened { source, header, format, delimiter, binding })
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
            reader: ApplicationReader::new(card),
            binding: self.binding,
            columns: self.header.len(),
            product,
            delimiter: self.delimiter,
            missing: missing::by_field(card, &options.missing_values),
        };
        (self.source, work)
    }
}
