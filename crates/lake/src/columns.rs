//! Rows as columns: values and the levels that say where one is absent and where a list begins.

use std::collections::HashSet;

use bytes::Bytes;
use parquet::{
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::writer::SerializedRowGroupWriter,
};

use crate::Decision;

/// The values of one leaf of the schema.
#[derive(Default)]
struct Leaf<T> {
    values: Vec<T>,
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

impl<T> Leaf<T> {
    /// A value of a column that is required.
    fn required(&mut self, value: T) {
        self.values.push(value);
    }

    /// A value of a column that may be absent.
    fn optional(&mut self, value: Option<T>) {
        self.defined.push(i16::from(value.is_some()));
        self.values.extend(value);
    }

    /// A list without elements: absent, or empty.
    fn no_elements(&mut self, is_there: bool) {
        self.defined.push(i16::from(is_there));
        self.repeated.push(0);
    }

    /// An element of a list, at its place in it.
    fn element(&mut self, place: usize, value: T) {
        self.values.push(value);
        self.defined.push(2);
        self.repeated.push(i16::from(place > 0));
    }

    /// An element that may be absent.
    fn optional_element(&mut self, place: usize, value: Option<T>) {
        self.defined.push(if value.is_some() { 3 } else { 2 });
        self.repeated.push(i16::from(place > 0));
        self.values.extend(value);
    }
}

/// Texts that most rows share, such as a model's hash or a reason's code: each is kept once.
#[derive(Default)]
struct Shared(HashSet<Bytes>);

impl Shared {
    fn bytes(&mut self, text: String) -> ByteArray {
        if let Some(known) = self.0.get(text.as_bytes()) {
            return known.clone().into();
        }
        let text = Bytes::from(text);
        self.0.insert(text.clone());
        text.into()
    }
}

/// The columns of some rows.
#[derive(Default)]
pub(crate) struct Columns {
    rows: usize,
    shared: Shared,
    id: Leaf<ByteArray>,
    time: Leaf<i64>,
    chain: Leaf<i32>,
    sequence: Leaf<i64>,
    model_hash: Leaf<ByteArray>,
    policy_hash: Leaf<ByteArray>,
    score: Leaf<i64>,
    probability_of_bad: Leaf<f64>,
    decision: Leaf<ByteArray>,
    applicant_token: Leaf<ByteArray>,
    reasons: Leaf<ByteArray>,
    names: Leaf<ByteArray>,
    attributes: Leaf<i32>,
    points: Leaf<i64>,
    keys: Leaf<ByteArray>,
    inputs: Leaf<ByteArray>,
}

impl Columns {
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn push(&mut self, row: Decision) {
        self.rows += 1;
        let shared = &mut self.shared;
        self.id.required(bytes(row.id));
        self.time.required(row.time);
        self.chain.required(row.chain.cast_signed());
        self.sequence.required(row.sequence.cast_signed());
        self.model_hash.required(shared.bytes(row.model_hash));
        self.policy_hash.optional(row.policy_hash.map(|hash| shared.bytes(hash)));
        self.score.optional(row.score);
        self.probability_of_bad.optional(row.probability_of_bad);
        self.decision.optional(row.decision.map(|decision| shared.bytes(decision)));
        self.applicant_token.optional(row.applicant_token.map(bytes));

        let is_there = row.reasons.is_some();
        let reasons = row.reasons.unwrap_or_default();
        if reasons.is_empty() {
            self.reasons.no_elements(is_there);
        }
        for (place, reason) in reasons.into_iter().enumerate() {
            self.reasons.element(place, shared.bytes(reason));
        }

        let is_there = row.characteristics.is_some();
        let characteristics = row.characteristics.unwrap_or_default();
        if characteristics.is_empty() {
            self.names.no_elements(is_there);
            self.attributes.no_elements(is_there);
            self.points.no_elements(is_there);
        }
        for (place, matched) in characteristics.into_iter().enumerate() {
            self.names.element(place, shared.bytes(matched.name));
            self.attributes.element(place, matched.attribute.cast_signed());
            self.points.optional_element(place, matched.points);
        }

        let is_there = row.inputs.is_some();
        let inputs = row.inputs.unwrap_or_default();
        if inputs.is_empty() {
            self.keys.no_elements(is_there);
            self.inputs.no_elements(is_there);
        }
        for (place, (key, value)) in inputs.into_iter().enumerate() {
            self.keys.element(place, shared.bytes(key));
            self.inputs.optional_element(place, value.map(bytes));
        }
    }

    /// Writes them as a row group, in the schema's order.
    pub(crate) fn write(self, mut group: SerializedRowGroupWriter<'_, Vec<u8>>) -> Result<(), ParquetError> {
        put::<ByteArrayType>(&mut group, &self.id)?;
        put::<Int64Type>(&mut group, &self.time)?;
        put::<Int32Type>(&mut group, &self.chain)?;
        put::<Int64Type>(&mut group, &self.sequence)?;
        put::<ByteArrayType>(&mut group, &self.model_hash)?;
        put::<ByteArrayType>(&mut group, &self.policy_hash)?;
        put::<Int64Type>(&mut group, &self.score)?;
        put::<DoubleType>(&mut group, &self.probability_of_bad)?;
        put::<ByteArrayType>(&mut group, &self.decision)?;
        put::<ByteArrayType>(&mut group, &self.applicant_token)?;
        put::<ByteArrayType>(&mut group, &self.reasons)?;
        put::<ByteArrayType>(&mut group, &self.names)?;
        put::<Int32Type>(&mut group, &self.attributes)?;
        put::<Int64Type>(&mut group, &self.points)?;
        put::<ByteArrayType>(&mut group, &self.keys)?;
        put::<ByteArrayType>(&mut group, &self.inputs)?;
        group.close()?;
        Ok(())
    }
}

fn bytes(text: String) -> ByteArray {
    ByteArray::from(text.into_bytes())
}

fn put<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, leaf: &Leaf<T::T>) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the schema has fewer columns than a row".to_owned()));
    };
    // A column that is always there has no levels.
    let defined = Some(leaf.defined.as_slice()).filter(|levels| !levels.is_empty());
    let repeated = Some(leaf.repeated.as_slice()).filter(|levels| !levels.is_empty());
    column.typed::<T>().write_batch(&leaf.values, defined, repeated)?;
    column.close()
}
