//! The engines of this process: what is in force, and those of entries that are read again.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use scorecard::policy;
use store::{
    Store,
    ledger::Hash,
    registry::{Deployment, DocumentKind, Reference},
};
use tokio::{task::spawn_blocking, time::sleep};

use super::Engine;
use crate::{
    App,
    problem::{Kind, Problem},
};

/// How soon an instance notices what another has put in force.
const POLL: Duration = Duration::from_secs(1);
/// Engines that are kept; a thousand characteristics take a few megabytes.
const KEPT: usize = 64;

/// A model and a policy by their hashes.
type Name = (Hash, Option<Hash>);

/// Compiled models: what is in force, and what entries were made with.
#[derive(Default)]
pub struct Engines {
    deployed: RwLock<Arc<Deployed>>,
    known: RwLock<HashMap<Name, Arc<Engine>>>,
}

/// What is in force, compiled: one state, swapped as a whole.
#[derive(Debug, Default)]
pub struct Deployed {
    /// The version of the deployment.
    pub version: u64,
    /// What answers.
    pub champion: Option<Arc<Engine>>,
    /// What scores beside it.
    pub challengers: Vec<Shadow>,
}

/// A challenger, compiled.
#[derive(Debug)]
pub struct Shadow {
    /// What scores.
    pub engine: Arc<Engine>,
    /// Per cent of the applicants that it scores.
    pub share: u8,
}

impl Engines {
    /// What answers at present.
    ///
    /// # Errors
    /// 503 where no model is in force.
    pub fn champion(&self) -> Result<Arc<Engine>, Problem> {
        let champion = self.deployed().champion.clone();
        champion.ok_or_else(|| Kind::Unavailable.because("no model is in force: upload one and activate it"))
    }

    /// All that is in force at present, of one version.
    pub fn deployed(&self) -> Arc<Deployed> {
        Arc::clone(&self.deployed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The engine of a model and a policy as an entry names them, if it is in memory: hashes in hexadecimal, with or
    /// without `sha256:`.
    pub fn of(&self, model: &str, policy: Option<&str>) -> Option<Arc<Engine>> {
        self.in_memory(&name(model, policy)?)
    }

    /// The same, compiled from the store where it is not in memory: however old the entry is.
    ///
    /// # Errors
    /// 404 where the store has no such documents, 503 where it cannot be read.
    pub async fn load(&self, store: &Store, model: &str, policy: Option<&str>) -> Result<Arc<Engine>, Problem> {
        let name = name(model, policy).ok_or_else(|| Kind::NotFound.because("a hash has 64 hexadecimal digits"))?;
        self.by_name(store, name).await
    }

    /// Compiles what the store says is in force and swaps it in, whole or not at all. Gives the version in force then.
    ///
    /// # Errors
    /// Where the store cannot be read or a document cannot be compiled; what was in force before stays so.
    pub async fn refresh(&self, store: &Store) -> Result<u64, Problem> {
        let present = store.deployment().await?;
        if present.version > self.deployed().version {
            let deployed = Arc::new(self.compile(store, &present).await?);
            let mut slot = self.deployed.write().unwrap_or_else(PoisonError::into_inner);
            // Another refresh may have been faster and read a later version.
            if deployed.version > slot.version {
                *slot = deployed;
            }
        }
        Ok(self.deployed().version)
    }

    async fn compile(&self, store: &Store, deployment: &Deployment) -> Result<Deployed, Problem> {
        let name = |model: Reference, policy: Option<Reference>| (model.hash, policy.map(|policy| policy.hash));
        let champion = match deployment.champion {
            Some(champion) => Some(self.by_name(store, name(champion.model, champion.policy)).await?),
            None => None,
        };
        let mut challengers = Vec::with_capacity(deployment.challengers.len());
        for challenger in &deployment.challengers {
            let engine = self.by_name(store, name(challenger.model, challenger.policy)).await?;
            challengers.push(Shadow { engine, share: challenger.share });
        }
        Ok(Deployed { version: deployment.version, champion, challengers })
    }

    fn in_memory(&self, name: &Name) -> Option<Arc<Engine>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    async fn by_name(&self, store: &Store, name: Name) -> Result<Arc<Engine>, Problem> {
        if let Some(engine) = self.in_memory(&name) {
            return Ok(engine);
        }
        let model = store.document(DocumentKind::Model, name.0).await?;
        let policy = match name.1 {
            Some(policy) => Some(store.document(DocumentKind::Policy, policy).await?),
            None => None,
        };
        let compiling = spawn_blocking(move || {
            let scorecard = scorecard::from_json(model.as_bytes())?;
            let policy = policy.map(|policy| policy::from_json(policy.as_bytes())).transpose()?;
            Engine::new(scorecard, policy)
        });
        let engine = match compiling.await {
            Ok(Ok(engine)) => Arc::new(engine),
            Ok(Err(error)) => {
                tracing::error!(model = %name.0, %error, "a registered document does not compile");
                return Err(Kind::Internal.because("a registered document does not compile; the logs say which"));
            }
            Err(_) => return Err(Kind::Internal.because("compiling a model was broken off")),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            // Whatever is in use elsewhere stays; the rest is compiled again when it is asked for.
            known.retain(|_, engine| Arc::strong_count(engine) > 1);
        }
        Ok(Arc::clone(known.entry(name).or_insert(engine)))
    }
}

/// Hashes as entries write them.
fn name(model: &str, policy: Option<&str>) -> Option<Name> {
    let hash = |text: &str| Hash::from_hex(text.strip_prefix("sha256:").unwrap_or(text).as_bytes());
    match policy {
        None => Some((hash(model)?, None)),
        Some(policy) => Some((hash(model)?, Some(hash(policy)?))),
    }
}

/// Follows what is in force until the service takes no more connections. The first look is taken before this answers.
pub async fn follow_deployment(app: &App) -> Result<(), Problem> {
    let (app, store) = (app.clone(), Arc::clone(app.store()?));
    app.engines().refresh(&store).await?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = sleep(POLL) => {}
                () = app.drain().closing() => return,
            }
            let is_new = match store.deployment_version().await {
                Ok(version) => version > app.engines().deployed().version,
                Err(error) => {
                    tracing::warn!(%error, "what is in force cannot be asked for; what was goes on");
                    false
                }
            };
            if is_new && let Err(problem) = app.engines().refresh(&store).await {
                tracing::error!(problem = problem.detail(), "what is in force cannot be followed");
            }
        }
    });
    Ok(())
}

impl fmt::Debug for Engines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engines").field("version", &self.deployed().version).finish_non_exhaustive()
    }
}
