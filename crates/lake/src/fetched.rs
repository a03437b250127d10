//! Parts of a Parquet file in memory: the footer, then the columns of a row group that are asked for.

use std::io::Cursor;

use bytes::Bytes;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use parquet::{
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData},
        reader::{ChunkReader, Length},
    },
};

use crate::{Error, Result};

/// Bytes that end every file: the footer's length, and the mark.
const TAIL: u64 = 8;
/// The mark.
const MARK: &[u8] = b"PAR1";
/// Bytes that are fetched at first: most footers are in them.
const GUESS: u64 = 64 << 10;
/// The longest footer that is read.
const FOOTER: u64 = 64 << 20;

/// A file's footer.
pub(crate) async fn footer(store: &dyn ObjectStore, file: &ObjectMeta) -> Result<ParquetMetaData> {
    let path = &file.location;
    let broken = || Error::file(path, "it is no Parquet file, or was cut");
    if file.size <= TAIL {
        return Err(broken());
    }
    let fetch = async |from: u64| store.get_range(path, from..file.size).await.map_err(Error::storage("reading", path));
    let mut end = fetch(file.size.saturating_sub(GUESS)).await?;
    let tail = end.len().checked_sub(TAIL as usize).and_then(|from| end.get(from..)).ok_or_else(broken)?;
    let (length, mark) = tail.split_at_checked(4).ok_or_else(broken)?;
    let length = u64::from(u32::from_le_bytes(length.try_into().map_err(|_| broken())?));
    if mark != MARK || length > FOOTER || length + TAIL > file.size {
        return Err(broken());
    }
    if length + TAIL > end.len() as u64 {
        end = fetch(file.size - TAIL - length).await?;
    }
    let from = end.len() - (length + TAIL) as usize;
    let bytes = end.slice(from..from + length as usize);
    ParquetMetaDataReader::decode_metadata(&bytes).map_err(|error| Error::file(path, error))
}

/// Columns of a row group.
#[derive(Debug)]
pub(crate) struct Fetched {
    parts: Vec<(u64, Bytes)>,
}

impl Fetched {
    /// Fetches the columns of these numbers.
    pub(crate) async fn columns(
        store: &dyn ObjectStore,
        file: &ObjectMeta,
        group: &RowGroupMetaData,
        columns: &[usize],
    ) -> Result<Self> {
        let path = &file.location;
        let mut ranges = Vec::with_capacity(columns.len());
        for column in columns {
            let chunk = group.columns().get(*column).ok_or_else(|| Error::file(path, "a column is not there"))?;
            let (start, length) = ColumnChunkMetaData::byte_range(chunk);
            let end = start.checked_add(length).filter(|end| *end <= file.size);
            ranges.push(start..end.ok_or_else(|| Error::file(path, "a column lies outside of it"))?);
        }
        let parts = store.get_ranges(path, &ranges).await.map_err(Error::storage("reading", path))?;
        Ok(Self { parts: ranges.into_iter().map(|range| range.start).zip(parts).collect() })
    }
}

impl Length for Fetched {
    fn len(&self) -> u64 {
        self.parts.iter().map(|(start, bytes)| start + bytes.len() as u64).max().unwrap_or(0)
    }
}

impl ChunkReader for Fetched {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        self.from(start).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let bytes = self.from(start)?;
        if length > bytes.len() {
            return Err(ParquetError::EOF("a page goes beyond its column".to_owned()));
        }
        Ok(bytes.slice(..length))
    }
}

impl Fetched {
    fn from(&self, start: u64) -> Result<Bytes, ParquetError> {
        let holds = |(from, bytes): &&(u64, Bytes)| *from <= start && start < from + bytes.len() as u64;
        let (from, bytes) = self
            .parts
            .iter()
            .find(holds)
            .ok_or_else(|| ParquetError::EOF("a page lies outside of the columns that were fetched".to_owned()))?;
        let skip = usize::try_from(start - from).map_err(|_| ParquetError::EOF("a page lies too far".to_owned()))?;
        Ok(bytes.slice(skip..))
    }
}
