//! What one transaction writes.

use std::time::Duration;

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{Delete, Put, TransactWriteItem, Update},
};
use store::{Error, Item, MAX_ITEMS, Moment, Result};
use uuid::Uuid;

use super::{
    outbox::Pending,
    rows::{ITEM, REPEAT, key, row_of, state},
};
use crate::dynamodb::{Attributes, Table, number, text};

/// What a write is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The row that counts.
    State,
    /// The item.
    Item,
    /// The change that waits for the ledger.
    Pending,
    /// The Idempotency-Key.
    Repeat,
}

/// Writes that are made together or not at all.
#[derive(Default)]
pub(super) struct Writes {
    writes: Vec<TransactWriteItem>,
    places: Vec<Place>,
}

impl Writes {
    /// What each write is about, with the change that waits as the last.
    pub(super) fn places(&self) -> Vec<Place> {
        self.places.iter().copied().chain([Place::Pending]).collect()
    }

    /// All of them, and the change that waits for the ledger.
    pub(super) fn with_pending(mut self, table: &Table, pending: &Pending) -> Result<Vec<TransactWriteItem>> {
        let put = Put::builder().table_name(&table.name).set_item(Some(pending.row()));
        self.put(Place::Pending, put.condition_expression("attribute_not_exists(pk)").build())?;
        Ok(self.writes)
    }

    /// Counts an item more, unless there are as many as there may be.
    pub(super) fn count_one_more(&mut self, table: &Table) -> Result<()> {
        let update = counting(table, 1).condition_expression("attribute_not_exists(#items) OR #items < :most");
        self.update(update.expression_attribute_values(":most", number(MAX_ITEMS)).build())
    }

    /// Counts an item less.
    pub(super) fn count_one_less(&mut self, table: &Table) -> Result<()> {
        self.update(counting(table, -1).build())
    }

    /// Counts a change.
    pub(super) fn count_change(&mut self, table: &Table) -> Result<()> {
        self.update(counting(table, 0).build())
    }

    /// Puts a new item.
    pub(super) fn add(&mut self, table: &Table, item: &Item, change: Uuid) -> Result<()> {
        let put = Put::builder().table_name(&table.name).set_item(Some(row_of(item, change)));
        self.put(Place::Item, put.condition_expression("attribute_not_exists(pk)").build())
    }

    /// Puts an item in the place of the one at a version.
    pub(super) fn replace(&mut self, table: &Table, item: &Item, version: u64, change: Uuid) -> Result<()> {
        let put = Put::builder().table_name(&table.name).set_item(Some(row_of(item, change)));
        let put = put.condition_expression(AT_VERSION).expression_attribute_names("#version", "version");
        self.put(Place::Item, put.expression_attribute_values(":version", number(version)).build())
    }

    /// Deletes an item that is at a version.
    pub(super) fn remove(&mut self, table: &Table, id: Uuid, version: u64) -> Result<()> {
        let delete = Delete::builder().table_name(&table.name).set_key(Some(key(ITEM, &id.to_string())));
        let delete = delete.condition_expression(AT_VERSION).expression_attribute_names("#version", "version");
        let delete = delete.expression_attribute_values(":version", number(version)).build().map_err(unbuilt)?;
        self.push(Place::Item, TransactWriteItem::builder().delete(delete).build());
        Ok(())
    }

    /// Remembers which change an Idempotency-Key led to, from now for a while. DynamoDB deletes rows days after they expire:
    /// whether the key is free again is told by the clock.
    pub(super) fn remember(
        &mut self,
        table: &Table,
        hash: &[u8; 32],
        change: Uuid,
        (now, kept): (Moment, Duration),
    ) -> Result<()> {
        let seconds = now.micros().div_euclid(1_000_000);
        let kept = i64::try_from(kept.as_secs()).unwrap_or(i64::MAX);
        let put = Put::builder()
            .table_name(&table.name)
            .set_item(Some(repeat_key(hash)))
            .item("change", text(change.to_string()))
            .item("expires", number(seconds.saturating_add(kept)))
            .condition_expression("attribute_not_exists(pk) OR #expires < :now")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_values(":now", number(seconds));
        self.put(Place::Repeat, put.build())
    }

    fn update(&mut self, update: std::result::Result<Update, BuildError>) -> Result<()> {
        let write = TransactWriteItem::builder().update(update.map_err(unbuilt)?).build();
        self.push(Place::State, write);
        Ok(())
    }

    fn put(&mut self, place: Place, put: std::result::Result<Put, BuildError>) -> Result<()> {
        self.push(place, TransactWriteItem::builder().put(put.map_err(unbuilt)?).build());
        Ok(())
    }

    fn push(&mut self, place: Place, write: TransactWriteItem) {
        self.writes.push(write);
        self.places.push(place);
    }
}

const AT_VERSION: &str = "#version = :version";

/// The key of the row of an Idempotency-Key.
pub(super) fn repeat_key(hash: &[u8; 32]) -> Attributes {
    key(REPEAT, &hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// An update of the row that counts: so many items more, and a revision.
fn counting(table: &Table, more: i64) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    Update::builder()
        .table_name(&table.name)
        .set_key(Some(state()))
        .update_expression("ADD #items :more, #revision :one")
        .expression_attribute_names("#items", "items")
        .expression_attribute_names("#revision", "revision")
        .expression_attribute_values(":more", number(more))
        .expression_attribute_values(":one", number(1))
}

fn unbuilt(error: BuildError) -> Error {
    Error::Invalid(format!("a write cannot be put together: {error}"))
}
