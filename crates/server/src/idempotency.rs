//! `Idempotency-Key`: the same request twice is one request, and its answer the same, byte for byte.
//!
//! The key is remembered in the same transaction as what the request did. Whoever comes second is answered with what the
//! first one led to; with 409 while that one is still in work; with 422 where the request is another.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use http::HeaderMap;
use ring::digest::{Context, SHA256};
use store::Idempotency;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    App,
    access::Caller,
    problem::{Kind, Problem},
};

/// The request's header.
pub const HEADER: &str = "Idempotency-Key";
/// The answer's header where it is a repetition: `true`.
pub const REPLAYED: &str = "Idempotency-Replayed";

/// The longest key, in bytes.
const MAX_KEY: usize = 255;

/// A request that may come again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeatable {
    key: [u8; 32],
    request: [u8; 32],
}

impl Repeatable {
    /// What the request's header says; `None` where it has none. Keys of different callers and routes are different keys.
    pub(crate) fn read(
        headers: &HeaderMap,
        caller: &Caller,
        route: &'static str,
        body: &[u8],
    ) -> Result<Option<Self>, Problem> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let key = value.as_bytes();
        let sound = (1..=MAX_KEY).contains(&key.len()) && key.iter().all(|byte| (b'!'..=b'~').contains(byte));
        if !sound || values.next().is_some() {
            let detail = "Idempotency-Key must be one value of 1 to 255 visible ASCII characters, such as a UUID";
            return Err(Kind::MalformedRequest.because(detail));
        }
        let caller = caller.by();
        Ok(Some(Self { key: digest(&[caller.as_bytes(), route.as_bytes(), key]), request: digest(&[body]) }))
    }

    /// An application of a batch: recorded once, however often its chunk is done.
    pub(crate) fn of_batch(batch: Uuid, line: u64, application: &[u8]) -> Self {
        Self { key: digest(&[b"batch", batch.as_bytes(), &line.to_be_bytes()]), request: digest(&[application]) }
    }

    /// A request of this process itself: the same name is the same request.
    pub(crate) fn of(caller: &Caller, route: &'static str, name: &[u8]) -> Self {
        let caller = caller.by();
        Self { key: digest(&[caller.as_bytes(), route.as_bytes(), name]), request: digest(&[name]) }
    }

    /// The same for one line of a request that holds many.
    pub(crate) fn line(&self, number: u64) -> Self {
        Self { key: digest(&[&self.key, &number.to_be_bytes()]), request: self.request }
    }

    /// The same for a request whose address names something.
    pub(crate) fn about(&self, subject: Uuid) -> Self {
        Self { key: digest(&[&self.key, subject.as_bytes()]), request: self.request }
    }

    /// What the store remembers it by.
    pub(crate) fn key(&self) -> [u8; 32] {
        self.key
    }

    /// The mark that is recorded with what the request does; `answer` where it is not drawn from a score.
    pub(crate) fn mark(&self, answer: Option<Vec<u8>>) -> Idempotency {
        Idempotency { key: self.key, request: self.request, answer }
    }

    /// Refuses a key that was used with another request.
    pub(crate) fn check(&self, earlier: &store::Repeated) -> Result<(), Problem> {
        if earlier.request == self.request {
            return Ok(());
        }
        Err(Kind::IdempotencyMismatch.because("this Idempotency-Key was used with another request"))
    }
}

impl App {
    /// The answer that was kept for an earlier request with the same key; `None` where this is the first.
    pub(crate) async fn kept(&self, repeatable: Option<&Repeatable>) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        let Some(repeatable) = repeatable else { return Ok(None) };
        let Some(earlier) = self.store()?.repeated(repeatable.key()).await? else { return Ok(None) };
        repeatable.check(&earlier)?;
        Ok(earlier.answer)
    }

    /// The mark of a request that is answered with these bytes.
    pub(crate) fn keep(&self, repeatable: Option<&Repeatable>, answer: &[u8]) -> Result<Option<Idempotency>, Problem> {
        let Some(repeatable) = repeatable else { return Ok(None) };
        Ok(Some(repeatable.mark(Some(self.store()?.seal_answer(answer)?))))
    }
}

/// A hash of parts, each with its length before it.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// The keys of requests that this process is working on.
#[derive(Debug, Clone, Default)]
pub(crate) struct InWork(Arc<Mutex<HashSet<[u8; 32]>>>);

/// A key that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Taken {
    keys: InWork,
    key: [u8; 32],
}

impl InWork {
    /// Takes a key; 409 where it is taken.
    pub(crate) fn take(&self, repeatable: Option<&Repeatable>) -> Result<Option<Taken>, Problem> {
        let Some(repeatable) = repeatable else { return Ok(None) };
        let key = repeatable.key;
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key) {
            let detail = "a request with this Idempotency-Key is in work; ask again for its answer";
            return Err(Kind::RequestInProgress.because(detail).retry_after(1));
        }
        Ok(Some(Taken { keys: self.clone(), key }))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
