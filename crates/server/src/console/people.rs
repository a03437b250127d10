//! Who did something, as pages name them.

use std::collections::HashMap;

use store::{Actor, Store};
use uuid::Uuid;

use crate::access::{Caller, Scope};

/// Names of those who did something, looked up once each, and only for whom the visitor may read about.
pub(crate) struct People<'s> {
    store: &'s Store,
    caller: Caller,
    known: HashMap<String, String>,
}

impl<'s> People<'s> {
    /// Nobody was looked up yet.
    pub(crate) fn new(store: &'s Store, caller: Caller) -> Self {
        Self { store, caller, known: HashMap::new() }
    }

    /// What people call whom the ledger names so: `user:<id>`, `key:<id>`, `operator`.
    pub(crate) async fn name(&mut self, by: &str) -> String {
        if let Some(name) = self.known.get(by) {
            return name.clone();
        }
        let name = self.look_up(by).await;
        self.known.insert(by.to_owned(), name.clone());
        name
    }

    async fn look_up(&self, by: &str) -> String {
        let Some((kind, id)) = by.split_once(':') else { return by.to_owned() };
        let short = || format!("{kind} {}", id.chars().take(8).collect::<String>());
        let Ok(id) = id.parse::<Uuid>() else { return short() };
        let is_self = self.caller.actor() == Actor::User(id);
        match kind {
            "user" if is_self || self.caller.may(Scope::UsersRead) => {
                self.store.user(id).await.map_or_else(|_| short(), |user| user.name)
            }
            "key" if self.caller.may(Scope::KeysRead) => {
                self.store.api_key(id).await.map_or_else(|_| short(), |key| format!("key {}", key.name))
            }
            _ => short(),
        }
    }
}
