//! The checks behind `/ready`: whatever the service cannot work without registers one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// No check may take longer; a check that hangs is a check that fails.
const LONGEST: Duration = Duration::from_secs(2);

type Outcome = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Check = Arc<dyn Fn() -> Outcome + Send + Sync>;

/// Named checks, all of which must pass for the service to be ready.
#[derive(Default)]
pub struct Readiness {
    checks: RwLock<Vec<(&'static str, Check)>>,
}

impl Readiness {
    /// No checks: ready.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Registers a check. Its error is shown at `/ready` to anyone: say what is missing, not where it is or how it is reached.
    pub fn register<F>(&self, name: &'static str, check: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        let check: Check = Arc::new(move || Box::pin(check()));
        self.checks.write().unwrap_or_else(PoisonError::into_inner).push((name, check));
    }

    /// Runs every check at once; what each found, in the order they were registered.
    pub async fn check(&self) -> Vec<(&'static str, Result<(), String>)> {
        let checks = self.checks.read().unwrap_or_else(PoisonError::into_inner).clone();
        let running = checks.into_iter().map(|(name, check)| async move {
            let outcome = tokio::time::timeout(LONGEST, check()).await;
            (name, outcome.unwrap_or_else(|_| Err(format!("no answer within {} s", LONGEST.as_secs()))))
        });
        futures_util::future::join_all(running).await
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checks = self.checks.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(checks.iter().map(|(name, _)| name)).finish()
    }
}
