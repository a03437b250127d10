//! What each role may do.
//!
//! Who uploads a model does not put it in force, and who gives out keys does neither: a change that decides on people
//! takes two persons.

use store::Role;

use super::scope::{Scope, Scopes};

const VIEWER: Scopes = Scopes::of(&[
    Scope::AccountOwn,
    Scope::ScoresRead,
    Scope::BatchesRead,
    Scope::ReviewsRead,
    Scope::NoticesRead,
    Scope::ModelsRead,
    Scope::PoliciesRead,
    Scope::MonitoringRead,
    Scope::FlagsRead,
    Scope::LedgerRead,
]);

const ANALYST: Scopes = VIEWER.and(Scopes::of(&[
    Scope::ScoresWrite,
    Scope::BatchesWrite,
    Scope::NoticesWrite,
    Scope::ModelsWrite,
    Scope::PoliciesWrite,
    Scope::ItemsWrite,
    Scope::ApplicantsRead,
]));

const APPROVER: Scopes = VIEWER.and(Scopes::of(&[
    Scope::ModelsActivate,
    Scope::PoliciesActivate,
    Scope::ReviewsWrite,
    Scope::NoticesWrite,
    Scope::ApplicantsRead,
    Scope::FlagsWrite,
]));

const ADMINISTRATOR: Scopes = VIEWER.and(Scopes::of(&[
    Scope::KeysRead,
    Scope::KeysWrite,
    Scope::UsersRead,
    Scope::UsersWrite,
    Scope::WebhooksRead,
    Scope::WebhooksWrite,
    Scope::FlagsWrite,
    Scope::ApplicantsRead,
    Scope::ApplicantsErase,
]));

/// What users of a role may do.
#[must_use]
pub const fn scopes(role: Role) -> Scopes {
    match role {
        Role::Viewer => VIEWER,
        Role::Analyst => ANALYST,
        Role::Approver => APPROVER,
        Role::Administrator => ADMINISTRATOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_held_by_some_role_and_duties_are_apart() {
        for scope in Scope::ALL {
            assert!(Role::ALL.into_iter().any(|role| scopes(role).has(*scope)), "{scope}");
        }
        for role in Role::ALL {
            let has = scopes(role);
            assert!(!(has.has(Scope::ModelsWrite) && has.has(Scope::ModelsActivate)), "{role:?}");
            assert!(!(has.has(Scope::KeysWrite) && has.has(Scope::ModelsActivate)), "{role:?}");
        }
    }
}
