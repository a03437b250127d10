//! A row of either face.

use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};

use crate::{Error, Result};

/// A row that a statement gave.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a cell may be read as: `i64`, `f64`, `String`, `Vec<u8>`, and options of these.
pub(crate) trait Cell:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Cell for T where T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl Row {
    /// The cell at a place, counted from 0.
    pub(crate) fn get<T: Cell>(&self, place: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => row.try_get(place),
            Self::Postgres(row) => row.try_get(place),
        }
        .map_err(|source| Error::Database { doing: "reading a row", source })
    }

    /// A cell of 16 bytes as an id.
    pub(crate) fn id(&self, place: usize) -> Result<uuid::Uuid> {
        let bytes: Vec<u8> = self.get(place)?;
        uuid::Uuid::from_slice(&bytes)
            .map_err(|_| Error::Corrupt(format!("an id of {} bytes where 16 are expected", bytes.len())))
    }

    /// A cell of exactly `N` bytes.
    pub(crate) fn bytes<const N: usize>(&self, place: usize) -> Result<[u8; N]> {
        let bytes: Vec<u8> = self.get(place)?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| Error::Corrupt(format!("{length} bytes where {N} are expected")))
    }

    /// A cell that holds a count.
    pub(crate) fn count(&self, place: usize) -> Result<u64> {
        let value: i64 = self.get(place)?;
        u64::try_from(value).map_err(|_| Error::Corrupt(format!("{value} where a count is expected")))
    }
}
