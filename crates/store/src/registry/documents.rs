//! Models and policies as they are kept.

use scorecard::{Scorecard, policy::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Author, Deployment, check_text};
use crate::{
    Change, Conflict, Error, Idempotency, Moment, NewEntry, Result, Store,
    database::{Row, Session, values},
    ledger::Hash,
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;
/// The longest version label, in characters.
const LONGEST_LABEL: usize = 64;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A scorecard.
    Model,
    /// Rules and cut-offs.
    Policy,
}

/// What a document was uploaded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The format of this house.
    Json,
    /// PMML; the text is kept beside what was read from it.
    Pmml,
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not in force; may be put in force.
    Draft,
    /// Answers.
    Champion,
    /// Scores in the champion's shadow.
    Challenger,
    /// May not be put in force any more.
    Retired,
}

/// A document to be registered.
pub struct NewDocument<'d> {
    /// Its id, of version 7: the order of ids is that of time.
    pub id: Uuid,
    /// Version label; where there is none, the number of the document among those of its name.
    pub label: Option<String>,
    /// The PMML that the document was read from.
    pub pmml: Option<&'d [u8]>,
    /// Who registers it.
    pub author: &'d Author,
    /// By which a repeated request is recognised.
    pub idempotency: Option<Idempotency>,
}

/// A document that is registered, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its id; its order is that of time.
    pub id: Uuid,
    /// What it is.
    pub kind: DocumentKind,
    /// SHA-256 of its compact JSON: what entries name it by.
    pub hash: Hash,
    /// Its name, as it says itself.
    pub name: String,
    /// Its version label, one of its kind among those of the name.
    pub label: String,
    /// What it was uploaded as.
    pub source: Source,
    /// When it was registered.
    pub created: Moment,
    /// Who registered it.
    pub by: String,
    /// When it was retired.
    pub retired: Option<Moment>,
    /// Where it stands.
    pub status: Status,
}

impl DocumentKind {
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Model => 0,
            Self::Policy => 1,
        }
    }

    /// As entries and messages name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Policy => "policy",
        }
    }
}

impl Source {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pmml => "pmml",
        }
    }
}

/// Columns of [`Registered`], in the order in which [`Registered::read`] takes them.
pub(super) const COLUMNS: &str = "id, kind, hash, name, label, source, created, created_by, retired";

impl Registered {
    pub(super) fn read(row: &Row, deployment: &Deployment) -> Result<Self> {
        let kind = match row.get::<i64>(1)? {
            0 => DocumentKind::Model,
            _ => DocumentKind::Policy,
        };
        let (id, source): (Uuid, String) = (row.id(0)?, row.get(5)?);
        let retired = row.get::<Option<i64>>(8)?.map(Moment::from_micros);
        Ok(Self {
            id,
            kind,
            hash: Hash(row.bytes(2)?),
            name: row.get(3)?,
            label: row.get(4)?,
            source: if source == "pmml" { Source::Pmml } else { Source::Json },
            created: Moment::from_micros(row.get(6)?),
            by: row.get(7)?,
            retired,
            status: if retired.is_some() { Status::Retired } else { deployment.status_of(kind, id) },
        })
    }
}

impl Store {
    /// Registers a model. Checks nothing of what it says: compile it first.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the same document, or another of its name and label, is registered already;
    /// [`Error::Invalid`] for a name or label that cannot be kept.
    pub async fn add_model(&self, scorecard: &Scorecard, new: NewDocument<'_>) -> Result<Registered> {
        let text = text_of(scorecard)?;
        self.add_document(DocumentKind::Model, &scorecard.name, text, new).await
    }

    /// Registers a policy.
    ///
    /// # Errors
    /// As [`Store::add_model`].
    pub async fn add_policy(&self, policy: &Policy, new: NewDocument<'_>) -> Result<Registered> {
        let text = text_of(policy)?;
        self.add_document(DocumentKind::Policy, &policy.name, text, new).await
    }

    async fn add_document(
        &self,
        kind: DocumentKind,
        name: &str,
        text: String,
        new: NewDocument<'_>,
    ) -> Result<Registered> {
        let what = kind.name();
        check_text(&format!("the name of the {what}"), name, LONGEST_NAME)?;
        let hash = Hash::of(&[text.as_bytes()]);
        let label = match new.label {
            Some(label) => label,
            None => self.next_label(kind, name).await?,
        };
        check_text("the version label", &label, LONGEST_LABEL)?;
        if let Some(known) = self.registered_by_hash(kind, hash).await? {
            let said = format!("this {what} is registered already, as `{}` with label `{}`", known.id, known.label);
            return Err(Error::Conflict(Conflict::State(said)));
        }
        let (id, source) = (new.id, if new.pmml.is_some() { Source::Pmml } else { Source::Json });
        let mut entry = Map::new();
        entry.insert("action".into(), json!("registered"));
        entry.insert(what.into(), json!(hash));
        entry.insert("name".into(), json!(name));
        entry.insert("label".into(), json!(label));
        entry.insert("source".into(), json!(source));
        if let Some(pmml) = new.pmml {
            entry.insert("pmml".into(), json!(Hash::of(&[pmml])));
        }
        entry.insert("by".into(), json!(new.author.by));
        let created = Moment::now();
        let sql = "INSERT INTO documents (id, kind, hash, name, label, source, created, created_by, document, original) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
        let (original, by) = (new.pmml.map(<[u8]>::to_vec), new.author.by.clone());
        let values = values![
            id,
            kind.number(),
            hash.0,
            name,
            label.clone(),
            source.name(),
            created.micros(),
            by.clone(),
            text,
            original
        ];
        let taken = format!(
            "a {what} with this content, or one named `{name}` with the label `{label}`, is registered already"
        );
        let change = Change::entry(NewEntry::plain(what, Some(id), &entry))
            .with_one("registering a document", sql, values, taken)
            .idempotent(new.idempotency);
        self.record(change).await?;
        let (name, status) = (name.to_owned(), Status::Draft);
        Ok(Registered { id, kind, hash, name, label, source, created, by, retired: None, status })
    }

    async fn next_label(&self, kind: DocumentKind, name: &str) -> Result<String> {
        let sql = "SELECT COUNT(*) FROM documents WHERE kind = $1 AND name = $2";
        let row = self.database.read().await?.fetch_one("counting versions", sql, values![kind.number(), name]).await?;
        Ok((row.count(0)? + 1).to_string())
    }

    /// The text of a document, compact JSON, by its hash: for replays, however old.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] where the text is not that of the hash.
    pub async fn document(&self, kind: DocumentKind, hash: Hash) -> Result<String> {
        let sql = "SELECT document FROM documents WHERE kind = $1 AND hash = $2";
        let values = values![kind.number(), hash.0];
        let row = self.database.read().await?.fetch_optional("reading a document", sql, values).await?;
        let text: String = row.ok_or_else(|| not_found(kind, &hash.to_string()))?.get(0)?;
        if Hash::of(&[text.as_bytes()]) != hash {
            return Err(Error::Corrupt(format!("the {} `{hash}` has another hash", kind.name())));
        }
        Ok(text)
    }

    /// What was uploaded, where that was not JSON.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn original(&self, id: Uuid) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT original FROM documents WHERE id = $1";
        let row = self.database.read().await?.fetch_optional("reading an original", sql, values![id]).await?;
        row.map_or(Ok(None), |row| row.get(0))
    }
}

pub(super) fn not_found(kind: DocumentKind, which: &str) -> Error {
    Error::NotFound { what: kind.name(), which: which.to_owned() }
}

fn text_of(document: &impl Serialize) -> Result<String> {
    serde_json::to_string(document).map_err(|error| Error::Invalid(format!("it cannot be written as JSON: {error}")))
}

/// Members of an entry from a JSON object.
pub(super) fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(object) => object,
        _ => Map::new(),
    }
}
