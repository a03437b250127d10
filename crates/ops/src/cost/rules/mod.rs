//! What each type of resource costs: one file a concern.

mod compute;
mod data;
mod edge;
mod free;
mod guards;
mod network;
mod storage;

use super::{Infrastructure, Usage, estimate::Sheet};

/// What rules look at, and what they write on.
struct Work<'a, 's> {
    infrastructure: &'a Infrastructure,
    usage: &'a Usage,
    sheet: &'a mut Sheet<'s>,
}

impl Work<'_, '_> {
    fn has(&self, kind: &str) -> bool {
        self.infrastructure.of_kind(kind).next().is_some()
    }
}

/// Writes every line.
pub(super) fn price(infrastructure: &Infrastructure, usage: &Usage, sheet: &mut Sheet<'_>) {
    let mut work = Work { infrastructure, usage, sheet };
    let mut known = Vec::new();
    for rules in [compute::KINDS, network::KINDS, edge::KINDS, data::KINDS, storage::KINDS, guards::KINDS] {
        known.extend_from_slice(rules);
    }
    compute::price(&mut work);
    network::price(&mut work);
    edge::price(&mut work);
    data::price(&mut work);
    storage::price(&mut work);
    guards::price(&mut work);
    for resource in infrastructure.resources() {
        let kind = resource.kind.as_str();
        if !known.contains(&kind) && !free::is_free(kind) {
            sheet.skip(&resource.address, kind, "there is no rule for this type of resource");
        }
    }
}
