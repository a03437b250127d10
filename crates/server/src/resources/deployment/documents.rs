//! What is in force, and what is proposed, as they are answered.

use serde::Serialize;
use store::{
    Moment,
    registry::{self, Outcome, Reference},
};
use utoipa::ToSchema;
use uuid::Uuid;

/// What is, or was, in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deployment {
    /// Rises with every change; 0 before the first.
    version: u64,
    /// Since when; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
    /// Who made the change that led to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    by: String,
    /// What that change was.
    #[schema(example = "activated")]
    action: String,
    /// What answers.
    champion: Option<Pair>,
    /// What scores in its shadow.
    challengers: Vec<Challenger>,
}

/// A model and the policy that decides on its scores.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedPair)]
pub(super) struct Pair {
    /// The model.
    model: Named,
    /// The policy.
    policy: Option<Named>,
}

/// A challenger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedChallenger)]
pub(super) struct Challenger {
    #[serde(flatten)]
    pair: Pair,
    /// Per cent of the applicants that it scores.
    share: u8,
}

/// A document by id and hash.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedDocument)]
pub(super) struct Named {
    /// Its id.
    id: Uuid,
    /// `sha256:` and the hash of its content.
    hash: String,
}

/// An activation that waits for a second person, or waited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Proposal {
    /// Its id.
    pub(super) id: Uuid,
    /// The version of the deployment that it was made for.
    version: u64,
    /// What is to answer.
    champion: Pair,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    proposed: Moment,
    /// Who made it.
    by: String,
    /// Until when it can be approved.
    #[schema(value_type = String, format = DateTime)]
    expires: Moment,
    /// What became of it.
    #[schema(value_type = OutcomeName)]
    outcome: Outcome,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
}

/// What became of a proposal.
#[derive(ToSchema)]
#[schema(as = ProposalOutcome, rename_all = "snake_case")]
#[allow(dead_code)] // describes
enum OutcomeName {
    Open,
    Approved,
    Rejected,
    Expired,
    Stale,
}

impl From<Reference> for Named {
    fn from(reference: Reference) -> Self {
        Self { id: reference.id, hash: format!("sha256:{}", reference.hash) }
    }
}

fn pair(model: Reference, policy: Option<Reference>) -> Pair {
    Pair { model: model.into(), policy: policy.map(Named::from) }
}

impl From<registry::Deployment> for Deployment {
    fn from(deployment: registry::Deployment) -> Self {
        let challenger = |one: registry::Challenger| Challenger { pair: pair(one.model, one.policy), share: one.share };
        Self {
            version: deployment.version,
            since: (deployment.version > 0).then_some(deployment.time),
            by: deployment.by,
            action: deployment.action,
            champion: deployment.champion.map(|champion| pair(champion.model, champion.policy)),
            challengers: deployment.challengers.into_iter().map(challenger).collect(),
        }
    }
}

impl From<registry::Proposal> for Proposal {
    fn from(proposal: registry::Proposal) -> Self {
        Self {
            id: proposal.id,
            version: proposal.version,
            champion: pair(proposal.champion.model, proposal.champion.policy),
            proposed: proposal.proposed,
            by: proposal.proposer.by,
            expires: proposal.expires,
            outcome: proposal.outcome,
            decided_by: proposal.decided.map(|(by, _)| by),
        }
    }
}
