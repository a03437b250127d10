//! Items: the lender's catalogue of credit products, and who is eligible for each.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Answer, Change, Error, Idempotency, Moment, NewEntry, Result, Store,
    database::{Row, Session, values, whole},
    text,
};

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 4_000;
/// Longest category, in characters.
const MAX_CATEGORY: usize = 100;
/// Longest expression, in characters.
const MAX_EXPRESSION: usize = 4_000;
/// Most items: every score looks at all of them.
const MAX_ITEMS: u32 = 1_000;

const COLUMNS: &str = "id, name, description, category, lowest, highest, expression, version, created, updated";

/// What a lender says about an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemContent {
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// What it is, up to 4,000 characters.
    #[serde(default)]
    pub description: String,
    /// What it belongs to, 1 to 100 characters.
    pub category: String,
    /// Who is eligible; everyone where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligibility: Option<Eligibility>,
}

/// Who is eligible for an item: whoever meets all that is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Lowest score, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_score: Option<f64>,
    /// Highest score, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_score: Option<f64>,
    /// An expression (CEL, as in a policy's rules) over the application; who makes it true is eligible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// An item of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// A UUID of version 7: its order is that of time.
    pub id: Uuid,
    /// What the lender says about it.
    pub content: ItemContent,
    /// From 1, one more with each change.
    pub version: u64,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

/// The catalogue as a port: the store has a face of it, and others may.
///
/// `by` is the id of the key or user that asks; every change is an entry of the ledger.
pub trait Items: Send + Sync {
    /// Adds an item. The idempotency's answer, if any, is made from the item by `answer`.
    fn create<'a>(&'a self, content: ItemContent, by: &'a str, repeat: Option<Repeat<'a>>) -> Answer<'a, Item>;

    /// An item.
    fn item(&self, id: Uuid) -> Answer<'_, Item>;

    /// Items after one (in order of their ids), of a category or of all.
    fn items<'a>(&'a self, category: Option<&'a str>, after: Option<Uuid>, limit: usize) -> Answer<'a, Vec<Item>>;

    /// Replaces what is said about an item that is at this version.
    fn replace<'a>(&'a self, id: Uuid, version: u64, content: ItemContent, by: &'a str) -> Answer<'a, Item>;

    /// Takes an item that is at this version out of the catalogue.
    fn remove<'a>(&'a self, id: Uuid, version: u64, by: &'a str) -> Answer<'a, ()>;

    /// A number that is greater after every change, whichever instance made it.
    fn revision(&self) -> Answer<'_, u64>;
}

/// How a repeated request to add an item is recognised, and what it is answered with.
pub struct Repeat<'a> {
    /// Hash of the caller, the route and the Idempotency-Key.
    pub key: [u8; 32],
    /// Hash of the request.
    pub request: [u8; 32],
    /// The answer to keep.
    pub answer: &'a (dyn Fn(&Item) -> Vec<u8> + Send + Sync),
}

impl ItemContent {
    /// Checks lengths, characters and bounds; expressions are checked against a scorecard by whoever has one.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the member at fault.
    pub fn check(&self) -> Result<()> {
        self.fault().map_or(Ok(()), |(_, fault)| Err(Error::Invalid(fault)))
    }

    /// The first member that cannot be taken, as a JSON pointer, and what is wrong with it.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let Eligibility { min_score, max_score, expression } = self.eligibility.clone().unwrap_or_default();
        let checks = [
            ("/name", text::check("name", &self.name, MAX_NAME)),
            ("/description", text::check_optional("description", &self.description, MAX_DESCRIPTION)),
            ("/category", text::check("category", &self.category, MAX_CATEGORY)),
            ("/eligibility/expression", expression.map_or(Ok(()), |e| text::check("expression", &e, MAX_EXPRESSION))),
            ("/eligibility/min_score", finite(min_score)),
            ("/eligibility/max_score", finite(max_score)),
        ];
        let first = checks.into_iter().find_map(|(pointer, check)| Some((pointer, check.err()?.to_string())));
        first.or_else(|| match (min_score, max_score) {
            (Some(lowest), Some(highest)) if lowest > highest => {
                let fault = format!("min_score {lowest} lies above max_score {highest}, so no score is eligible");
                Some(("/eligibility/min_score", fault))
            }
            _ => None,
        })
    }
}

fn finite(bound: Option<f64>) -> Result<()> {
    match bound {
        Some(bound) if !bound.is_finite() => {
            Err(Error::Invalid("a bound of the score is no finite number; leave an open end out".to_owned()))
        }
        _ => Ok(()),
    }
}

impl Items for Store {
    fn create<'a>(&'a self, content: ItemContent, by: &'a str, repeat: Option<Repeat<'a>>) -> Answer<'a, Item> {
        Box::pin(async move {
            content.check()?;
            let now = Moment::now();
            let item = Item { id: Uuid::now_v7(), content, version: 1, created: now, updated: now };
            let (lowest, highest, expression) = bounds(&item.content);
            let sql = "INSERT INTO items (id, name, description, category, lowest, highest, expression, version, created, \
                       updated) SELECT $1, $2, $3, $4, $5, $6, $7, 1, $8, $8 WHERE (SELECT COUNT(*) FROM items) < $9";
            let ItemContent { name, description, category, .. } = &item.content;
            let values = values![
                item.id,
                name.as_str(),
                description.as_str(),
                category.as_str(),
                lowest,
                highest,
                expression,
                now.micros(),
                MAX_ITEMS
            ];
            let full = format!("the catalogue has {MAX_ITEMS} items, as many as it may; remove one first");
            let change = Change::entry(entry("create", &item, by)?).with_one("adding an item", sql, values, full);
            let repeat = repeat.map(|repeat| {
                let answer = self.seal_answer(&(repeat.answer)(&item))?;
                Ok::<_, Error>(Idempotency { key: repeat.key, request: repeat.request, answer: Some(answer) })
            });
            self.record(count_change(change).idempotent(repeat.transpose()?)).await?;
            Ok(item)
        })
    }

    fn item(&self, id: Uuid) -> Answer<'_, Item> {
        Box::pin(async move {
            let sql = format!("SELECT {COLUMNS} FROM items WHERE id = $1");
            let row = self.database.read().await?.fetch_optional("reading an item", sql, values![id]).await?;
            row.map_or_else(|| Err(Error::NotFound { what: "item", which: id.to_string() }), |row| read(&row))
        })
    }

    fn items<'a>(&'a self, category: Option<&'a str>, after: Option<Uuid>, limit: usize) -> Answer<'a, Vec<Item>> {
        Box::pin(async move {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let after = after.unwrap_or(Uuid::nil());
            let (condition, values) = match category {
                Some(category) => {
                    text::check_optional("category", category, MAX_CATEGORY)?;
                    ("AND category = $3", values![after, limit, category])
                }
                None => ("", values![after, limit]),
            };
            let sql = format!("SELECT {COLUMNS} FROM items WHERE id > $1 {condition} ORDER BY id LIMIT $2");
            self.database.read().await?.fetch("listing items", sql, values).await?.iter().map(read).collect()
        })
    }

    fn replace<'a>(&'a self, id: Uuid, version: u64, content: ItemContent, by: &'a str) -> Answer<'a, Item> {
        Box::pin(async move {
            content.check()?;
            let before = self.item(id).await?;
            let item = Item { content, version: version + 1, updated: Moment::now(), ..before };
            let (lowest, highest, expression) = bounds(&item.content);
            let sql = "UPDATE items SET name = $1, description = $2, category = $3, lowest = $4, highest = $5, \
                       expression = $6, version = version + 1, updated = $7 WHERE id = $8 AND version = $9";
            let ItemContent { name, description, category, .. } = &item.content;
            let values = values![
                name.as_str(),
                description.as_str(),
                category.as_str(),
                lowest,
                highest,
                expression,
                item.updated.micros(),
                id,
                whole(version)
            ];
            let change = Change::entry(entry("update", &item, by)?).with_one("changing an item", sql, values, CHANGED);
            self.record(count_change(change)).await?;
            Ok(item)
        })
    }

    fn remove<'a>(&'a self, id: Uuid, version: u64, by: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let members = json!({ "item": id, "action": "delete", "version": version, "by": by });
            let change = Change::entry(NewEntry::said("item", members)).with_one(
                "removing an item",
                "DELETE FROM items WHERE id = $1 AND version = $2",
                values![id, whole(version)],
                CHANGED,
            );
            self.record(count_change(change)).await.map(drop)
        })
    }

    fn revision(&self) -> Answer<'_, u64> {
        Box::pin(async move {
            let sql = "SELECT revision FROM revisions WHERE name = 'items'";
            self.database.read().await?.fetch_one("asking whether items changed", sql, vec![]).await?.count(0)
        })
    }
}

const CHANGED: &str = "the item was changed or removed in the meantime; read it again";

fn count_change(change: Change) -> Change {
    let sql = "UPDATE revisions SET revision = revision + 1 WHERE name = 'items'";
    change.with("counting a change of items", sql, vec![])
}

fn bounds(content: &ItemContent) -> (Option<f64>, Option<f64>, Option<String>) {
    let eligibility = content.eligibility.clone().unwrap_or_default();
    (eligibility.min_score, eligibility.max_score, eligibility.expression)
}

fn entry(action: &str, item: &Item, by: &str) -> Result<NewEntry> {
    let content = serde_json::to_value(&item.content).map_err(|problem| Error::Invalid(problem.to_string()))?;
    let members = json!({ "item": item.id, "action": action, "version": item.version, "content": content, "by": by });
    Ok(NewEntry::said("item", members))
}

fn read(row: &Row) -> Result<Item> {
    let eligibility = Eligibility { min_score: row.get(4)?, max_score: row.get(5)?, expression: row.get(6)? };
    Ok(Item {
        id: row.id(0)?,
        content: ItemContent {
            name: row.get(1)?,
            description: row.get(2)?,
            category: row.get(3)?,
            eligibility: Some(eligibility).filter(|eligibility| *eligibility != Eligibility::default()),
        },
        version: row.count(7)?,
        created: Moment::from_micros(row.get(8)?),
        updated: Moment::from_micros(row.get(9)?),
    })
}
