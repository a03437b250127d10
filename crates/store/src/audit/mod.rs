//! Looking at a store from outside: copied, checked against itself, backed up. Needs no keyring and changes nothing.

mod backup;
mod chains;
mod checkpoints;
mod erasures;
mod export;
mod finding;
mod scores;

pub use erasures::erasures_in;
pub use finding::{Audited, Finding, MAX_FINDINGS};

use crate::{DatabaseOptions, Result, database::Database, ledger::PublicKey};

/// A database that is looked at. Whoever serves from it goes on.
pub struct Audit {
    database: Database,
}

impl Audit {
    /// Opens a database that exists. Its tables are left as they are.
    ///
    /// # Errors
    /// [`crate::Error::Opening`].
    pub async fn open(options: &DatabaseOptions) -> Result<Self> {
        Ok(Self { database: Database::open_existing(options).await? })
    }

    /// Checks everything against everything: entries against their chain, chains against their trees, checkpoints and
    /// signatures, scores against their entries, and, of SQLite, the file. With keys, checkpoints must be signed by one of them.
    ///
    /// # Errors
    /// Where the database cannot be read at all; what is wrong with its content is in the report.
    pub async fn verify(&self, keys: &[PublicKey]) -> Result<Audited> {
        let mut audited = Audited::default();
        backup::check_file(&self.database, &mut audited).await?;
        let mut view = self.database.report_view().await?;
        let marks = checkpoints::verify(&mut view, keys, &mut audited).await?;
        chains::verify(&mut view, marks, &mut audited).await?;
        scores::verify(&mut view, &mut audited).await?;
        Ok(audited)
    }

    /// Lets go of the database.
    pub async fn close(self) {
        self.database.close().await;
    }
}
