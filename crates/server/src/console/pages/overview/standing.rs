//! What is in force, what waits for somebody, and how the ledger stands.

use store::registry::{DocumentKind, Outcome, Reference};
use store::{BatchState, Moment, Store};
use uuid::Uuid;

use crate::access::{Caller, Scope};
use crate::console::figures::{count, moment};

/// The newest scores among which those are counted that wait for a person.
const AMONG: u32 = 10_000;
/// Proposals and batches that are looked through.
const LOOKED_AT: usize = 50;
/// Seconds for which a failed batch is news.
const NEWS: i64 = 7 * 24 * 3600;

/// A model in force.
pub(super) struct Model {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// The policy that decides with it.
    pub(super) policy: Option<(Uuid, String)>,
    /// Per cent of the applicants, of a challenger.
    pub(super) share: u8,
}

/// What is in force.
pub(super) struct InForce {
    pub(super) champion: Option<Model>,
    pub(super) challengers: Vec<Model>,
    pub(super) since: Option<(String, String)>,
}

/// How the ledger stands.
pub(super) struct Ledger {
    pub(super) entries: String,
    pub(super) checkpoint: Option<Checkpoint>,
}

/// The last checkpoint.
pub(super) struct Checkpoint {
    pub(super) number: u64,
    pub(super) time: String,
    pub(super) written: String,
    /// Entries since.
    pub(super) behind: String,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
}

/// Something that waits for somebody.
pub(super) struct Waiting {
    pub(super) words: String,
    pub(super) address: &'static str,
    pub(super) act: &'static str,
}

impl InForce {
    pub(super) async fn read(store: &Store) -> store::Result<Self> {
        let deployment = store.deployment().await?;
        let champion = match deployment.champion {
            Some(champion) => Some(model(store, champion.model, champion.policy, 100).await?),
            None => None,
        };
        let mut challengers = Vec::new();
        for one in deployment.challengers {
            challengers.push(model(store, one.model, one.policy, one.share).await?);
        }
        let since = champion.is_some().then(|| (deployment.time.to_string(), moment(deployment.time)));
        Ok(Self { champion, challengers, since })
    }
}

async fn model(store: &Store, model: Reference, policy: Option<Reference>, share: u8) -> store::Result<Model> {
    let known = store.registered(DocumentKind::Model, model.id).await?;
    let policy = match policy {
        Some(policy) => {
            let known = store.registered(DocumentKind::Policy, policy.id).await?;
            Some((known.id, format!("{} {}", known.name, known.label)))
        }
        None => None,
    };
    Ok(Model { id: known.id, name: format!("{} {}", known.name, known.label), policy, share })
}

impl Ledger {
    pub(super) async fn read(store: &Store) -> store::Result<Self> {
        let size: u64 = store.heads().await?.iter().map(|head| head.size).sum();
        let checkpoint = match store.latest_checkpoint().await? {
            None => None,
            Some(found) => {
                let statement = &found.signed.statement;
                let problem = store.check_checkpoint(&found).await?.first().map(|finding| finding.problem.clone());
                Some(Checkpoint {
                    number: statement.number,
                    time: statement.time.clone(),
                    written: Moment::parse(&statement.time).map_or_else(|_| statement.time.clone(), moment),
                    behind: count(size.saturating_sub(statement.size)),
                    problem,
                })
            }
        };
        Ok(Self { entries: count(size), checkpoint })
    }
}

/// What waits, of what the visitor may see.
pub(super) async fn waiting(store: &Store, caller: &Caller) -> store::Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    let mut add = |number: u64, one: &str, many: &str, address, act| {
        if number > 0 {
            let words = if number == 1 { one.to_owned() } else { format!("{} {many}", count(number)) };
            waiting.push(Waiting { words, address, act });
        }
    };
    if caller.may(Scope::ModelsRead) {
        let proposals = store.proposals(None, LOOKED_AT).await?;
        let open = proposals.iter().filter(|proposal| proposal.outcome == Outcome::Open).count();
        let many = "proposals to change what is in force wait for a second person";
        add(
            open as u64,
            "One proposal to change what is in force waits for a second person",
            many,
            "/console/models",
            "Look at it",
        );
    }
    if caller.may(Scope::ScoresRead) {
        let referred = store.referred_and_waiting(AMONG).await?;
        let many = "of the newest 10,000 decisions were referred and nobody has reviewed them";
        let one = "One of the newest 10,000 decisions was referred and nobody has reviewed it";
        add(referred, one, many, "/console/decisions?decision=refer", "Review");
    }
    if caller.may(Scope::BatchesRead) {
        let since = Moment::now().plus_seconds(-NEWS);
        let batches = store.batches(None, LOOKED_AT as u32).await?;
        let failed = batches.iter().filter(|batch| batch.state == BatchState::Failed && batch.created >= since).count();
        let many = "batches failed in the last seven days";
        add(failed as u64, "One batch failed in the last seven days", many, "/console/batches", "See why");
    }
    Ok(waiting)
}
