//! Scored records in the form of the output.

use std::{borrow::Cow, sync::Arc};

use parquet::{record::Field as ParquetField, schema::types::TypePtr};
use scorecard::{
    Amount, Evaluation, Evaluator, OutputValue,
    policy::{DecidedBy, Decision, PolicyEvaluator, PolicyOutcome},
};
use serde_json::{Map, Value as Json};

use crate::{
    Format,
    csv_record::push_field,
    parquet_column::Stored,
    product::{Product, Scored},
    record::{Cell, Record},
    score_texts::ScoreTexts,
};

/// What the output looks like: the same for every chunk.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) format: Format,
    /// Columns carried through, by index and name; whether it is a number.
    pub(crate) kept: Vec<Kept>,
    /// Whether a record is carried through as it stands.
    pub(crate) whole: bool,
    /// What is added, in order.
    pub(crate) added: Vec<AddedColumn>,
    pub(crate) delimiter: u8,
    pub(crate) policy: Option<Arc<PolicyEvaluator>>,
}

/// A column carried through.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) index: usize,
    pub(crate) name: String,
    /// Whether the scorecard knows it as a number.
    pub(crate) numeric: bool,
    /// How a column of Parquet is stored.
    pub(crate) stored_as: Option<TypePtr>,
}

/// A column that scoring adds.
#[derive(Debug, Clone)]
pub(crate) struct AddedColumn {
    pub(crate) name: String,
    pub(crate) source: Source,
}

/// Where an added column comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Source {
    Score,
    Odds,
    ProbabilityOfBad,
    /// Rank, counted from 0.
    Reason(usize),
    /// Index of the characteristic.
    Points(usize),
    /// Index of the output field.
    Output {
        index: usize,
        numeric: bool,
    },
    /// What the policy decides.
    Decision,
    /// Which part of the system decided: score, rules or both.
    DecidedBy,
    /// The rules that fired, by their ids.
    Rules,
}

impl Source {
    /// Whether equal scores have equal values.
    fn is_told_by_score(self) -> bool {
        matches!(self, Self::Score | Self::Odds | Self::ProbabilityOfBad)
    }

    fn is_number(self) -> bool {
        match self {
            Self::Score | Self::Odds | Self::ProbabilityOfBad | Self::Points(_) => true,
            Self::Reason(_) | Self::Decision | Self::DecidedBy | Self::Rules => false,
            Self::Output { numeric, .. } => numeric,
        }
    }
}

/// A record's outcome.
#[derive(Clone, Copy)]
pub(crate) struct Outcome<'o> {
    pub(crate) evaluator: &'o Evaluator,
    pub(crate) evaluation: &'o Evaluation,
    /// Values of the output fields; empty where [`Layout::has_outputs`] is false.
    pub(crate) outputs: &'o [OutputValue],
    /// What the policy decides, where there is one, and the ids of the rules that fired.
    pub(crate) decided: Option<&'o Decided>,
}

/// What a policy decides on a record.
pub(crate) struct Decided {
    outcome: PolicyOutcome,
    /// Joined by semicolons.
    rules: String,
}

impl Decided {
    fn new(policy: &PolicyEvaluator, outcome: PolicyOutcome) -> Self {
        let mut rules = String::new();
        for fired in &outcome.fired {
            if let Some(rule) = policy.policy().rules.get(fired.rule as usize) {
                if !rules.is_empty() {
                    rules.push(';');
                }
                rules.push_str(&rule.id);
            }
        }
        Self { outcome, rules }
    }

    fn decision(&self) -> &'static str {
        match self.outcome.decision {
            Decision::Approve => "approve",
            Decision::Refer => "refer",
            Decision::Decline => "decline",
        }
    }

    fn decided_by(&self) -> &'static str {
        match self.outcome.decided_by {
            DecidedBy::Score => "score",
            DecidedBy::Rules => "rules",
            DecidedBy::Both => "both",
        }
    }
}

impl<'o> Outcome<'o> {
    /// The value of an added column.
    #[inline]
    fn of(self, source: Source) -> Added<'o> {
        match source {
            Source::Score => Added::Amount(self.evaluation.score),
            Source::Odds => self.evaluation.odds.map_or(Added::Nothing, Added::Number),
            Source::ProbabilityOfBad => self.evaluation.probability_of_bad.map_or(Added::Nothing, Added::Number),
            Source::Reason(rank) => {
                let reason = self.evaluation.reasons.get(rank);
                let named = reason.and_then(|reason| self.evaluator.reason_codes().get(reason.code as usize));
                named.map_or(Added::Nothing, |reason| Added::Text(&reason.code))
            }
            Source::Points(index) => {
                let matched = self.evaluation.characteristics.get(index);
                matched.map_or(Added::Nothing, |matched| Added::Amount(matched.points))
            }
            Source::Decision => self.decided.map_or(Added::Nothing, |decided| Added::Text(decided.decision())),
            Source::DecidedBy => self.decided.map_or(Added::Nothing, |decided| Added::Text(decided.decided_by())),
            Source::Rules => self.decided.map_or(Added::Nothing, |decided| Added::Text(&decided.rules)),
            Source::Output { index, .. } => match self.outputs.get(index) {
                None | Some(OutputValue::Missing) => Added::Nothing,
                Some(OutputValue::Score(amount)) => Added::Amount(*amount),
                Some(OutputValue::Number(number)) => Added::Number(*number),
                Some(OutputValue::Text(text)) => Added::Text(text),
                Some(OutputValue::Boolean(truth)) => Added::Boolean(*truth),
            },
        }
    }
}

/// What is added to a record.
enum Added<'a> {
    Nothing,
    Amount(Amount),
    Number(f64),
    Text(&'a str),
    Boolean(bool),
}

/// Records of one chunk in the form of the output.
#[derive(Debug)]
pub(crate) enum Encoded {
    /// CSV or NDJSON, with what is kept by score.
    Text(Vec<u8>, ScoreTexts),
    /// Parquet: kept columns, then added ones.
    Columns(Vec<Column>),
}

/// A column of Parquet.
#[derive(Debug)]
pub(crate) enum Column {
    Double(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    /// As the input has it.
    Kept(TypePtr, Stored),
}

impl Column {
    pub(crate) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Double(all), Self::Double(more)) => all.extend(more),
            (Self::Text(all), Self::Text(more)) => all.extend(more),
            (Self::Kept(_, all), Self::Kept(_, more)) => all.append(more),
            _ => {}
        }
    }
}

impl Layout {
    /// The opening of the output.
    pub(crate) fn opening(&self) -> Vec<u8> {
        let mut line = Vec::new();
        if self.format == Format::Csv {
            let names = self.kept.iter().map(|kept| &kept.name).chain(self.added.iter().map(|added| &added.name));
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

    /// Whether output fields are among what is added.
    fn has_outputs(&self) -> bool {
        self.added.iter().any(|added| matches!(added.source, Source::Output { .. }))
    }

    fn push_csv(&self, out: &mut Vec<u8>, record: &Record<'_>, outcome: Outcome<'_>, score_texts: &mut ScoreTexts) {
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
        let told_by_score = self.added.iter().take_while(|added| added.source.is_told_by_score()).count();
        let (by_score, others) = self.added.split_at_checked(told_by_score).unwrap_or_default();
        score_texts.push(out, outcome.evaluation.score, |out| self.push_csv_added(out, first, by_score, outcome));
        self.push_csv_added(out, first && by_score.is_empty(), others, outcome);
        out.push(b'\n');
    }

    fn push_csv_added(&self, out: &mut Vec<u8>, mut first: bool, columns: &[AddedColumn], outcome: Outcome<'_>) {
        for added in columns {
            if !first {
                out.push(self.delimiter);
            }
            first = false;
            match outcome.of(added.source) {
                Added::Nothing => {}
                Added::Amount(amount) => push_amount(out, amount),
                Added::Number(number) => push_number(out, number),
                Added::Text(text) => push_field(out, text.as_bytes(), self.delimiter),
                Added::Boolean(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
            }
        }
    }

    fn push_json(&self, out: &mut Vec<u8>, record: &Record<'_>, outcome: Outcome<'_>) {
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
        for added in &self.added {
            push_key(out, &mut first, &added.name);
            match outcome.of(added.source) {
                Added::Nothing => out.extend_from_slice(b"null"),
                Added::Amount(amount) => push_amount(out, amount),
                Added::Number(number) => push_json_number(out, number),
                Added::Text(text) => push_json_text(out, text),
                Added::Boolean(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
            }
        }
        out.extend_from_slice(b"}\n");
    }

    fn push_columns(&self, columns: &mut [Column], record: &Record<'_>, outcome: Outcome<'_>) {
        let mut columns = columns.iter_mut();
        for (kept, column) in self.kept.iter().zip(&mut columns) {
            match (column, record) {
                (Column::Kept(_, stored), Record::Parquet(values, _)) => {
                    stored.push(values.get(kept.index).unwrap_or(&&ParquetField::Null));
                }
                (Column::Double(numbers), _) => numbers.push(as_number(&record.cell(kept.index, &kept.name))),
                (Column::Text(texts), _) => texts.push(as_text(record.cell(kept.index, &kept.name))),
                (Column::Kept(..), _) => {}
            }
        }
        for (added, column) in self.added.iter().zip(columns) {
            match (column, outcome.of(added.source)) {
                (Column::Double(numbers), Added::Amount(amount)) => numbers.push(Some(amount.to_f64())),
                (Column::Double(numbers), Added::Number(number)) => numbers.push(Some(number)),
                (Column::Double(numbers), _) => numbers.push(None),
                (Column::Text(texts), Added::Nothing) => texts.push(None),
                (Column::Text(texts), Added::Amount(amount)) => texts.push(Some(amount.to_string())),
                (Column::Text(texts), Added::Number(number)) => texts.push(Some(number.to_string())),
                (Column::Text(texts), Added::Text(text)) => texts.push(Some(text.to_owned())),
                (Column::Text(texts), Added::Boolean(truth)) => texts.push(Some(truth.to_string())),
                (Column::Kept(..), _) => {}
            }
        }
    }
}

impl Product for Layout {
    type Part = Encoded;

    fn begin(&self, bytes: usize) -> Encoded {
        if self.format != Format::Parquet {
            return Encoded::Text(Vec::with_capacity(bytes + bytes / 2), ScoreTexts::new());
        }
        let kept = self.kept.iter().map(|kept| match &kept.stored_as {
            Some(stored_as) => Column::Kept(stored_as.clone(), Stored::of(stored_as)),
            None if kept.numeric => number(),
            None => text(),
        });
        let added = self.added.iter().map(|added| if added.source.is_number() { number() } else { text() });
        Encoded::Columns(kept.chain(added).collect())
    }

    fn push(&self, part: &mut Encoded, record: &Record<'_>, scored: Scored<'_>) -> scorecard::Result<()> {
        let Scored { evaluator, values, evaluation, .. } = scored;
        let outputs = if self.has_outputs() { evaluator.outputs(values, evaluation)? } else { Vec::new() };
        let decided = match &self.policy {
            Some(policy) => Some(Decided::new(policy, policy.decide(values, evaluation)?)),
            None => None,
        };
        let outcome = Outcome { evaluator, evaluation, outputs: &outputs, decided: decided.as_ref() };
        match part {
            Encoded::Columns(columns) => self.push_columns(columns, record, outcome),
            Encoded::Text(out, score_texts) if self.format == Format::Csv => {
                self.push_csv(out, record, outcome, score_texts);
            }
            Encoded::Text(out, _) => self.push_json(out, record, outcome),
        }
        Ok(())
    }

    fn in_the_way<'a>(&'a self, object: &Map<String, Json>) -> Option<&'a str> {
        let mut names = self.added.iter().map(|added| added.name.as_str());
        names.find(|name| self.whole && object.contains_key(*name))
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
