//! The service as it is run: the program itself over a store of the test's, with a model in force and a key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

mod audit;
mod process;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use load::{Applications, Target};
use server::{
    compose::{self, NewDeployment},
    config::Config,
};
use store::{Actor, NewApiKey, WriterOptions};
use tempfile::TempDir;

pub use audit::Audit;
pub use process::Instance;

/// Settings of a test, by variable.
pub type Settings = BTreeMap<&'static str, String>;

/// A store that instances serve from.
pub struct Place {
    folder: TempDir,
    data: PathBuf,
    settings: Settings,
    key: String,
}

/// The model and the policy of German Credit.
struct Model {
    scorecard: scorecard::Scorecard,
    policy: scorecard::policy::Policy,
}

pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)
}

/// The scorecard that the program itself trains, once for all tests; of all columns that tell anything.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(data("german-credit.csv"), folder.path().join("german-credit.csv")).unwrap();
        let mut train = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        train.args(["train", "german-credit.csv", "--out", "card", "--bootstrap", "0", "--folds", "0", "--quiet"]);
        train.args([
            "--no-dictionary",
            "--target",
            "creditability",
            "--bad",
            "bad",
            "--selection",
            "none",
            "--min-iv",
            "0",
        ]);
        let trained = train.current_dir(folder.path()).output().unwrap();
        assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
        let read = |file: PathBuf| std::fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        Model {
            scorecard: scorecard::from_json(&read(folder.path().join("card/scorecard.json"))).unwrap(),
            policy: scorecard::policy::from_json(&read(data("german-credit.policy.json"))).unwrap(),
        }
    })
}

/// The model's document.
pub fn scorecard_json() -> Vec<u8> {
    scorecard::to_json(&model().scorecard).into_bytes()
}

/// The fields that the model asks for.
pub fn fields() -> Vec<String> {
    model().scorecard.fields.iter().map(|field| field.name.clone()).collect()
}

/// The applications of German Credit, with the fields that the model asks for.
pub fn applications() -> Arc<Applications> {
    static READ: OnceLock<Arc<Applications>> = OnceLock::new();
    let read = || Arc::new(Applications::read(data("german-credit.csv"), Some(&fields())).unwrap());
    Arc::clone(READ.get_or_init(read))
}

impl Place {
    /// A data folder.
    pub async fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Self::prepared(folder, data, Settings::new()).await
    }

    /// A data folder at a path that is there.
    pub async fn at(data: &Path) -> Self {
        Self::prepared(tempfile::tempdir().unwrap(), data.to_owned(), Settings::new()).await
    }

    /// A database of PostgreSQL.
    pub async fn postgres(url: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Self::prepared(folder, data, Settings::from([("PLIMSOLL_DATABASE_URL", url)])).await
    }

    async fn prepared(folder: TempDir, data: PathBuf, mut settings: Settings) -> Self {
        settings.insert("PLIMSOLL_DATA", data.display().to_string());
        settings.insert("PLIMSOLL_LISTEN", "127.0.0.1:0".to_owned());
        settings.insert("PLIMSOLL_PRIVATE_LISTEN", "127.0.0.1:0".to_owned());
        settings.insert("PLIMSOLL_LOG", "warn".to_owned());
        let service = compose::compose(config(&settings)).await.unwrap();
        let Model { scorecard, policy } = model();
        let new = NewDeployment { model: scorecard, policy: Some(policy) };
        compose::deploy(&service.app, service.store(), new).await.unwrap();
        let scopes =
            ["scores:read", "scores:write", "batches:read", "batches:write", "ledger:read"].map(str::to_owned).to_vec();
        let new = NewApiKey { name: "trial".to_owned(), scopes, expires: None };
        let (_, key) = service.store().create_api_key(new, Actor::Operator).await.unwrap();
        let key = key.expose().to_owned();
        service.close().await;
        Self { folder, data, settings, key }
    }

    /// Starts the program on it.
    pub fn start(&self) -> Instance {
        self.start_with(&[])
    }

    /// Starts the program on it, with further settings.
    pub fn start_with(&self, further: &[(&'static str, String)]) -> Instance {
        self.try_start_with(further).unwrap_or_else(|said| panic!("it does not start: {said}"))
    }

    /// The same with settings that it may not start with; what it said then.
    pub fn try_start_with(&self, further: &[(&'static str, String)]) -> Result<Instance, String> {
        let mut settings = self.settings.clone();
        settings.extend(further.iter().cloned());
        Instance::start(&settings, self.folder.path())
    }

    /// Where scores are asked for, at an address.
    pub fn scores(&self, address: std::net::SocketAddr) -> Target {
        Target::scores(address).with_header(self.authorization())
    }

    /// The header that lets one in.
    pub fn authorization(&self) -> String {
        format!("authorization: Bearer {}", self.key)
    }

    /// The database of PostgreSQL, if it is kept in one.
    pub fn database(&self) -> Option<&str> {
        self.settings.get("PLIMSOLL_DATABASE_URL").map(String::as_str)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The store, while nobody serves from it.
    pub async fn store(&self) -> store::Store {
        compose::open_store(&config(&self.settings), WriterOptions::default()).await.unwrap()
    }

    /// Reads all that is stored, while nobody serves from it.
    pub async fn audit(&self) -> Audit {
        let store = self.store().await;
        let audit = Audit::of(&store).await;
        store.close().await;
        audit
    }
}

fn config(settings: &Settings) -> Config {
    Config::from_environment(settings.iter().map(|(name, value)| (*name, value.as_str()))).unwrap()
}
