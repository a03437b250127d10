//! Parquet out: kept columns, then added ones, in row groups.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{
        BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
        Int64Type,
    },
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::types::{Type, TypePtr},
};

use crate::{
    Error, Result,
    encode::{Column, Layout},
    parquet_column::Stored,
};

/// Rows of a row group.
const ROWS: usize = 1 << 17;

/// Writes scored records as Parquet.
pub(crate) struct ParquetSink<W: Write + Send> {
    name: String,
    writer: SerializedFileWriter<W>,
    waiting: Vec<Column>,
    rows: usize,
}

impl<W: Write + Send> ParquetSink<W> {
    pub(crate) fn new(out: W, name: &str, layout: &Layout, template: Vec<Column>) -> Result<Self> {
        let fault = |source| Error::Parquet { name: name.to_owned(), source };
        let names = layout.kept.iter().map(|kept| &kept.name).chain(layout.added.iter().map(|added| &added.name));
        let fields = names.zip(&template).map(|(name, column)| field(name, column));
        let fields = fields.collect::<std::result::Result<Vec<_>, _>>().map_err(fault)?;
        let schema = Type::group_type_builder("scores").with_fields(fields).build().map_err(fault)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(fault)?;
        Ok(Self { name: name.to_owned(), writer, waiting: template, rows: 0 })
    }

    pub(crate) fn write(&mut self, columns: Vec<Column>, rows: usize) -> Result<()> {
        self.waiting.iter_mut().zip(columns).for_each(|(all, more)| all.append(more));
        self.rows += rows;
        if self.rows >= ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        self.row_group().map_err(|source| Error::Parquet { name: self.name.clone(), source })
    }

    fn row_group(&mut self) -> std::result::Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.waiting {
            let Some(mut writer) = group.next_column()? else { break };
            match column {
                Column::Double(numbers) => put::<DoubleType>(&mut writer, numbers.drain(..), true)?,
                Column::Text(texts) => {
                    let bytes = texts.drain(..).map(|text| text.map(|text| ByteArray::from(text.into_bytes())));
                    put::<ByteArrayType>(&mut writer, bytes, true)?;
                }
                Column::Kept(stored_as, stored) => {
                    let optional = stored_as.get_basic_info().repetition() != Repetition::REQUIRED;
                    match stored {
                        Stored::Boolean(values) => put::<BoolType>(&mut writer, values.drain(..), optional)?,
                        Stored::Int32(values) => put::<Int32Type>(&mut writer, values.drain(..), optional)?,
                        Stored::Int64(values) => put::<Int64Type>(&mut writer, values.drain(..), optional)?,
                        Stored::Float(values) => put::<FloatType>(&mut writer, values.drain(..), optional)?,
                        Stored::Double(values) => put::<DoubleType>(&mut writer, values.drain(..), optional)?,
                        Stored::Bytes(values) => put::<ByteArrayType>(&mut writer, values.drain(..), optional)?,
                        Stored::Fixed(values) => put::<FixedLenByteArrayType>(&mut writer, values.drain(..), optional)?,
                    }
                }
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<W> {
        self.flush()?;
        let Self { name, writer, .. } = self;
        writer.into_inner().map_err(|source| Error::Parquet { name, source })
    }
}

fn field(name: &str, column: &Column) -> std::result::Result<TypePtr, ParquetError> {
    let builder = match column {
        Column::Kept(stored_as, _) => return Ok(stored_as.clone()),
        Column::Double(_) => Type::primitive_type_builder(name, Physical::DOUBLE),
        Column::Text(_) => {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String))
        }
    };
    builder.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
}

/// Writes the waiting values of a column. One whose type says that a value is required has no levels.
fn put<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
    optional: bool,
) -> std::result::Result<(), ParquetError> {
    let (mut levels, mut present): (Vec<i16>, Vec<T::T>) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    writer.typed::<T>().write_batch(&present, optional.then_some(levels.as_slice()), None)?;
    Ok(())
}
