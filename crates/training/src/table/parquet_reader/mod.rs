//! Parquet in: flat tables of numbers, texts, truth values, dates and decimals, with nulls.
//!
//! Each column is read by itself through all row groups, several at a time: beside the packed file, only finished
//! columns stand in memory.

mod kind;
mod pages;
mod values;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use bytes::Bytes;
use parquet::file::{
    reader::{FileReader, SerializedFileReader},
    serialized_reader::ReadOptionsBuilder,
};
use rayon::prelude::*;

use self::kind::Kind;
use super::{
    Column, LeftOut, ReadOptions, Table, Unread,
    open::{MAX_BYTES, MAX_COLUMNS, MAX_ROWS, check_named, fault, hash, none_left},
    set_aside::Faults,
};
use crate::{Error, Result};

/// Reads Parquet from bytes; `name` is what messages call it.
///
/// # Errors
/// [`Error::Table`] where the bytes are no well-formed Parquet file or too large a table; [`Error::Column`] where a
/// column's type is none that a table holds, or its values contradict `options`.
pub(super) fn read_parquet(bytes: Vec<u8>, name: &str, options: &ReadOptions) -> Result<Table> {
    // The decoders of the `parquet` crate are not proof against every damaged file: a panic of theirs is one here too.
    catch_unwind(AssertUnwindSafe(|| read(bytes, name, options)))
        .unwrap_or_else(|_| Err(fault(name, None, "is a damaged Parquet file; write it again")))
}

fn read(bytes: Vec<u8>, name: &str, options: &ReadOptions) -> Result<Table> {
    let data_hash = hash(&bytes);
    let damaged = |error: parquet::errors::ParquetError| fault(name, None, format!("no sound Parquet file: {error}"));
    let reader = SerializedFileReader::new_with_options(Bytes::from(bytes), ReadOptionsBuilder::new().build());
    let reader = reader.map_err(damaged)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    if schema.num_columns() > MAX_COLUMNS {
        return Err(fault(name, None, format!("has {} columns; the limit is {MAX_COLUMNS}", schema.num_columns())));
    }
    let rows = rows(metadata.row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows));
    let rows = rows.ok_or_else(|| fault(name, None, format!("has more than {MAX_ROWS} rows, the limit")))?;
    if rows == 0 {
        return Err(fault(name, None, "has columns but no rows"));
    }
    if rows as u64 * schema.num_columns() as u64 > MAX_BYTES / 8 {
        let problem =
            format!("{rows} rows of {} columns do not fit in memory; leave columns out", schema.num_columns());
        return Err(fault(name, None, problem));
    }
    let mut seen = BTreeSet::new();
    let mut kinds = Vec::with_capacity(schema.num_columns());
    let mut left_out: Vec<LeftOut> = Vec::new();
    for (index, column) in schema.columns().iter().enumerate() {
        let path = column.path().string();
        if path.trim().is_empty() {
            return Err(fault(name, None, "a column has no name; name it"));
        }
        if !seen.insert(path.clone()) {
            return Err(fault(name, None, format!("two columns are named `{path}`; rename one")));
        }
        match Kind::of(column) {
            Ok(kind) => kinds.push((index, path, kind)),
            Err(problem) => {
                // Of a nested column, the name is that of the whole.
                let name = column.path().parts().first().cloned().unwrap_or_default();
                if !options.may_leave_out(&name) {
                    return Err(Error::Column { column: path, problem });
                }
                if left_out.iter().all(|known| known.name != name) {
                    left_out.push(LeftOut { name, problem });
                }
            }
        }
    }
    options.check_cells(rows, kinds.len(), name)?;
    let columns: Result<Vec<(Column, Faults)>> = kinds
        .par_iter()
        .map(|(index, path, kind)| {
            let mut values = values::Values::new(path, *kind, options);
            pages::each_value(&reader, *index, *kind, &mut |value| values.push(value)).map_err(|stop| match stop {
                pages::Stop::Damaged(error) => fault(name, None, format!("column `{path}`: damaged: {error}")),
                pages::Stop::Refused(problem) => Error::Column { column: path.clone(), problem },
            })?;
            Ok(values.finish())
        })
        .collect();
    let (mut columns, faults) = columns?.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
    let mut lines: Vec<u64> = if options.set_aside { (1..=rows as u64).collect() } else { Vec::new() };
    let mut unread = Unread::default();
    unread.take_out(&mut columns, faults, &mut lines);
    let rows = rows - usize::try_from(unread.rows).unwrap_or(rows);
    none_left(rows, &unread, name)?;
    check_named(Table { columns, rows, source: name.into(), data_hash, lines, unread, left_out }, options)
}

/// The rows of all groups; `None` where that is negative or above the limit.
fn rows(groups: impl Iterator<Item = i64>) -> Option<usize> {
    let mut sum = 0_usize;
    for rows in groups {
        sum = sum.checked_add(usize::try_from(rows).ok()?)?;
    }
    (sum <= MAX_ROWS).then_some(sum)
}
