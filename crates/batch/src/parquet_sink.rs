//! Parquet out: kept columns, then added ones, in row groups.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use crate::{
    Error, Result,
    encode::{Column, Layout},
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
        let fields = names.zip(&template).map(|(name, column)| field(name, column).map(Arc::new));
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
                Column::Double(numbers) => {
                    let levels: Vec<i16> = numbers.iter().map(|number| i16::from(number.is_some())).collect();
                    let present: Vec<f64> = numbers.drain(..).flatten().collect();
                    writer.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
                }
                Column::Text(texts) => {
                    let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
                    let present: Vec<ByteArray> =
                        texts.drain(..).flatten().map(|text| ByteArray::from(text.into_bytes())).collect();
                    writer.typed::<ByteArrayType>().write_batch(&present, Some(&levels), None)?;
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

fn field(name: &str, column: &Column) -> std::result::Result<Type, ParquetError> {
    let builder = match column {
        Column::Double(_) => Type::primitive_type_builder(name, Physical::DOUBLE),
        Column::Text(_) => {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String))
        }
    };
    builder.with_repetition(Repetition::OPTIONAL).build()
}
