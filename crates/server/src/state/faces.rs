//! Which faces of the store's ports an application uses.

use std::fmt;
use std::sync::Arc;

use store::{Items, Sessions, Store};

use crate::operations::metrics::Dependencies;
use crate::redis_link::RedisLink;

/// Which faces of the store's ports an application uses: the store's own, or others.
pub struct Faces {
    /// Where sessions are kept.
    pub sessions: Arc<dyn Sessions>,
    /// Where the catalogue is kept.
    pub items: Arc<dyn Items>,
    /// Where limits and locks are shared.
    pub(crate) redis: Option<Arc<RedisLink>>,
    /// Where calls of other services are counted.
    pub(crate) dependencies: Dependencies,
}

impl Faces {
    /// The store's own, and no Redis.
    #[must_use]
    pub fn of_store(store: &Arc<Store>) -> Self {
        let items = Arc::clone(store);
        Self { sessions: Arc::new(store.sessions()), items, redis: None, dependencies: Dependencies::default() }
    }
}

impl fmt::Debug for Faces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faces").finish_non_exhaustive()
    }
}
