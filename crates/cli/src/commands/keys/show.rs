//! Keys as they are shown.

use serde_json::{Value as Json, json};
use store::{ApiKey, ApiKeySecret, Moment};

use crate::{failure::Failure, screen::Screen, text_table::TextTable};

/// A key that was just made, or has a new secret: the only time that the secret is shown.
pub(super) fn made(key: &ApiKey, secret: &ApiKeySecret, screen: &Screen) -> Result<(), Failure> {
    let mut document = document(key);
    document["key"] = json!(secret.expose());
    screen.remark(&format!("key {} ({}); its secret is not shown again:", key.id, key.name));
    screen.result(&document, || format!("{}\n", secret.expose()))
}

/// Keys without their secrets.
pub(super) fn list(keys: &[ApiKey], screen: &Screen) -> Result<(), Failure> {
    let documents: Vec<Json> = keys.iter().map(document).collect();
    screen.result(&documents, || {
        let mut table = TextTable::new(&["id", "name", "state", "last used", "scopes"]);
        for key in keys {
            let last = key.last_used.map_or_else(|| "never".to_owned(), |time| time.to_string());
            table.row([key.id.to_string(), key.name.clone(), state(key), last, key.scopes.join(" ")]);
        }
        table.to_string()
    })
}

fn state(key: &ApiKey) -> String {
    match (key.revoked, key.expires) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(expires)) if expires <= Moment::now() => "expired".to_owned(),
        (None, Some(expires)) => format!("until {}", expires.day()),
        (None, None) => "active".to_owned(),
    }
}

fn document(key: &ApiKey) -> Json {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "state": state(key),
        "created": key.created,
        "created_by": key.created_by,
        "expires": key.expires,
        "last_used": key.last_used,
        "revoked": key.revoked,
        "prefixes": key.secrets.iter().map(|secret| secret.prefix.as_str()).collect::<Vec<_>>(),
    })
}
