//! Whether the entry belongs to the ledger, shown step by step: proved by the store, verified here with the public key.

use store::ledger::{Checkpoint, Proof};
use store::{Error, Position, Store};

use crate::problem::Problem;

/// What verifying gave.
pub(super) enum Proven {
    /// The steps, and the checkpoint that they lead to.
    Steps { steps: Vec<StepView>, whole: bool, checkpoint: CheckpointView },
    /// No checkpoint reaches as far as the entry yet.
    NotGathered,
    /// What is stored leads to no proof: the ledger was altered.
    Broken(String),
}

/// A step of the proof.
pub(super) struct StepView {
    pub(super) what: String,
    /// Why it does not hold.
    pub(super) fault: Option<String>,
}

/// The checkpoint that the proof leads to.
pub(super) struct CheckpointView {
    pub(super) number: u64,
    pub(super) time: String,
    pub(super) key: String,
}

/// Proves an entry to the last checkpoint and verifies the proof; makes no checkpoint, for a page changes nothing.
///
/// # Errors
/// Where the store cannot be read.
pub(super) async fn of(store: &Store, position: Position) -> Result<Proven, Problem> {
    let reaches = |checkpoint: &Checkpoint| {
        checkpoint.heads.iter().any(|head| head.chain == position.chain && head.size > position.sequence)
    };
    if !store.latest_checkpoint().await?.is_some_and(|checkpoint| reaches(&checkpoint)) {
        return Ok(Proven::NotGathered);
    }
    let key = store.public_key()?;
    match store.prove(position).await {
        Ok(proof) => {
            let outcomes = proof.steps(&key);
            let whole = outcomes.iter().all(Result::is_ok);
            let steps = says(&proof).into_iter().zip(outcomes);
            let steps =
                steps.map(|(what, outcome)| StepView { what, fault: outcome.err().map(|fault| fault.to_string()) });
            let statement = &proof.checkpoint.statement;
            let checkpoint = CheckpointView {
                number: statement.number,
                time: statement.time.clone(),
                key: statement.key_id.clone(),
            };
            Ok(Proven::Steps { steps: steps.collect(), whole, checkpoint })
        }
        Err(Error::Ledger(fault)) => Ok(Proven::Broken(fault.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// What each step of [`Proof::steps`] shows.
fn says(proof: &Proof) -> [String; 4] {
    let statement = &proof.checkpoint.statement;
    [
        "The entry’s hash is that of its bytes and of the hash before it".to_owned(),
        format!(
            "The hash is entry {} of the {} in chain {}",
            proof.entry_proof.sequence, proof.head.size, proof.head.chain
        ),
        format!("The chain’s head is one of the {} that checkpoint {} gathers", statement.chains, statement.number),
        format!("Checkpoint {} bears the signature of key {}", statement.number, statement.key_id),
    ]
}
