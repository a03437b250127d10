//! Rows in, bytes of a Parquet file out, as they come.

use std::sync::Arc;

use parquet::{errors::ParquetError, file::writer::SerializedFileWriter};

use crate::{
    Decision,
    columns::Columns,
    schema::{properties, schema},
};

/// Rows of a row group: what is held in memory until it is packed.
const GROUP: usize = 1 << 15;

/// Turns rows into a file.
pub(crate) struct Encoder {
    writer: SerializedFileWriter<Vec<u8>>,
    columns: Columns,
}

impl Encoder {
    pub(crate) fn new() -> Result<Self, ParquetError> {
        let writer = SerializedFileWriter::new(Vec::new(), schema()?, Arc::new(properties()?))?;
        Ok(Self { writer, columns: Columns::default() })
    }

    /// Takes rows; gives the bytes that came of them.
    pub(crate) fn push(&mut self, rows: Vec<Decision>) -> Result<Vec<u8>, ParquetError> {
        for row in rows {
            self.columns.push(row);
            if self.columns.rows() == GROUP {
                self.group()?;
            }
        }
        self.writer.flush()?;
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    /// The rest of the bytes.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, ParquetError> {
        self.group()?;
        self.writer.into_inner()
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        if self.columns.rows() > 0 {
            std::mem::take(&mut self.columns).write(self.writer.next_row_group()?)?;
        }
        Ok(())
    }
}
