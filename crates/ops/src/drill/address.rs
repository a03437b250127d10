//! Settings that lead the program to another database, and to no part of the one that serves.

use crate::{ecs::revision::Revision, failure::Failure};

/// Settings that name a database; the second need not be there.
const NAMES: [&str; 2] = ["PLIMSOLL_DATABASE_URL", "PLIMSOLL_DATABASE_READER_URL"];

/// The service's settings of its database, with another host and port.
pub(super) fn settings(revision: &Revision, service: &str, address: &str) -> Result<Vec<(String, String)>, Failure> {
    let container = revision.container(service)?;
    let mut settings = Vec::new();
    for name in NAMES {
        // What comes from a secret would win over what is said, or stand beside it: the check must not reach what serves.
        if container.secrets().iter().any(|secret| secret.name() == name) {
            let problem = format!("{name} comes from a secret, so its task cannot be led to another database");
            return Err(Failure::input(revision.arn(), problem));
        }
        let value = container.environment().iter().find(|pair| pair.name() == Some(name)).and_then(|pair| pair.value());
        if let Some(value) = value {
            let other = with_address(value, address);
            let other =
                other.ok_or_else(|| Failure::input(revision.arn(), format!("{name} is no address of a database")))?;
            settings.push((name.to_owned(), other));
        }
    }
    if settings.iter().any(|(name, _)| name == NAMES[0]) {
        return Ok(settings);
    }
    Err(Failure::input(revision.arn(), format!("{service} has no {}: it keeps no database of its own", NAMES[0])))
}

/// An address with another host and port: user, name and options stay.
fn with_address(url: &str, address: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let user = authority.rsplit_once('@').map_or_else(String::new, |(user, _)| format!("{user}@"));
    Some(format!("{scheme}://{user}{address}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_replaced_and_nothing_else() {
        for (url, other) in [
            (
                "postgres://plimsoll@old:5432/plimsoll?sslmode=verify-full",
                "postgres://plimsoll@new:1/plimsoll?sslmode=verify-full",
            ),
            ("postgres://old/plimsoll", "postgres://new:1/plimsoll"),
            ("postgres://u@old?x=a@b", "postgres://u@new:1?x=a@b"),
        ] {
            assert_eq!(with_address(url, "new:1").as_deref(), Some(other));
        }
        assert_eq!(with_address("/var/lib/plimsoll", "new:1"), None);
    }
}
