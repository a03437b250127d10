//! What is told of every call: which service, which operation, how it ended, how long it took.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef},
        },
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// A call that ended, with all its attempts.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which service: `dynamodb`, `kms`, `secretsmanager`, `s3`.
    pub dependency: &'static str,
    /// Its operation, such as `GetItem`.
    pub operation: String,
    /// Whether it was answered as asked.
    pub succeeded: bool,
    /// From the first attempt to the last.
    pub took: Duration,
}

/// Who is told of calls. Cheap to clone.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Call) + Send + Sync>);

impl Observer {
    /// One that is told of every call; it must not block.
    pub fn new(observe: impl Fn(Call) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    /// Tells of a call.
    pub fn tell(&self, call: Call) {
        (self.0)(call);
    }
}

impl Default for Observer {
    /// One that heeds nothing.
    fn default() -> Self {
        Self::new(drop)
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// The hook in a client that tells an observer.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    dependency: &'static str,
    observer: Observer,
}

impl Watch {
    pub(crate) fn new(dependency: &'static str, observer: Observer) -> Self {
        Self { dependency, observer }
    }
}

#[derive(Debug)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let took = bag.load::<Began>().map_or(Duration::ZERO, |began| began.0.elapsed());
        let operation = bag.load::<Metadata>().map_or_else(String::new, |metadata| metadata.name().to_owned());
        let succeeded = context.output_or_error().is_some_and(|outcome| outcome.is_ok());
        self.observer.tell(Call { dependency: self.dependency, operation, succeeded, took });
        Ok(())
    }
}
