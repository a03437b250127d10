//! Items: the lender's catalogue of credit products, and who is eligible for each.

mod sql;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{Answer, Error, Moment, NewEntry, Result, text};

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 4_000;
/// Longest category, in characters.
const MAX_CATEGORY: usize = 100;
/// Longest expression, in characters.
const MAX_EXPRESSION: usize = 4_000;
/// Most items: every score looks at all of them.
pub const MAX_ITEMS: u32 = 1_000;

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

/// A change of the catalogue, as the ledger tells it.
#[derive(Debug, Clone, Copy)]
pub enum ItemChange<'a> {
    /// An item was added.
    Create(&'a Item),
    /// An item was replaced: what it is now.
    Replace(&'a Item),
    /// The item of this id was removed, which was at this version.
    Remove(Uuid, u64),
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

    /// Brings changes into the ledger that were made and could not be recorded. Gives how many. A face that records a change
    /// where it makes it has none.
    fn settle(&self) -> Answer<'_, u64> {
        Box::pin(async { Ok(0) })
    }
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

impl ItemChange<'_> {
    /// What was changed meanwhile by somebody else.
    pub const CHANGED: &'static str = "the item was changed or removed in the meantime; read it again";

    /// What a full catalogue says to another item.
    #[must_use]
    pub fn full() -> String {
        format!("the catalogue has {MAX_ITEMS} items, as many as it may; remove one first")
    }

    /// The entry of the ledger.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the item cannot be written as JSON.
    pub fn entry(self, by: &str) -> Result<NewEntry> {
        let members = match self {
            Self::Create(item) | Self::Replace(item) => {
                let action = if matches!(self, Self::Create(_)) { "create" } else { "update" };
                let content = serde_json::to_value(&item.content);
                let content = content.map_err(|problem| Error::Invalid(problem.to_string()))?;
                json!({ "item": item.id, "action": action, "version": item.version, "content": content, "by": by })
            }
            Self::Remove(id, version) => json!({ "item": id, "action": "delete", "version": version, "by": by }),
        };
        Ok(NewEntry::said("item", members))
    }
}

/// Refuses a text that cannot be asked for as a category. One may ask for the empty one, which no item has.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong.
pub fn check_category(category: &str) -> Result<()> {
    text::check_optional("category", category, MAX_CATEGORY)
}
