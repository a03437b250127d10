//! Values that go into a statement: the four kinds that every face can hold, and whole columns of them for PostgreSQL.

use sqlx::{Arguments, postgres::PgArguments, sqlite::SqliteArguments};

use crate::{Error, Result};

/// A value bound to a statement. NULL keeps its kind, for PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    /// Many values of one kind: PostgreSQL's arrays. SQLite has none.
    Column(Column),
}

/// Values of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    Integers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    /// An empty column for values of the kind of this one.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Integer(_) => Self::Integers(Vec::new()),
            Value::Real(_) => Self::Reals(Vec::new()),
            Value::Text(_) => Self::Texts(Vec::new()),
            Value::Bytes(_) => Self::Bytes(Vec::new()),
            Value::Column(column) => column.clone(),
        }
    }

    /// Adds a value of its kind.
    pub(super) fn push(&mut self, value: Value) -> Result<()> {
        match (self, value) {
            (Self::Integers(column), Value::Integer(value)) => column.push(value),
            (Self::Reals(column), Value::Real(value)) => column.push(value),
            (Self::Texts(column), Value::Text(value)) => column.push(value),
            (Self::Bytes(column), Value::Bytes(value)) => column.push(value),
            _ => return Err(Error::binding("a column of values of several kinds".into())),
        }
        Ok(())
    }

    /// What PostgreSQL calls its type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Integers(_) => "BIGINT[]",
            Self::Reals(_) => "DOUBLE PRECISION[]",
            Self::Texts(_) => "TEXT[]",
            Self::Bytes(_) => "BYTEA[]",
        }
    }
}

macro_rules! values_from {
    ($($from:ty => $kind:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$kind(Some(value.into()))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$kind(value.map(Into::into))
            }
        }
    )*};
}

values_from! {
    i64 => Integer, i32 => Integer, u32 => Integer, bool => Integer,
    f64 => Real,
    String => Text, &str => Text,
    Vec<u8> => Bytes, &[u8] => Bytes, [u8; 16] => Bytes, [u8; 32] => Bytes,
}

impl From<uuid::Uuid> for Value {
    fn from(id: uuid::Uuid) -> Self {
        Self::from(id.into_bytes())
    }
}

impl From<Option<uuid::Uuid>> for Value {
    fn from(id: Option<uuid::Uuid>) -> Self {
        Self::from(id.map(uuid::Uuid::into_bytes))
    }
}

/// A count as tables hold it.
pub(crate) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A list of values: `values![id, name, 3_i64]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::database::Value::from($value)),*] };
}
pub(crate) use values;

pub(super) fn for_sqlite(values: Vec<Value>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Integer(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Column(_) => Err("SQLite has no arrays".into()),
        }
        .map_err(Error::binding)?;
    }
    Ok(arguments)
}

pub(super) fn for_postgres(values: Vec<Value>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Integer(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Column(Column::Integers(values)) => arguments.add(values),
            Value::Column(Column::Reals(values)) => arguments.add(values),
            Value::Column(Column::Texts(values)) => arguments.add(values),
            Value::Column(Column::Bytes(values)) => arguments.add(values),
        }
        .map_err(Error::binding)?;
    }
    Ok(arguments)
}
