//! A model put in force by whoever runs the machine.

use scorecard::Scorecard;
use scorecard::policy::Policy;
use store::ledger::Hash;
use store::registry::{Author, DocumentKind, NewDocument};
use store::{Actor, Store};
use training::report::ReportData;
use uuid::Uuid;

use crate::scoring::{Engine, hash_bytes};
use crate::trainings::report;
use crate::{App, Error, Result};

/// A model and a policy that are to be in force.
#[derive(Debug, Clone, Copy)]
pub struct NewDeployment<'d> {
    /// The model.
    pub model: &'d Scorecard,
    /// The policy.
    pub policy: Option<&'d Policy>,
}

/// Registers a model with its policy and puts both in force, in the operator's name.
///
/// # Errors
/// Where they do not fit one another, are registered already, or the store cannot be written.
pub async fn deploy(app: &App, store: &Store, new: NewDeployment<'_>) -> Result<()> {
    Engine::new(new.model.clone(), new.policy.cloned()).map_err(Error::Model)?;
    let author = Author::new(Actor::Operator.to_string());
    let document = || NewDocument { id: Uuid::now_v7(), label: None, pmml: None, author: &author, idempotency: None };
    let model = store.add_model(new.model, document()).await?;
    let policy = match new.policy {
        Some(policy) => Some(store.add_policy(policy, document()).await?.id),
        None => None,
    };
    store.activate(model.id, policy, None, &author).await?;
    app.engines().refresh(store).await.map_err(|problem| Error::Start(problem.detail().to_owned()))?;
    Ok(())
}

/// Keeps the report on a model that is registered, in the operator's name.
///
/// # Errors
/// Where the model is not registered, or the store cannot be written.
pub async fn keep_report(store: &Store, report: &ReportData) -> Result<()> {
    let hash = Hash(hash_bytes(&report.model.content_hash));
    let unknown = || Error::Start("the report is on a model that is not registered".to_owned());
    let model = store.registered_by_hash(DocumentKind::Model, hash).await?.ok_or_else(unknown)?;
    let kept = report::keep(store, model.id, report, &Author::new(Actor::Operator.to_string())).await;
    kept.map(drop).map_err(|problem| Error::Start(problem.detail().to_owned()))
}
