//! Who makes a change.

/// Who makes a change: the key or user that asked, and the person behind the key where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Id of the key or user; never a name.
    pub by: String,
    /// Id of the user who made the key: two keys of one person are one pair of eyes.
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
