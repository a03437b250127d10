//! Who makes a change, as the ledger names them: by id, never by name.

use uuid::Uuid;

/// Who makes a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A program with an API key.
    Key(Uuid),
    /// A person who is logged in.
    User(Uuid),
    /// Whoever runs `plimsoll` on the machine itself.
    Operator,
}

impl Actor {
    /// Reads what [`Actor`]'s text is.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("key", id)) => id.parse().ok().map(Self::Key),
            Some(("user", id)) => id.parse().ok().map(Self::User),
            _ => (text == "operator").then_some(Self::Operator),
        }
    }
}

/// `key:<id>`, `user:<id>` or `operator`: the member `by` of an entry.
impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(id) => write!(f, "key:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Operator => f.write_str("operator"),
        }
    }
}
