//! The catalogue in the store's own tables.

use uuid::Uuid;

use super::{Eligibility, Item, ItemChange, ItemContent, Items, MAX_ITEMS, Repeat, check_category};
use crate::{
    Answer, Change, Error, Idempotency, Moment, Result, Store,
    database::{Row, Session, values, whole},
};

const COLUMNS: &str = "id, name, description, category, lowest, highest, expression, version, created, updated";

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
            let change = Change::entry(ItemChange::Create(&item).entry(by)?);
            let change = change.with_one("adding an item", sql, values, ItemChange::full());
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
                    check_category(category)?;
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
            let change = Change::entry(ItemChange::Replace(&item).entry(by)?);
            let change = change.with_one("changing an item", sql, values, ItemChange::CHANGED);
            self.record(count_change(change)).await?;
            Ok(item)
        })
    }

    fn remove<'a>(&'a self, id: Uuid, version: u64, by: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let change = Change::entry(ItemChange::Remove(id, version).entry(by)?).with_one(
                "removing an item",
                "DELETE FROM items WHERE id = $1 AND version = $2",
                values![id, whole(version)],
                ItemChange::CHANGED,
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

fn count_change(change: Change) -> Change {
    let sql = "UPDATE revisions SET revision = revision + 1 WHERE name = 'items'";
    change.with("counting a change of items", sql, vec![])
}

fn bounds(content: &ItemContent) -> (Option<f64>, Option<f64>, Option<String>) {
    let eligibility = content.eligibility.clone().unwrap_or_default();
    (eligibility.min_score, eligibility.max_score, eligibility.expression)
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
