//! The SQL dialects that a scorecard is written in.

use std::{fmt, str::FromStr};

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// PostgreSQL 13 and later, Aurora, and what speaks its language.
    PostgreSql,
    /// SQLite 3.35 and later.
    Sqlite,
    /// DuckDB.
    DuckDb,
    /// Trino, Presto and Amazon Athena; Apache DataFusion reads it too.
    Trino,
    /// Apache Spark SQL 3 and later, and Databricks.
    Spark,
    /// Google BigQuery (GoogleSQL).
    BigQuery,
    /// Snowflake.
    Snowflake,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 7] =
        [Self::PostgreSql, Self::Sqlite, Self::DuckDb, Self::Trino, Self::Spark, Self::BigQuery, Self::Snowflake];

    /// Its name on the command line, e.g. `postgresql`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgresql",
            Self::Sqlite => "sqlite",
            Self::DuckDb => "duckdb",
            Self::Trino => "trino",
            Self::Spark => "spark",
            Self::BigQuery => "bigquery",
            Self::Snowflake => "snowflake",
        }
    }

    /// Its name as its makers write it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL",
            Self::Sqlite => "SQLite",
            Self::DuckDb => "DuckDB",
            Self::Trino => "Trino/Athena",
            Self::Spark => "Spark",
            Self::BigQuery => "BigQuery",
            Self::Snowflake => "Snowflake",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        let other_name = match lower.as_str() {
            "postgres" | "pg" | "aurora" => Some(Self::PostgreSql),
            "athena" | "presto" | "datafusion" => Some(Self::Trino),
            "databricks" => Some(Self::Spark),
            _ => None,
        };
        other_name.or_else(|| Self::ALL.into_iter().find(|dialect| dialect.name() == lower)).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.into_iter().map(Self::name).collect();
            format!("there is no SQL dialect `{name}`; choose one of {}", known.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_neighbours_are_known() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
        assert_eq!("Athena".parse(), Ok(Dialect::Trino));
        assert!("oracle".parse::<Dialect>().unwrap_err().contains("postgresql, sqlite"));
    }
}
