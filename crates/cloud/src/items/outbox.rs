//! Changes that the ledger does not have yet, and how they come into it.

use store::{Error, Idempotency, MadeElsewhere, NewEntry, Result};
use uuid::Uuid;

use super::{
    DynamoItems,
    rows::{CHANGE, key},
    writes::repeat_key,
};
use crate::dynamodb::{Attributes, Row, bytes, text};

/// What the ledger's entries of items are called.
const KIND: &str = "item";

/// A change whose entry the ledger does not have yet.
pub(super) struct Pending {
    /// The change's id, and its entry's.
    pub(super) id: Uuid,
    /// What is recorded, as [`NewEntry::members`].
    members: String,
    /// How the request is recognised when it comes again; its answer is sealed.
    pub(super) repeat: Option<Idempotency>,
}

impl Pending {
    pub(super) fn new(entry: NewEntry, repeat: Option<Idempotency>) -> Self {
        Self { id: Uuid::now_v7(), members: entry.members, repeat }
    }

    /// The row that stands for it.
    pub(super) fn row(&self) -> Attributes {
        let mut row = key(CHANGE, &self.id.to_string());
        row.insert("members".to_owned(), text(&self.members));
        if let Some(repeat) = &self.repeat {
            row.insert("repeat".to_owned(), bytes(repeat.key));
            row.insert("request".to_owned(), bytes(repeat.request));
            row.extend(repeat.answer.as_ref().map(|answer| ("answer".to_owned(), bytes(answer.clone()))));
        }
        row
    }

    fn read(row: &Row<'_>) -> Result<Self> {
        let repeat = match row.bytes_if_any("repeat") {
            None => None,
            Some(_) => Some(Idempotency {
                key: row.hash("repeat")?,
                request: row.hash("request")?,
                answer: row.bytes_if_any("answer").map(<[u8]>::to_vec),
            }),
        };
        Ok(Self { id: row.id("sk")?, members: row.text("members")?.to_owned(), repeat })
    }
}

impl DynamoItems {
    /// A change that waits, if it still does.
    pub(super) async fn pending(&self, id: Uuid) -> Result<Option<Pending>> {
        let row = self.table.get("reading a change", key(CHANGE, &id.to_string())).await?;
        row.as_ref().map(Pending::read).transpose()
    }

    /// Has a change recorded, and lets go of its row. Whether it was recorded now, and not before.
    pub(super) async fn record(&self, pending: Pending) -> Result<bool> {
        let Pending { id, members, repeat } = pending;
        let is_new = self.store.record_once(MadeElsewhere { id, kind: KIND, members, repeat }).await?;
        let asked = self.table.client.delete_item().table_name(&self.table.name);
        if let Err(error) = asked.set_key(Some(key(CHANGE, &id.to_string()))).send().await {
            // It is recorded; whoever finds the row sees that.
            let fault = self.table.fault("letting go of a change", &error);
            tracing::debug!(%fault, "a change that is recorded waits on");
        }
        Ok(is_new)
    }

    /// Brings a change into the ledger, if it waits.
    pub(super) async fn settle_one(&self, id: Uuid) -> Result<()> {
        match self.pending(id).await? {
            Some(pending) => self.record(pending).await.map(drop),
            None => Ok(()),
        }
    }

    /// Brings the change that an Idempotency-Key led to into the ledger, if it waits: the request is answered from there.
    pub(super) async fn settle_repeated(&self, hash: &[u8; 32]) -> Result<()> {
        match self.table.get("looking a request up", repeat_key(hash)).await? {
            Some(row) => self.settle_one(row.id("change")?).await,
            None => Ok(()),
        }
    }

    /// Brings all changes that wait into the ledger, in the order in which they were made. Gives how many were not in it.
    pub(super) async fn settle_all(&self) -> Result<u64> {
        let asked = self.ask().consistent_read(true).key_condition_expression("pk = :pk");
        let asked = asked.expression_attribute_values(":pk", text(CHANGE));
        let waiting = self.query("looking for changes that wait", asked, usize::MAX).await?;
        let (mut recorded, mut trouble) = (0, None);
        for row in &waiting {
            let outcome = match Pending::read(row) {
                Ok(pending) => self.record(pending).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(is_new) => recorded += u64::from(is_new),
                // The ledger is away: so it is for the next.
                Err(error) if error.is_temporary() => return Err(error),
                // One that cannot be recorded keeps no other from it.
                Err(error) => trouble = Some(error),
            }
        }
        trouble.map_or(Ok(recorded), Err::<u64, Error>)
    }
}
