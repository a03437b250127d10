//! Passwords that settings name: one that stays, and one in a secret that is rotated while the service runs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use store::{Password, PasswordSource};
use zeroize::Zeroizing;

use crate::config::{Rereading, Secret, Version};

/// How long before its end a password is asked for anew, as the links count it.
const MARGIN: Duration = Duration::from_secs(60);
/// How long a password that stays is said to last.
const DAY: Duration = Duration::from_secs(86_400);

/// A password in a setting.
pub(super) struct SetPassword(pub(super) Secret);

impl PasswordSource for SetPassword {
    fn password(&self) -> Password<'_> {
        Box::pin(async { Ok((Zeroizing::new(self.0.expose().to_owned()), DAY)) })
    }
}

/// What the secret of a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The password.
    Password,
    /// A URL with the password in it.
    Url,
}

/// A password in a secret. While the secret and the server are changed one after the other, more than one version may be the
/// valid one: after a refusal the others are tried in turn.
pub(super) struct RotatingPassword {
    secret: Rereading,
    holds: Holds,
    every: Duration,
    given: Mutex<Option<(Zeroizing<String>, Version)>>,
}

impl RotatingPassword {
    /// One that is read again so often.
    pub(super) fn new(secret: Rereading, holds: Holds, every: Duration) -> Self {
        Self { secret, holds, every, given: Mutex::new(None) }
    }

    async fn read(&self, version: Version) -> Result<Option<Zeroizing<String>>, String> {
        let value = self.secret.value(version).await?;
        value.map(|value| self.password_in(value)).transpose()
    }

    fn password_in(&self, value: Zeroizing<String>) -> Result<Zeroizing<String>, String> {
        if self.holds == Holds::Password {
            return Ok(value);
        }
        let url = reqwest::Url::parse(&value).map_err(|_| format!("{:?} holds no URL", self.secret))?;
        let password = url.password().unwrap_or_default();
        let password = percent_encoding::percent_decode_str(password).decode_utf8();
        password
            .map(|password| Zeroizing::new(password.into_owned()))
            .map_err(|_| "the password is no UTF-8".to_owned())
    }

    /// Remembers what is given, and for how long it is good.
    fn give(&self, password: Zeroizing<String>, version: Version) -> (Zeroizing<String>, Duration) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some((password.clone(), version));
        (password, self.every + MARGIN)
    }
}

/// The version that is tried after one that was refused.
fn after(version: Version) -> Version {
    match version {
        Version::Current => Version::Pending,
        Version::Pending => Version::Previous,
        Version::Previous => Version::Current,
    }
}

impl PasswordSource for RotatingPassword {
    fn password(&self) -> Password<'_> {
        Box::pin(async {
            let password = self.read(Version::Current).await?.ok_or("the secret has no version in force")?;
            Ok(self.give(password, Version::Current))
        })
    }

    fn after_refusal(&self) -> Password<'_> {
        Box::pin(async {
            let given = self.given.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some((refused, mut version)) = given else { return self.password().await };
            for _ in 0..3 {
                version = after(version);
                match self.read(version).await? {
                    Some(password) if password != refused => return Ok(self.give(password, version)),
                    _ => {}
                }
            }
            // The secret has no other yet; it may have in a moment.
            Ok(self.give(refused, Version::Current))
        })
    }
}
