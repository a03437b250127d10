//! The names behind what the ledger knows by id. Whoever may look at a page may know which colleague did what it shows.

use std::collections::HashMap;

use store::{Actor, Store};

use crate::problem::Problem;

/// Names, looked up once each when they are wanted.
pub(crate) struct People<'s> {
    store: &'s Store,
    names: Names,
}

impl<'s> People<'s> {
    /// Nobody was looked up yet.
    pub(crate) fn new(store: &'s Store) -> Self {
        Self { store, names: Names::default() }
    }

    /// What people call whom the ledger names so: `user:<id>`, `key:<id>`, `operator`; as the ledger does where nobody can be
    /// found.
    pub(crate) async fn name(&mut self, by: &str) -> String {
        if self.names.learn(self.store, by).await.is_err() {
            return by.to_owned();
        }
        self.names.name(by)
    }
}

/// Names that were looked up.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Looks up whoever is named by `user:` or `key:` and an id; what is no such text stays as it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(crate) async fn of(store: &Store, all: &[&str]) -> Result<Self, Problem> {
        let mut names = Self::default();
        for by in all {
            names.learn(store, by).await?;
        }
        Ok(names)
    }

    /// The name of one that was looked up.
    pub(crate) fn name(&self, by: &str) -> String {
        self.0.get(by).cloned().unwrap_or_else(|| by.to_owned())
    }

    async fn learn(&mut self, store: &Store, by: &str) -> store::Result<()> {
        if self.0.contains_key(by) {
            return Ok(());
        }
        let found = match Actor::parse(by) {
            Some(Actor::User(id)) => store.user(id).await.map(|user| user.name),
            Some(Actor::Key(id)) => store.api_key(id).await.map(|key| format!("key {}", key.name)),
            Some(Actor::Operator) => Ok("operator".to_owned()),
            None => Ok(by.to_owned()),
        };
        let name = match found {
            Err(store::Error::NotFound { .. }) => by.to_owned(),
            found => found?,
        };
        self.0.insert(by.to_owned(), name);
        Ok(())
    }
}
