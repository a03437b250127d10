//! Changes that are made elsewhere, and become an entry of the ledger once, however often that is asked for.

use ring::digest::{Context, SHA256};
use uuid::Uuid;

use crate::{Change, Conflict, Error, Idempotency, Moment, NewEntry, Result, Store, database::values};

/// A change that was made where the ledger is not.
pub struct MadeElsewhere {
    /// The change's id, which its entry takes.
    pub id: Uuid,
    /// What is recorded, as [`NewEntry::kind`].
    pub kind: &'static str,
    /// What is recorded, as [`NewEntry::members`].
    pub members: String,
    /// How the request that led to it is recognised when it comes again.
    pub repeat: Option<Idempotency>,
}

impl Store {
    /// Records a change that was made elsewhere, unless it was recorded before: by whom and when does not matter, and two
    /// at once record it once. Whether this call recorded it.
    ///
    /// # Errors
    /// As [`Store::record`], without [`Conflict::Repeated`].
    pub async fn record_once(&self, made: MadeElsewhere) -> Result<bool> {
        let MadeElsewhere { id, kind, members, repeat } = made;
        let now = Moment::now().micros();
        let entry = NewEntry { kind, id: Some(id), members, personal: None, score: None };
        // The mark stands against others that record it in this moment; it is forgotten one day, the entry never is.
        let sql = "INSERT INTO idempotency (key, request, created, answer) SELECT $1, $1, $2, $3 \
                   WHERE NOT EXISTS (SELECT 1 FROM entry_subjects WHERE subject = $4) ON CONFLICT (key) DO NOTHING";
        let values = values![mark(id), now, Vec::<u8>::new(), id];
        let mut change = Change::entry(entry).with_one("marking a change", sql, values, Conflict::Repeated);
        if let Some(Idempotency { key, request, answer }) = repeat {
            // Where the change was made it was decided that the key was free: what lies here is out of date.
            let sql = "INSERT INTO idempotency (key, request, created, answer) VALUES ($1, $2, $3, $4) ON CONFLICT (key) \
                       DO UPDATE SET request = excluded.request, created = excluded.created, score = NULL, \
                       answer = excluded.answer";
            change = change.with("marking a request", sql, values![key, request, now, answer]);
        }
        match self.record(change).await {
            Ok(_) => Ok(true),
            Err(Error::Conflict(Conflict::Repeated)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What a change is marked by among the keys of requests.
fn mark(id: Uuid) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(b"made elsewhere");
    context.update(id.as_bytes());
    let mut mark = [0; 32];
    mark.copy_from_slice(context.finish().as_ref());
    mark
}
