//! Rows of a Parquet file, a row group at a time.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
};

use parquet::{
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    record::reader::RowIter,
    schema::types::Type,
};

use crate::{
    Error, Result,
    chunk::{Chunk, Records},
    parquet_column::ParquetColumn,
    reader::Source,
};

/// Rows of a chunk.
const ROWS: usize = 8192;

/// The columns of a file.
pub(crate) struct Found {
    /// Names of those that rows have.
    pub(crate) header: Vec<String>,
    /// The same columns.
    pub(crate) columns: Vec<ParquetColumn>,
    /// Nested ones, and others that rows cannot have.
    pub(crate) left_out: Vec<String>,
}

/// A Parquet file as a source of chunks.
pub(crate) struct ParquetSource {
    name: String,
    rows: RowIter<'static>,
    number: u64,
    next_row: u64,
    bytes_a_row: f64,
}

impl ParquetSource {
    /// Opens a file; gives its columns too.
    pub(crate) fn open(file: File, name: &str) -> Result<(Self, Found)> {
        let fault = |problem: String| Error::Input { name: name.to_owned(), line: None, problem };
        let size = file.metadata().map_err(|source| crate::reader::file(name, source))?.len();
        let reader = SerializedFileReader::new(file).map_err(|error| fault(format!("is no Parquet file: {error}")))?;
        let metadata = reader.metadata().file_metadata();
        let rows = metadata.num_rows().max(1);
        let schema = metadata.schema_descr();
        let damaged = |error: ParquetError| fault(format!("is no sound Parquet file: {error}"));
        let mut found = Found { header: Vec::new(), columns: Vec::new(), left_out: Vec::new() };
        let mut flat = Vec::new();
        for column in schema.columns() {
            match ParquetColumn::of(column).map_err(damaged)? {
                Some(of) => {
                    found.header.push(column.name().to_owned());
                    found.columns.push(of);
                    flat.push(column.self_type_ptr());
                }
                None => {
                    // Of a nested column, the name is that of the whole.
                    let name = column.path().parts().first().cloned().unwrap_or_default();
                    if !found.left_out.contains(&name) {
                        found.left_out.push(name);
                    }
                }
            }
        }
        let projected = Type::group_type_builder(schema.name()).with_fields(flat).build().map_err(damaged)?;
        let rows_of = RowIter::from_file_into(Box::new(reader));
        let rows_of =
            if found.left_out.is_empty() { rows_of } else { rows_of.project(Some(projected)).map_err(damaged)? };
        let source = Self {
            name: name.to_owned(),
            rows: rows_of,
            number: 0,
            next_row: 1,
            bytes_a_row: size as f64 / rows as f64,
        };
        Ok((source, found))
    }
}

impl Source for ParquetSource {
    fn next(&mut self) -> Result<Option<Chunk>> {
        let mut rows = Vec::with_capacity(ROWS);
        while rows.len() < ROWS {
            // The decoders of the `parquet` crate are not proof against every damaged file: a panic of theirs ends the file.
            let next = catch_unwind(AssertUnwindSafe(|| self.rows.next()));
            let damaged = || Some(Err(ParquetError::General("it cannot be decoded".into())));
            match next.unwrap_or_else(|_| damaged()) {
                Some(Ok(row)) => rows.push(row),
                Some(Err(error)) => {
                    return Err(Error::Input {
                        name: self.name.clone(),
                        line: Some(self.next_row + rows.len() as u64),
                        problem: format!("the file is damaged: {error}"),
                    });
                }
                None => break,
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let chunk = Chunk {
            number: self.number,
            first_line: self.next_row,
            read: (self.bytes_a_row * rows.len() as f64) as u64,
            records: Records::Parquet(rows),
        };
        self.number += 1;
        if let Records::Parquet(rows) = &chunk.records {
            self.next_row += rows.len() as u64;
        }
        Ok(Some(chunk))
    }
}
