//! What challengers would have answered.

use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};
use scorecard::{Evaluation, policy::Decision};
use serde_json::{Map, Value as Json};
use store::{
    DECISIONS,
    ledger::Hash,
    monitoring::{ChallengerScore, Compared, NO_DECISION, Pair},
};
use uuid::Uuid;

use super::entry::{Opened, Seen};
use crate::scoring::{Deployed, Engine, hash_bytes};

/// What is gathered for a batch.
#[derive(Default)]
pub(super) struct Shadows {
    pub(super) scores: Vec<ChallengerScore>,
    pub(super) compared: BTreeMap<Pair, Compared>,
}

impl Shadows {
    /// Has every challenger score an application whose turn it is.
    pub(super) fn score(&mut self, deployed: &Deployed, seen: &Seen, opened: &Opened) {
        for shadow in &deployed.challengers {
            let engine = &*shadow.engine;
            let has_turn = share_of(seen.applicant.unwrap_or(seen.id)) < shadow.share;
            if !has_turn || hash_bytes(&engine.model_hash) == hash_bytes(&seen.model) {
                continue;
            }
            let answer = answer(engine, &opened.application);
            let (score, decision) = answer.map_or((None, NO_DECISION), |(score, decision)| (Some(score), decision));
            let challenger = Hash(hash_bytes(&engine.model_hash));
            let policy = engine.policy_hash.as_deref().map(|policy| Hash(hash_bytes(policy)));
            self.scores.push(ChallengerScore { score_id: seen.id, challenger, policy, score, decision });
            let pair = Pair {
                day: seen.day,
                champion: Hash(hash_bytes(&seen.model)),
                challenger,
                champion_decision: seen.decision,
                challenger_decision: decision,
            };
            let compared = self.compared.entry(pair).or_default();
            match score.map(|score| score - seen.score) {
                Some(difference) => {
                    compared.scored += 1;
                    compared.difference += difference;
                    compared.difference_squared += difference * difference;
                }
                None => compared.failed += 1,
            }
        }
    }
}

/// Where an applicant lies among a hundred: the same for every challenger and for good, so that a greater share takes in
/// whom a smaller one did.
fn share_of(applicant: Uuid) -> u8 {
    let hash = digest(&SHA256, applicant.as_bytes());
    let first = hash.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u8::try_from(first % 100).unwrap_or(0)
}

/// The score and the decision; `None` where the application cannot be scored.
fn answer(engine: &Engine, application: &Map<String, Json>) -> Option<(f64, u8)> {
    let values = engine.reader.read(application).ok()?;
    let evaluation: Evaluation = engine.evaluator.evaluate(&values).ok()?;
    let decision = match &engine.policy {
        Some(policy) => number(policy.decide(&values, &evaluation).ok()?.decision),
        None => NO_DECISION,
    };
    Some((evaluation.score.to_f64(), decision)).filter(|(score, _)| score.is_finite())
}

fn number(decision: Decision) -> u8 {
    let name = decision.to_string();
    let place = DECISIONS.iter().position(|known| *known == name);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(NO_DECISION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_even() {
        let mut counts = [0_u32; 10];
        for number in 0..10_000_u128 {
            counts[usize::from(share_of(Uuid::from_u128(number)) / 10)] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
