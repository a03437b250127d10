//! The rooms of the console and who sees the way to them. What somebody may do there, the API decides.

use crate::access::{Caller, Scope};

/// A room and the right that its first page demands.
struct Room {
    address: &'static str,
    name: &'static str,
    scope: Scope,
}

const fn room(address: &'static str, name: &'static str, scope: Scope) -> Room {
    Room { address, name, scope }
}

/// The rooms, by the work that is done in them.
const ROOMS: &[(&str, &[Room])] = &[
    (
        "Decisions",
        &[
            room("/console", "Overview", Scope::AccountOwn),
            room("/console/score", "Score", Scope::ScoresWrite),
            room("/console/decisions", "Decisions", Scope::ScoresRead),
            room("/console/batches", "Batches", Scope::BatchesRead),
            room("/console/applicants", "Applicants", Scope::ApplicantsRead),
        ],
    ),
    (
        "Models",
        &[
            room("/console/models", "Models", Scope::ModelsRead),
            room("/console/train", "Train", Scope::ModelsWrite),
            room("/console/policies", "Policies", Scope::PoliciesRead),
            room("/console/monitoring", "Monitoring", Scope::MonitoringRead),
            room("/console/items", "Items", Scope::AccountOwn),
        ],
    ),
    (
        "House",
        &[
            room("/console/ledger", "Ledger", Scope::LedgerRead),
            room("/console/keys", "Keys", Scope::KeysRead),
            room("/console/users", "Users", Scope::UsersRead),
            room("/console/webhooks", "Webhooks", Scope::WebhooksRead),
            room("/console/settings", "Settings", Scope::KeysRead),
        ],
    ),
];

/// A group of ways.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) ways: Vec<Way>,
}

/// A way to a room.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) address: &'static str,
    pub(crate) name: &'static str,
    /// Whether the visitor is in that room.
    pub(crate) is_here: bool,
}

/// The ways that somebody has who stands at this address.
pub(crate) fn ways(caller: Caller, at: &str) -> Vec<Group> {
    let here = |room: &Room| at == room.address || (room.address != super::HOME && is_below(at, room.address));
    let group = |(name, rooms): &(&'static str, &[Room])| {
        let open = rooms.iter().filter(|room| caller.may(room.scope));
        let ways = open.map(|room| Way { address: room.address, name: room.name, is_here: here(room) }).collect();
        Group { name, ways }
    };
    ROOMS.iter().map(group).filter(|group: &Group| !group.ways.is_empty()).collect()
}

fn is_below(at: &str, room: &str) -> bool {
    at.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use store::Role;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_role_sees_its_rooms_and_where_it_is() {
        let seen = |role, at| ways(Caller::user(Uuid::nil(), role), at).into_iter().flat_map(|group| group.ways);
        let names = |role| seen(role, "/console").map(|way| way.name).collect::<Vec<_>>();
        assert!(names(Role::Analyst).contains(&"Train") && !names(Role::Viewer).contains(&"Score"));
        assert!(names(Role::Administrator).contains(&"Users") && !names(Role::Approver).contains(&"Keys"));
        let here: Vec<_> = seen(Role::Analyst, "/console/models/1").filter(|way| way.is_here).collect();
        assert!(here.len() == 1 && here[0].name == "Models", "{here:?}");
        assert!(seen(Role::Analyst, "/console").any(|way| way.is_here && way.name == "Overview"));
    }
}
