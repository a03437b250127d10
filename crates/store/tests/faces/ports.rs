//! Places of the ports that have other faces than the store's: the same tests go over each.

use std::sync::Arc;

use store::{ItemContent, Items, Sessions, Store};
use tokio::task::JoinSet;

use super::Place;

/// A place of a catalogue.
#[allow(dead_code)]
pub(crate) trait Catalogue {
    /// Where the ledger is.
    fn place(&self) -> &Place;

    /// An instance's: the store with the ledger, and the catalogue.
    async fn catalogue(&self) -> (Arc<Store>, Arc<dyn Items>);

    /// Has so many items more.
    async fn fill(&self, count: u32);
}

/// A place of sessions.
#[allow(dead_code)]
pub(crate) trait LoggedIn {
    /// An instance's: the store with the users, and the sessions.
    async fn sessions(&self) -> (Arc<Store>, Arc<dyn Sessions>);
}

impl Catalogue for Place {
    fn place(&self) -> &Place {
        self
    }

    async fn catalogue(&self) -> (Arc<Store>, Arc<dyn Items>) {
        let store = self.instance().await;
        (Arc::clone(&store), store)
    }

    async fn fill(&self, count: u32) {
        let (_, items) = self.catalogue().await;
        let mut making = JoinSet::new();
        for number in 0..count {
            let (items, name) = (Arc::clone(&items), number.to_string());
            let content = ItemContent { name, description: String::new(), category: "full".into(), eligibility: None };
            making.spawn(async move { items.create(content, "k", None).await.map(drop) });
        }
        while let Some(made) = making.join_next().await {
            made.unwrap().unwrap();
        }
    }
}

impl LoggedIn for Place {
    async fn sessions(&self) -> (Arc<Store>, Arc<dyn Sessions>) {
        let store = self.instance().await;
        let sessions = Arc::new(store.sessions());
        (store, sessions)
    }
}
