//! A challenger beside the champion.

use store::Store;
use store::ledger::Hash;
use training::report::drawing::fixed;

use super::name_of;
use crate::console::figures::{count, percent};
use crate::monitoring::{Comparison, Swap};

/// A challenger's row.
pub(super) struct Shadow {
    pub(super) champion: String,
    pub(super) challenger: String,
    pub(super) scored: String,
    pub(super) failed: String,
    pub(super) difference: String,
    pub(super) deviation: String,
    /// The share of applications that both decided alike.
    pub(super) alike: String,
    /// What was answered, what would have been, how often.
    pub(super) swaps: Vec<(&'static str, &'static str, String)>,
}

impl Shadow {
    pub(super) async fn of(store: &Store, one: Comparison) -> store::Result<Self> {
        let absent = || "–".to_owned();
        let all: u64 = one.decisions.iter().map(|swap| swap.count).sum();
        let alike: u64 =
            one.decisions.iter().filter(|swap| swap.champion == swap.challenger).map(|swap| swap.count).sum();
        let swap = |swap: &Swap| (swap.champion, swap.challenger, count(swap.count));
        Ok(Self {
            champion: called(store, &one.champion).await?,
            challenger: called(store, &one.challenger).await?,
            scored: count(one.scored),
            failed: count(one.failed),
            difference: one.mean_difference.map_or_else(absent, |mean| fixed(mean, 1)),
            deviation: one.standard_deviation.map_or_else(absent, |deviation| fixed(deviation, 1)),
            alike: if all > 0 { percent(alike as f64 / all as f64) } else { absent() },
            swaps: one.decisions.iter().filter(|swap| swap.champion != swap.challenger).map(swap).collect(),
        })
    }
}

async fn called(store: &Store, hash: &str) -> store::Result<String> {
    match Hash::from_hex(hash.strip_prefix("sha256:").unwrap_or(hash).as_bytes()) {
        Some(model) => name_of(store, model).await,
        None => Ok(hash.to_owned()),
    }
}
