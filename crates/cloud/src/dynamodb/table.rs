//! A table, and what its keys must be.

use std::fmt;

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    types::{KeySchemaElement, KeyType, TableDescription},
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{Attributes, DYNAMODB, Row};
use crate::{Fault, Trouble};

/// A table of DynamoDB.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

/// The keys that a table must have.
pub(crate) struct Keys {
    pub(crate) hash: &'static str,
    pub(crate) range: Option<&'static str>,
    /// An index: its name and its hash key.
    pub(crate) index: Option<(&'static str, &'static str)>,
}

impl Table {
    /// Takes a table after a look at its keys. Where nobody can tell at the moment it is taken as it is.
    ///
    /// # Errors
    /// Where there is no such table, it may not be looked at, or its keys are other ones.
    pub(crate) async fn open(client: Client, name: &str, keys: &Keys) -> Result<Self, Fault> {
        let table = Self { client, name: name.to_owned() };
        match table.client.describe_table().table_name(name).send().await {
            Ok(described) => described.table().map_or(Ok(()), |described| keys.check(name, described))?,
            Err(error) => {
                let fault = table.fault("looking at", &error);
                if !fault.is_passing() {
                    return Err(fault);
                }
                tracing::warn!(%fault, "a table cannot be looked at; it is used as it is");
            }
        }
        Ok(table)
    }

    /// A row by its key, as it is after all writes that were answered.
    pub(crate) async fn get(&self, doing: &str, key: Attributes) -> Result<Option<Row<'_>>, Fault> {
        let asked = self.client.get_item().table_name(&self.name).set_key(Some(key)).consistent_read(true);
        let answer = asked.send().await.map_err(|error| self.fault(doing, &error))?;
        Ok(answer.item.map(|attributes| Row::new(&self.name, attributes)))
    }

    /// What an error says, with the table's name.
    pub(crate) fn fault<E, R>(&self, doing: &str, error: &SdkError<E, R>) -> Fault
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug + 'static,
    {
        Fault::of(DYNAMODB, &format!("{doing} (table `{}`)", self.name), error)
    }
}

impl Keys {
    fn check(&self, name: &str, table: &TableDescription) -> Result<(), Fault> {
        let key = |schema: &[KeySchemaElement], kind: &KeyType| {
            schema.iter().find(|element| element.key_type() == kind).map(|element| element.attribute_name().to_owned())
        };
        let (hash, range) = (key(table.key_schema(), &KeyType::Hash), key(table.key_schema(), &KeyType::Range));
        let index = self.index.is_none_or(|(index, hash)| {
            table.global_secondary_indexes().iter().any(|described| {
                described.index_name() == Some(index)
                    && key(described.key_schema(), &KeyType::Hash).as_deref() == Some(hash)
            })
        });
        if hash.as_deref() == Some(self.hash) && range.as_deref() == self.range && index {
            return Ok(());
        }
        let said = format!("the table `{name}` has other keys than Plimsoll uses; make one with {self}");
        Err(Fault::new(DYNAMODB, Trouble::Setting, said))
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the hash key `{}`", self.hash)?;
        match self.range {
            Some(range) => write!(f, " and the range key `{range}`")?,
            None => f.write_str(" and no range key")?,
        }
        match self.index {
            Some((index, hash)) => write!(f, ", and the global index `{index}` by `{hash}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Table").field(&self.name).finish()
    }
}
