//! Tables of DynamoDB: opened, read by key, changed in transactions.

mod row;
mod table;
mod transaction;

pub(crate) use row::{Attributes, Row, bytes, number, text};
pub(crate) use table::{Keys, Table};
pub(crate) use transaction::{Outcome, transact};

/// The service, as errors name it.
pub(crate) const DYNAMODB: &str = "DynamoDB";
