//! Who makes a change.

use crate::{Actor, Conflict, Error, Result, Store};

/// Keys that were made by keys in a row; nobody needs as many.
const LONGEST: usize = 32;

/// Who makes a change: the key or user that asked, and the person behind the key where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Id of the key or user; never a name.
    pub by: String,
    /// Who made the key, or the key that made it, back to the first that is known: two keys of one person are one pair of
    /// eyes. Nobody is known behind a key that was made on the machine itself.
    pub behind: Option<String>,
}

impl Author {
    /// Somebody known by one id.
    #[must_use]
    pub fn new(by: impl Into<String>) -> Self {
        Self { by: by.into(), behind: None }
    }

    /// With the person behind.
    #[must_use]
    pub fn behind(mut self, user: impl Into<String>) -> Self {
        self.behind = Some(user.into());
        self
    }

    /// Whether the two may be one person.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let ids = |author: &Self| [Some(author.by.clone()), author.behind.clone()];
        let others = ids(other);
        ids(self).iter().any(|id| id.is_some() && others.contains(id))
    }
}

impl Store {
    /// Somebody, with the person behind where it is a key: the user who made it, or who made the key that made it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the key is not there, [`Error::Conflict`] where too many keys made one another.
    pub async fn author(&self, actor: Actor) -> Result<Author> {
        let (mut behind, mut present) = (None, actor);
        for _ in 0..LONGEST {
            let Actor::Key(id) = present else { return Ok(Author { by: actor.to_string(), behind }) };
            let maker = self.api_key(id).await?.created_by;
            present = Actor::parse(&maker).ok_or_else(|| Error::Corrupt(format!("key `{id}` was made by nobody")))?;
            if present != Actor::Operator {
                behind = Some(maker);
            }
        }
        let said =
            format!("who is behind the key is not clear: more than {LONGEST} keys made one another; take another");
        Err(Error::Conflict(Conflict::State(said)))
    }
}

#[cfg(test)]
mod tests {
    use super::Author;

    #[test]
    fn two_keys_of_one_person_are_one_pair_of_eyes() {
        let (first, second) = (Author::new("key-1").behind("ann"), Author::new("key-2").behind("ann"));
        assert!(first.may_be(&second) && first.may_be(&Author::new("ann")) && first.may_be(&first));
        assert!(!first.may_be(&Author::new("key-3")) && !Author::new("key-2").may_be(&Author::new("key-3")));
    }
}
