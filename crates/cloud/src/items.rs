//! The catalogue in a table of DynamoDB, and its history in the ledger.
//!
//! | `pk` | `sk` | what |
//! |---|---|---|
//! | `ITEM` | the item's id | an item; the index `by-category` finds those of a category |
//! | `CATALOGUE` | `STATE` | how many items there are, and the revision |
//! | `CHANGE` | the change's id | a change whose entry the ledger does not have yet |
//! | `REPEAT` | hash of an Idempotency-Key | which change it led to; `expires` is when DynamoDB may delete the row |
//!
//! The ledger is another database. A change, its `CHANGE` row and what guards both are one transaction; then its entry is
//! recorded, once whoever does it; then the row goes. Whatever falls in between is brought to its end by the next change of
//! the item, by a repetition of the request, or by [`Items::settle`].

mod outbox;
mod rows;
mod writes;

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::Client;
use store::{
    Answer, Conflict, Error, Idempotency, Item, ItemChange, ItemContent, Items, Moment, Repeat, Result, Store,
    check_category,
};
use uuid::Uuid;

use crate::{
    Fault,
    dynamodb::{Attributes, Keys, Outcome, Row, Table, text, transact},
};
use outbox::Pending;
use rows::{Kept, key};
use writes::{Place, Writes};

/// The index by category.
const BY_CATEGORY: &str = "by-category";
const KEYS: Keys = Keys { hash: "pk", range: Some("sk"), index: Some((BY_CATEGORY, "category")) };

/// The catalogue in a table of DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoItems {
    table: Table,
    store: Arc<Store>,
    /// How long a repeated request is recognised.
    requests: Duration,
}

/// Reads from a table of items once: whether it is there, has these keys and may be read.
///
/// # Errors
/// What keeps it from that.
pub async fn try_items(client: Client, table: &str) -> std::result::Result<(), Fault> {
    let table = Table::open(client, table, &KEYS).await?;
    table.get("reading the catalogue's state", rows::state()).await.map(drop)
}

impl DynamoItems {
    /// Takes a table with the keys `pk` and `sk` and the global index `by-category` by `category`, all texts. Every change is
    /// recorded in the ledger of `store`. A repeated request is recognised for `requests`.
    ///
    /// # Errors
    /// Where there is no such table, it may not be looked at, or its keys are other ones.
    pub async fn open(
        client: Client,
        table: &str,
        store: Arc<Store>,
        requests: Duration,
    ) -> std::result::Result<Self, Fault> {
        Ok(Self { table: Table::open(client, table, &KEYS).await?, store, requests })
    }

    async fn kept(&self, id: Uuid) -> Result<Option<Kept>> {
        let row = self.table.get("reading an item", key(rows::ITEM, &id.to_string())).await?;
        row.as_ref().map(Kept::read).transpose()
    }

    /// An item that is to be changed, after its last change has come into the ledger: so that the ledger has the changes of
    /// an item in their order.
    async fn settled(&self, id: Uuid) -> Result<Option<Kept>> {
        // What cannot be recorded is not made.
        self.store.ready().await?;
        let Some(kept) = self.kept(id).await? else { return Ok(None) };
        self.settle_one(kept.change).await?;
        Ok(Some(kept))
    }

    /// Makes a change and has it recorded. The places are those whose condition was not met.
    async fn make(&self, doing: &'static str, writes: Writes, pending: Pending) -> Result<Vec<Place>> {
        let (id, places) = (pending.id, writes.places());
        match transact(&self.table, doing, id, writes.with_pending(&self.table, &pending)?).await? {
            Outcome::Made => {}
            Outcome::Refused(refused) => {
                let refused: Vec<Place> = refused.iter().filter_map(|place| places.get(*place).copied()).collect();
                // That this very change is there already says that an attempt whose answer was lost has made it.
                if !refused.contains(&Place::Pending) {
                    return Ok(refused);
                }
            }
            Outcome::Unknown(fault) => {
                let is_made = self.pending(id).await.is_ok_and(|pending| pending.is_some());
                if !is_made {
                    return Err(Error::Uncertain(fault.to_string()));
                }
            }
        }
        self.record(pending).await.map_err(|error| Error::Deferred(error.to_string()))?;
        Ok(Vec::new())
    }

    /// Rows that a query gives, page by page, until there are enough.
    async fn query(
        &self,
        doing: &str,
        asked: aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder,
        enough: usize,
    ) -> Result<Vec<Row<'_>>> {
        let (mut rows, mut from): (Vec<Row<'_>>, Option<Attributes>) = (Vec::new(), None);
        loop {
            let page = asked.clone().set_exclusive_start_key(from).send().await;
            let page = page.map_err(|error| self.table.fault(doing, &error))?;
            rows.extend(page.items.unwrap_or_default().into_iter().map(|row| Row::new(&self.table.name, row)));
            from = page.last_evaluated_key.filter(|key| !key.is_empty());
            if rows.len() >= enough || from.is_none() {
                rows.truncate(enough);
                return Ok(rows);
            }
        }
    }

    fn ask(&self) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.table.client.query().table_name(&self.table.name)
    }

    /// Items of all categories, as they are after all changes that were answered.
    async fn page(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Item>> {
        let asked = self
            .ask()
            .consistent_read(true)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", text(rows::ITEM))
            .expression_attribute_values(":after", text(after.unwrap_or(Uuid::nil()).to_string()));
        self.query("listing items", asked, limit).await?.iter().map(|row| Ok(Kept::read(row)?.item)).collect()
    }

    /// Items of a category. The index has them by their names, and a moment late.
    async fn page_of(&self, category: &str, after: Option<Uuid>, limit: usize) -> Result<Vec<Item>> {
        let asked = self
            .ask()
            .index_name(BY_CATEGORY)
            .key_condition_expression("#category = :category")
            .expression_attribute_names("#category", "category")
            .expression_attribute_values(":category", text(category));
        let rows = self.query("listing items of a category", asked, usize::MAX).await?;
        let mut items = rows.iter().map(|row| Ok(Kept::read(row)?.item)).collect::<Result<Vec<Item>>>()?;
        items.retain(|item| after.is_none_or(|after| item.id > after));
        items.sort_by_key(|item| item.id);
        items.truncate(limit);
        Ok(items)
    }
}

impl Items for DynamoItems {
    fn create<'a>(&'a self, content: ItemContent, by: &'a str, repeat: Option<Repeat<'a>>) -> Answer<'a, Item> {
        Box::pin(async move {
            content.check()?;
            self.store.ready().await?;
            let now = Moment::now();
            let item = Item { id: Uuid::now_v7(), content, version: 1, created: now, updated: now };
            let repeat = repeat.map(|repeat| {
                let answer = self.store.seal_answer(&(repeat.answer)(&item))?;
                Ok::<_, Error>(Idempotency { key: repeat.key, request: repeat.request, answer: Some(answer) })
            });
            let pending = Pending::new(ItemChange::Create(&item).entry(by)?, repeat.transpose()?);
            let key = pending.repeat.as_ref().map(|repeat| repeat.key);
            let mut writes = Writes::default();
            writes.count_one_more(&self.table)?;
            writes.add(&self.table, &item, pending.id)?;
            if let Some(key) = &key {
                writes.remember(&self.table, key, pending.id, (now, self.requests))?;
            }
            let refused = self.make("adding an item", writes, pending).await?;
            if let Some(key) = key.filter(|_| refused.contains(&Place::Repeat)) {
                self.settle_repeated(&key).await?;
                return Err(Error::Conflict(Conflict::Repeated));
            }
            match refused.first() {
                None => Ok(item),
                Some(Place::State) => Err(Error::Conflict(Conflict::State(ItemChange::full()))),
                Some(_) => Err(changed()),
            }
        })
    }

    fn item(&self, id: Uuid) -> Answer<'_, Item> {
        Box::pin(async move { Ok(self.kept(id).await?.ok_or_else(|| not_found(id))?.item) })
    }

    fn items<'a>(&'a self, category: Option<&'a str>, after: Option<Uuid>, limit: usize) -> Answer<'a, Vec<Item>> {
        Box::pin(async move {
            match category {
                _ if limit == 0 => Ok(Vec::new()),
                None => self.page(after, limit).await,
                Some(category) => {
                    check_category(category)?;
                    // No item has none, and DynamoDB refuses to look for it.
                    if category.is_empty() { Ok(Vec::new()) } else { self.page_of(category, after, limit).await }
                }
            }
        })
    }

    fn replace<'a>(&'a self, id: Uuid, version: u64, content: ItemContent, by: &'a str) -> Answer<'a, Item> {
        Box::pin(async move {
            content.check()?;
            let before = self.settled(id).await?.ok_or_else(|| not_found(id))?.item;
            let item = Item { content, version: version + 1, updated: Moment::now(), ..before };
            let pending = Pending::new(ItemChange::Replace(&item).entry(by)?, None);
            let mut writes = Writes::default();
            writes.count_change(&self.table)?;
            writes.replace(&self.table, &item, version, pending.id)?;
            let refused = self.make("changing an item", writes, pending).await?;
            if refused.is_empty() { Ok(item) } else { Err(changed()) }
        })
    }

    fn remove<'a>(&'a self, id: Uuid, version: u64, by: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            self.settled(id).await?.ok_or_else(changed)?;
            let pending = Pending::new(ItemChange::Remove(id, version).entry(by)?, None);
            let mut writes = Writes::default();
            writes.count_one_less(&self.table)?;
            writes.remove(&self.table, id, version)?;
            let refused = self.make("removing an item", writes, pending).await?;
            if refused.is_empty() { Ok(()) } else { Err(changed()) }
        })
    }

    fn revision(&self) -> Answer<'_, u64> {
        Box::pin(async move {
            let row = self.table.get("asking whether items changed", rows::state()).await?;
            row.map_or(Ok(0), |row| row.number("revision"))
        })
    }

    fn settle(&self) -> Answer<'_, u64> {
        Box::pin(self.settle_all())
    }
}

fn not_found(id: Uuid) -> Error {
    Error::NotFound { what: "item", which: id.to_string() }
}

fn changed() -> Error {
    Error::Conflict(Conflict::State(ItemChange::CHANGED.to_owned()))
}
