//! Backups of the embedded database: a copy of one state, made while serving goes on.

use std::path::Path;

use super::{Audit, Audited};
use crate::{
    Error, Face, Result,
    database::{Database, Session, Sql, values},
};

impl Audit {
    /// Writes a copy of the database, as of one moment, into a file that is empty or not there. What was erased is not in
    /// it; the keyring is not either.
    ///
    /// # Errors
    /// [`Error::Invalid`] on PostgreSQL, whose own tools make backups; those of the database.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        if self.database.face() == Face::Postgres {
            let said = "PostgreSQL is backed up by its own tools (pg_dump, snapshots), not by this command";
            return Err(Error::Invalid(said.to_owned()));
        }
        let path = file.to_str().ok_or_else(|| Error::Invalid("the name of the backup is not UTF-8".to_owned()))?;
        let mut connection = self.database.write().await?;
        connection.execute("writing the backup", Sql::from("VACUUM INTO $1"), values![path]).await.map(drop)
    }
}

/// Has SQLite check its file: pages, indexes, references.
pub(super) async fn check_file(database: &Database, audited: &mut Audited) -> Result<()> {
    if database.face() == Face::Postgres {
        return Ok(());
    }
    let mut session = database.read().await?;
    for row in session.fetch("checking the file", Sql::from("PRAGMA integrity_check(100)"), vec![]).await? {
        let said: String = row.get(0)?;
        if said != "ok" {
            audited.find("database file", said);
        }
    }
    for row in session.fetch("checking references", Sql::from("PRAGMA foreign_key_check"), vec![]).await? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        audited.find(format!("table {table}"), format!("a row names something in `{parent}` that is not there"));
    }
    Ok(())
}
