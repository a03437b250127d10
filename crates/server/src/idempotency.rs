//! `Idempotency-Key`: the same request twice is one request, and its answer the same, byte for byte.
//!
//! The key is remembered in the same transaction as what the request did. Whoever comes second is answered with what the
//! first one led to; with 409 while that one is still in work; with 422 where the request is another.

use std::{
    collections::HashSet,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::HeaderMap;
use ring::digest::{Context, SHA256};
use store::{Change, Conflict, Error, Idempotency};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    App,
    access::Caller,
    locks::Guard,
    problem::{Kind, Problem},
};

/// The request's header.
pub(crate) const HEADER: &str = "Idempotency-Key";
/// The answer's header where it is a repetition: `true`.
pub(crate) const REPLAYED: &str = "Idempotency-Replayed";

/// The longest key, in bytes.
const MAX_KEY: usize = 255;
/// How long a key is held against other instances at most: when one is killed, its clients wait no longer for an answer
/// elsewhere. Work that takes longer is still recorded once.
const HELD: Duration = Duration::from_secs(30);
/// The line that stands for a request of many lines as a whole.
const WHOLE: u64 = u64::MAX;

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
    /// Takes a request's key for the time of its work: here, and against all instances that share a Redis. Where Redis is
    /// gone only here; then two instances may do the same work, and the store still records it once.
    ///
    /// # Errors
    /// 409 where a request with this key is in work.
    pub(crate) async fn take(&self, repeatable: Option<&Repeatable>) -> Result<Option<Taken>, Problem> {
        let Some(repeatable) = repeatable else { return Ok(None) };
        let mut taken = self.in_work().take(repeatable)?;
        if self.locks().are_shared() {
            taken.shared = self.locks().try_lock(&name(&repeatable.key), HELD).await;
            // What is done is answered, though whoever did it may not have let go yet.
            if taken.shared.is_none() && self.store()?.repeated(repeatable.key).await?.is_none() {
                return Err(in_work());
            }
        }
        Ok(Some(taken))
    }

    /// Marks that a request of many lines has begun, each of which is recorded by itself: so that its key is of no use for
    /// another request, whichever of its lines are.
    ///
    /// # Errors
    /// 422 where the key was used with another request.
    pub(crate) async fn begin_lines(&self, repeatable: &Repeatable) -> Result<(), Problem> {
        let whole = repeatable.line(WHOLE);
        let store = self.store()?;
        match store.record(Change::default().idempotent(Some(whole.mark(None)))).await {
            Ok(_) => Ok(()),
            Err(Error::Conflict(Conflict::Repeated)) => match store.repeated(whole.key).await? {
                Some(earlier) => whole.check(&earlier),
                None => Ok(()),
            },
            Err(error) => Err(error.into()),
        }
    }

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
    /// Held against other instances too.
    shared: Option<Guard>,
}

impl InWork {
    /// Takes a key; 409 where it is taken.
    fn take(&self, repeatable: &Repeatable) -> Result<Taken, Problem> {
        let key = repeatable.key;
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key) {
            return Err(in_work());
        }
        Ok(Taken { keys: self.clone(), key, shared: None })
    }
}

fn in_work() -> Problem {
    let detail = "a request with this Idempotency-Key is in work; ask again for its answer";
    Kind::RequestInProgress.because(detail).retry_after(1)
}

/// A key as a lock is named.
fn name(key: &[u8; 32]) -> String {
    let mut name = String::with_capacity("request:".len() + 64);
    name.push_str("request:");
    for byte in key {
        // Writing to a text cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
