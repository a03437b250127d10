//! What the store says is in force, compiled; and a model put in force by whoever runs the machine.

use std::sync::Arc;

use scorecard::Scorecard;
use scorecard::policy::Policy;
use store::registry::{Author, DocumentKind, NewDocument};
use store::{Actor, Store};

use crate::scoring::Engine;
use crate::{App, Error, Result};

/// A model and a policy that are to be in force.
#[derive(Debug, Clone, Copy)]
pub struct NewDeployment<'d> {
    /// The model.
    pub model: &'d Scorecard,
    /// The policy.
    pub policy: Option<&'d Policy>,
}

/// Compiles what is in force and lets it answer.
pub(super) async fn install(app: &App, store: &Store) -> Result<()> {
    let Some(champion) = store.deployment().await?.champion else { return Ok(()) };
    let model = store.document(DocumentKind::Model, champion.model.hash).await?;
    let policy = match champion.policy {
        Some(policy) => Some(store.document(DocumentKind::Policy, policy.hash).await?),
        None => None,
    };
    let policy = policy.map(|text| scorecard::policy::from_json(text.as_bytes())).transpose();
    let engine =
        Engine::new(scorecard::from_json(model.as_bytes()).map_err(Error::Model)?, policy.map_err(Error::Model)?);
    app.engines().install(Arc::new(engine.map_err(Error::Model)?));
    Ok(())
}

/// Registers a model with its policy and puts both in force, in the operator's name.
///
/// # Errors
/// Where they do not fit one another, are registered already, or the store cannot be written.
pub async fn deploy(app: &App, store: &Store, new: NewDeployment<'_>) -> Result<()> {
    let engine = Engine::new(new.model.clone(), new.policy.cloned()).map_err(Error::Model)?;
    let author = Author::new(Actor::Operator.to_string());
    let document = || NewDocument { label: None, pmml: None, author: &author, idempotency: None };
    let model = store.add_model(new.model, document()).await?;
    let policy = match new.policy {
        Some(policy) => Some(store.add_policy(policy, document()).await?.id),
        None => None,
    };
    store.activate(model.id, policy, None, &author).await?;
    app.engines().install(Arc::new(engine));
    Ok(())
}
