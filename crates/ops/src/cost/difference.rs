//! What changes between two estimates.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Estimate,
    estimate::{Range, Unpriced},
};

/// What changes between two estimates.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// USD a month before.
    pub(crate) before: Range,
    /// USD a month after.
    pub(crate) after: Range,
    /// What after is more than before.
    pub(crate) change: Range,
    /// Each resource whose cost is another, in the order of addresses.
    pub(crate) changes: Vec<Change>,
    /// What is not priced and was not there before.
    pub(crate) newly_not_priced: BTreeSet<Unpriced>,
}

/// A resource whose cost is another.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    /// The resource.
    pub(crate) address: String,
    /// USD a month before; none where it was not there.
    pub(crate) before: Option<Range>,
    /// USD a month after; none where it is gone.
    pub(crate) after: Option<Range>,
    /// What after is more than before.
    pub(crate) change: Range,
}

/// What changes from one to the other.
pub(crate) fn between(before: &Estimate, after: &Estimate) -> Difference {
    let (old, new) = (by_resource(before), by_resource(after));
    let addresses: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let changes = addresses.into_iter().filter_map(|address| {
        let (before, after) = (old.get(address).copied(), new.get(address).copied());
        let change = after.unwrap_or_default().less(before.unwrap_or_default());
        (change != Range::default()).then(|| Change { address: address.to_owned(), before, after, change })
    });
    Difference {
        before: before.total,
        after: after.total,
        change: after.total.less(before.total),
        changes: changes.collect(),
        newly_not_priced: after.not_priced.difference(&before.not_priced).cloned().collect(),
    }
}

fn by_resource(estimate: &Estimate) -> BTreeMap<&str, Range> {
    let mut sums: BTreeMap<&str, Range> = BTreeMap::new();
    for line in &estimate.lines {
        sums.entry(&line.address).or_default().add(line.usd);
    }
    sums
}
