//! One chunk scored.

use std::{borrow::Cow, ops::Range};

use scorecard::{Evaluation, Evaluator, Value, cells::CellTexts};
use serde_json::{Map, Value as Json};

use crate::{
    binding::Binding,
    chunk::{Chunk, Records},
    csv_record,
    faults::Fault,
    json_object,
    parquet_column::ParquetColumn,
    product::{Product, Scored},
    reading,
    record::{Cell, Record, parquet_cell},
    scan,
};

/// What every worker knows.
pub(crate) struct Work<'a, P> {
    pub(crate) evaluator: &'a Evaluator,
    /// Of the table; of NDJSON it has no columns.
    pub(crate) binding: Binding,
    pub(crate) columns: usize,
    /// Columns of Parquet.
    pub(crate) parquet: Vec<ParquetColumn>,
    /// Columns that rows cannot hold.
    pub(crate) left_out: Vec<String>,
    pub(crate) product: P,
    pub(crate) delimiter: u8,
    /// By field.
    pub(crate) texts: Vec<CellTexts>,
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

impl<'w, P: Product> Progress<'w, '_, P> {
    fn fault(&mut self, line: u64, field: &str, problem: String) {
        self.done.faults.push(Fault { line, field: field.to_owned(), problem });
    }

    fn evaluate(&mut self, line: u64, values: &[Value<'_>], record: &Record<'_>) {
        let Work { evaluator, product, .. } = self.work;
        let pushed = evaluator.evaluate_into(values, &mut self.evaluation).and_then(|()| {
            let scored = Scored { line, evaluator, values, evaluation: &self.evaluation };
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

    fn csv_record<'v>(
        &mut self,
        csv: Csv<'v>,
        range: Range<usize>,
        fields: &[Range<usize>],
        values: &mut Vec<Value<'v>>,
        line: u64,
    ) where
        'w: 'v,
    {
        let work = self.work;
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
        let card = work.evaluator.scorecard();
        let bound = card.fields.iter().zip(&work.binding.fields).zip(&work.texts);
        for ((field, column), texts) in bound {
            let raw = column.and_then(|column| fields.get(column)).cloned().unwrap_or(0..0);
            // Doubled quotes: the text stands nowhere in the file and must be held.
            let Some(inside) = csv.inside(raw) else { return self.csv_record_owned(csv.bytes, range, fields, line) };
            match csv.text(inside).and_then(|text| reading::read(text, field, texts)) {
                Ok(value) => values.push(value),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        self.evaluate(line, values, &Record::Csv(csv.bytes, range, fields));
    }

    /// As [`Self::csv_record`], for a record with texts that must be unquoted into memory of their own.
    fn csv_record_owned(&mut self, bytes: &[u8], range: Range<usize>, fields: &[Range<usize>], line: u64) {
        let work = self.work;
        let card = work.evaluator.scorecard();
        let columns = work.binding.fields.iter();
        let raw = |column: &Option<usize>| {
            let range = column.and_then(|column| fields.get(column));
            csv_record::unquoted(range.and_then(|range| bytes.get(range.clone())).unwrap_or_default())
        };
        let cells: Vec<Cow<'_, [u8]>> = columns.map(raw).collect();
        let mut values = Vec::with_capacity(cells.len());
        for ((field, cell), texts) in card.fields.iter().zip(&cells).zip(&work.texts) {
            match text(cell).and_then(|text| reading::read(text, field, texts)) {
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
            match json_object(text.as_bytes()) {
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
        let work = self.work;
        let card = work.evaluator.scorecard();
        let mut cells = Vec::with_capacity(card.fields.len());
        for (field, texts) in card.fields.iter().zip(&work.texts) {
            match reading::of_json(object.get(&field.name), field, texts) {
                Ok(cell) => cells.push(cell),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        let values = cells.iter().zip(&work.texts).map(|(cell, texts)| reading::json_value(cell, texts));
        let values: Vec<Value<'_>> = values.collect();
        self.evaluate(line, &values, &Record::Json(text, object));
    }

    fn parquet(&mut self, rows: &[parquet::record::Row], first_line: u64) {
        for (line, row) in (first_line..).zip(rows) {
            self.parquet_row(line, row);
        }
    }

    fn parquet_row(&mut self, line: u64, row: &parquet::record::Row) {
        let work = self.work;
        let card = work.evaluator.scorecard();
        let columns = &work.parquet;
        let stored: Vec<&parquet::record::Field> = row.get_column_iter().map(|(_, field)| field).collect();
        let cell = |column: &Option<usize>| {
            let found = column.and_then(|column| Some((*stored.get(column)?, columns.get(column)?)));
            found.map_or(Cell::Missing, |(field, column)| parquet_cell(field, column.kind))
        };
        let bound = card.fields.iter().zip(&work.binding.fields).zip(&work.texts);
        let cells: Vec<Cell<'_>> =
            bound.map(|((field, column), texts)| reading::settled(cell(column), field, texts)).collect();
        let mut values = Vec::with_capacity(cells.len());
        for ((field, cell), texts) in card.fields.iter().zip(&cells).zip(&work.texts) {
            match reading::value(cell, field, texts) {
                Ok(value) => values.push(value),
                Err(problem) => return self.fault(line, &field.name, problem),
            }
        }
        self.evaluate(line, &values, &Record::Parquet(&stored, columns));
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
