//! The book of a run: which request comes next, which are still unanswered, what was answered.
//!
//! A request is its number: its body and its key follow from it, so that an unanswered one is asked again byte for byte.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::Answer;

/// The book of a run.
#[derive(Debug)]
pub struct Book {
    run: String,
    keyed: bool,
    kept: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    unanswered: BTreeSet<u64>,
    acknowledged: HashMap<u64, Acknowledged>,
    mismatches: Vec<Mismatch>,
}

#[derive(Debug)]
struct Acknowledged {
    id: String,
    answer: u64,
}

/// A request that was answered otherwise than before.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// Its number.
    pub number: u64,
    /// The second answer.
    pub body: String,
}

impl Book {
    /// A book that counts only.
    #[must_use]
    pub fn counting(run: impl Into<String>, keyed: bool) -> Self {
        Self { run: run.into(), keyed, kept: false, state: Mutex::default() }
    }

    /// A book that keeps what was acknowledged, of requests with an Idempotency-Key each.
    #[must_use]
    pub fn keeping(run: impl Into<String>) -> Self {
        Self { run: run.into(), keyed: true, kept: true, state: Mutex::default() }
    }

    /// The name of the run: a part of every applicant's reference and every key.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The Idempotency-Key of a request, where requests have one.
    #[must_use]
    pub fn key(&self, number: u64) -> Option<String> {
        self.keyed.then(|| format!("{}-{number}", self.run))
    }

    /// The request to send: one that is unanswered, else a new one.
    pub fn take(&self) -> u64 {
        let mut state = self.state();
        state.unanswered.pop_first().unwrap_or_else(|| {
            state.next += 1;
            state.next - 1
        })
    }

    /// One that is unanswered.
    pub fn take_unanswered(&self) -> Option<u64> {
        self.state().unanswered.pop_first()
    }

    /// Notes that nothing is known of a request: it is to be asked again.
    pub fn unanswered(&self, number: u64) {
        if self.kept {
            self.state().unanswered.insert(number);
        }
    }

    /// Notes what acknowledged a request. A second answer must be the first, byte for byte.
    pub fn acknowledged(&self, number: u64, answer: &Answer) {
        if !self.kept {
            return;
        }
        let mut hasher = DefaultHasher::new();
        answer.body.hash(&mut hasher);
        let hash = hasher.finish();
        let mut state = self.state();
        match state.acknowledged.get(&number) {
            Some(before) if before.answer != hash => {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                state.mismatches.push(Mismatch { number, body });
            }
            Some(_) => {}
            None => {
                state.acknowledged.insert(number, Acknowledged { id: id(&answer.body), answer: hash });
            }
        }
    }

    /// How many were acknowledged.
    #[must_use]
    pub fn count(&self) -> usize {
        self.state().acknowledged.len()
    }

    /// How many were sent and are still without an answer.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state().unanswered.len()
    }

    /// Asks for all that were acknowledged once more: they must be answered as before.
    pub fn repeat_all(&self) {
        let mut state = self.state();
        let all: Vec<u64> = state.acknowledged.keys().copied().collect();
        state.unanswered.extend(all);
    }

    /// Keys and ids of what was acknowledged, by number.
    #[must_use]
    pub fn ids(&self) -> Vec<(String, String)> {
        let state = self.state();
        let mut all: Vec<_> = state.acknowledged.iter().collect();
        all.sort_unstable_by_key(|(number, _)| **number);
        all.into_iter().map(|(number, one)| (self.key(*number).unwrap_or_default(), one.id.clone())).collect()
    }

    /// Requests that were answered otherwise than before.
    #[must_use]
    pub fn mismatches(&self) -> Vec<Mismatch> {
        self.state().mismatches.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The member `id` of an answer.
fn id(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(default)]
        id: String,
    }
    serde_json::from_slice::<Named>(body).map(|named| named.id).unwrap_or_default()
}
