//! What is in force: the champion and its challengers, by version.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DocumentKind, Registered, Status};
use crate::{
    Error, Moment, Result, Store,
    database::{Row, Session, Sql, values},
    ledger::Hash,
};

/// Most challengers at a time: each scores its share of all applications again.
pub const MAX_CHALLENGERS: usize = 8;

/// States of the past that are shown at once.
const SHOWN: usize = 200;

/// A registered document, by id and by hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of its compact JSON.
    pub hash: Hash,
}

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Champion {
    /// The model.
    pub model: Reference,
    /// The policy; without one there are scores but no decisions.
    pub policy: Option<Reference>,
}

/// What scores in the champion's shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenger {
    /// The model.
    pub model: Reference,
    /// The policy that its decisions are drawn with, where it draws any.
    pub policy: Option<Reference>,
    /// Per cent of the applicants that it scores, 1 to 100.
    pub share: u8,
}

/// What is, or was, in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Rises by one with every change; 0 before the first.
    pub version: u64,
    /// Since when.
    pub time: Moment,
    /// Who made the change that led to it.
    pub by: String,
    /// What that change was, e.g. `activated`.
    pub action: String,
    /// What answers.
    pub champion: Option<Champion>,
    /// What scores beside it.
    pub challengers: Vec<Challenger>,
}

/// The part of a deployment that is kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) champion: Option<Champion>,
    pub(super) challengers: Vec<Challenger>,
}

impl From<&Registered> for Reference {
    fn from(registered: &Registered) -> Self {
        Self { id: registered.id, hash: registered.hash }
    }
}

impl Deployment {
    /// Before anything was put in force.
    pub(super) fn none() -> Self {
        let (by, action) = (String::new(), "none".to_owned());
        Self { version: 0, time: Moment::from_micros(0), by, action, champion: None, challengers: Vec::new() }
    }

    /// The present one.
    pub(super) async fn read(view: &mut (impl Session + Send)) -> Result<Self> {
        let sql =
            Sql::Fixed("SELECT version, time, made_by, action, body FROM deployments ORDER BY version DESC LIMIT 1");
        let row = view.fetch_optional("reading what is in force", sql, vec![]).await?;
        row.map_or_else(|| Ok(Self::none()), |row| Self::of_row(&row))
    }

    fn of_row(row: &Row) -> Result<Self> {
        let text: String = row.get(4)?;
        let body: Body = serde_json::from_str(&text)
            .map_err(|error| Error::Corrupt(format!("what is in force is not readable: {error}")))?;
        Ok(Self {
            version: row.count(0)?,
            time: Moment::from_micros(row.get(1)?),
            by: row.get(2)?,
            action: row.get(3)?,
            champion: body.champion,
            challengers: body.challengers,
        })
    }

    /// Where a document stands that is not retired.
    #[must_use]
    pub fn status_of(&self, kind: DocumentKind, id: Uuid) -> Status {
        let is = |model: &Reference, policy: &Option<Reference>| match kind {
            DocumentKind::Model => model.id == id,
            DocumentKind::Policy => policy.is_some_and(|policy| policy.id == id),
        };
        if self.champion.iter().any(|champion| is(&champion.model, &champion.policy)) {
            Status::Champion
        } else if self.challengers.iter().any(|challenger| is(&challenger.model, &challenger.policy)) {
            Status::Challenger
        } else {
            Status::Draft
        }
    }
}

impl Store {
    /// What is in force.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn deployment(&self) -> Result<Deployment> {
        Deployment::read(&mut self.database.read().await?).await
    }

    /// The version of what is in force: cheap, to be asked every second.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn deployment_version(&self) -> Result<u64> {
        let sql = "SELECT COALESCE(MAX(version), 0) FROM deployments";
        self.database.read().await?.fetch_one("asking for the version in force", sql, vec![]).await?.count(0)
    }

    /// What was in force, the newest first, from below a version on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn deployments(&self, below: Option<u64>, limit: usize) -> Result<Vec<Deployment>> {
        let sql = "SELECT version, time, made_by, action, body FROM deployments WHERE version < $1 \
                   ORDER BY version DESC LIMIT $2";
        let below = below.and_then(|version| i64::try_from(version).ok()).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit.min(SHOWN)).unwrap_or(i64::MAX);
        let rows = self.database.read().await?.fetch("reading what was in force", sql, values![below, limit]).await?;
        rows.iter().map(Deployment::of_row).collect()
    }
}
