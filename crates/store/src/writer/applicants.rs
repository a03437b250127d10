//! Whose key an entry is sealed under: looked up for a whole batch at once, made where the person is new.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    Error, Moment, Result,
    database::{Face, Session, Transaction, Value, bulk, values},
    sealing::{ApplicantKey, Keys, Lookup, random},
};

/// How an applicant is added, and the number of values.
pub(super) const APPLICANT: (&str, usize) =
    ("INSERT INTO applicants (id, lookup, kek, wrapped, reference, created)", 6);

/// Rounds in which other instances may get ahead of this one.
const ROUNDS: usize = 4;

/// An applicant whose key is at hand.
pub(super) struct Keyed {
    pub(super) id: Uuid,
    pub(super) key: ApplicantKey,
}

/// The applicants of a batch.
#[derive(Default)]
pub(super) struct Applicants {
    by_lookup: HashMap<Lookup, Keyed>,
    by_id: HashMap<Uuid, ApplicantKey>,
    /// Rows that are still to be added, with the entries.
    new: Vec<Value>,
}

/// An applicant that an entry names by reference, or nobody's name with a lookup of its own.
pub(super) struct Wanted<'c> {
    pub(super) lookup: Lookup,
    pub(super) reference: Option<&'c str>,
}

impl Applicants {
    pub(super) fn by_lookup(&self, lookup: &Lookup) -> Option<&Keyed> {
        self.by_lookup.get(lookup)
    }

    pub(super) fn by_id(&self, id: Uuid) -> Option<&ApplicantKey> {
        self.by_id.get(&id)
    }

    /// The rows that are still to be added.
    pub(super) fn into_new_rows(self) -> Vec<Value> {
        self.new
    }

    /// Reads one that must be there, and keeps it from being erased until the transaction ends.
    pub(super) async fn require(&mut self, id: Uuid, keys: &Keys, transaction: &mut Transaction) -> Result<()> {
        let sql = match transaction.face() {
            Face::Sqlite => "SELECT kek, wrapped FROM applicants WHERE id = $1",
            Face::Postgres => "SELECT kek, wrapped FROM applicants WHERE id = $1 FOR KEY SHARE",
        };
        let row = transaction.fetch_optional("reading an applicant", sql, values![id]).await?.ok_or(Error::Erased)?;
        self.by_id.insert(id, keys.applicant(id, row.id(0)?, &row.get::<Vec<u8>>(1)?).await?);
        Ok(())
    }

    /// Reads those that are there and makes the others.
    pub(super) async fn resolve(
        &mut self,
        wanted: Vec<Wanted<'_>>,
        keys: &Keys,
        now: Moment,
        transaction: &mut Transaction,
    ) -> Result<()> {
        let mut missing: HashMap<Lookup, Wanted<'_>> = wanted.into_iter().map(|one| (one.lookup, one)).collect();
        for _ in 0..ROUNDS {
            if missing.is_empty() {
                return Ok(());
            }
            self.read(&mut missing, keys, transaction).await?;
            self.create(&mut missing, keys, now, transaction).await?;
        }
        match missing.len() {
            0 => Ok(()),
            count => Err(Error::Unavailable(format!("{count} applicants were made by another instance just now"))),
        }
    }

    async fn read(
        &mut self,
        missing: &mut HashMap<Lookup, Wanted<'_>>,
        keys: &Keys,
        transaction: &mut Transaction,
    ) -> Result<()> {
        let named = missing.values().filter(|one| one.reference.is_some());
        let lookups: Vec<Value> = named.map(|one| Value::from(one.lookup)).collect();
        let lock = match transaction.face() {
            Face::Sqlite => "",
            Face::Postgres => "FOR KEY SHARE",
        };
        let head = "SELECT lookup, id, kek, wrapped FROM applicants WHERE lookup";
        for row in bulk::select(transaction, "looking applicants up", head, lookups, lock).await? {
            let (lookup, id) = (row.bytes::<32>(0)?, row.id(1)?);
            let key = keys.applicant(id, row.id(2)?, &row.get::<Vec<u8>>(3)?).await?;
            self.by_lookup.insert(lookup, Keyed { id, key });
            missing.remove(&lookup);
        }
        Ok(())
    }

    async fn create(
        &mut self,
        missing: &mut HashMap<Lookup, Wanted<'_>>,
        keys: &Keys,
        now: Moment,
        transaction: &mut Transaction,
    ) -> Result<()> {
        // In one order everywhere, so that two instances that make the same people do not wait for one another.
        let mut order: Vec<Lookup> = missing.keys().copied().collect();
        order.sort_unstable();
        let mut made = HashMap::with_capacity(order.len());
        let mut rows = Vec::with_capacity(order.len() * 6);
        for lookup in order {
            let Some(one) = missing.get(&lookup) else { continue };
            // In the order of time: new rows lie together, in the table and in the index of scores by applicant.
            let id = Uuid::now_v7();
            let (key, kek, wrapped) = keys.new_applicant(id)?;
            let reference = one.reference.map(|reference| key.seal(id, reference.as_bytes())).transpose()?;
            rows.extend(values![id, lookup, kek, wrapped, reference, now.micros()]);
            made.insert(lookup, Keyed { id, key });
        }
        if transaction.face() == Face::Sqlite {
            // Nobody writes beside this transaction: who was not there a moment ago is not there.
            missing.retain(|lookup, _| !made.contains_key(lookup));
            self.by_lookup.extend(made);
            self.new.extend(rows);
            return Ok(());
        }
        let tail = "ON CONFLICT (lookup) DO NOTHING RETURNING lookup";
        for row in bulk::insert(transaction, "making applicants", APPLICANT.0, APPLICANT.1, rows, tail).await? {
            let lookup = row.bytes::<32>(0)?;
            if let Some(keyed) = made.remove(&lookup) {
                self.by_lookup.insert(lookup, keyed);
                missing.remove(&lookup);
            }
        }
        Ok(())
    }
}

/// The lookup of somebody without a name: random, so that nothing finds it.
pub(super) fn unnamed() -> Result<Lookup> {
    Ok(*random::<32>()?)
}
