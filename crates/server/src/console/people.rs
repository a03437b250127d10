//! The names behind what the ledger knows by id.

use std::collections::HashMap;

use store::{Actor, Store};

use crate::problem::Problem;

/// Who did things, by name.
#[derive(Debug, Default)]
pub(crate) struct People(HashMap<String, String>);

impl People {
    /// Looks up whoever is named by `user:` or `key:` and an id; what is no such text stays as it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) async fn of(store: &Store, all: &[&str]) -> Result<Self, Problem> {
        let mut names = HashMap::new();
        for by in all.iter().copied() {
            if names.contains_key(by) {
                continue;
            }
            let found = match Actor::parse(by) {
                Some(Actor::User(id)) => store.user(id).await.map(|user| user.name),
                Some(Actor::Key(id)) => store.api_key(id).await.map(|key| format!("key {}", key.name)),
                Some(Actor::Operator) => Ok("operator".to_owned()),
                None => Ok(by.to_owned()),
            };
            let name = match found {
                Ok(name) => name,
                Err(store::Error::NotFound { .. }) => by.to_owned(),
                Err(error) => return Err(error.into()),
            };
            names.insert(by.to_owned(), name);
        }
        Ok(Self(names))
    }

    /// The name of one that was looked up.
    pub(crate) fn name(&self, by: &str) -> String {
        self.0.get(by).cloned().unwrap_or_else(|| by.to_owned())
    }
}
