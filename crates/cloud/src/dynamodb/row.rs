//! Rows: what is written into attributes, and read out of them.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use store::{Error, Moment, Result};
use uuid::Uuid;

use super::DYNAMODB;

/// A row's attributes by their names.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// A text.
pub(crate) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A whole number.
pub(crate) fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Bytes.
pub(crate) fn bytes(bytes: impl Into<Vec<u8>>) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// A row that was read.
pub(crate) struct Row<'t> {
    table: &'t str,
    attributes: Attributes,
}

impl<'t> Row<'t> {
    pub(crate) fn new(table: &'t str, attributes: Attributes) -> Self {
        Self { table, attributes }
    }

    /// A text, if there is one.
    pub(crate) fn text_if_any(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str> {
        self.text_if_any(name).ok_or_else(|| self.unsound(name, "text"))
    }

    /// A whole number, if there is one.
    pub(crate) fn number_if_any<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.attributes.get(name).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok())
    }

    pub(crate) fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N> {
        self.number_if_any(name).ok_or_else(|| self.unsound(name, "whole number"))
    }

    pub(crate) fn moment(&self, name: &str) -> Result<Moment> {
        self.number(name).map(Moment::from_micros)
    }

    pub(crate) fn id(&self, name: &str) -> Result<Uuid> {
        Uuid::parse_str(self.text(name)?).map_err(|_| self.unsound(name, "UUID"))
    }

    /// Bytes, if there are any.
    pub(crate) fn bytes_if_any(&self, name: &str) -> Option<&[u8]> {
        self.attributes.get(name).and_then(|value| value.as_b().ok()).map(Blob::as_ref)
    }

    pub(crate) fn bytes(&self, name: &str) -> Result<&[u8]> {
        self.bytes_if_any(name).ok_or_else(|| self.unsound(name, "bytes"))
    }

    pub(crate) fn hash(&self, name: &str) -> Result<[u8; 32]> {
        self.bytes(name)?.try_into().map_err(|_| self.unsound(name, "32 bytes"))
    }

    /// What is said of an attribute that is missing or not of its kind.
    pub(crate) fn unsound(&self, name: &str, kind: &str) -> Error {
        let keys: Vec<&str> = ["pk", "sk", "id"].into_iter().filter_map(|key| self.text_if_any(key)).collect();
        let problem = format!(
            "the row `{}` of table `{}` has no {kind} in `{name}`; Plimsoll writes no such row: mend it or take it out",
            keys.join(" "),
            self.table
        );
        Error::Service { service: DYNAMODB, problem, passing: false }
    }
}
