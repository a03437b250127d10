//! What a model was measured at.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Author, DocumentKind, documents::object};
use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Session, values},
    ledger::Hash,
};

/// How many of a model's validations are shown.
const SHOWN: i64 = 20;
/// Bytes of the figures of one validation.
const LONGEST: usize = 1 << 20;

/// One validation of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub time: Moment,
    /// Who had it done.
    pub by: String,
    /// The figures, as they were given.
    pub figures: Json,
}

impl Store {
    /// Keeps the figures of a validation beside the model; the ledger holds their hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such model; [`Error::Invalid`] where the figures are too many.
    pub async fn add_validation(&self, model: Uuid, figures: Json, author: &Author) -> Result<Validation> {
        let registered = self.registered(DocumentKind::Model, model).await?;
        let text = figures.to_string();
        if text.len() > LONGEST {
            return Err(Error::Invalid(format!("the figures have {} bytes; {LONGEST} are allowed", text.len())));
        }
        let (id, time) = (Uuid::now_v7(), Moment::now());
        let entry = object(json!({
            "action": "validated",
            "model": registered.hash,
            "validation": id,
            "figures": Hash::of(&[text.as_bytes()]),
            "by": author.by,
        }));
        let sql = "INSERT INTO validations (id, model, time, made_by, figures) VALUES ($1, $2, $3, $4, $5)";
        let values = values![id, model, time.micros(), author.by.clone(), text];
        let change =
            Change::entry(NewEntry::plain("model", Some(model), &entry)).with("keeping a validation", sql, values);
        self.record(change).await?;
        Ok(Validation { id, time, by: author.by.clone(), figures })
    }

    /// The last validations of a model, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn validations(&self, model: Uuid) -> Result<Vec<Validation>> {
        let sql = "SELECT id, time, made_by, figures FROM validations WHERE model = $1 ORDER BY id DESC LIMIT $2";
        let rows = self.database.read().await?.fetch("reading validations", sql, values![model, SHOWN]).await?;
        let read = |row: &crate::database::Row| {
            let text: String = row.get(3)?;
            let figures = serde_json::from_str(&text)
                .map_err(|error| Error::Corrupt(format!("the figures of a validation are no JSON: {error}")))?;
            Ok(Validation { id: row.id(0)?, time: Moment::from_micros(row.get(1)?), by: row.get(2)?, figures })
        };
        rows.iter().map(read).collect()
    }
}
