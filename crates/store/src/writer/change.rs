//! What is asked of the writer, and what it answers.

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Conflict, Error, Moment, Result,
    database::{Sql, Value},
    ledger::{Hash, MAX_BODY},
};

/// More bytes than stand in a body around its members and its sealed text.
const AROUND: usize = 512;

/// Entries and changes to tables that are recorded together or not at all.
#[derive(Default)]
pub struct Change {
    pub(crate) entries: Vec<NewEntry>,
    pub(crate) statements: Vec<Guarded>,
    pub(crate) idempotency: Option<Idempotency>,
}

/// An entry before it has a place in a chain.
pub struct NewEntry {
    /// What is recorded, in snake case, e.g. `score`.
    pub kind: &'static str,
    /// Its id; where there is none the writer makes one whose order is that of time.
    pub id: Option<Uuid>,
    /// Members of the body after the opening ones, as JSON without the braces around them, e.g. `"a":1,"b":"c"`; may
    /// be empty. No line feeds.
    pub members: String,
    /// What is sealed under an applicant's key.
    pub personal: Option<Personal>,
    /// What a score is found by.
    pub score: Option<ScoreIndex>,
}

/// Personal data of one applicant.
pub struct Personal {
    /// Whose it is.
    pub whose: Whose,
    /// The data, as it is sealed.
    pub content: Zeroizing<Vec<u8>>,
}

/// How an applicant is named.
pub enum Whose {
    /// By the lender's reference; known from then on.
    Reference(String),
    /// Nobody's name is known: a key of its own.
    Unnamed,
    /// By id; must be there.
    Applicant(Uuid),
}

/// What a score is found by.
#[derive(Debug, Clone, Copy)]
pub struct ScoreIndex {
    /// Hash of the model.
    pub model: [u8; 32],
    /// Number of the decision, see [`crate::scores::DECISIONS`].
    pub decision: u8,
    /// The score.
    pub score: f64,
}

/// How a repeated request is recognised and answered.
pub struct Idempotency {
    /// Hash of the caller, the route and the Idempotency-Key.
    pub key: [u8; 32],
    /// Hash of the request.
    pub request: [u8; 32],
    /// The answer to repeat; where there is none, it is drawn from the first entry, a score.
    pub answer: Option<Vec<u8>>,
}

/// A statement whose effect is checked.
pub(crate) struct Guarded {
    pub(crate) doing: &'static str,
    pub(crate) sql: Sql,
    pub(crate) values: Vec<Value>,
    /// Rows that it must change, and what is said where it changes another number of them.
    pub(crate) must_change: Option<(u64, Conflict)>,
}

impl Change {
    /// A change of one entry.
    #[must_use]
    pub fn entry(entry: NewEntry) -> Self {
        Self { entries: vec![entry], ..Self::default() }
    }

    /// With another entry.
    #[must_use]
    pub fn and_entry(mut self, entry: NewEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// With a mark by which a repeated request is recognised.
    #[must_use]
    pub fn idempotent(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// With a statement.
    pub(crate) fn with(mut self, doing: &'static str, sql: impl Into<Sql>, values: Vec<Value>) -> Self {
        self.statements.push(Guarded { doing, sql: sql.into(), values, must_change: None });
        self
    }

    /// With a statement that must change exactly one row; else nothing of the change is made.
    pub(crate) fn with_one(
        mut self,
        doing: &'static str,
        sql: impl Into<Sql>,
        values: Vec<Value>,
        otherwise: impl Into<Conflict>,
    ) -> Self {
        let must_change = Some((1, otherwise.into()));
        self.statements.push(Guarded { doing, sql: sql.into(), values, must_change });
        self
    }

    /// Refuses what no chain takes: so that a batch never fails for one of its changes.
    pub(crate) fn check(&self) -> Result<()> {
        for entry in &self.entries {
            let sealed = entry.personal.as_ref().map_or(0, |personal| personal.content.len());
            let length = entry.members.len() + sealed.div_ceil(3) * 4 + AROUND;
            if length > MAX_BODY {
                return Err(Error::Invalid(format!("an entry of {length} bytes; {MAX_BODY} are allowed")));
            }
            if entry.members.contains('\n') {
                return Err(Error::Invalid("an entry with a line feed; entries are one line".to_owned()));
            }
        }
        Ok(())
    }

    /// Whether it can be written together with others of its kind, without a savepoint of its own.
    pub(crate) fn is_plain(&self) -> bool {
        let by_id = |entry: &NewEntry| matches!(&entry.personal, Some(Personal { whose: Whose::Applicant(_), .. }));
        self.statements.is_empty() && !self.entries.iter().any(by_id)
    }
}

impl NewEntry {
    /// An entry without personal data. `content` must serialise to an object; its members are taken over.
    #[must_use]
    pub fn plain(kind: &'static str, id: Option<Uuid>, content: &serde_json::Map<String, serde_json::Value>) -> Self {
        Self { kind, id, members: members(content), personal: None, score: None }
    }

    /// As [`Self::plain`], from an object in JSON.
    pub(crate) fn said(kind: &'static str, content: serde_json::Value) -> Self {
        match content {
            serde_json::Value::Object(content) => Self::plain(kind, None, &content),
            _ => Self::plain(kind, None, &serde_json::Map::new()),
        }
    }

    /// With personal data.
    #[must_use]
    pub fn about(mut self, whose: Whose, content: Vec<u8>) -> Self {
        self.personal = Some(Personal { whose, content: Zeroizing::new(content) });
        self
    }
}

/// The members of an object, without the braces.
fn members(object: &serde_json::Map<String, serde_json::Value>) -> String {
    // Writing a map of values to memory cannot fail.
    let text = serde_json::to_string(object).unwrap_or_default();
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default().to_owned()
}

/// Where an entry was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The entry's id.
    pub id: Uuid,
    /// The chain.
    pub chain: u32,
    /// Place in the chain, from 0.
    pub sequence: u64,
    /// When it was recorded.
    pub time: Moment,
    /// The entry's hash.
    pub hash: Hash,
    /// The applicant whose data it holds.
    pub applicant: Option<Uuid>,
}
