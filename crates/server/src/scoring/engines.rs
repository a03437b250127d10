//! The engines of this process: the one in force, and those of entries that are read again.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::Engine;
use crate::problem::{Kind, Problem};

/// Compiled models, by model and policy.
#[derive(Debug, Default)]
pub struct Engines {
    champion: RwLock<Option<Arc<Engine>>>,
    known: RwLock<HashMap<(String, Option<String>), Arc<Engine>>>,
}

impl Engines {
    /// What answers at present.
    ///
    /// # Errors
    /// 503 where no model is in force.
    pub fn champion(&self) -> Result<Arc<Engine>, Problem> {
        let champion = self.champion.read().unwrap_or_else(PoisonError::into_inner).clone();
        champion.ok_or_else(|| Kind::Unavailable.because("no model is in force: upload one and activate it"))
    }

    /// The engine of a model and a policy, as an entry names them.
    pub fn of(&self, model: &str, policy: Option<&str>) -> Option<Arc<Engine>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(model.to_owned(), policy.map(str::to_owned))).cloned()
    }

    /// Puts an engine in force.
    pub fn install(&self, engine: Arc<Engine>) {
        let name = (engine.model_hash.clone(), engine.policy_hash.clone());
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&engine));
        *self.champion.write().unwrap_or_else(PoisonError::into_inner) = Some(engine);
    }
}
