//! Scored records in the form of the output.

use std::borrow::Cow;

use scorecard::{Amount, Evaluation, Evaluator};

use crate::{
    Format,
    csv_record::push_field,
    record::{Cell, Record},
};

/// What the output looks like: the same for every chunk.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) format: Format,
    /// Columns carried through, by index and name; whether it is a number.
    pub(crate) kept: Vec<Kept>,
    /// Whether a record is carried through as it stands.
    pub(crate) whole: bool,
    /// Names of what is added, in the order of [`Layout::each_added`].
    pub(crate) added: Vec<String>,
    pub(crate) delimiter: u8,
    pub(crate) points: bool,
}

/// A column carried through.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) index: usize,
    pub(crate) name: String,
    /// Whether the scorecard knows it as a number.
    pub(crate) numeric: bool,
}

/// What is added to a record.
enum Added<'a> {
    Amount(Amount),
    Number(f64),
    Code(Option<&'a str>),
}

/// Records of one chunk in the form of the output.
#[derive(Debug)]
pub(crate) enum Encoded {
    /// CSV or NDJSON.
    Text(Vec<u8>),
    /// Parquet: kept columns, then added ones.
    Columns(Vec<Column>),
}

/// A column of Parquet.
#[derive(Debug)]
pub(crate) enum Column {
    Double(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
}

impl Column {
    pub(crate) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Double(all), Self::Double(more)) => all.extend(more),
            (Self::Text(all), Self::Text(more)) => all.extend(more),
            _ => {}
        }
    }
}

impl Layout {
    /// The opening of the output.
    pub(crate) fn opening(&self) -> Vec<u8> {
        let mut line = Vec::new();
        if self.format == Format::Csv {
            let names = self.kept.iter().map(|kept| &kept.name).chain(&self.added);
            for (index, name) in names.enumerate() {
                if index > 0 {
                    line.push(self.delimiter);
                }
                push_field(&mut line, name.as_bytes(), self.delimiter);
            }
            line.push(b'\n');
        }
        line
    }

    /// Something to put records of one chunk into.
    pub(crate) fn empty(&self, evaluator: &Evaluator, bytes: usize) -> Encoded {
        if self.format != Format::Parquet {
            return Encoded::Text(Vec::with_capacity(bytes + bytes / 2));
        }
        let kept = self.kept.iter().map(|kept| if kept.numeric { number() } else { text() });
        Encoded::Columns(kept.chain(self.added_columns(evaluator)).collect())
    }

    fn added_columns(&self, evaluator: &Evaluator) -> impl Iterator<Item = Column> {
        let first_reason = if evaluator.scorecard().scaling.is_some() { 3 } else { 1 };
        let rules = &evaluator.scorecard().reasons;
        let reasons = if rules.enabled { usize::from(rules.at_most) } else { 0 };
        let is_reason = move |index: usize| index >= first_reason && index < first_reason + reasons;
        (0..self.added.len()).map(move |index| if is_reason(index) { text() } else { number() })
    }

    /// Adds a scored record.
    pub(crate) fn push(&self, into: &mut Encoded, record: &Record<'_>, evaluator: &Evaluator, evaluation: &Evaluation) {
        match into {
            Encoded::Columns(columns) => self.push_columns(columns, record, evaluator, evaluation),
            Encoded::Text(out) if self.format == Format::Csv => self.push_csv(out, record, evaluator, evaluation),
            Encoded::Text(out) => self.push_json(out, record, evaluator, evaluation),
        }
    }

    /// What is added, in the order of the names.
    #[inline]
    fn each_added<'a>(&self, evaluator: &'a Evaluator, evaluation: &Evaluation, mut each: impl FnMut(Added<'a>)) {
        each(Added::Amount(evaluation.score));
        if let (Some(odds), Some(bad)) = (evaluation.odds, evaluation.probability_of_bad) {
            each(Added::Number(odds));
            each(Added::Number(bad));
        }
        let rules = &evaluator.scorecard().reasons;
        if rules.enabled {
            for rank in 0..usize::from(rules.at_most) {
                let reason = evaluation.reasons.get(rank);
                let named = reason.and_then(|reason| evaluator.reason_codes().get(reason.code as usize));
                each(Added::Code(named.map(|reason| reason.code.as_str())));
            }
        }
        if self.points {
            evaluation.characteristics.iter().for_each(|matched| each(Added::Amount(matched.points)));
        }
    }

    fn push_csv(&self, out: &mut Vec<u8>, record: &Record<'_>, evaluator: &Evaluator, evaluation: &Evaluation) {
        let mut first = true;
        match record {
            Record::Csv(bytes, range, _) if self.whole => {
                out.extend_from_slice(bytes.get(range.clone()).unwrap_or_default());
                first = false;
            }
            _ => {
                for kept in &self.kept {
                    if !first {
                        out.push(self.delimiter);
                    }
                    first = false;
                    match (record, record.cell(kept.index, &kept.name)) {
                        // As it stands, quotes included.
                        (Record::Csv(bytes, _, fields), _) => {
                            let raw = fields.get(kept.index).and_then(|field| bytes.get(field.clone()));
                            out.extend_from_slice(raw.unwrap_or_default());
                        }
                        (_, Cell::Missing) => {}
                        (_, Cell::Boolean(truth)) => out.extend_from_slice(truth.to_string().as_bytes()),
                        (_, Cell::Integer(whole)) => push_integer(out, whole),
                        (_, Cell::Number(number)) => push_number(out, number),
                        (_, Cell::Text(text)) => push_field(out, text.as_bytes(), self.delimiter),
                    }
                }
            }
        }
        self.each_added(evaluator, evaluation, |added| {
            if !first {
                out.push(self.delimiter);
            }
            first = false;
            match added {
                Added::Amount(amount) => push_amount(out, amount),
                Added::Number(number) => push_number(out, number),
                Added::Code(code) => push_field(out, code.unwrap_or_default().as_bytes(), self.delimiter),
            }
        });
        out.push(b'\n');
    }

    fn push_json(&self, out: &mut Vec<u8>, record: &Record<'_>, evaluator: &Evaluator, evaluation: &Evaluation) {
        out.push(b'{');
        let mut first = true;
        match record {
            // The object as it stands, its braces taken off.
            Record::Json(text, object) if self.whole => {
                let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
                out.extend_from_slice(inside.trim().as_bytes());
                first = object.is_empty();
            }
            _ => {
                for kept in &self.kept {
                    push_key(out, &mut first, &kept.name);
                    push_json_cell(out, &record.cell(kept.index, &kept.name), kept.numeric);
                }
            }
        }
        let mut names = self.added.iter();
        self.each_added(evaluator, evaluation, |added| {
            push_key(out, &mut first, names.next().map_or("", String::as_str));
            match added {
                Added::Amount(amount) => push_amount(out, amount),
                Added::Number(number) => push_json_number(out, number),
                Added::Code(Some(code)) => push_json_text(out, code),
                Added::Code(None) => out.extend_from_slice(b"null"),
            }
        });
        out.extend_from_slice(b"}\n");
    }

    fn push_columns(
        &self,
        columns: &mut [Column],
        record: &Record<'_>,
        evaluator: &Evaluator,
        evaluation: &Evaluation,
    ) {
        let mut columns = columns.iter_mut();
        for (kept, column) in self.kept.iter().zip(&mut columns) {
            let cell = record.cell(kept.index, &kept.name);
            match column {
                Column::Double(numbers) => numbers.push(as_number(&cell)),
                Column::Text(texts) => texts.push(as_text(cell)),
            }
        }
        self.each_added(evaluator, evaluation, |added| match (columns.next(), added) {
            (Some(Column::Double(numbers)), Added::Amount(amount)) => numbers.push(Some(amount.to_f64())),
            (Some(Column::Double(numbers)), Added::Number(number)) => numbers.push(Some(number)),
            (Some(Column::Text(texts)), Added::Code(code)) => texts.push(code.map(str::to_owned)),
            _ => {}
        });
    }
}

fn number() -> Column {
    Column::Double(Vec::new())
}

fn text() -> Column {
    Column::Text(Vec::new())
}

fn as_number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Integer(whole) => Some(*whole as f64),
        Cell::Text(text) => fast_float2::parse(text.trim_ascii()).ok(),
        Cell::Missing | Cell::Boolean(_) => None,
    }
}

fn as_text(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Missing => None,
        Cell::Boolean(truth) => Some(truth.to_string()),
        Cell::Integer(whole) => Some(whole.to_string()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Text(text) => Some(text.into_owned()),
    }
}

#[inline]
fn push_amount(out: &mut Vec<u8>, amount: Amount) {
    match amount {
        Amount::Exact { units, decimals: 0 } => push_integer(out, units),
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

fn push_integer(out: &mut Vec<u8>, whole: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
}

/// The shortest decimal that reads back as this double.
fn push_number(out: &mut Vec<u8>, number: f64) {
    out.extend_from_slice(zmij::Buffer::new().format(number).as_bytes());
}

fn push_json_number(out: &mut Vec<u8>, number: f64) {
    if number.is_finite() { push_number(out, number) } else { out.extend_from_slice(b"null") }
}

fn push_json_text(out: &mut Vec<u8>, text: &str) {
    // Serialising a text to memory cannot fail.
    if let Ok(quoted) = serde_json::to_string(text) {
        out.extend_from_slice(quoted.as_bytes());
    }
}

fn push_key(out: &mut Vec<u8>, first: &mut bool, name: &str) {
    if !*first {
        out.push(b',');
    }
    *first = false;
    push_json_text(out, name);
    out.push(b':');
}

fn push_json_cell(out: &mut Vec<u8>, cell: &Cell<'_>, numeric: bool) {
    match cell {
        Cell::Missing => out.extend_from_slice(b"null"),
        Cell::Boolean(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
        Cell::Integer(whole) => push_integer(out, *whole),
        Cell::Number(number) => push_json_number(out, *number),
        Cell::Text(text) if numeric => match fast_float2::parse::<f64, _>(text.trim_ascii()) {
            Ok(number) => push_json_number(out, number),
            Err(_) => push_json_text(out, text),
        },
        Cell::Text(Cow::Borrowed(text)) => push_json_text(out, text),
        Cell::Text(Cow::Owned(text)) => push_json_text(out, text),
    }
}
