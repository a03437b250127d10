//! Items as rows.

use store::{Eligibility, Item, ItemContent, Result};
use uuid::Uuid;

use crate::dynamodb::{Attributes, Row, number, text};

/// The partition of items.
pub(super) const ITEM: &str = "ITEM";
/// The partition of changes that the ledger does not have yet.
pub(super) const CHANGE: &str = "CHANGE";
/// The partition of Idempotency-Keys.
pub(super) const REPEAT: &str = "REPEAT";

/// An item as it is kept.
pub(super) struct Kept {
    pub(super) item: Item,
    /// Its last change.
    pub(super) change: Uuid,
}

/// The key of a row.
pub(super) fn key(partition: &str, sort: &str) -> Attributes {
    Attributes::from([("pk".to_owned(), text(partition)), ("sk".to_owned(), text(sort))])
}

/// The key of the row that counts.
pub(super) fn state() -> Attributes {
    key("CATALOGUE", "STATE")
}

/// An item's row.
pub(super) fn row_of(item: &Item, change: Uuid) -> Attributes {
    let mut row = key(ITEM, &item.id.to_string());
    let ItemContent { name, description, category, eligibility } = &item.content;
    row.extend([
        ("name".to_owned(), text(name)),
        ("category".to_owned(), text(category)),
        ("description".to_owned(), text(description)),
        ("version".to_owned(), number(item.version)),
        ("created".to_owned(), number(item.created.micros())),
        ("updated".to_owned(), number(item.updated.micros())),
        ("change".to_owned(), text(change.to_string())),
    ]);
    if let Some(Eligibility { min_score, max_score, expression }) = eligibility {
        // As texts: DynamoDB's numbers end at 10^126, and a text gives back the same double.
        row.extend(min_score.map(|lowest| ("lowest".to_owned(), text(lowest.to_string()))));
        row.extend(max_score.map(|highest| ("highest".to_owned(), text(highest.to_string()))));
        row.extend(expression.as_ref().map(|expression| ("expression".to_owned(), text(expression))));
    }
    row
}

impl Kept {
    /// Reads an item's row.
    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        let bound = |name: &str| {
            let bound = row.text_if_any(name).map(|bound| bound.parse().map_err(|_| row.unsound(name, "number")));
            bound.transpose()
        };
        let eligibility = Eligibility {
            min_score: bound("lowest")?,
            max_score: bound("highest")?,
            expression: row.text_if_any("expression").map(str::to_owned),
        };
        let item = Item {
            id: row.id("sk")?,
            content: ItemContent {
                name: row.text("name")?.to_owned(),
                description: row.text("description")?.to_owned(),
                category: row.text("category")?.to_owned(),
                eligibility: Some(eligibility).filter(|eligibility| *eligibility != Eligibility::default()),
            },
            version: row.number("version")?,
            created: row.moment("created")?,
            updated: row.moment("updated")?,
        };
        Ok(Self { item, change: row.id("change")? })
    }
}

#[cfg(test)]
mod tests {
    use store::Moment;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let eligibility = |min_score, max_score, expression: Option<&str>| {
            Some(Eligibility { min_score, max_score, expression: expression.map(str::to_owned) })
        };
        for eligibility in [
            None,
            eligibility(Some(0.1 + 0.2), Some(f64::MAX), None),
            eligibility(Some(-f64::MIN_POSITIVE), None, Some("age >= 21")),
            eligibility(None, Some(5e-324), None),
        ] {
            let content = ItemContent {
                name: "Überziehung".to_owned(),
                description: String::new(),
                category: "cards".to_owned(),
                eligibility,
            };
            let (created, updated) = (Moment::from_micros(1), Moment::from_micros(i64::MAX));
            let item = Item { id: Uuid::now_v7(), content, version: 7, created, updated };
            let change = Uuid::now_v7();
            let read = Kept::read(&Row::new("t", row_of(&item, change))).expect("a row");
            assert_eq!((read.item, read.change), (item, change));
        }
        let unsound = Kept::read(&Row::new("t", key(ITEM, "x"))).err().expect("no item").to_string();
        assert!(unsound.contains("`ITEM x`") && unsound.contains("table `t`"), "{unsound}");
    }
}
