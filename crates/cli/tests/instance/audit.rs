//! What a store holds, read whole.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use load::Book;
use store::{
    Cursors, ScoreFilter, Store,
    ledger::{Hash, entry_hash},
};

/// Entries read at a time.
const PAGE: usize = 1000;

/// What a store holds.
pub struct Audit {
    /// Ids of the scores in the ledger, and how often each is there.
    ledger: HashMap<String, usize>,
    /// Ids of the scores that are found by listing.
    listed: HashMap<String, usize>,
    /// The scores' values, by id.
    values: BTreeMap<String, f64>,
    /// Chains and their lengths.
    pub chains: BTreeMap<u32, u64>,
}

impl Audit {
    /// Reads everything. Each entry must follow from the one before it.
    pub async fn of(store: &Store) -> Self {
        let mut audit =
            Self { ledger: HashMap::new(), listed: HashMap::new(), values: BTreeMap::new(), chains: BTreeMap::new() };
        let (mut heads, mut cursors) = (BTreeMap::<u32, Hash>::new(), Cursors::new());
        loop {
            let entries = store.entries_after(&cursors, PAGE).await.unwrap();
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                let (head, next) =
                    (heads.entry(entry.chain).or_insert(Hash::ZERO), cursors.entry(entry.chain).or_insert(0));
                assert_eq!(entry.sequence, *next, "chain {} has a gap", entry.chain);
                assert_eq!(
                    entry_hash(head, entry.body.as_bytes()),
                    entry.hash,
                    "entry {next} of chain {}",
                    entry.chain
                );
                (*head, *next) = (entry.hash, *next + 1);
                let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
                if body["kind"] == "score" {
                    let id = body["id"].as_str().unwrap();
                    let score = body["score"].as_f64().or_else(|| body["score"].as_str()?.parse().ok()).unwrap();
                    audit.values.insert(id.to_owned(), score);
                    *audit.ledger.entry(id.to_owned()).or_default() += 1;
                }
            }
        }
        audit.chains = cursors;
        let mut before = None;
        loop {
            let scores = store.scores(&ScoreFilter::default(), before, 500).await.unwrap();
            let Some(last) = scores.last() else { break };
            before = Some(last.id);
            for score in scores {
                *audit.listed.entry(score.id.to_string()).or_default() += 1;
            }
        }
        audit
    }

    /// The scores in the ledger, by id.
    pub fn values(&self) -> BTreeMap<String, f64> {
        self.values.clone()
    }

    /// The ids of the scores in the ledger. Each is there once, and found.
    #[track_caller]
    pub fn scores(&self) -> BTreeSet<String> {
        assert!(self.ledger.values().all(|count| *count == 1), "a score is in the ledger twice");
        assert_eq!(self.listed.len(), self.ledger.len(), "scores that are found against scores in the ledger");
        self.ledger.keys().cloned().collect()
    }

    /// Holds the store against the book: what was acknowledged is there, once, and nothing else is.
    #[track_caller]
    pub fn agrees_with(&self, book: &Book) {
        let acknowledged = book.ids();
        let lost: Vec<_> = acknowledged.iter().filter(|(_, id)| !self.ledger.contains_key(id)).take(5).collect();
        assert!(lost.is_empty(), "acknowledged and not in the ledger, e.g. {lost:?}");
        assert!(self.ledger.values().all(|count| *count == 1), "a score is in the ledger twice");
        assert_eq!(self.ledger.len(), acknowledged.len(), "scores in the ledger against distinct keys");
        assert_eq!(self.listed.len(), self.ledger.len(), "scores that are found against scores in the ledger");
        assert!(
            self.listed.keys().all(|id| self.ledger.contains_key(id)),
            "a score is found that is not in the ledger"
        );
    }
}
