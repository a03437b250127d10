//! Tables of applicants from files, and how they are read.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use batch::{Format, Input};
use clap::Args;
use scorecard::{Literal, Scorecard};
use training::table::{ReadOptions, Table};

use crate::{failure::Failure, progress::Progress, screen::Screen};

/// How cells are read.
#[derive(Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct CellArguments {
    /// A text that means "missing", beside the empty cell, NA, N/A, NaN, null, None and `.`; may be given several times
    #[arg(long = "missing", value_name = "TEXT", allow_hyphen_values = true)]
    missing: Vec<String>,
    /// What divides the cells of a CSV file: one character, or `tab` [default: found in the header]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
}

impl CellArguments {
    /// All texts that mean "missing".
    pub(crate) fn missing_values(&self) -> Vec<String> {
        let told = self.missing.iter().map(|text| text.trim_ascii().to_owned());
        scorecard::MISSING_TEXTS.iter().map(|text| (*text).to_owned()).chain(told).collect()
    }

    /// Says which of the texts that were told stands nowhere in the table: a slip of the pen changes scores.
    pub(crate) fn remark_unfound(&self, table: &Table, screen: &Screen) {
        for told in &self.missing {
            let number = told.trim_ascii().parse::<f64>().ok();
            let is_told = |code: &Literal| match code {
                Literal::Text(text) => text == told.trim_ascii(),
                Literal::Number(code) => number == Some(*code),
                Literal::Boolean(_) => false,
            };
            if !told.trim_ascii().is_empty() && !table.columns.iter().any(|column| column.missing.iter().any(is_told)) {
                screen.remark(&format!("--missing {told}: no cell of {} is that", table.source));
            }
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("a delimiter is one ASCII character that is no quote, or `tab`".into()),
    }
}

/// What messages call a file.
pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".into() } else { path.display().to_string() }
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Refuses files of which more than one is standard input: it can be read once.
pub(crate) fn refuse_stdin_twice(files: &[(&str, &Path)]) -> Result<(), Failure> {
    let from_stdin: Vec<&str> = files.iter().filter(|(_, path)| is_stdin(path)).map(|(what, _)| *what).collect();
    match from_stdin.as_slice() {
        [first, second, ..] => Err(Failure::usage(format!(
            "{first} and {second} cannot both come from standard input; name a file for one"
        ))),
        _ => Ok(()),
    }
}

/// A file's name without its folder and without the ends that tell its format.
pub(crate) fn stem(path: &Path) -> String {
    if is_stdin(path) {
        return "scorecard".into();
    }
    let mut name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for end in [".gz", ".csv", ".tsv", ".txt", ".parquet", ".pq", ".ndjson", ".jsonl"] {
        if name.len() > end.len() && name.to_lowercase().ends_with(end) {
            name.truncate(name.len() - end.len());
        }
    }
    name
}

/// Most bytes of a stream that are held in memory: what a table may have.
const MAX_BYTES: u64 = 8 << 30;

/// The bytes of a file that can be read once only (standard input, a pipe); `None` for one that can be opened again.
pub(crate) fn bytes_of_stream(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let fault = |error: std::io::Error| Failure::file(path, &error);
    let mut bytes = Vec::new();
    if is_stdin(path) {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(fault)?;
        return Ok(Some(bytes));
    }
    let metadata = std::fs::metadata(path).map_err(fault)?;
    if metadata.is_file() || metadata.is_dir() {
        return Ok(None);
    }
    File::open(path).map_err(fault)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(fault)?;
    Ok(Some(bytes))
}

/// A table, whole.
pub(crate) fn table(
    path: &Path,
    stream: Option<Vec<u8>>,
    options: &ReadOptions,
    screen: &Screen,
) -> Result<Table, training::Error> {
    let _progress = Progress::steps(screen, &format!("reading {}", name(path)));
    match stream {
        Some(bytes) => training::table::read_bytes(bytes, &name(path), options),
        None => training::table::read(path, options),
    }
}

/// The columns that a flag names must be there.
pub(crate) fn check_columns<'a>(
    table: &Table,
    names: impl IntoIterator<Item = &'a String>,
    flag: &str,
) -> Result<(), Failure> {
    let found = |name: &String| table.column(name).map(drop).map_err(|error| Failure::from(error).named(flag));
    names.into_iter().try_for_each(found)
}

/// A table for a scorecard, whole: each field's column as its type. A field that is not required may have no column.
/// Under `set_aside`, rows that cannot be read are counted and left out.
pub(crate) fn table_for(
    card: &Scorecard,
    path: &Path,
    stream: Option<Vec<u8>>,
    cells: &CellArguments,
    set_aside: bool,
) -> Result<Table, Failure> {
    let mut options = ReadOptions {
        missing_values: cells.missing_values(),
        delimiter: cells.delimiter,
        set_aside,
        leave_out: true,
        ..training::scoring::read_options(card)
    };
    loop {
        let table = match &stream {
            Some(bytes) => training::table::read_bytes(bytes.clone(), &name(path), &options),
            None => training::table::read(path, &options),
        };
        let absent = match &table {
            Err(training::Error::Column { column, .. }) => column.clone(),
            _ => return Ok(table?),
        };
        let named = options.numeric.len() + options.categorical.len();
        if card.fields.iter().any(|field| field.name == absent && !field.required) {
            options.numeric.retain(|name| *name != absent);
            options.categorical.retain(|name| *name != absent);
        }
        if options.numeric.len() + options.categorical.len() == named {
            return Ok(table?);
        }
    }
}

/// Applications to be read one after another, and how many bytes there are.
pub(crate) struct Applications {
    pub(crate) input: Input,
    pub(crate) format: Format,
    pub(crate) bytes: Option<u64>,
}

/// Opens applications. The format is as told, else what the first bytes show: Parquet, NDJSON, else CSV.
pub(crate) fn applications(path: &Path, told: Option<Format>) -> Result<Applications, Failure> {
    let fault = |error: std::io::Error| Failure::file(path, &error);
    if is_stdin(path) {
        return stream(Box::new(std::io::stdin()), None, path, told);
    }
    let metadata = std::fs::metadata(path).map_err(fault)?;
    if metadata.is_dir() {
        return Err(Failure::input("is a folder; name a CSV, NDJSON or Parquet file in it").in_file(path));
    }
    let file = File::open(path).map_err(fault)?;
    if !metadata.is_file() {
        return stream(Box::new(file), None, path, told);
    }
    let mut head = [0; 4];
    let is_parquet = (&file).read_exact(&mut head).is_ok() && head == *b"PAR1";
    std::io::Seek::rewind(&mut &file).map_err(fault)?;
    if is_parquet || told == Some(Format::Parquet) {
        let input = Input::Parquet { file, name: name(path) };
        return Ok(Applications { input, format: Format::Parquet, bytes: Some(metadata.len()) });
    }
    stream(Box::new(file), Some(metadata.len()), path, told)
}

/// Applications in a text that is in memory.
pub(crate) fn applications_in(bytes: Vec<u8>, path: &Path) -> Result<Applications, Failure> {
    let length = bytes.len() as u64;
    stream(Box::new(Cursor::new(bytes)), Some(length), path, None)
}

fn stream(
    mut stream: Box<dyn Read + Send>,
    bytes: Option<u64>,
    path: &Path,
    told: Option<Format>,
) -> Result<Applications, Failure> {
    let mut head = Vec::new();
    (&mut stream).take(HEAD).read_to_end(&mut head).map_err(|error| Failure::file(path, &error))?;
    if told == Some(Format::Parquet) || head.starts_with(b"PAR1") {
        return Err(Failure::usage("Parquet needs a file that can be read from its end, not a stream").in_file(path));
    }
    let named = || Format::of_name(&path.to_string_lossy()).filter(|format| *format != Format::Parquet);
    let format = told.or_else(named).unwrap_or_else(|| if is_json(&head) { Format::Ndjson } else { Format::Csv });
    let stream = Box::new(Cursor::new(head).chain(stream));
    Ok(Applications { input: Input::Text { stream, name: name(path), format }, format, bytes })
}

/// How much of a stream is looked at to tell its format.
const HEAD: u64 = 4096;

/// Whether a text, plain or gzip, begins with `{`.
fn is_json(head: &[u8]) -> bool {
    let mut plain = Vec::new();
    if head.starts_with(&[0x1f, 0x8b]) {
        // The stream is cut off after its head: whatever came out before that will do.
        let _ = flate2::read::GzDecoder::new(head).take(HEAD).read_to_end(&mut plain);
    }
    let text = if plain.is_empty() { head } else { &plain };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.trim_ascii_start().starts_with(b"{")
}

/// The file beside another with another end to its name.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    path.with_file_name(format!("{}{end}", stem(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_the_ends_that_tell_their_format() {
        for (path, expected) in [
            ("data/german-credit.csv", "german-credit"),
            ("taiwan-default.csv.gz", "taiwan-default"),
            ("x.parquet", "x"),
            ("v1.2.csv", "v1.2"),
            (".csv", ".csv"),
            ("-", "scorecard"),
        ] {
            assert_eq!(stem(Path::new(path)), expected);
        }
        assert_eq!(beside(Path::new("a/b.csv.gz"), ".dictionary.json"), Path::new("a/b.dictionary.json"));
    }

    #[test]
    fn json_is_told_from_csv_by_its_first_character() {
        assert!(is_json(b"\xef\xbb\xbf \n{\"a\": 1}") && !is_json(b"a,b\n1,2") && !is_json(b""));
    }
}
