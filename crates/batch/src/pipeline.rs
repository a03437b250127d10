//! Reader, workers and writer, each at work while the others are.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use scorecard::{ApplicationReader, Evaluator};

use crate::{
    Error, Format, Keep, Options, Result,
    binding::{self, Binding},
    chunk::Chunk,
    encode::{Encoded, Kept, Layout},
    faults::FaultFile,
    parquet_rows::ParquetSource,
    parquet_sink::ParquetSink,
    reader::{Source, TextSource, file},
    record::missing_texts,
    worker::{Done, Work},
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

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Rows that were scored.
    pub scored: u64,
    /// Rows that could not be.
    pub errors: u64,
    /// The first of those, in words.
    pub first_error: Option<String>,
}

/// Scores a stream of applications; `progress` is told of bytes of the input that are done.
///
/// Records come out in the order in which they went in. A record that cannot be scored is left out of the output and
/// named in the errors file. Memory does not grow with the input.
///
/// # Errors
/// [`Error`] for an input without the scorecard's columns, a stream that fails, or too many rows at fault.
pub fn score(
    evaluator: &Evaluator,
    input: Input,
    output: Output<'_>,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let (mut source, work) = prepare(evaluator, input, output.format, options)?;
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some.min(256),
    };
    let mut sink = Sink::new(output.stream, output.name, &work)?;
    let mut faults = FaultFile::new(output.errors_name, output.errors);
    let mut summary = Summary::default();
    // Chunks that are anywhere between reader and writer: what bounds memory.
    let room = 4 * threads;
    std::thread::scope(|scope| {
        let (to_workers, from_reader) = sync_channel::<Chunk>(threads);
        let (to_writer, from_workers) = sync_channel::<Result<Done>>(room);
        let (give_room, take_room) = sync_channel::<()>(room);
        let (work, from_reader) = (&work, Arc::new(Mutex::new(from_reader)));
        for _ in 0..threads {
            let (from_reader, to_writer) = (Arc::clone(&from_reader), to_writer.clone());
            scope.spawn(move || worker(work, &from_reader, &to_writer));
        }
        drop(from_reader);
        let failed = to_writer.clone();
        drop(to_writer);
        scope.spawn(move || read(source.as_mut(), &to_workers, &give_room, &failed));
        let outcome = write(&from_workers, &take_room, &mut sink, &mut faults, options, &mut summary, progress);
        // With these gone, whoever still waits to hand something over stops.
        drop((from_workers, take_room));
        outcome
    })?;
    sink.finish()?;
    faults.finish()?;
    Ok(summary)
}

/// Opens the source and settles what the output looks like.
fn prepare<'a>(
    evaluator: &'a Evaluator,
    input: Input,
    format: Format,
    options: &Options,
) -> Result<(Box<dyn Source>, Work<'a>)> {
    let card = evaluator.scorecard();
    let (source, header, name, from, delimiter): (Box<dyn Source>, Vec<String>, String, Format, u8) = match input {
        Input::Parquet { file, name } => {
            let (source, header) = ParquetSource::open(file, &name)?;
            (Box::new(source), header, name, Format::Parquet, b',')
        }
        Input::Text { stream, name, format: Format::Ndjson } => {
            let source = TextSource::open(stream, &name, Format::Ndjson)?;
            // An object names its members itself; a table made of objects has the scorecard's fields.
            let header = match &options.keep {
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
    let binding = match from {
        Format::Ndjson => {
            Binding { fields: Vec::new(), kept: (0..header.len()).collect(), all: options.keep == Keep::All }
        }
        _ => Binding::new(card, &header, &options.keep, &name)?,
    };
    let numbers: HashSet<&str> =
        card.fields.iter().filter(|field| field.field_type.is_numeric()).map(|field| field.name.as_str()).collect();
    let kept: Vec<Kept> = binding
        .kept
        .iter()
        .filter_map(|index| {
            let name = header.get(*index)?.clone();
            Some(Kept { index: *index, numeric: numbers.contains(name.as_str()), name })
        })
        .collect();
    let names: Vec<String> = kept.iter().map(|kept| kept.name.clone()).collect();
    let layout = Layout {
        format,
        added: binding::added(card, &options.prefix, options.points, &names)?,
        kept,
        whole: binding.all && from == format,
        delimiter,
    };
    let work = Work {
        evaluator,
        reader: ApplicationReader::new(card),
        binding,
        columns: header.len(),
        layout,
        delimiter,
        missing: missing_texts(card, &options.missing_values),
    };
    Ok((source, work))
}

/// Hands chunks to the workers, each once there is room for it.
fn read(
    source: &mut dyn Source,
    to_workers: &SyncSender<Chunk>,
    room: &SyncSender<()>,
    failed: &SyncSender<Result<Done>>,
) {
    loop {
        if room.send(()).is_err() {
            return;
        }
        match source.next() {
            Ok(Some(chunk)) => {
                if to_workers.send(chunk).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                // Where the writer has gone, it has an error of its own to tell.
                let _ = failed.send(Err(error));
                return;
            }
        }
    }
}

fn worker(work: &Work<'_>, chunks: &Mutex<Receiver<Chunk>>, to_writer: &SyncSender<Result<Done>>) {
    loop {
        let chunk = match chunks.lock() {
            Ok(chunks) => chunks.recv(),
            Err(_) => return,
        };
        let Ok(chunk) = chunk else { return };
        if to_writer.send(Ok(work.score(&chunk))).is_err() {
            return;
        }
    }
}

/// Puts chunks back into order and writes them.
fn write(
    from_workers: &Receiver<Result<Done>>,
    room: &Receiver<()>,
    sink: &mut Sink<'_>,
    faults: &mut FaultFile<'_>,
    options: &Options,
    summary: &mut Summary,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut early: BTreeMap<u64, Done> = BTreeMap::new();
    let mut next = 0;
    let mut failure = None;
    while let Ok(done) = from_workers.recv() {
        match done {
            Ok(done) => drop(early.insert(done.number, done)),
            // What was read before it is still written.
            Err(error) => failure = Some(error),
        }
        while let Some(done) = early.remove(&next) {
            next += 1;
            let _ = room.try_recv();
            faults.write(&done.faults)?;
            if summary.first_error.is_none() {
                summary.first_error = done.faults.first().map(ToString::to_string);
            }
            summary.errors += done.faults.len() as u64;
            summary.scored += done.scored;
            if let Some(limit) = options.max_errors.filter(|limit| summary.errors > *limit) {
                faults.finish()?;
                let first = summary.first_error.clone().unwrap_or_default();
                return Err(Error::TooManyErrors { errors: summary.errors, limit, first });
            }
            sink.write(done.output, done.scored)?;
            progress(done.read);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// The output stream in its format.
enum Sink<'a> {
    Text(&'a mut (dyn Write + Send), &'a str),
    Parquet(Box<ParquetSink<&'a mut (dyn Write + Send)>>, &'a str),
}

impl<'a> Sink<'a> {
    fn new(stream: &'a mut (dyn Write + Send), name: &'a str, work: &Work<'_>) -> Result<Self> {
        match work.layout.empty(0) {
            Encoded::Columns(template) => {
                Ok(Self::Parquet(Box::new(ParquetSink::new(stream, name, &work.layout, template)?), name))
            }
            Encoded::Text(_) => {
                stream.write_all(&work.layout.opening()).map_err(|source| file(name, source))?;
                Ok(Self::Text(stream, name))
            }
        }
    }

    fn write(&mut self, output: Encoded, rows: u64) -> Result<()> {
        match (self, output) {
            (Self::Text(stream, name), Encoded::Text(text)) => {
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
