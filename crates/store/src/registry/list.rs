//! Finding what is registered.

use uuid::Uuid;

use super::{
    Deployment, DocumentKind, Registered,
    documents::{COLUMNS, not_found},
};
use crate::{
    Result, Store,
    database::{Session, Transaction, Value, values},
    ledger::Hash,
};

impl Store {
    /// A document by id.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub async fn registered(&self, kind: DocumentKind, id: Uuid) -> Result<Registered> {
        let mut view = self.database.snapshot().await?;
        registered(&mut view, kind, id).await
    }

    /// A document by hash, if there is one.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn registered_by_hash(&self, kind: DocumentKind, hash: Hash) -> Result<Option<Registered>> {
        let mut view = self.database.snapshot().await?;
        let deployment = Deployment::read(&mut view).await?;
        let sql = format!("SELECT {COLUMNS} FROM documents WHERE kind = $1 AND hash = $2");
        let row = view.fetch_optional("reading a document's card", sql, values![kind.number(), hash.0]).await?;
        row.map(|row| Registered::read(&row, &deployment)).transpose()
    }

    /// Documents of a kind, the newest first, from below an id on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn registered_list(
        &self,
        kind: DocumentKind,
        below: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Registered>> {
        let mut view = self.database.snapshot().await?;
        let deployment = Deployment::read(&mut view).await?;
        let sql = format!("SELECT {COLUMNS} FROM documents WHERE kind = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values: Vec<Value> = values![kind.number(), below.unwrap_or(Uuid::max()), limit];
        let rows = view.fetch("listing documents", sql, values).await?;
        rows.iter().map(|row| Registered::read(row, &deployment)).collect()
    }
}

pub(super) async fn registered(view: &mut Transaction, kind: DocumentKind, id: Uuid) -> Result<Registered> {
    let deployment = Deployment::read(view).await?;
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE kind = $1 AND id = $2");
    let row = view.fetch_optional("reading a document's card", sql, values![kind.number(), id]).await?;
    Registered::read(&row.ok_or_else(|| not_found(kind, &id.to_string()))?, &deployment)
}
