//! Applicants: found by reference, listed, exported with all that is held on them, erased.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Change, Conflict, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session, values},
    sealing::{ApplicantKey, from_base64},
};

/// Longest reference, in characters.
const MAX_REFERENCE: usize = 256;

/// Entries that a page of an export holds.
const PAGE: i64 = 100;

const COLUMNS: &str = "id, kek, wrapped, reference, created";

/// A person on whom something is held.
#[derive(Clone, PartialEq, Eq)]
pub struct Applicant {
    /// What the ledger knows the person by.
    pub id: Uuid,
    /// The lender's reference; absent where the application came without one.
    pub reference: Option<Zeroizing<String>>,
    /// When the person was first heard of.
    pub created: Moment,
}

impl std::fmt::Debug for Applicant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applicant").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a person is erased: a code, so that nothing personal gets into the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// The person asked for it (GDPR, Article 17).
    Request,
    /// The data is no longer needed.
    NoLongerNeeded,
    /// It should not have been recorded.
    Mistake,
    /// A supervisor or court ordered it.
    Order,
}

/// A person who was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Whom the ledger still knows by this id, without anything behind it.
    pub applicant: Uuid,
    /// When.
    pub erased: Moment,
    /// When the last trace of the key was known to be out of the database's own files; absent while that is pending.
    pub destroyed: Option<Moment>,
}

/// Part of all that is held on a person.
#[derive(Debug)]
pub struct ExportPage {
    /// Scores, or where [`Store::export_others`] gave it, other entries: each the entry's clear members, with what was
    /// sealed as `personal`.
    pub entries: Vec<Map<String, Json>>,
    /// Where the next page begins; absent on the last.
    pub next: Option<Vec<u8>>,
}

impl Store {
    /// A person by id.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Erased`].
    pub async fn applicant(&self, id: Uuid) -> Result<Applicant> {
        self.keyed(id).await.map(|(applicant, _)| applicant)
    }

    /// A person by the lender's reference.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn applicant_by_reference(&self, reference: &str) -> Result<Option<Applicant>> {
        if reference.is_empty() || reference.chars().count() > MAX_REFERENCE {
            return Err(Error::Invalid(format!("a reference has 1 to {MAX_REFERENCE} characters")));
        }
        let sql = format!("SELECT {COLUMNS} FROM applicants WHERE lookup = $1");
        let lookup = values![self.keys.lookup(reference)];
        let row = self.database.read().await?.fetch_optional("looking an applicant up", sql, lookup).await?;
        match row {
            Some(row) => Ok(Some(self.read_applicant(&row).await?.0)),
            None => Ok(None),
        }
    }

    /// People after a place (when the last one was first heard of, and the id), in that order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn applicants(&self, after: Option<(Moment, Uuid)>, limit: usize) -> Result<Vec<Applicant>> {
        let (created, id) = after.unwrap_or((Moment::from_micros(-1), Uuid::nil()));
        let sql =
            format!("SELECT {COLUMNS} FROM applicants WHERE (created, id) > ($1, $2) ORDER BY created, id LIMIT $3");
        let values = values![created.micros(), id, i64::try_from(limit).unwrap_or(i64::MAX)];
        let rows = self.database.read().await?.fetch("listing applicants", sql, values).await?;
        let mut applicants = Vec::with_capacity(rows.len());
        for row in rows {
            applicants.push(self.read_applicant(&row).await?.0);
        }
        Ok(applicants)
    }

    /// The hashes of the models that scored a person.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn models_of_applicant(&self, id: Uuid) -> Result<Vec<crate::ledger::Hash>> {
        let sql = "SELECT DISTINCT model FROM scores WHERE applicant = $1 ORDER BY model LIMIT 1000";
        let rows = self.database.read().await?.fetch("listing models of an applicant", sql, values![id]).await?;
        rows.iter().map(|row| Ok(crate::ledger::Hash(row.bytes(0)?))).collect()
    }

    /// A person's scores, oldest first, from a place on. Each page asks anew whether the person was erased.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Erased`]; [`Error::Corrupt`] where an entry does not open.
    pub async fn export_scores(&self, id: Uuid, from: Option<&[u8]>) -> Result<ExportPage> {
        let (_, key) = self.keyed(id).await?;
        let after = from.map_or(Ok(Uuid::nil()), Uuid::from_slice).map_err(|_| wrong_place())?;
        let sql = "SELECT entries.body, scores.id FROM scores JOIN entries ON entries.position = scores.position \
                   WHERE scores.applicant = $1 AND scores.id > $2 ORDER BY scores.id LIMIT $3";
        let rows = self.database.read().await?.fetch("exporting scores", sql, values![id, after, PAGE]).await?;
        let place = |row: &Row| Ok(row.id(1)?.into_bytes().to_vec());
        page(&rows, &key, place)
    }

    /// Whatever else was recorded about a person (reviews, notices), in the ledger's order, from a place on.
    ///
    /// # Errors
    /// As [`Self::export_scores`].
    pub async fn export_others(&self, id: Uuid, from: Option<&[u8]>) -> Result<ExportPage> {
        let (_, key) = self.keyed(id).await?;
        let after = match from {
            Some(bytes) => i64::from_be_bytes(bytes.try_into().map_err(|_| wrong_place())?),
            None => -1,
        };
        let sql = "SELECT entries.body, entries.position FROM applicant_entries JOIN entries \
                   ON entries.position = applicant_entries.position WHERE applicant_entries.applicant = $1 \
                   AND applicant_entries.position > $2 ORDER BY applicant_entries.position LIMIT $3";
        let rows = self.database.read().await?.fetch("exporting entries", sql, values![id, after, PAGE]).await?;
        let place = |row: &Row| Ok(row.get::<i64>(1)?.to_be_bytes().to_vec());
        page(&rows, &key, place)
    }

    /// Erases a person: destroys the key and whatever the person is found by. Doing so again changes nothing.
    ///
    /// Waits a while until no trace of the key is left in the database's own files; where that takes longer it goes on
    /// by itself, and [`Erasure::destroyed`] is absent.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is and was no such person.
    pub async fn erase_applicant(&self, id: Uuid, reason: ErasureReason, by: &str) -> Result<Erasure> {
        if let Some(erasure) = self.erasure(id).await? {
            return Ok(erasure);
        }
        match self.applicant(id).await {
            // Somebody else was quicker; the change below is then refused.
            Ok(_) | Err(Error::Erased) => {}
            Err(error) => return Err(error),
        }
        let members = json!({ "applicant": id, "reason": reason, "by": by });
        let change = Change::entry(NewEntry::said("erasure", members))
            .with_one("erasing an applicant", "DELETE FROM applicants WHERE id = $1", values![id], "erased just now")
            .with(
                "noting an erasure",
                "INSERT INTO erasures (applicant, erased, destroyed) VALUES ($1, $2, 0)",
                values![id, Moment::now().micros()],
            );
        match self.record(change).await {
            Ok(_) | Err(Error::Conflict(Conflict::State(_))) => {}
            Err(error) => return Err(error),
        }
        self.await_destruction(id).await;
        self.erasure(id).await?.ok_or_else(|| Error::Corrupt(format!("the erasure of `{id}` vanished")))
    }

    /// The erasure of a person, if there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn erasure(&self, id: Uuid) -> Result<Option<Erasure>> {
        let sql = "SELECT erased, destroyed FROM erasures WHERE applicant = $1";
        let row = self.database.read().await?.fetch_optional("reading an erasure", sql, values![id]).await?;
        row.map(|row| {
            let destroyed: i64 = row.get(1)?;
            Ok(Erasure {
                applicant: id,
                erased: Moment::from_micros(row.get(0)?),
                destroyed: Some(Moment::from_micros(destroyed)).filter(|_| destroyed > 0),
            })
        })
        .transpose()
    }

    async fn keyed(&self, id: Uuid) -> Result<(Applicant, ApplicantKey)> {
        let sql = format!("SELECT {COLUMNS} FROM applicants WHERE id = $1");
        let row = self.database.read().await?.fetch_optional("reading an applicant", sql, values![id]).await?;
        match row {
            Some(row) => self.read_applicant(&row).await,
            None if self.erasure(id).await?.is_some() => Err(Error::Erased),
            None => Err(Error::NotFound { what: "applicant", which: id.to_string() }),
        }
    }

    async fn read_applicant(&self, row: &Row) -> Result<(Applicant, ApplicantKey)> {
        let id = row.id(0)?;
        let key = self.keys.applicant(id, row.id(1)?, &row.get::<Vec<u8>>(2)?).await?;
        let sealed: Option<Vec<u8>> = row.get(3)?;
        let reference = sealed.map(|sealed| {
            let plain = key.open(id, &sealed)?;
            let text = str::from_utf8(&plain).map_err(|_| Error::Corrupt(format!("the reference of `{id}`")))?;
            Ok::<_, Error>(Zeroizing::new(text.to_owned()))
        });
        Ok((Applicant { id, reference: reference.transpose()?, created: Moment::from_micros(row.get(4)?) }, key))
    }
}

fn wrong_place() -> Error {
    Error::Invalid("no place in an export".to_owned())
}

fn page(rows: &[Row], key: &ApplicantKey, place: impl Fn(&Row) -> Result<Vec<u8>>) -> Result<ExportPage> {
    let entries = rows.iter().map(|row| open(&row.get::<Vec<u8>>(0)?, key)).collect::<Result<_>>()?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
    let next = rows.last().filter(|_| is_full).map(place).transpose()?;
    Ok(ExportPage { entries, next })
}

/// The members of an entry, with what was sealed in the clear as `personal`.
fn open(body: &[u8], key: &ApplicantKey) -> Result<Map<String, Json>> {
    let corrupt = |what: &str| Error::Corrupt(format!("an entry about an applicant {what}"));
    let mut members: Map<String, Json> = serde_json::from_slice(body).map_err(|_| corrupt("is no JSON"))?;
    let id = members.get("id").and_then(Json::as_str).and_then(|id| Uuid::parse_str(id).ok());
    let id = id.ok_or_else(|| corrupt("has no id"))?;
    let Some(Json::String(sealed)) = members.remove("sealed") else { return Ok(members) };
    let sealed = from_base64(&sealed).ok_or_else(|| corrupt("has a sealed part that is no base64"))?;
    let plain = key.open(id, &sealed)?;
    let personal = serde_json::from_slice(&plain).map_err(|_| corrupt("has a sealed part that is no JSON"))?;
    members.insert("personal".to_owned(), personal);
    Ok(members)
}
