//! Scopes: what a key or a role may do. Each is a value ([`Scope`]) and a type, so that a handler's signature says what it
//! demands: `caller: Allowed<scope::ItemsWrite>`.

use std::fmt;

/// What a handler demands, as a type.
pub trait Demand: Send + Sync + 'static {
    /// The scope that a caller must have.
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($name:ident = $text:literal, $meaning:literal;)+) => {
        /// A scope. Its name is part of the API and of the keys that were given out: it never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scope { $(#[doc = $meaning] $name,)+ }

        impl Scope {
            /// Every scope.
            pub const ALL: &'static [Scope] = &[$(Scope::$name,)+];

            /// Its name, as in `items:write`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Scope::$name => $text,)+ }
            }

            /// What it allows.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Scope::$name => $meaning,)+ }
            }
        }

        $(
            #[doc = $meaning]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Demand for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

scopes! {
    ScoresRead = "scores:read", "Scores, decisions and their reasons";
    ScoresWrite = "scores:write", "Score applications";
    BatchesRead = "batches:read", "Batches and their results";
    BatchesWrite = "batches:write", "Start and stop batches";
    ReviewsRead = "reviews:read", "Reviews of decisions";
    ReviewsWrite = "reviews:write", "Review a decision, by a person";
    NoticesRead = "notices:read", "Notices to applicants";
    NoticesWrite = "notices:write", "Make notices to applicants";
    ModelsRead = "models:read", "Models, their versions and reports";
    ModelsWrite = "models:write", "Upload models";
    ModelsActivate = "models:activate", "Put a model in force or retire it";
    PoliciesRead = "policies:read", "Policies and their versions";
    PoliciesWrite = "policies:write", "Upload policies";
    PoliciesActivate = "policies:activate", "Put a policy in force or retire it";
    MonitoringRead = "monitoring:read", "Figures of drift, performance and fairness";
    ItemsWrite = "items:write", "Change the catalogue of credit products";
    ApplicantsRead = "applicants:read", "What is kept of an applicant";
    ApplicantsErase = "applicants:erase", "Erase an applicant's data for good";
    FlagsRead = "flags:read", "Feature flags";
    FlagsWrite = "flags:write", "Change feature flags";
    KeysRead = "keys:read", "API keys, without their secrets";
    KeysWrite = "keys:write", "Make, rotate and revoke API keys";
    UsersRead = "users:read", "Users and their roles";
    UsersWrite = "users:write", "Make, change and disable users";
    WebhooksRead = "webhooks:read", "Webhooks and their deliveries";
    WebhooksWrite = "webhooks:write", "Make, change and remove webhooks";
    LedgerRead = "ledger:read", "The ledger, its heads and proofs";
    AccountOwn = "account:own", "One's own session and password; every user has it, no key can";
}

impl Scope {
    /// The scope of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }

    /// Whether a key can have it; otherwise only a user can. A key that made users would make itself an administrator.
    #[must_use]
    pub const fn is_for_keys(self) -> bool {
        !matches!(self, Self::AccountOwn | Self::UsersWrite)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u64);

impl Scopes {
    /// None.
    pub const NONE: Self = Self(0);

    /// The set with one more.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | 1 << scope as u32)
    }

    /// Those of a list.
    #[must_use]
    pub const fn of(list: &[Scope]) -> Self {
        let (mut set, mut rest) = (Self::NONE, list);
        while let [first, others @ ..] = rest {
            set = set.with(*first);
            rest = others;
        }
        set
    }

    /// Those of both.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether a scope is among them.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & 1 << scope as u32 != 0
    }

    /// Whether all of another set are among them.
    #[must_use]
    pub const fn has_all(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.has(*scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_sets_hold_what_was_put_in() {
        assert!(Scope::ALL.len() <= 64, "a set is 64 bits");
        for (place, scope) in Scope::ALL.iter().enumerate() {
            assert_eq!(Scope::of_name(scope.name()), Some(*scope));
            assert_eq!(Scope::ALL.iter().position(|other| other.name() == scope.name()), Some(place));
            assert_eq!(Scopes::of(&[*scope]).iter().collect::<Vec<_>>(), [*scope]);
        }
        assert!(Scopes::of(Scope::ALL).has_all(Scopes::of(&[Scope::KeysRead])));
        assert!(!Scopes::NONE.has_all(Scopes::of(&[Scope::KeysRead])));
    }
}
