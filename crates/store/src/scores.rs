//! Scores: found by id, listed, and found again by an idempotency key.

use std::collections::HashMap;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Error, Moment, Position, Result, Store,
    database::{Connection, Row, Session, Value, bulk, values},
    ledger::{Hash, Opening},
    sealing::from_base64,
};

/// What a decision is stored as: its place here.
pub const DECISIONS: [&str; 4] = ["none", "approve", "refer", "decline"];

/// The place of `refer` among them.
const REFER: i32 = 2;

/// A score as it was recorded.
pub struct StoredScore {
    /// Its id.
    pub id: Uuid,
    /// Where it stands in the ledger.
    pub position: Position,
    /// The entry's hash.
    pub hash: Hash,
    /// The entry's body, one line of JSON.
    pub body: Vec<u8>,
    /// The applicant's id.
    pub applicant: Uuid,
    /// What was sealed; `None` once the person is erased.
    pub personal: Option<Zeroizing<Vec<u8>>>,
}

/// Which scores to list.
#[derive(Debug, Clone, Default)]
pub struct ScoreFilter {
    /// Recorded at or after this moment.
    pub from: Option<Moment>,
    /// Recorded before this moment.
    pub to: Option<Moment>,
    /// With this decision, as its place in [`DECISIONS`].
    pub decision: Option<u8>,
    /// By the model of this hash.
    pub model: Option<[u8; 32]>,
    /// Of the applicant of this reference.
    pub reference: Option<String>,
    /// Not below this score.
    pub at_least: Option<f64>,
    /// Not above this score.
    pub at_most: Option<f64>,
}

/// What an earlier request with the same Idempotency-Key led to.
pub struct Repeated {
    /// Hash of that request.
    pub request: [u8; 32],
    /// The score that answered it.
    pub score: Option<Uuid>,
    /// The answer that was kept.
    pub answer: Option<Zeroizing<Vec<u8>>>,
}

/// The context in which kept answers are sealed.
const ANSWER: &str = "idempotent answer";

impl Store {
    /// The score of an id.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] where what is stored does not open.
    pub async fn score(&self, id: Uuid) -> Result<StoredScore> {
        let mut connection = self.database.read().await?;
        let sql = "SELECT s.id, e.position, e.hash, e.body, s.applicant FROM scores s \
                   JOIN entries e ON e.position = s.position WHERE s.id = $1";
        let row = connection.fetch_optional("reading a score", sql, values![id]).await?;
        let row = row.ok_or_else(|| Error::NotFound { what: "score", which: id.to_string() })?;
        let mut found = self.open_scores(&mut connection, &[row]).await?;
        found.pop().ok_or_else(|| Error::NotFound { what: "score", which: id.to_string() })
    }

    /// Scores, the latest first, beginning before the score `before`.
    ///
    /// # Errors
    /// As the database's.
    pub async fn scores(&self, filter: &ScoreFilter, before: Option<Uuid>, limit: u32) -> Result<Vec<StoredScore>> {
        let applicant = match &filter.reference {
            None => None,
            Some(reference) => {
                let sql = "SELECT id FROM applicants WHERE lookup = $1";
                let values = values![self.keys.lookup(reference)];
                match self.database.read().await?.fetch_optional("looking an applicant up", sql, values).await? {
                    None => return Ok(Vec::new()),
                    Some(row) => Some(row.id(0)?),
                }
            }
        };
        let mut conditions = Conditions::default();
        conditions.add("s.id < ", before);
        conditions.add("s.id >= ", filter.from.map(first_id));
        conditions.add("s.id < ", filter.to.map(first_id));
        conditions.add("s.applicant = ", applicant);
        conditions.add("s.decision = ", filter.decision.map(i32::from));
        conditions.add("s.model = ", filter.model);
        conditions.add("s.score >= ", filter.at_least);
        conditions.add("s.score <= ", filter.at_most);
        let sql = format!(
            "SELECT s.id, e.position, e.hash, e.body, s.applicant FROM scores s \
             JOIN entries e ON e.position = s.position {} ORDER BY s.id DESC LIMIT {limit}",
            conditions.text
        );
        let rows = self.database.report("listing scores", sql, conditions.values).await?;
        // A person's key comes from the writer: erased is erased, however far behind the reader is.
        self.open_scores(&mut self.database.read().await?, &rows).await
    }

    /// The model of each of these scores, and its decision as a place in [`DECISIONS`]. Those that are not there are left out.
    ///
    /// # Errors
    /// As the database's.
    pub async fn decided(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, (Hash, u8)>> {
        let wanted = ids.iter().copied().map(Value::from).collect();
        let head = "SELECT id, model, decision FROM scores WHERE id";
        let mut session = self.database.read().await?;
        let rows = bulk::select(&mut session, "reading decisions", head, wanted, "").await?;
        let read = |row: &Row| Ok((row.id(0)?, (Hash(row.bytes(1)?), u8::try_from(row.count(2)?).unwrap_or(0))));
        rows.iter().map(read).collect()
    }

    /// How many of the newest `among` scores were referred to a person and have no review yet.
    ///
    /// # Errors
    /// As the database's.
    pub async fn referred_and_waiting(&self, among: u32) -> Result<u64> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT id, decision FROM scores ORDER BY id DESC LIMIT {among}) AS newest \
             WHERE decision = $1 AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.score = newest.id)"
        );
        let rows = self.database.report("counting referred scores", sql, values![REFER]).await?;
        rows.first().map_or(Ok(0), |row| row.count(0))
    }

    async fn open_scores(&self, connection: &mut Connection, rows: &[Row]) -> Result<Vec<StoredScore>> {
        let mut applicants: Vec<Uuid> = rows.iter().map(|row| row.id(4)).collect::<Result<_>>()?;
        applicants.sort_unstable();
        applicants.dedup();
        let wanted = applicants.into_iter().map(Value::from).collect();
        let head = "SELECT id, kek, wrapped FROM applicants WHERE id";
        let mut keys = HashMap::new();
        for row in bulk::select(connection, "reading applicants", head, wanted, "").await? {
            let id = row.id(0)?;
            keys.insert(id, self.keys.applicant(id, row.id(1)?, &row.get::<Vec<u8>>(2)?).await?);
        }
        let open = |row: &Row| {
            let (id, applicant, body) = (row.id(0)?, row.id(4)?, row.get::<Vec<u8>>(3)?);
            let personal = match keys.get(&applicant) {
                None => None,
                Some(key) => Some(key.open(Opening::parse(&body)?.id, &sealed(&body)?)?),
            };
            let position = Position::from_number(row.get(1)?)?;
            Ok(StoredScore { id, position, hash: Hash(row.bytes(2)?), body, applicant, personal })
        };
        rows.iter().map(open).collect()
    }

    /// What an idempotency key was used for.
    ///
    /// # Errors
    /// As the database's.
    pub async fn repeated(&self, key: [u8; 32]) -> Result<Option<Repeated>> {
        let sql = "SELECT request, score, answer FROM idempotency WHERE key = $1";
        let row = self.database.read().await?.fetch_optional("looking a request up", sql, values![key]).await?;
        let Some(row) = row else { return Ok(None) };
        let score = row.get::<Option<Vec<u8>>>(1)?.map(|_| row.id(1)).transpose()?;
        let answer = row.get::<Option<Vec<u8>>>(2)?;
        let answer = match answer {
            Some(sealed) => Some(self.keys.open_secret(ANSWER, &sealed).await?),
            None => None,
        };
        Ok(Some(Repeated { request: row.bytes(0)?, score, answer }))
    }

    /// Seals an answer that is to be kept with an idempotency key: it may hold what is shown only once.
    ///
    /// # Errors
    /// As the keyring's.
    pub fn seal_answer(&self, answer: &[u8]) -> Result<Vec<u8>> {
        self.keys.seal_secret(ANSWER, answer)
    }
}

/// Conditions that are joined by AND.
#[derive(Default)]
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, comparison: &'static str, value: Option<impl Into<Value>>) {
        let Some(value) = value else { return };
        self.values.push(value.into());
        self.text.push_str(if self.values.len() == 1 { "WHERE " } else { " AND " });
        self.text.push_str(comparison);
        self.text.push_str(&format!("${}", self.values.len()));
    }
}

/// The least id of version 7 that can be made at or after a moment.
fn first_id(moment: Moment) -> Uuid {
    Uuid::from_u128(u128::from(moment.millis()) << 80)
}

/// What a body holds sealed.
pub(crate) fn sealed(body: &[u8]) -> Result<Vec<u8>> {
    #[derive(serde::Deserialize)]
    struct Sealed<'b> {
        sealed: &'b str,
    }
    let corrupt = || Error::Corrupt("an entry without what it sealed".to_owned());
    let body: Sealed<'_> = serde_json::from_slice(body).map_err(|_| corrupt())?;
    from_base64(body.sealed).ok_or_else(corrupt)
}
