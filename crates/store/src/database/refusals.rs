//! A password that the server refuses: it was changed, or is about to be. The one of the moment is asked for at once, so that
//! whoever wanted a connection gets one all the same.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use super::{options::PasswordSource, pool::Connections};

/// How long to go on asking.
const PATIENCE: Duration = Duration::from_secs(4);
/// Pause after a password was put in the place of another.
const PAUSE: Duration = Duration::from_millis(50);
/// SQLSTATE of a password that is wrong, and of a user who may not sign in this way.
const REFUSED: [&str; 2] = ["28P01", "28000"];

/// What is done about refused passwords.
pub(super) struct Refusals {
    source: Option<Arc<dyn PasswordSource>>,
    /// When the password was last replaced for one.
    replaced: Mutex<Instant>,
}

impl Refusals {
    pub(super) fn new(source: Option<Arc<dyn PasswordSource>>) -> Self {
        Self { source, replaced: Mutex::new(Instant::now()) }
    }

    /// Takes a connection or what stands on one; as long as the password is refused and another can be had, again with that.
    pub(super) async fn overcome<T, F>(&self, connections: &Connections, take: impl Fn() -> F) -> sqlx::Result<T>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        let began = Instant::now();
        loop {
            let tried = Instant::now();
            let error = match take().await {
                Ok(taken) => return Ok(taken),
                Err(error) => error,
            };
            let Some(source) = &self.source else { return Err(error) };
            if !is_refusal(&error) || began.elapsed() >= PATIENCE {
                return Err(error);
            }
            // One asks for all who wait.
            let mut replaced = self.replaced.lock().await;
            if *replaced > tried {
                continue;
            }
            match source.after_refusal().await {
                Ok((password, _)) => {
                    tracing::warn!("PostgreSQL refuses the password; trying another version of it");
                    connections.set_password(&password);
                    tokio::time::sleep(PAUSE).await;
                    *replaced = Instant::now();
                }
                Err(problem) => {
                    tracing::warn!(problem, "PostgreSQL refuses the password, and no other can be had");
                    return Err(error);
                }
            }
        }
    }
}

fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| REFUSED.contains(&&*code))
}
