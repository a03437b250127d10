//! Rows of a row group decoded and counted, batch by batch.

use std::sync::Arc;

use parquet::{
    column::reader::ColumnReaderImpl,
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{metadata::RowGroupMetaData, serialized_reader::SerializedPageReader},
};

use crate::{Counted, Result, fetched::Fetched};

/// Rows that are decoded at once.
const BATCH: usize = 1 << 13;

/// A column that is read batch by batch.
struct Column<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

impl<T: DataType> Column<T> {
    fn open(fetched: &Arc<Fetched>, group: &RowGroupMetaData, place: usize) -> Result<Self, ParquetError> {
        let chunk = group.columns().get(place).ok_or_else(|| ParquetError::EOF("a column is not there".to_owned()))?;
        let rows = usize::try_from(group.num_rows()).unwrap_or_default();
        let pages = SerializedPageReader::new(Arc::clone(fetched), chunk, rows, None)?;
        let reader = ColumnReaderImpl::new(chunk.column_descr_ptr(), Box::new(pages));
        Ok(Self { reader, values: Vec::new(), defined: Vec::new(), repeated: Vec::new() })
    }

    /// Reads so many rows.
    fn read(&mut self, rows: usize) -> Result<(), ParquetError> {
        self.values.clear();
        self.defined.clear();
        self.repeated.clear();
        let (defined, repeated) = (Some(&mut self.defined), Some(&mut self.repeated));
        let (read, ..) = self.reader.read_records(rows, defined, repeated, &mut self.values)?;
        if read == rows { Ok(()) } else { Err(ParquetError::EOF("a column ends before its rows do".to_owned())) }
    }
}

/// Counts the rows of a group: those of the model of a hash, where it holds several.
pub(crate) fn decode(
    fetched: &Arc<Fetched>,
    group: &RowGroupMetaData,
    columns: &[usize; 3],
    several_models: bool,
    hash: &[u8],
    counted: &mut Counted<'_>,
) -> Result<(), ParquetError> {
    let [model, score, attribute] = *columns;
    let mut models = if several_models { Some(Column::<ByteArrayType>::open(fetched, group, model)?) } else { None };
    let mut scores = Column::<Int64Type>::open(fetched, group, score)?;
    let mut attributes = Column::<Int32Type>::open(fetched, group, attribute)?;
    let mut left = usize::try_from(group.num_rows()).unwrap_or_default();
    while left > 0 {
        let rows = left.min(BATCH);
        left -= rows;
        if let Some(models) = &mut models {
            models.read(rows)?;
        }
        scores.read(rows)?;
        attributes.read(rows)?;
        add(models.as_ref().map(|models| models.values.as_slice()), hash, &scores, &attributes, counted);
    }
    Ok(())
}

/// Counts decoded rows.
fn add(
    models: Option<&[ByteArray]>,
    hash: &[u8],
    scores: &Column<Int64Type>,
    attributes: &Column<Int32Type>,
    counted: &mut Counted<'_>,
) {
    let (mut score_values, mut values) = (scores.values.iter(), attributes.values.as_slice());
    let mut level = 0;
    for (row, defined) in scores.defined.iter().enumerate() {
        let score = if *defined > 0 { score_values.next() } else { None };
        // The levels of a row reach to the next that begins one.
        let begins = attributes.repeated.get(level + 1..).unwrap_or_default();
        let end = level + 1 + begins.iter().take_while(|repeated| **repeated > 0).count();
        let elements = match attributes.defined.get(level) {
            Some(2..) => end - level,
            _ => 0,
        };
        level = end;
        let (of_row, rest) = values.split_at_checked(elements).unwrap_or((values, &[]));
        values = rest;
        if models.is_some_and(|models| models.get(row).is_none_or(|model| model.data() != hash)) {
            counted.others += 1;
            continue;
        }
        counted.decisions += 1;
        let Some(score) = score else {
            counted.unscored += 1;
            continue;
        };
        counted.with_attributes += u64::from(elements > 0);
        #[allow(clippy::cast_precision_loss)] // scores are far below 2^53 millionths; bands are compared as doubles
        let score = *score as f64 / 1e6;
        counted.counter.add(score, of_row.iter().map(|attribute| attribute.cast_unsigned()), 1.0);
    }
}
