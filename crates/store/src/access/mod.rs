//! Who may do what: API keys, users with roles, their sessions.
//!
//! Every change of keys and users is an entry of the ledger (`key`, `user`) that names ids, roles and scopes, never a
//! secret, a login or a name. Last uses, failed logins and sessions are no changes: they are written directly.

mod actor;
mod api_key_secret;
mod api_keys;
mod attempts;
mod first_key;
mod logins;
mod password;
mod role;
mod sessions;
mod users;

pub use actor::Actor;
pub use api_key_secret::ApiKeySecret;
pub use api_keys::{ApiKey, NewApiKey, SecretState, VerifiedKey};
pub use attempts::Locked;
pub use logins::{Login, LoginOutcome};
pub use role::Role;
pub use sessions::{Session, SessionToken, Sessions, SqlSessions};
pub use users::{NewUser, User, UserChange};

use crate::{Error, Result};

/// Characters of a name that is shown to people.
const LONGEST_NAME: usize = 100;

/// A name that is shown to people: something, not too long, on one line.
fn check_name(what: &str, name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::Invalid(format!(
            "the {what} must have 1 to {LONGEST_NAME} characters, none of them control characters"
        )));
    }
    Ok(())
}

/// The members of an entry about `what`: what was done, to which, by whom.
fn members(action: &str, what: &str, id: uuid::Uuid, by: Actor) -> serde_json::Map<String, serde_json::Value> {
    let texts = [("action", action.to_owned()), (what, id.to_string()), ("by", by.to_string())];
    texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
}
