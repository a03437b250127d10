//! One application from a file: a JSON object, or a row of CSV, NDJSON or Parquet, read as `score` reads it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use batch::CellReader;
use scorecard::{Scorecard, Value, model::Field};
use serde_json::{Map, Value as Json};

use crate::{
    data_file::{self, CellArguments},
    failure::Failure,
    screen::Screen,
};

/// An application: its fields as JSON.
pub(crate) type Application = Map<String, Json>;

/// Longest JSON object, in bytes.
const MAX_OBJECT: u64 = 64 << 20;

/// Reads one application. Columns of a table that are no fields of the scorecard are left out.
pub(crate) fn read(
    path: &Path,
    row: Option<usize>,
    card: &Scorecard,
    cells: &CellArguments,
    screen: &Screen,
) -> Result<Application, Failure> {
    let fault = |problem: String| Failure::input(problem).in_file(path);
    let mut text = open(path)?;
    let head = text.fill_buf().map_err(|error| Failure::file(path, &error))?;
    if head.starts_with(b"PAR1") {
        let row = row.ok_or_else(|| fault("is a table; say which row with `--row N`".into()))?;
        return parquet(path, row, card, cells);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let is_json = head.trim_ascii_start().starts_with(b"{");
    match (is_json, row) {
        (true, None) => {
            let mut found = object(text).map_err(fault)?;
            leave_others(&mut found, card, screen);
            known(found, card, cells).map_err(fault)
        }
        (true, Some(row)) => {
            let mut found = ndjson(text, row).map_err(fault)?;
            // Members that are no fields are carried through by `score` and otherwise not looked at.
            found.retain(|name, _| card.fields.iter().any(|field| field.name == *name));
            known(found, card, cells).map_err(fault)
        }
        (false, Some(row)) => csv(text, row, card, cells).map_err(fault),
        (false, None) => Err(fault("is no JSON object; for a row of a CSV file add `--row N`".into())),
    }
}

/// The text of a file, unpacked.
fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    let fault = |error: std::io::Error| Failure::file(path, &error);
    let stream: Box<dyn Read> = if data_file::is_stdin(path) {
        Box::new(std::io::stdin())
    } else {
        if path.is_dir() {
            return Err(Failure::input("is a folder; name a file in it").in_file(path));
        }
        Box::new(File::open(path).map_err(fault)?)
    };
    let mut text = BufReader::with_capacity(1 << 16, stream);
    let packed = text.fill_buf().map_err(fault)?.starts_with(&[0x1f, 0x8b]);
    Ok(if packed { Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(text))) } else { Box::new(text) })
}

fn object(text: impl Read) -> Result<Application, String> {
    let mut bytes = Vec::new();
    text.take(MAX_OBJECT).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    batch::json_object(bytes)
        .map_err(|error| format!("{error}; give one JSON object, or `--row N` for a line of NDJSON"))
}

/// Leaves out members that are no fields, and says so. One that may well be a misspelt field stays, to be refused.
fn leave_others(found: &mut Application, card: &Scorecard, screen: &Screen) {
    let absent: Vec<&str> =
        card.fields.iter().map(|f| f.name.as_str()).filter(|name| !found.contains_key(*name)).collect();
    let is_other = |name: &String| {
        card.fields.iter().all(|field| field.name != *name)
            && scorecard::nearest::nearest(name, absent.iter().copied()).is_none()
    };
    let others: Vec<String> = found.keys().filter(|name| is_other(name)).cloned().collect();
    found.retain(|name, _| !others.contains(name));
    if !others.is_empty() {
        screen.remark(&format!("no fields of the scorecard, and not looked at: {}", others.join(", ")));
    }
}

/// The members that are fields as `score` reads them; others as they are.
fn known(mut found: Application, card: &Scorecard, cells: &CellArguments) -> Result<Application, String> {
    let reader = CellReader::new(card, &cells.missing_values());
    for (index, field) in card.fields.iter().enumerate() {
        if let Some(value) = found.get_mut(&field.name) {
            let read = reader.read_json(value, field, index);
            *value = read.map_err(|problem| format!("field `{}`: {problem}", field.name))?;
        }
    }
    Ok(found)
}

fn ndjson(mut text: impl BufRead, row: usize) -> Result<Application, String> {
    let (mut seen, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let read = (&mut text).take(MAX_OBJECT).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            return Err(no_row(row, seen));
        }
        let object = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
        seen += usize::from(!object.is_empty());
        if seen == row && !object.is_empty() {
            return batch::json_object(object).map_err(|error| format!("row {row}: {error}"));
        }
    }
}

fn csv(mut text: impl BufRead, row: usize, card: &Scorecard, cells: &CellArguments) -> Result<Application, String> {
    let head = text.fill_buf().map_err(|error| error.to_string())?;
    let header = head.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = cells.delimiter.unwrap_or_else(|| batch::sniff(header));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let names: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    let (mut seen, mut record) = (0, csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        seen += 1;
        if seen == row {
            return fields(&names, &record, card, cells);
        }
    }
    Err(no_row(row, seen))
}

fn fields(
    names: &[&str],
    record: &csv::StringRecord,
    card: &Scorecard,
    cells: &CellArguments,
) -> Result<Application, String> {
    let reader = CellReader::new(card, &cells.missing_values());
    let mut application = Application::new();
    for (index, field) in card.fields.iter().enumerate() {
        let cell = names.iter().position(|name| *name == field.name).and_then(|place| record.get(place));
        if let Some(cell) = cell {
            let value =
                reader.read(cell, field, index).map_err(|problem| format!("field `{}`: {problem}", field.name))?;
            application.insert(field.name.clone(), json(value));
        }
    }
    if application.is_empty() && !card.fields.is_empty() {
        return Err(format!("none of the scorecard's fields is a column; its columns are: {}", names.join(", ")));
    }
    Ok(application)
}

fn parquet(path: &Path, row: usize, card: &Scorecard, cells: &CellArguments) -> Result<Application, Failure> {
    let table = data_file::table_for(card, path, None, cells, false)?;
    let Some(index) = row.checked_sub(1).filter(|index| *index < table.rows) else {
        return Err(Failure::input(no_row(row, table.rows)).in_file(path));
    };
    let reader = CellReader::new(card, &cells.missing_values());
    let mut application = Application::new();
    for (place, field) in card.fields.iter().enumerate() {
        let Some(column) = table.columns.iter().find(|column| column.name == field.name) else { continue };
        let text = column.data.text(index).unwrap_or_default();
        let value = reader.read(&text, field, place);
        let value = value.map_err(|problem| Failure::input(format!("field `{}`: {problem}", field.name)).in_file(path));
        application.insert(field.name.clone(), json(value?));
    }
    Ok(application)
}

fn json(value: Value<'_>) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Number(number) => serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number),
        Value::Text(text) => text.into(),
        Value::Boolean(truth) => truth.into(),
    }
}

fn no_row(row: usize, rows: usize) -> String {
    match rows {
        0 => format!("there is no row {row}; it has none"),
        _ => format!("there is no row {row}; its rows are 1 to {rows}"),
    }
}

/// Puts `FIELD=VALUE` into the application.
pub(crate) fn set(
    application: &mut Application,
    change: &str,
    card: &Scorecard,
    cells: &CellArguments,
) -> Result<(), Failure> {
    let (name, value) = change
        .split_once('=')
        .ok_or_else(|| Failure::usage(format!("--set {change}: write it as FIELD=VALUE, e.g. --set age=45")))?;
    let Some((index, field)) = card.fields.iter().enumerate().find(|(_, field): &(usize, &Field)| field.name == name)
    else {
        let near = scorecard::nearest::nearest(name, card.fields.iter().map(|field| field.name.as_str()));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::usage(format!("--set {change}: the scorecard has no field `{name}`{hint}")));
    };
    let reader = CellReader::new(card, &cells.missing_values());
    let value = reader
        .read(value, field, index)
        .map_err(|problem| Failure::usage(format!("--set {change}: field `{name}`: {problem}")))?;
    application.insert(name.to_owned(), json(value));
    Ok(())
}
