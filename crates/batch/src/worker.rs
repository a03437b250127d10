//! One chunk scored.

use std::{borrow::Cow, ops::Range};

use scorecard::{ApplicationReader, Evaluation, Evaluator, Value};
use serde_json::{Map, Value as Json};

use crate::{
    binding::Binding,
    chunk::{Chunk, Records},
    csv_record,
    faults::Fault,
    missing::MissingTexts,
    product::{Product, Scored},
    record::{self, Cell, Record, parquet_cell},
    scan,
};

/// What every worker knows.
pub(crate) struct Work<'a, P> {
    pub(crate) evaluator: &'a Evaluator,
    pub(crate) reader: ApplicationReader,
    /// Of the table; of NDJSON it has no columns.
    pub(crate) binding: Binding,
    pub(crate) columns: usize,
    pub(crate) product: P,
    pub(crate) delimiter: u8,
    /// By field.
    pub(crate) missing: Vec<MissingTexts>,
}

/// A chunk that is done.
pub(crate) struct Done<T> {
    pub(crate) number: u64,
    pub(crate) read: u64,
    pub(crate) scored: u64,
    pub(crate) output: T,
    pub(crate) faults: Vec<Fault>,
}

/// What is used again for each record of a chunk.
struct Progress<'w, 'e, P: Product> {
    work: &'w Work<'e, P>,
    evaluation: Evaluation,
    done: Done<P::Part>,
}

impl<P: Product> Work<'_, P> {
    /// Scores a chunk.
    pub(crate) fn score(&self, chunk: &Chunk) -> Done<P::Part> {
        let bytes = match &chunk.records {
            Records::Csv(bytes) | Records::Ndjson(bytes) => bytes.len(),
            Records::Parquet(_) => 0,
        };
        let mut progress = Progress {
            work: self,
            evaluation: Evaluation::default(),
            done: Done {
                number: chunk.number,
                read: chunk.read,
                scored: 0,
                output: self.product.begin(bytes),
                faults: Vec::new(),
            },
        };
        match &chunk.records {
            Records::Csv(bytes) => progress.csv(bytes, chunk.first_line),
            Records::Ndjson(bytes) => progress.ndjson(bytes, chunk.first_line),
            Records::Parquet(rows) => progress.parquet(rows, chunk.first_line),
        }
        progress.done
    }
}

impl<P: Product> Progress<'_, '_, P> {
    fn fault(&mut self, line: u64, field: &str, problem: String) {
        self.done.faults.push(Fault { line, field: field.to_owned(), problem });
    }

    fn evaluate(&mut self, line: u64, values: &[Value<'_>], record: &Record<'_>) {
        let Work { evaluator, product, .. } = self.work;
        let pushed = evaluator.evaluate_into(values, &mut self.evaluation).and_then(|()| {
            let scored = Scored { evaluator, values, evaluation: &self.evaluation };
            product.push(&mut self.done.output, record, scored)
        });
        match pushed {
            Ok(()) => self.done.scored += 1,
            Err(error) => self.done.faults.push(Fault::of(line, &error)),
        }
    }

    fn csv(&mut self, bytes: &[u8], first_line: u64) {
        let mut fields: Vec<Range<usize>> = Vec::with_capacity(self.work.columns);
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.work.binding.fields.len());
        let mut records = scan::Records::new(bytes, self.work.delimiter);
        let csv = Csv { bytes, text: std::str::from_utf8(bytes).ok() };
        let mut line = first_line;
        while let Some(found) = records.next(&mut fields) {
            if !found.range.is_empty() {
                self.csv_record(csv, found.range, &fields, &mut values, line);
            }
            line += found.lines;
        }
    }

    fn csv_record<'b>(
        &mut self,
        csv: Csv<'b>,
        range: Range<usize>,
        fields: &[Range<usize>],
        values: &mut Vec<Value<'b>>,
        line: u64,
    ) {
        if fields.len() != self.work.columns {
            let problem = format!(
                "{} {} where the header has {}",
                fields.len(),
                if fields.len() == 1 { "field" } else { "fields" },
                self.work.columns
            );
            return self.fault(line, "", problem);
        }
        values.clear();
        let card = self.work.evaluator.scorecard();
        let bound = card.fields.iter().zip(&self.work.binding.fields).zip(&self.work.missing);
        for ((field, column), missing) in bound {
            let raw = column.and_then(|column| fields.get(column)).cloned().unwrap_or(0..0);
            // Doubled quotes: the text stands nowhere in the file and must be held.
            let Some(inside) = csv.inside(raw) else { return self.csv_record_owned(csv.bytes, range, fields, line) };
            match csv.text(inside).and_then(|text| record::read(text, field, missing)) {
                Ok(value) => values.push(value),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        self.evaluate(line, values, &Record::Csv(csv.bytes, range, fields));
    }

    /// As [`Self::csv_record`], for a record with texts that must be unquoted into memory of their own.
    fn csv_record_owned(&mut self, bytes: &[u8], range: Range<usize>, fields: &[Range<usize>], line: u64) {
        let card = self.work.evaluator.scorecard();
        let columns = self.work.binding.fields.iter();
        let raw = |column: &Option<usize>| {
            let range = column.and_then(|column| fields.get(column));
            csv_record::unquoted(range.and_then(|range| bytes.get(range.clone())).unwrap_or_default())
        };
        let cells: Vec<Cow<'_, [u8]>> = columns.map(raw).collect();
        let mut values = Vec::with_capacity(cells.len());
        for ((field, cell), missing) in card.fields.iter().zip(&cells).zip(&self.work.missing) {
            match text(cell).and_then(|text| record::read(text, field, missing)) {
                Ok(value) => values.push(value),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        self.evaluate(line, &values, &Record::Csv(bytes, range, fields));
    }

    fn ndjson(&mut self, bytes: &[u8], first_line: u64) {
        for (line, text) in (first_line..).zip(bytes.split(|byte| *byte == b'\n')) {
            let text = text.trim_ascii();
            let text = if line == 1 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
            if text.is_empty() {
                continue;
            }
            let Ok(text) = std::str::from_utf8(text) else {
                self.fault(line, "", "is not UTF-8; save the file as UTF-8".into());
                continue;
            };
            match serde_json::from_str::<Map<String, Json>>(text) {
                Ok(object) => self.object(line, text, &object),
                Err(error) => self.fault(line, "", format!("is no JSON object: {error}")),
            }
        }
    }

    fn object(&mut self, line: u64, text: &str, object: &Map<String, Json>) {
        if let Some(taken) = self.work.product.in_the_way(object) {
            return self.fault(line, taken, "is already in the object; give the added members a prefix".into());
        }
        // Members that are no fields are carried through, so only the fields are read here.
        let card = self.work.evaluator.scorecard();
        let known: Map<String, Json> = card
            .fields
            .iter()
            .filter_map(|field| object.get(&field.name).map(|value| (field.name.clone(), value.clone())))
            .collect();
        match self.work.reader.read(&known) {
            Ok(values) => self.evaluate(line, &values, &Record::Json(text, object)),
            Err(error) => self.done.faults.push(Fault::of(line, &error)),
        }
    }

    fn parquet(&mut self, rows: &[parquet::record::Row], first_line: u64) {
        for (line, row) in (first_line..).zip(rows) {
            self.parquet_row(line, row);
        }
    }

    fn parquet_row(&mut self, line: u64, row: &parquet::record::Row) {
        let card = self.work.evaluator.scorecard();
        let columns: Vec<&parquet::record::Field> = row.get_column_iter().map(|(_, field)| field).collect();
        let cell = |column: &Option<usize>| {
            column.and_then(|column| columns.get(column)).map_or(Cell::Missing, |field| parquet_cell(field))
        };
        let cells: Vec<Cell<'_>> = self.work.binding.fields.iter().map(cell).collect();
        let mut values = Vec::with_capacity(cells.len());
        for ((field, cell), missing) in card.fields.iter().zip(&cells).zip(&self.work.missing) {
            match cell.value(field, missing) {
                Ok(value) => values.push(value),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        self.evaluate(line, &values, &Record::Parquet(row));
    }
}

/// The bytes of a chunk of CSV.
#[derive(Clone, Copy)]
struct Csv<'b> {
    bytes: &'b [u8],
    /// The same, where all of it is UTF-8: looked at once for the chunk.
    text: Option<&'b str>,
}

impl<'b> Csv<'b> {
    /// Where a field's text lies, quotes left out; `None` where it does not stand there as it is meant.
    #[inline]
    fn inside(self, field: Range<usize>) -> Option<Range<usize>> {
        match self.bytes.get(field.clone()) {
            Some([b'"', inside @ .., b'"']) if memchr::memchr(b'"', inside).is_none() => {
                Some(field.start + 1..field.end - 1)
            }
            Some([b'"', ..]) => None,
            _ => Some(field),
        }
    }

    #[inline]
    fn text(self, range: Range<usize>) -> Result<&'b str, String> {
        match self.text.and_then(|text| text.get(range.clone())) {
            Some(text) => Ok(text),
            None => text(self.bytes.get(range).unwrap_or_default()),
        }
    }
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "is not UTF-8; save the file as UTF-8".to_owned())
}
