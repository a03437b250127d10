//! What is recorded beside a score, never over it: reviews by people, and notices.

use uuid::Uuid;

use crate::{
    Change, Idempotency, NewEntry, Recorded, Result, Store, StoredScore, Whose,
    database::{Session, values},
    ledger::Entry,
    ledger_reader::Opened,
};

/// What stands beside a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// A person's decision.
    Review,
    /// A notice to the applicant.
    Notice,
}

/// An entry beside a score, and what it sealed.
pub struct BesideScore {
    /// Its id.
    pub id: Uuid,
    /// The entry.
    pub entry: Entry,
    /// What was sealed; `None` once the person is erased.
    pub personal: Opened,
}

impl Beside {
    fn kind(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Notice => "notice",
        }
    }
}

impl Store {
    /// Records something beside a score under an id of version 7. `members` are those of the entry, as JSON without the braces; `content` is sealed
    /// under the key of the score's applicant.
    ///
    /// # Errors
    /// [`crate::Error::Erased`] once the person is erased; as [`Store::record`].
    pub async fn record_beside(
        &self,
        what: Beside,
        id: Uuid,
        score: &StoredScore,
        members: String,
        content: Vec<u8>,
        idempotency: Option<Idempotency>,
    ) -> Result<Recorded> {
        let entry = NewEntry { kind: what.kind(), id: Some(id), members, personal: None, score: None };
        let sql = match what {
            Beside::Review => "INSERT INTO reviews (id, score) VALUES ($1, $2)",
            Beside::Notice => "INSERT INTO notices (id, score) VALUES ($1, $2)",
        };
        let change = Change::entry(entry.about(Whose::Applicant(score.applicant), content))
            .with("recording beside a score", sql, values![id, score.id])
            .idempotent(idempotency);
        let recorded = self.record(change).await?;
        let nothing = || crate::Error::Corrupt("nothing was recorded".to_owned());
        recorded.into_iter().next().ok_or_else(nothing)
    }

    /// What stands beside a score, the earliest first.
    ///
    /// # Errors
    /// Where the store cannot be read, or what it sealed does not open although the person's key is there.
    pub async fn beside_score(&self, what: Beside, score: Uuid) -> Result<Vec<BesideScore>> {
        let sql = match what {
            Beside::Review => "SELECT id FROM reviews WHERE score = $1 ORDER BY id",
            Beside::Notice => "SELECT id FROM notices WHERE score = $1 ORDER BY id",
        };
        let rows = self.database.read().await?.fetch("reading what is beside a score", sql, values![score]).await?;
        let (mut ids, mut entries) = (Vec::new(), Vec::new());
        for row in rows {
            let id = row.id(0)?;
            for entry in self.entries_about(id).await? {
                ids.push(id);
                entries.push(entry);
            }
        }
        let opened = self.open_all_sealed(&entries).await?;
        let beside = ids.into_iter().zip(entries).zip(opened);
        Ok(beside.map(|((id, entry), personal)| BesideScore { id, entry, personal }).collect())
    }
}
