//! One batch: several changes in one transaction, each made or refused by itself.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use uuid::{ContextV7, Timestamp, Uuid};

use super::{
    applicants::{APPLICANT, Applicants, Wanted, unnamed},
    chain::Chain,
    change::{Change, Idempotency, NewEntry, Recorded, Whose},
};
use crate::{
    Conflict, Error, Moment, Result,
    database::{
        Database, QUICK, Session, Transaction, Value,
        bulk::{self, Script},
        values,
    },
    ledger::{Opening, entry_hash},
    position::Position,
    sealing::{Keys, Lookup},
};

/// What became of each change of a batch, in its order.
pub(super) type Outcomes = Vec<Result<Vec<Recorded>>>;

/// Why a batch was not recorded.
pub(super) enum Failure {
    /// The chain went to another writer; nothing was recorded.
    Lost,
    /// Nothing was recorded.
    Before(Error),
    /// The commit failed: the chain would have come to this state.
    AtCommit(Box<Chain>, Outcomes, Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Before(error)
    }
}

/// What a batch is written with.
pub(super) struct Desk<'w> {
    pub(super) database: &'w Database,
    pub(super) keys: &'w Keys,
    pub(super) ids: &'w Mutex<ContextV7>,
}

/// A change under way.
struct Draft<'c> {
    change: &'c Change,
    ids: Vec<Uuid>,
    lookups: Vec<Option<Lookup>>,
    refused: Option<Error>,
}

impl Desk<'_> {
    /// Records a batch at the end of a chain.
    pub(super) async fn record(
        &self,
        chain: &Chain,
        changes: &[&Change],
    ) -> std::result::Result<(Chain, Outcomes), Failure> {
        let mut transaction = self.database.begin().await?;
        transaction.wait_up_to(QUICK);
        let now = Moment::now().max(chain.last);
        let mut drafts = changes.iter().map(|change| self.draft(change, now)).collect::<Result<Vec<_>>>()?;
        let mut applicants = Applicants::default();
        for draft in drafts.iter_mut().filter(|draft| !draft.change.is_plain()) {
            self.guarded(draft, &mut applicants, now, &mut transaction).await?;
        }
        mark_repeated(&mut drafts, now, &mut transaction).await?;
        applicants.resolve(wanted(&drafts), self.keys, now, &mut transaction).await?;
        let mut after = chain.clone();
        after.last = now;
        let mut rows = Rows::default();
        let time = now.to_string();
        let mut outcomes = Outcomes::with_capacity(drafts.len());
        for draft in drafts {
            outcomes.push(match draft.refused {
                Some(refusal) => Err(refusal),
                None => Ok(append(&mut after, &mut rows, &draft, &applicants, (now, &time))?),
            });
        }
        if after.frontier.size() > chain.frontier.size() {
            rows.applicants = applicants.into_new_rows();
            if !rows.insert(after.advance(chain, now)?, &mut transaction).await? {
                return Err(Failure::Lost);
            }
        }
        match transaction.commit("committing").await {
            Ok(()) => Ok((after, outcomes)),
            Err(error) => Err(Failure::AtCommit(Box::new(after), outcomes, error)),
        }
    }

    fn draft<'c>(&self, change: &'c Change, now: Moment) -> Result<Draft<'c>> {
        let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let new_id = || {
            let (seconds, micros) = (now.micros().div_euclid(1_000_000), now.micros().rem_euclid(1_000_000));
            let nanos = u32::try_from(micros * 1000).unwrap_or(0);
            Uuid::new_v7(Timestamp::from_unix(&*ids, u64::try_from(seconds).unwrap_or(0), nanos))
        };
        let ids: Vec<Uuid> = change.entries.iter().map(|entry| entry.id.unwrap_or_else(new_id)).collect();
        let lookup = |entry: &NewEntry| {
            Ok(match entry.personal.as_ref().map(|personal| &personal.whose) {
                Some(Whose::Reference(reference)) => Some(self.keys.lookup(reference)),
                Some(Whose::Unnamed) => Some(unnamed()?),
                Some(Whose::Applicant(_)) | None => None,
            })
        };
        let lookups = change.entries.iter().map(lookup).collect::<Result<_>>()?;
        Ok(Draft { change, ids, lookups, refused: None })
    }

    /// Makes a change that may be refused under a savepoint, so that a refusal leaves the others alone.
    async fn guarded(
        &self,
        draft: &mut Draft<'_>,
        applicants: &mut Applicants,
        now: Moment,
        transaction: &mut Transaction,
    ) -> Result<()> {
        transaction.execute("setting a savepoint", "SAVEPOINT change", vec![]).await?;
        match self.make(draft, applicants, now, transaction).await {
            Ok(()) => {}
            Err(error) => {
                let refusal = refusal(error)?;
                transaction.execute("going back", "ROLLBACK TO SAVEPOINT change", vec![]).await?;
                draft.refused = Some(refusal);
            }
        }
        transaction.execute("releasing a savepoint", "RELEASE SAVEPOINT change", vec![]).await?;
        Ok(())
    }

    async fn make(
        &self,
        draft: &Draft<'_>,
        applicants: &mut Applicants,
        now: Moment,
        transaction: &mut Transaction,
    ) -> Result<()> {
        if let Some(idempotency) = &draft.change.idempotency {
            let head = "INSERT INTO idempotency (key, request, created, score, answer)";
            let row = idempotency_row(idempotency, draft, now);
            let tail = "ON CONFLICT (key) DO NOTHING RETURNING key";
            if bulk::insert(transaction, "marking a request", head, 5, row, tail).await?.is_empty() {
                return Err(Error::Conflict(Conflict::Repeated));
            }
        }
        for entry in &draft.change.entries {
            if let Some(Whose::Applicant(id)) = entry.personal.as_ref().map(|personal| &personal.whose) {
                applicants.require(*id, self.keys, transaction).await?;
            }
        }
        for statement in &draft.change.statements {
            let changed = transaction.execute(statement.doing, statement.sql.clone(), statement.values.clone()).await?;
            if let Some((expected, otherwise)) = &statement.must_change
                && changed != *expected
            {
                return Err(Error::Conflict(otherwise.clone()));
            }
        }
        Ok(())
    }
}

/// Tells a refusal of one change from a failure of the database.
fn refusal(error: Error) -> Result<Error> {
    match error {
        Error::Conflict(_) | Error::Erased | Error::Invalid(_) | Error::NotFound { .. } => Ok(error),
        Error::Database { doing, source } => match source.as_database_error() {
            Some(problem) if problem.is_unique_violation() => {
                Ok(Error::Conflict(Conflict::State(format!("{doing}: there is one with this name or id already"))))
            }
            Some(problem) if problem.is_foreign_key_violation() => {
                let said = format!("{doing}: it names something that is not there, or is still in use");
                Ok(Error::Conflict(Conflict::State(said)))
            }
            Some(problem) if is_about_data(problem.code().as_deref()) => {
                Ok(Error::Invalid(format!("{doing}: {}", problem.message())))
            }
            _ => Err(Error::Database { doing, source }),
        },
        error => Err(error),
    }
}

/// Whether the database refuses the data, not the moment: SQLSTATE classes 22 and 23 (ISO 9075), SQLite's
/// SQLITE_TOOBIG (18), SQLITE_CONSTRAINT (19, with its extended codes) and SQLITE_MISMATCH (20).
fn is_about_data(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    let sqlite = code.parse::<u32>().ok().filter(|_| code.len() != 5).map(|code| code & 0xff);
    matches!(sqlite, Some(18..=20)) || (code.len() == 5 && (code.starts_with("22") || code.starts_with("23")))
}

fn idempotency_row(idempotency: &Idempotency, draft: &Draft<'_>, now: Moment) -> Vec<Value> {
    let score = if idempotency.answer.is_some() { None } else { draft.ids.first().copied() };
    values![idempotency.key, idempotency.request, now.micros(), score, idempotency.answer.clone()]
}

/// Marks the requests of plain changes, and refuses those that were marked before.
async fn mark_repeated(drafts: &mut [Draft<'_>], now: Moment, transaction: &mut Transaction) -> Result<()> {
    let mut rows = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.change.is_plain()) {
        if let Some(idempotency) = &draft.change.idempotency {
            rows.extend(idempotency_row(idempotency, draft, now));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let head = "INSERT INTO idempotency (key, request, created, score, answer)";
    let tail = "ON CONFLICT (key) DO NOTHING RETURNING key";
    let marked = bulk::insert(transaction, "marking requests", head, 5, rows, tail).await?;
    let mut new = marked.iter().map(|row| row.bytes::<32>(0)).collect::<Result<HashSet<_>>>()?;
    for draft in drafts.iter_mut().filter(|draft| draft.change.is_plain()) {
        // Of two with the same key in one batch, the first is the one that was marked.
        if let Some(idempotency) = &draft.change.idempotency
            && !new.remove(&idempotency.key)
        {
            draft.refused = Some(Error::Conflict(Conflict::Repeated));
        }
    }
    Ok(())
}

fn wanted<'c>(drafts: &[Draft<'c>]) -> Vec<Wanted<'c>> {
    let mut wanted = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.refused.is_none()) {
        for (entry, lookup) in draft.change.entries.iter().zip(&draft.lookups) {
            let Some(lookup) = *lookup else { continue };
            let reference = match entry.personal.as_ref().map(|personal| &personal.whose) {
                Some(Whose::Reference(reference)) => Some(reference.as_str()),
                _ => None,
            };
            wanted.push(Wanted { lookup, reference });
        }
    }
    wanted
}

/// Rows that a batch adds.
#[derive(Default)]
struct Rows {
    applicants: Vec<Value>,
    entries: Vec<Value>,
    scores: Vec<Value>,
    subjects: Vec<Value>,
    tiles: Vec<Value>,
    /// Entries about a person that are no scores.
    about: Vec<Value>,
}

impl Rows {
    /// Adds them and moves the head of the chain by the statement `advance`. False where the head is not where it was.
    async fn insert(self, advance: (&'static str, Vec<Value>), transaction: &mut Transaction) -> Result<bool> {
        let face = transaction.face();
        // What seldom comes, or in other numbers than the entries, goes before: so the texts that come often are few.
        let (mut seldom, mut often) = (Script::new(face), Script::new(face));
        let entries = self.entries.len() / 3;
        let new = self.applicants.len() / APPLICANT.1;
        let with_applicants = if new == entries { &mut often } else { &mut seldom };
        with_applicants.insert(APPLICANT.0, APPLICANT.1, self.applicants)?;
        seldom.insert("INSERT INTO entry_subjects (subject, position)", 2, self.subjects)?;
        seldom.insert("INSERT INTO applicant_entries (applicant, position, time)", 3, self.about)?;
        seldom.insert("INSERT INTO tiles (chain, level, number, hash)", 4, self.tiles)?;
        seldom.run(transaction, "adding what belongs to entries").await?;
        let scores = self.scores.len() / 6;
        often.insert("INSERT INTO entries (position, hash, body)", 3, self.entries)?;
        often.insert("INSERT INTO scores (id, position, applicant, model, decision, score)", 6, self.scores)?;
        often.then(advance.0, advance.1);
        let changed = often.run(transaction, "adding entries").await?;
        let added = entries + scores + if new == entries { new } else { 0 };
        Ok(changed == added as u64 + 1)
    }
}

/// Puts the entries of a change at the end of a chain.
fn append(
    chain: &mut Chain,
    rows: &mut Rows,
    draft: &Draft<'_>,
    applicants: &Applicants,
    (now, time): (Moment, &str),
) -> Result<Vec<Recorded>> {
    let mut recorded = Vec::with_capacity(draft.ids.len());
    for ((entry, id), lookup) in draft.change.entries.iter().zip(&draft.ids).zip(&draft.lookups) {
        let sequence = chain.frontier.size();
        let opening = Opening { chain: chain.chain, sequence, time, kind: entry.kind, id: *id };
        let mut body = opening.text();
        if !entry.members.is_empty() {
            body.push(',');
            body.push_str(&entry.members);
        }
        let applicant = seal(&mut body, entry, *id, lookup.as_ref(), applicants)?;
        body.push('}');
        let hash = entry_hash(&chain.head, body.as_bytes());
        let number = u64::from(chain.chain);
        let position = Position { chain: chain.chain, sequence }.number()?;
        chain.head = hash;
        chain.frontier.append(&hash, |tile| {
            let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            rows.tiles.extend(values![whole(number), i32::from(tile.level), whole(tile.number), tile.hash.0]);
        });
        rows.entries.extend(values![position, hash.0, body.into_bytes()]);
        match (&entry.score, applicant) {
            (Some(score), Some(applicant)) => {
                let (model, decision) = (score.model, i32::from(score.decision));
                rows.scores.extend(values![*id, position, applicant, model, decision, score.score]);
            }
            (_, applicant) => {
                rows.subjects.extend(values![*id, position]);
                if let Some(applicant) = applicant {
                    rows.about.extend(values![applicant, position, now.micros()]);
                }
            }
        }
        recorded.push(Recorded { id: *id, chain: chain.chain, sequence, time: now, hash, applicant });
    }
    Ok(recorded)
}

/// Writes the members that name the applicant and hold what is sealed.
fn seal(
    body: &mut String,
    entry: &NewEntry,
    id: Uuid,
    lookup: Option<&Lookup>,
    applicants: &Applicants,
) -> Result<Option<Uuid>> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let Some(personal) = &entry.personal else { return Ok(None) };
    let (applicant, key) = match (&personal.whose, lookup) {
        (Whose::Applicant(id), _) => (*id, applicants.by_id(*id)),
        (_, Some(lookup)) => match applicants.by_lookup(lookup) {
            Some(keyed) => (keyed.id, Some(&keyed.key)),
            None => (Uuid::nil(), None),
        },
        (_, None) => (Uuid::nil(), None),
    };
    let key = key.ok_or(Error::Erased)?;
    body.push_str(",\"applicant\":\"");
    body.push_str(applicant.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    body.push_str("\",\"sealed\":\"");
    STANDARD.encode_string(key.seal(id, &personal.content)?, body);
    body.push('"');
    Ok(Some(applicant))
}
