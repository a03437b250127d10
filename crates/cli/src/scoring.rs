//! A file of applications scored into another, with a side file for the rows that could not be.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use batch::{Format, Options, Output, Summary};
use scorecard::Evaluator;
use serde::{Deserialize, Serialize};

use crate::{
    data_file::{self, Applications},
    failure::Failure,
    output_file::OutputFile,
    progress::Progress,
    screen::Screen,
};

/// Where scores go, and rows that could not be scored.
pub(crate) struct Destination<'a> {
    /// `-` is standard output.
    pub(crate) path: &'a Path,
    pub(crate) format: Format,
    /// Where absent: beside the scores, or, where those go to standard output, the first on standard error.
    pub(crate) errors: Option<&'a Path>,
    /// Files that are being read.
    pub(crate) inputs: &'a [&'a Path],
}

/// What was done.
pub(crate) struct Done {
    pub(crate) summary: Summary,
    /// The file with the rows that could not be scored, where there are any.
    pub(crate) errors_file: Option<PathBuf>,
    /// The first of those rows, where no file takes them and results are JSON.
    pub(crate) faults: Vec<Fault>,
}

/// A row that could not be scored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Fault {
    /// Line of a text, row of Parquet, counted from 1.
    line: u64,
    field: String,
    problem: String,
}

/// Scores all applications.
pub(crate) fn run(
    evaluator: &Evaluator,
    applications: Applications,
    to: &Destination<'_>,
    options: &Options,
    screen: &Screen,
) -> Result<Done, Failure> {
    let mut stream = OutputFile::create(to.path, to.inputs)?;
    let to_stdout = data_file::is_stdin(to.path);
    let errors_path = match to.errors {
        Some(path) => Some(path.to_owned()),
        None if to_stdout => None,
        None => Some(to.path.with_file_name(format!("{}.errors.csv", data_file::stem(to.path)))),
    };
    let mut errors = match &errors_path {
        Some(path) => Errors::File { path, inputs: to.inputs, file: None, failure: None },
        None if screen.json() => Errors::Kept(Vec::new()),
        None => Errors::Screen { left: SHOWN, screen },
    };
    let progress = Progress::bytes(screen, applications.bytes, "scoring");
    let (name, errors_name) = (name_of(to.path), errors_path.as_deref().map(name_of).unwrap_or_default());
    let output =
        Output { stream: &mut stream, name: &name, format: to.format, errors: &mut errors, errors_name: &errors_name };
    let outcome = batch::score(evaluator, applications.input, output, options, &mut |read| progress.advance(read));
    drop(progress);
    // What was found wrong with rows is told even where scoring then ended for another reason.
    let (has_errors, faults) = errors.finish()?;
    let summary = match outcome {
        Ok(summary) => summary,
        // A reader that has gone away (`| head`) wants no more.
        Err(batch::Error::File { source, .. }) if to_stdout && source.kind() == std::io::ErrorKind::BrokenPipe => {
            return Ok(Done { summary: Summary::default(), errors_file: None, faults });
        }
        Err(error) => return Err(error.into()),
    };
    stream.finish()?;
    if !screen.json() {
        screen.remark_left_out(&summary.left_out);
    }
    Ok(Done { summary, errors_file: errors_path.filter(|_| has_errors), faults })
}

fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "standard output".into() } else { path.display().to_string() }
}

/// Most rows at fault that are told where no file takes them.
const SHOWN: usize = 20;

/// Where rows at fault are told: begun with the first of them.
enum Errors<'a> {
    File { path: &'a Path, inputs: &'a [&'a Path], file: Option<OutputFile>, failure: Option<Failure> },
    Screen { left: usize, screen: &'a Screen },
    Kept(Vec<Fault>),
}

impl Errors<'_> {
    /// Whether there was any, and those that were kept.
    fn finish(self) -> Result<(bool, Vec<Fault>), Failure> {
        match self {
            Self::File { failure: Some(failure), .. } => Err(failure),
            Self::File { file: Some(file), .. } => file.finish().map(|()| (true, Vec::new())),
            Self::File { path, inputs, .. } => {
                // Faults of an earlier run would be taken for this one's.
                if path.is_file() {
                    OutputFile::write_text(path, inputs, "")?;
                }
                Ok((false, Vec::new()))
            }
            Self::Screen { left, .. } => Ok((left < SHOWN, Vec::new())),
            Self::Kept(faults) => Ok((!faults.is_empty(), faults)),
        }
    }
}

impl Write for Errors<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File { file: Some(file), .. } => file.write_all(bytes)?,
            Self::File { path, inputs, file, failure } => match OutputFile::create(path, inputs) {
                Ok(begun) => file.insert(begun).write_all(bytes)?,
                Err(error) => {
                    *failure = Some(error);
                    return Err(std::io::Error::other("cannot be written"));
                }
            },
            Self::Screen { left, screen } => {
                for line in String::from_utf8_lossy(bytes).lines() {
                    if *left > 0 {
                        *left -= 1;
                        screen.complain(line);
                        if *left == 0 {
                            screen.complain("… and more; name a file for all of them with `--errors FILE`");
                        }
                    }
                }
            }
            Self::Kept(faults) => {
                // Whole records come at a time, the header as one of them: it has no line.
                let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
                let left = SHOWN.saturating_sub(faults.len());
                faults.extend(records.deserialize().filter_map(Result::ok).take(left));
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File { file: Some(file), .. } => file.flush(),
            _ => Ok(()),
        }
    }
}
