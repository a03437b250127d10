//! The account that settings may name parts of: loaded once, and only where one does.

use crate::operations::metrics::Dependencies;
use crate::{Error, Result};

/// The account, once a setting needed it.
pub(super) struct Aws {
    #[cfg(feature = "aws")]
    dependencies: Dependencies,
    #[cfg(feature = "aws")]
    account: tokio::sync::OnceCell<cloud::Account>,
}

#[cfg(feature = "aws")]
impl Aws {
    /// An account whose calls are counted here.
    pub(super) fn new(dependencies: &Dependencies) -> Self {
        Self { dependencies: dependencies.clone(), account: tokio::sync::OnceCell::new() }
    }

    /// The account, for what a setting names.
    ///
    /// # Errors
    /// Where the environment names no region.
    pub(super) async fn account(&self, setting: &'static str) -> Result<&cloud::Account> {
        let load = || {
            let dependencies = self.dependencies.clone();
            cloud::Account::from_environment(cloud::Observer::new(move |call| {
                dependencies.observe(call.dependency, call.operation, call.succeeded, call.took);
            }))
        };
        let loaded = self.account.get_or_try_init(load).await;
        loaded.map_err(|fault| Error::Unavailable { setting, problem: fault.to_string() })
    }
}

#[cfg(not(feature = "aws"))]
impl Aws {
    /// None: this binary was built without.
    pub(super) fn new(_: &Dependencies) -> Self {
        Self {}
    }

    /// What a setting that needs the account is answered with.
    pub(super) fn absent<T>(&self, setting: &'static str) -> Result<T> {
        let problem = "this binary was built without AWS; build it with `--features aws`, or use the container image";
        Err(Error::Unavailable { setting, problem: problem.to_owned() })
    }
}
