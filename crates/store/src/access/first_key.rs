//! The first key: somebody must be able to call before anybody can make keys.

use super::{Actor, ApiKey, ApiKeySecret, NewApiKey};
use crate::{Result, Store};

impl Store {
    /// Makes a key where there is none yet, whatever became of it; for the first start.
    ///
    /// # Errors
    /// As [`Store::create_api_key`].
    pub async fn ensure_first_key(&self, name: &str, scopes: Vec<String>) -> Result<Option<(ApiKey, ApiKeySecret)>> {
        if self.has_api_keys().await? {
            return Ok(None);
        }
        let new = NewApiKey { name: name.to_owned(), scopes, expires: None };
        self.create_api_key(new, Actor::Operator).await.map(Some)
    }
}
