//! The report on a model: one a model, as whoever made the model measured it.

use serde_json::json;
use uuid::Uuid;

use super::{Author, DocumentKind, documents::object};
use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Session, values},
    ledger::Hash,
};

/// Bytes of a report as it is kept.
const LONGEST: usize = 8 << 20;

/// A report that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelReport {
    /// When it was kept.
    pub time: Moment,
    /// Who brought it.
    pub by: String,
    /// SHA-256 of the report before it was compressed.
    pub hash: Hash,
    /// The report, compressed as whoever kept it compressed it.
    pub compressed: Vec<u8>,
}

impl Store {
    /// Keeps a report beside its model, in the place of the one before; the ledger holds its hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such model; [`Error::Invalid`] where the report is too long.
    pub async fn put_model_report(
        &self,
        model: Uuid,
        hash: Hash,
        compressed: Vec<u8>,
        author: &Author,
    ) -> Result<ModelReport> {
        let registered = self.registered(DocumentKind::Model, model).await?;
        if compressed.len() > LONGEST {
            let length = compressed.len();
            return Err(Error::Invalid(format!("the report has {length} bytes, compressed; {LONGEST} are allowed")));
        }
        let (time, by) = (Moment::now(), author.by.clone());
        let entry = object(json!({ "action": "reported", "model": registered.hash, "report": hash, "by": by }));
        let sql = "INSERT INTO model_reports (model, time, made_by, hash, report) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (model) DO UPDATE SET time = excluded.time, made_by = excluded.made_by, \
                   hash = excluded.hash, report = excluded.report";
        let values = values![model, time.micros(), by.clone(), hash.0, compressed.clone()];
        let change = Change::entry(NewEntry::plain("model", Some(model), &entry)).with("keeping a report", sql, values);
        self.record(change).await?;
        Ok(ModelReport { time, by, hash, compressed })
    }

    /// The report on a model, if one is kept.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn model_report(&self, model: Uuid) -> Result<Option<ModelReport>> {
        let sql = "SELECT time, made_by, hash, report FROM model_reports WHERE model = $1";
        let row = self.database.read().await?.fetch_optional("reading a report", sql, values![model]).await?;
        let read = |row: crate::database::Row| {
            Ok(ModelReport {
                time: Moment::from_micros(row.get(0)?),
                by: row.get(1)?,
                hash: Hash(row.bytes(2)?),
                compressed: row.get(3)?,
            })
        };
        row.map(read).transpose()
    }
}
