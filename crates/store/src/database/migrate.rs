//! The tables: made and brought up to date at start, one step a file, for both faces.
//!
//! The files are written for PostgreSQL. SQLite reads the same words, and besides what stands in comments of the form
//! `/*sqlite … */`, such as `WITHOUT ROWID`; a `BIGINT PRIMARY KEY` is its `INTEGER PRIMARY KEY`.

use std::borrow::Cow;

use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use super::{Face, Pools};
use crate::{Error, Result};

/// Each step with its number, in order. A step that was released is never changed: a new one follows it.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "ledger", include_str!("../../migrations/0001_ledger.sql")),
    (2, "access", include_str!("../../migrations/0002_access.sql")),
    (3, "registry", include_str!("../../migrations/0003_registry.sql")),
    (4, "monitoring", include_str!("../../migrations/0004_monitoring.sql")),
    (5, "catalogue", include_str!("../../migrations/0005_catalogue.sql")),
    (6, "webhooks", include_str!("../../migrations/0006_webhooks.sql")),
    (7, "reviews", include_str!("../../migrations/0007_reviews.sql")),
    (8, "batches", include_str!("../../migrations/0008_batches.sql")),
    (9, "service keys", include_str!("../../migrations/0009_service_keys.sql")),
    (10, "lake", include_str!("../../migrations/0010_lake.sql")),
    (11, "trainings", include_str!("../../migrations/0011_trainings.sql")),
];

pub(super) async fn run(pools: &Pools) -> Result<()> {
    let face = pools.face();
    let migrator = Migrator { migrations: Cow::Owned(steps(face)), ..Migrator::DEFAULT };
    match pools {
        Pools::Sqlite { write, .. } => migrator.run(write).await,
        Pools::Postgres(server) => migrator.run(&server.pool()).await,
    }
    .map_err(Error::Migration)
}

fn steps(face: Face) -> Vec<Migration> {
    let step = |(number, name, sql): &(i64, &'static str, &'static str)| {
        let sql = AssertSqlSafe(written_for(face, sql)).into_sql_str();
        Migration::new(*number, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    };
    STEPS.iter().map(step).collect()
}

fn written_for(face: Face, sql: &str) -> String {
    match face {
        Face::Postgres => sql.to_owned(),
        Face::Sqlite => {
            // Only this word makes the key the place of the row itself instead of an index beside the table.
            let sql = sql.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
            let mut parts = sql.split("/*sqlite ");
            let mut written = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                written.push_str(&part.replacen("*/", "", 1));
            }
            written
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Face, STEPS, written_for};

    #[test]
    fn sqlite_reads_what_stands_in_its_comments() {
        let sql = "CREATE TABLE a (b BIGINT) /*sqlite WITHOUT ROWID*/; CREATE TABLE c (d BIGINT PRIMARY KEY);";
        let written = "CREATE TABLE a (b BIGINT) WITHOUT ROWID; CREATE TABLE c (d INTEGER PRIMARY KEY);";
        assert_eq!(written_for(Face::Sqlite, sql), written);
        assert_eq!(written_for(Face::Postgres, sql), sql);
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        for (place, (number, ..)) in STEPS.iter().enumerate() {
            assert_eq!(usize::try_from(*number).unwrap(), place + 1);
        }
    }
}
