//! The service as `plimsoll serve` composes it, background work and all, with the model and the policy of German Credit in
//! force, called without sockets. A test that uses it has `mod registered` too.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own and uses its part")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here is the test")]

use std::future::Future;
use std::time::Duration;

use http::Method;
use serde_json::Value;
use server::api;
use server::compose::{self, Composed, NewDeployment};
use server::config::Config;
use store::Store;
use tempfile::TempDir;

use crate::registered::{Answer, file, german, key, send};

/// Longer than anything takes that comes to an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that instances serve from, and settings that all of them have.
pub struct Place {
    pub folder: TempDir,
    settings: Vec<(String, String)>,
}

/// An instance.
pub struct Service {
    pub composed: Composed,
    pub router: api::Public,
    pub key: String,
}

impl Place {
    pub fn new(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut all: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let data = folder.path().join("data").display().to_string();
        let keyring = folder.path().join("keyring.json").display().to_string();
        all.extend([("PLIMSOLL_DATA".to_owned(), data), ("PLIMSOLL_KEYRING".to_owned(), keyring)]);
        Self { folder, settings: all }
    }

    /// A first instance, with the model in force.
    pub async fn begin(&self) -> Service {
        let composed = compose::compose(self.config()).await.unwrap();
        let model = scorecard::from_json(german().as_bytes()).unwrap();
        let policy = scorecard::policy::from_json(&file("german-credit.policy.json")).unwrap();
        let new = NewDeployment { model: &model, policy: Some(&policy) };
        compose::deploy(&composed.app, composed.store(), new).await.unwrap();
        let key = key(composed.store()).await;
        Service { router: api::router(&composed.app), composed, key }
    }

    /// An instance over what is there already, called with this key.
    pub async fn another(&self, key: &str) -> Service {
        let composed = compose::compose(self.config()).await.unwrap();
        Service { router: api::router(&composed.app), composed, key: key.to_owned() }
    }

    /// The settings of its instances.
    pub fn config(&self) -> Config {
        Config::from_environment(self.settings.iter().cloned()).unwrap()
    }
}

impl Service {
    /// An instance of its own over SQLite.
    pub async fn start() -> (Place, Self) {
        let place = Place::new(&[]);
        let service = place.begin().await;
        (place, service)
    }

    pub fn store(&self) -> &Store {
        self.composed.store()
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        send(&self.router, &self.key, method, path, headers, body.into()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    /// A POST of JSON, with headers.
    pub async fn post(&self, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<_> = [("content-type", "application/json")].into_iter().chain(more.iter().copied()).collect();
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    /// The path that the answer's link leads to, without the service's address.
    pub fn next(answer: &Answer) -> Option<String> {
        let link = answer.header("link").strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?;
        Some(link.to_owned())
    }

    /// Every entry of a list, page by page; and how many pages there were.
    pub async fn all(&self, path: &str) -> (Vec<Value>, usize) {
        let (mut entries, mut pages, mut path) = (Vec::new(), 0, Some(path.to_owned()));
        while let Some(at) = path {
            let page = self.get(&at).await;
            assert_eq!(page.status, 200, "{page:?}");
            assert_eq!(page.body["next"].is_string(), !page.header("link").is_empty(), "{page:?}");
            entries.extend(page.body["data"].as_array().unwrap().iter().cloned());
            pages += 1;
            path = Self::next(&page);
        }
        (entries, pages)
    }
}

/// Asks again until there is something.
pub async fn until<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it comes")
}
