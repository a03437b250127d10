//! The store: what is opened once and handed to whoever needs something that lasts.

use std::sync::Arc;

use crate::{
    Change, DatabaseOptions, Face, Keyring, PoolUse, Recorded, Result, WriterOptions,
    database::{Database, QUICK, Session},
    sealing::Keys,
    writer::Writer,
};

/// How a store is opened.
pub struct StoreOptions {
    /// Where the tables are.
    pub database: DatabaseOptions,
    /// What wraps keys and signs.
    pub keyring: Arc<dyn Keyring>,
    /// How the writer works.
    pub writer: WriterOptions,
}

/// Everything that lasts.
pub struct Store {
    pub(crate) database: Arc<Database>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) keyring: Arc<dyn Keyring>,
    /// Told when something was put into the webhooks' outbox here.
    pub(crate) outbox: tokio::sync::Notify,
    writer: Writer,
    writing: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("face", &self.face()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store: connects, brings the tables up to date, has the keys unwrapped, starts the writer.
    ///
    /// # Errors
    /// [`crate::Error::Opening`], [`crate::Error::Migration`], [`crate::Error::Keyring`].
    pub async fn open(options: StoreOptions) -> Result<Self> {
        let database = Arc::new(Database::open(&options.database).await?);
        let keys = Arc::new(Keys::open(Arc::clone(&database), Arc::clone(&options.keyring)).await?);
        let (writer, writing) = Writer::start(Arc::clone(&database), Arc::clone(&keys), options.writer);
        let writing = tokio::sync::Mutex::new(Some(writing));
        let outbox = tokio::sync::Notify::new();
        Ok(Self { database, keys, keyring: options.keyring, outbox, writer, writing })
    }

    /// Which database is behind it.
    #[must_use]
    pub fn face(&self) -> Face {
        self.database.face()
    }

    /// Records a change; once this answers, it lasts.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] where something that it rests on is no longer so; [`crate::Error::Unavailable`] and
    /// [`crate::Error::Overloaded`] where nothing was recorded and trying again may help; [`crate::Error::Uncertain`]
    /// where the store went away meanwhile.
    pub async fn record(&self, change: Change) -> Result<Vec<Recorded>> {
        self.writer.record(change).await
    }

    /// The key that cursors of lists are signed with: the same for all instances over this store, and after a restart.
    #[must_use]
    pub fn cursor_key(&self) -> [u8; 32] {
        self.keys.mark("cursors", &[])
    }

    /// Whether what is personal can be sealed and opened.
    ///
    /// # Errors
    /// What keeps it from it.
    pub fn can_seal(&self) -> Result<()> {
        self.keys.trial()
    }

    /// Whether it can be read and written at the moment.
    ///
    /// # Errors
    /// What keeps it from it.
    pub async fn ready(&self) -> Result<()> {
        if let Some(trouble) = self.writer.trouble() {
            return Err(crate::Error::Unavailable(trouble));
        }
        let mut connection = self.database.read().await?;
        connection.wait_up_to(QUICK);
        connection.fetch("asking the database", "SELECT 1", vec![]).await.map(drop)
    }

    /// A number that changes each time something is recorded here: for followers of the ledger.
    #[must_use]
    pub fn committed(&self) -> tokio::sync::watch::Receiver<u64> {
        self.writer.committed()
    }

    /// Changes that wait to be recorded.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// How busy the connections are.
    #[must_use]
    pub fn pool_use(&self) -> PoolUse {
        self.database.pool_use()
    }

    /// Takes no more changes, records what waits, lets go of the chain, and closes the connections. Whoever still holds
    /// the store is refused from then on.
    pub async fn close(&self) {
        self.writer.finish();
        if let Some(writing) = self.writing.lock().await.take()
            && let Err(error) = writing.await
        {
            tracing::warn!(%error, "the writer ended badly");
        }
        if let Err(error) = self.write_seals().await {
            tracing::warn!(%error, "what the active key sealed last was not counted");
        }
        self.database.close().await;
    }
}
