//! What handlers and the frame share.

mod drain;
mod faces;
mod readiness;
mod turns;

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use tokio::sync::Notify;

pub use drain::Drain;
pub use faces::Faces;
pub use readiness::Readiness;

use turns::Turns;

use crate::access::{Authority, RateLimits};
use crate::config::Config;
use crate::conventions::cursor::Cursors;
use crate::eligibility::Eligibility;
use crate::idempotency::InWork;
use crate::locks::Locks;
use crate::notice::NoticeDesk;
use crate::operations::metrics::{Dependencies, Metrics};
use crate::operations::traces::Traces;
use crate::problem::{Kind, Problem};
use crate::redis_link::RedisLink;
use crate::scoring::Engines;

/// What handlers and the frame share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What finds an [`App`] again for as long as somebody has it.
#[derive(Clone)]
pub(crate) struct WeakApp(Weak<Parts>);

impl WeakApp {
    /// The app, if somebody has it still.
    pub(crate) fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

struct Parts {
    config: Config,
    metrics: Metrics,
    readiness: Readiness,
    drain: Drain,
    cursors: Cursors,
    store: Option<Arc<store::Store>>,
    items: Option<Arc<dyn store::Items>>,
    engines: Engines,
    eligibility: Eligibility,
    in_work: InWork,
    notices: OnceLock<NoticeDesk>,
    batch_waiting: Notify,
    trainings: crate::trainings::Desk,
    turns: Turns,
    traces: OnceLock<Traces>,
    authority: Authority,
    rate_limits: RateLimits,
    locks: Locks,
}

/// What lasts: the store, and where sessions and the catalogue are.
type Kept = (Arc<store::Store>, Arc<dyn store::Sessions>, Arc<dyn store::Items>);

impl App {
    /// An application with these settings and nothing registered yet, without a store: for what needs none.
    pub fn new(config: Config) -> Self {
        let dependencies = Dependencies::default();
        let redis = RedisLink::with_password(&config.redis, &dependencies);
        Self::assemble(config, None, redis, &dependencies)
    }

    /// An application with these settings over a store, which keeps the sessions too.
    pub fn with_store(config: Config, store: Arc<store::Store>) -> Self {
        let mut faces = Faces::of_store(&store);
        faces.redis = RedisLink::with_password(&config.redis, &faces.dependencies);
        Self::with_faces(config, store, faces)
    }

    /// An application with these settings over a store, of whose ports some may have other faces.
    pub fn with_faces(config: Config, store: Arc<store::Store>, faces: Faces) -> Self {
        let Faces { sessions, items, redis, dependencies } = faces;
        Self::assemble(config, Some((store, sessions, items)), redis, &dependencies)
    }

    fn assemble(
        config: Config,
        kept: Option<Kept>,
        redis: Option<Arc<RedisLink>>,
        dependencies: &Dependencies,
    ) -> Self {
        let (store, sessions, items) = match kept {
            Some((store, sessions, items)) => (Some(store), Some(sessions), Some(items)),
            None => (None, None, None),
        };
        let drain = Drain::new();
        Self(Arc::new(Parts {
            metrics: Metrics::new(dependencies),
            readiness: Readiness::new(),
            cursors: store.as_ref().map_or_else(Cursors::of_this_process, |store| Cursors::new(&store.cursor_key())),
            traces: OnceLock::new(),
            authority: Authority::new(sessions),
            rate_limits: RateLimits::new(&config.rate_limit, redis.clone()),
            locks: Locks::new(redis),
            config,
            drain,
            store,
            items,
            engines: Engines::default(),
            eligibility: Eligibility::default(),
            in_work: InWork::default(),
            notices: OnceLock::new(),
            batch_waiting: Notify::new(),
            trainings: crate::trainings::Desk::default(),
            turns: Turns::default(),
        }))
    }

    /// What finds this again without keeping it.
    pub(crate) fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// What is counted and measured.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The checks behind `/ready`.
    pub fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// How far stopping has come.
    pub fn drain(&self) -> &Drain {
        &self.0.drain
    }

    /// Where traces go, once the service runs and if a collector is set.
    pub(crate) fn traces(&self) -> Option<&Traces> {
        self.0.traces.get()
    }

    /// Starts to export traces, if a collector is set.
    pub(crate) fn start_traces(&self) -> crate::Result<()> {
        if let Some(traces) = Traces::start(&self.0.config.telemetry, &self.0.metrics)? {
            // Served twice, an application goes on with its first exporter.
            let _ = self.0.traces.set(traces);
        }
        Ok(())
    }

    /// The share of the traces begun here that is recorded.
    pub(crate) fn trace_share(&self) -> f64 {
        if self.traces().is_some() { self.0.config.telemetry.sample } else { 0.0 }
    }

    /// What makes and reads cursors of lists.
    pub fn cursors(&self) -> &Cursors {
        &self.0.cursors
    }

    /// The compiled models.
    pub fn engines(&self) -> &Engines {
        &self.0.engines
    }

    /// Told when a batch waits to be scored.
    pub(crate) fn batch_waiting(&self) -> &Notify {
        &self.0.batch_waiting
    }

    /// Whose turn it is with heavy work.
    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// The tables that wait to be learnt from.
    pub(crate) fn trainings(&self) -> &crate::trainings::Desk {
        &self.0.trainings
    }

    /// Has notices made by this desk; the first one counts.
    pub fn use_notices(&self, desk: NoticeDesk) {
        let _ = self.0.notices.set(desk);
    }

    /// What makes notices; `None` until there is a desk.
    pub(crate) fn notices(&self) -> Option<&NoticeDesk> {
        self.0.notices.get()
    }

    /// Who is eligible for which item.
    pub fn eligibility(&self) -> &Eligibility {
        &self.0.eligibility
    }

    /// The idempotency keys of requests in work.
    pub(crate) fn in_work(&self) -> &InWork {
        &self.0.in_work
    }

    /// What lasts.
    ///
    /// # Errors
    /// 503 where this process was started without a store.
    pub fn store(&self) -> Result<&Arc<store::Store>, Problem> {
        self.0.store.as_ref().ok_or_else(|| Kind::Unavailable.because("this process has no store"))
    }
}

impl App {
    /// Who stands behind a credential.
    pub(crate) fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// Where sessions are kept.
    ///
    /// # Errors
    /// 503 where this process was started without a store.
    pub(crate) fn sessions(&self) -> Result<&Arc<dyn store::Sessions>, Problem> {
        self.0.authority.sessions().ok_or_else(|| Kind::Unavailable.because("this process keeps no sessions"))
    }

    /// The lender's catalogue.
    ///
    /// # Errors
    /// 503 where this process was started without a store.
    pub(crate) fn items(&self) -> Result<&Arc<dyn store::Items>, Problem> {
        self.0.items.as_ref().ok_or_else(|| Kind::Unavailable.because("this process has no catalogue"))
    }

    /// How often a caller may call.
    pub(crate) fn rate_limits(&self) -> &RateLimits {
        &self.0.rate_limits
    }

    /// Locks of this process, or of all that share a Redis.
    pub fn locks(&self) -> &Locks {
        &self.0.locks
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.0.config).finish_non_exhaustive()
    }
}
