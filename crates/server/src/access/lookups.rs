//! Look-ups under way: of many requests that come at once with one credential, the first looks it up, and the others wait
//! for what it finds.
//!
//! Without this, each instance that starts, and each credential whose look-up has counted long enough, would be looked up by
//! as many requests as there are connections, and those would be counted as attempts to guess one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::problem::Problem;

/// How a look-up ended.
#[derive(Debug, Clone)]
pub(super) enum Ended {
    /// Somebody was found. Who that is, is remembered unless it was forgotten meanwhile.
    Known,
    /// There is nobody.
    Nobody,
    /// It could not be looked up.
    Failed(Problem),
}

/// The look-ups under way, by the hash of their credential.
#[derive(Debug, Default)]
pub(super) struct Lookups(Mutex<HashMap<[u8; 32], watch::Receiver<Option<Ended>>>>);

/// Whose turn it is to look a credential up.
#[derive(Debug)]
pub(super) enum Turn<'l> {
    /// The caller's, who tells the others.
    Mine(Lookup<'l>),
    /// Another's, whose look-up has ended.
    Others(Ended),
}

/// A look-up that others may wait for. Dropped without an end, it leaves the turn to one of them.
#[derive(Debug)]
pub(super) struct Lookup<'l> {
    lookups: &'l Lookups,
    hash: [u8; 32],
    tell: watch::Sender<Option<Ended>>,
}

impl Lookups {
    /// The caller's turn at once where nobody looks the credential up; else waits for whoever does.
    pub(super) async fn turn(&self, hash: [u8; 32]) -> Turn<'_> {
        loop {
            let mut others = {
                let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                match running.entry(hash) {
                    Entry::Occupied(running) => running.get().clone(),
                    Entry::Vacant(free) => {
                        let (tell, told) = watch::channel(None);
                        free.insert(told);
                        return Turn::Mine(Lookup { lookups: self, hash, tell });
                    }
                }
            };
            if let Ok(ended) = others.wait_for(Option::is_some).await
                && let Some(ended) = ended.clone()
            {
                return Turn::Others(ended);
            }
        }
    }
}

impl Lookup<'_> {
    /// Tells those who wait.
    pub(super) fn end(self, ended: Ended) {
        self.tell.send_replace(Some(ended));
    }
}

impl Drop for Lookup<'_> {
    fn drop(&mut self) {
        self.lookups.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.hash);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::problem::Kind;

    const HASH: [u8; 32] = [7; 32];

    /// Somebody who waits for a look-up, and says how it ended; looks it up where the turn comes to them.
    fn waiting(lookups: &Arc<Lookups>) -> tokio::task::JoinHandle<&'static str> {
        let lookups = Arc::clone(lookups);
        tokio::spawn(async move {
            match lookups.turn(HASH).await {
                Turn::Mine(lookup) => {
                    lookup.end(Ended::Nobody);
                    "mine"
                }
                Turn::Others(Ended::Known) => "known",
                Turn::Others(Ended::Nobody) => "nobody",
                Turn::Others(Ended::Failed(_)) => "failed",
            }
        })
    }

    async fn begun(lookups: &Arc<Lookups>) -> Lookup<'_> {
        match lookups.turn(HASH).await {
            Turn::Mine(lookup) => lookup,
            Turn::Others(ended) => panic!("nobody looks it up: {ended:?}"),
        }
    }

    #[tokio::test]
    async fn one_looks_up_and_the_others_are_told() {
        for (ended, told) in [
            (Ended::Known, "known"),
            (Ended::Nobody, "nobody"),
            (Ended::Failed(Kind::Unavailable.because("the store is away")), "failed"),
        ] {
            let lookups = Arc::new(Lookups::default());
            let lookup = begun(&lookups).await;
            let others: Vec<_> = (0..50).map(|_| waiting(&lookups)).collect();
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert!(others.iter().all(|other| !other.is_finished()));
            assert!(matches!(lookups.turn([8; 32]).await, Turn::Mine(_)), "another credential waits for nobody");
            lookup.end(ended);
            for other in others {
                assert_eq!(other.await.expect("it ends"), told);
            }
            assert!(lookups.0.lock().expect("not poisoned").is_empty());
        }
    }

    #[tokio::test]
    async fn who_goes_away_leaves_the_turn_to_another() {
        let lookups = Arc::new(Lookups::default());
        let lookup = begun(&lookups).await;
        let others = [waiting(&lookups), waiting(&lookups)];
        tokio::time::sleep(Duration::from_millis(10)).await;
        drop(lookup);
        let mut told = Vec::new();
        for other in others {
            told.push(other.await.expect("it ends"));
        }
        assert!(told.contains(&"mine"), "{told:?}");
        assert!(lookups.0.lock().expect("not poisoned").is_empty());
    }
}
