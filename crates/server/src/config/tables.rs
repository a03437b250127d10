//! Where sessions and items are kept, which need not be the store.

use super::Source;
use super::source::Spec;

/// What is accepted.
const ACCEPTED: &str = "store, or dynamodb: and the name of a table";

/// Where sessions and items are kept.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Sessions of users.
    pub sessions: Table,
    /// The catalogue.
    pub items: Table,
}

/// Where something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Table {
    /// In the store's own tables.
    Store,
    /// In this table of DynamoDB.
    Dynamodb(String),
}

impl Table {
    pub(crate) const SESSIONS: &'static str = "PLIMSOLL_SESSIONS";
    pub(crate) const ITEMS: &'static str = "PLIMSOLL_ITEMS";

    fn parse(text: &str) -> Option<Self> {
        if text == "store" {
            return Some(Self::Store);
        }
        let name = text.strip_prefix("dynamodb:")?;
        let is_name = (3..=255).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        is_name.then(|| Self::Dynamodb(name.to_owned()))
    }
}

impl Tables {
    pub(super) fn read(from: &mut Source) -> Self {
        let sessions = Spec {
            name: Table::SESSIONS,
            default: "store",
            meaning: "where sessions of users are kept: store, or dynamodb: and a table",
        };
        let items = Spec {
            name: Table::ITEMS,
            default: "store",
            meaning: "where the catalogue is kept: store, or dynamodb: and a table",
        };
        let mut table = |spec| from.one(spec, ACCEPTED, Table::parse).unwrap_or(Table::Store);
        Self { sessions: table(sessions), items: table(items) }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn a_table_is_the_stores_or_has_a_name() {
        assert_eq!(Table::parse("store"), Some(Table::Store));
        assert_eq!(Table::parse("dynamodb:plimsoll-x_1.y"), Some(Table::Dynamodb("plimsoll-x_1.y".to_owned())));
        for wrong in ["", "dynamodb", "dynamodb:", "dynamodb:ab", "dynamodb:a/b", "DynamoDB:items", "postgres"] {
            assert_eq!(Table::parse(wrong), None, "{wrong}");
        }
    }
}
