//! What a user of Redis signs in with, where that changes: each connection signs in again with what is new, before the old
//! has ended, and goes on.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use redis::{BasicAuth, RedisResult, StreamingCredentialsProvider};
use store::PasswordSource;
use tokio::sync::watch;

/// How long before a password ends the next one is asked for; of a short-lived one, half its time.
const MARGIN: Duration = Duration::from_secs(60);
/// How soon to ask again after a refusal.
const RETRY: Duration = Duration::from_secs(5);

/// A user, and where its passwords come from.
pub(super) struct Credentials {
    user: String,
    passwords: Arc<dyn PasswordSource>,
    /// The password of the moment, once it is asked for.
    current: OnceLock<watch::Receiver<Option<BasicAuth>>>,
}

impl Credentials {
    pub(super) fn new(user: String, passwords: Arc<dyn PasswordSource>) -> Self {
        Self { user, passwords, current: OnceLock::new() }
    }

    fn current(&self) -> watch::Receiver<Option<BasicAuth>> {
        let begin = || {
            let (sender, receiver) = watch::channel(None);
            tokio::spawn(renew(self.user.clone(), Arc::clone(&self.passwords), sender));
            receiver
        };
        self.current.get_or_init(begin).clone()
    }
}

/// Hands connections each new password before the one before it ends, until nobody is left who asks.
async fn renew(user: String, passwords: Arc<dyn PasswordSource>, sender: watch::Sender<Option<BasicAuth>>) {
    loop {
        let pause = match passwords.password().await {
            Ok((password, lasts)) => {
                sender.send_replace(Some(BasicAuth::new(user.clone(), password.to_string())));
                lasts.saturating_sub(MARGIN).max(lasts / 2).max(Duration::from_millis(100))
            }
            Err(problem) => {
                tracing::warn!(problem, "no new password for Redis; asking again");
                RETRY
            }
        };
        tokio::select! {
            () = sender.closed() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// What the library asks for credentials: one for all connections.
pub(super) struct Provider(pub(super) Arc<Credentials>);

impl StreamingCredentialsProvider for Provider {
    /// The password of the moment, then each that follows it.
    fn subscribe(&self) -> Pin<Box<dyn Stream<Item = RedisResult<BasicAuth>> + Send + 'static>> {
        let mut current = self.0.current();
        current.mark_changed();
        Box::pin(unfold(current, |mut current| async move {
            loop {
                current.changed().await.ok()?;
                let given = current.borrow_and_update().clone();
                if let Some(given) = given {
                    return Some((Ok(given), current));
                }
            }
        }))
    }
}
