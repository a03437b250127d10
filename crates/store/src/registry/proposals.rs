//! Four eyes: an activation that one proposes and another approves.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Author, Champion, Deployment,
    changes::{activated, at, changed, state},
    documents::object,
};
use crate::{
    Change, Conflict, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session, Transaction, values},
};

/// How long a proposal stands, in seconds.
const STANDS: i64 = 7 * 24 * 60 * 60;

/// An activation that waits for a second person, or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// The version of the deployment that it was made for.
    pub version: u64,
    /// What is to answer.
    pub champion: Champion,
    /// When it was made.
    pub proposed: Moment,
    /// Who made it.
    pub proposer: Author,
    /// Until when it can be approved.
    pub expires: Moment,
    /// What became of it.
    pub outcome: Outcome,
    /// Who decided, and when.
    pub decided: Option<(String, Moment)>,
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It waits.
    Open,
    /// It was approved and took effect.
    Approved,
    /// Somebody refused it, or its proposer took it back.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// What is in force changed meanwhile; it must be made anew.
    Stale,
}

const COLUMNS: &str = "id, version, body, proposed, proposed_by, behind, expires, decided, decided_by, outcome";

impl Proposal {
    fn read(row: &Row, present: &Deployment) -> Result<Self> {
        let text: String = row.get(2)?;
        let champion = serde_json::from_str(&text)
            .map_err(|error| Error::Corrupt(format!("a proposal is not readable: {error}")))?;
        let (version, expires) = (row.count(1)?, Moment::from_micros(row.get(6)?));
        let decided: Option<i64> = row.get(7)?;
        let decided_by: Option<String> = row.get(8)?;
        let outcome = match row.get::<Option<String>>(9)?.as_deref() {
            Some("approved") => Outcome::Approved,
            Some(_) => Outcome::Rejected,
            None if version != present.version => Outcome::Stale,
            None if expires <= Moment::now() => Outcome::Expired,
            None => Outcome::Open,
        };
        Ok(Self {
            id: row.id(0)?,
            version,
            champion,
            proposed: Moment::from_micros(row.get(3)?),
            proposer: Author { by: row.get(4)?, behind: row.get(5)? },
            expires,
            outcome,
            decided: decided_by.zip(decided).map(|(by, time)| (by, Moment::from_micros(time))),
        })
    }

    /// Refuses one that cannot be decided on any more.
    fn must_be_open(&self) -> Result<()> {
        let said = match self.outcome {
            Outcome::Open => return Ok(()),
            Outcome::Approved => "was approved already",
            Outcome::Rejected => "was rejected",
            Outcome::Expired => "has expired; propose it again",
            Outcome::Stale => "was made before what is in force changed; look at it and propose it again",
        };
        Err(state(format!("the proposal `{}` {said}", self.id)))
    }
}

impl Store {
    /// Proposes what [`Store::activate`] would do; nothing changes until another person approves it.
    ///
    /// # Errors
    /// As [`Store::activate`].
    pub async fn propose(
        &self,
        model: Uuid,
        policy: Option<Uuid>,
        version: Option<u64>,
        author: &Author,
    ) -> Result<Proposal> {
        let mut view = self.database.snapshot().await?;
        let present = at(&mut view, version).await?;
        let body = activated(&mut view, &present, model, policy).await?;
        drop(view);
        let champion = body.champion.ok_or_else(|| Error::Invalid("nothing to activate".to_owned()))?;
        let (id, proposed) = (Uuid::now_v7(), Moment::now());
        let expires = proposed.plus_seconds(STANDS);
        let entry = object(json!({
            "action": "proposed",
            "proposal": id,
            "version": present.version,
            "model": champion.model.hash,
            "policy": champion.policy.map(|policy| policy.hash),
            "by": author.by,
        }));
        let text = serde_json::to_string(&champion).map_err(|error| Error::Invalid(error.to_string()))?;
        let sql = "INSERT INTO proposals (id, version, body, proposed, proposed_by, behind, expires) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let version = i64::try_from(present.version).unwrap_or(i64::MAX);
        let (by, behind) = (author.by.clone(), author.behind.clone());
        let values = values![id, version, text, proposed.micros(), by, behind, expires.micros()];
        let change = Change::entry(NewEntry::plain("deployment", None, &entry)).with("proposing", sql, values);
        self.record(change).await?;
        let (version, outcome) = (present.version, Outcome::Open);
        Ok(Proposal { id, version, champion, proposed, proposer: author.clone(), expires, outcome, decided: None })
    }

    /// Approves a proposal: it takes effect. Never by who made it, under whichever key.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] where the proposer approves; [`Error::Conflict`] where it was decided on,
    /// has expired, or what is in force is not what it was made for.
    pub async fn approve(&self, proposal: Uuid, author: &Author) -> Result<Deployment> {
        let mut view = self.database.snapshot().await?;
        let present = Deployment::read(&mut view).await?;
        let proposal = find(&mut view, proposal, &present).await?;
        if proposal.proposer.may_be(author) {
            let said = "whoever proposes an activation cannot approve it; ask another person, with a key of their own";
            return Err(state(said.to_owned()));
        }
        proposal.must_be_open()?;
        let Champion { model, policy } = proposal.champion;
        let body = activated(&mut view, &present, model.id, policy.map(|policy| policy.id)).await?;
        drop(view);
        let (change, after) = changed(&present, body, "activated", author, Some(proposal.id))?;
        self.record(decided(change, &proposal, "approved", author)).await?;
        Ok(after)
    }

    /// Rejects a proposal, or takes one's own back.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where it is not open.
    pub async fn reject(&self, proposal: Uuid, author: &Author) -> Result<()> {
        let mut view = self.database.snapshot().await?;
        let present = Deployment::read(&mut view).await?;
        let proposal = find(&mut view, proposal, &present).await?;
        drop(view);
        proposal.must_be_open()?;
        let entry = object(json!({"action": "rejected", "proposal": proposal.id, "by": author.by}));
        let change = Change::entry(NewEntry::plain("deployment", None, &entry));
        self.record(decided(change, &proposal, "rejected", author)).await.map(drop)
    }

    /// Proposals, the newest first, from before one of them on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn proposals(&self, before: Option<Uuid>, limit: usize) -> Result<Vec<Proposal>> {
        let mut view = self.database.snapshot().await?;
        let present = Deployment::read(&mut view).await?;
        let sql = format!("SELECT {COLUMNS} FROM proposals WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let values = values![before.unwrap_or(Uuid::max()), i64::try_from(limit).unwrap_or(i64::MAX)];
        let rows = view.fetch("reading proposals", sql, values).await?;
        rows.iter().map(|row| Proposal::read(row, &present)).collect()
    }

    /// A proposal by id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn proposal(&self, id: Uuid) -> Result<Proposal> {
        let mut view = self.database.snapshot().await?;
        let present = Deployment::read(&mut view).await?;
        find(&mut view, id, &present).await
    }
}

async fn find(view: &mut Transaction, id: Uuid, present: &Deployment) -> Result<Proposal> {
    let sql = format!("SELECT {COLUMNS} FROM proposals WHERE id = $1");
    let row = view.fetch_optional("reading a proposal", sql, values![id]).await?;
    let row = row.ok_or_else(|| Error::NotFound { what: "proposal", which: id.to_string() })?;
    Proposal::read(&row, present)
}

/// Marks a proposal as decided on, once.
fn decided(change: Change, proposal: &Proposal, outcome: &'static str, author: &Author) -> Change {
    let sql = "UPDATE proposals SET outcome = $1, decided = $2, decided_by = $3 \
               WHERE id = $4 AND outcome IS NULL AND expires > $2";
    let values = values![outcome, Moment::now().micros(), author.by.clone(), proposal.id];
    change.with_one("deciding on a proposal", sql, values, Conflict::Changed)
}
