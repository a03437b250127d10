//! SQLite: the table is written anew, every page it had is overwritten, and the write-ahead log is cut.

use super::{Outcome, mark, note};
use crate::{
    Error, Result,
    database::{Database, Session},
};

/// Milliseconds that one attempt at the log waits for readers, while nothing else is written.
const PATIENCE: &str = "PRAGMA busy_timeout = 100";
/// What connections are opened with.
const USUAL: &str = "PRAGMA busy_timeout = 5000";

/// Deleting all rows frees all pages but the first, which `secure_delete` overwrites with zeros, copies that were left
/// by splits included.
const STEPS: [&str; 4] = [
    "CREATE TABLE applicants_moving AS SELECT * FROM applicants",
    "DELETE FROM applicants",
    "INSERT INTO applicants SELECT * FROM applicants_moving ORDER BY id",
    "DROP TABLE applicants_moving",
];

pub(super) async fn attempt(database: &Database) -> Result<Outcome> {
    let mut transaction = database.begin().await?;
    let mark = mark(&mut transaction).await?;
    for step in STEPS {
        transaction.execute("writing applicants anew", step, vec![]).await?;
    }
    transaction.commit("writing applicants anew").await?;
    if !cut_log(database).await? {
        return Ok(Outcome::Busy);
    }
    note(&mut database.write().await?, mark).await?;
    Ok(Outcome::Done)
}

/// Folds the log into the file and cuts it to nothing. False where a reader still needs it.
async fn cut_log(database: &Database) -> Result<bool> {
    let mut connection = database.write().await?;
    connection.execute("setting a wait", PATIENCE, vec![]).await?;
    let answer = connection.fetch("cutting the log", "PRAGMA wal_checkpoint(TRUNCATE)", vec![]).await;
    connection.execute("setting a wait", USUAL, vec![]).await?;
    let row = answer?.into_iter().next();
    let row = row.ok_or_else(|| Error::Corrupt("SQLite does not say whether it cut its log".to_owned()))?;
    Ok(row.get::<i64>(0)? == 0)
}
