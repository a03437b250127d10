//! Recourse: the smallest changes of an application that would approve it.
//!
//! A [`Space`] knows, for each field, the values at which something turns: ends of intervals, categories, constants of the
//! policy's rules. [`Space::search`] tries one changed field, then two, then three, always with the evaluator and the policy
//! that decide, so that whatever it gives is approved. It gives sets of fields no part of which suffices; of each set the
//! change that is the least jump: the fewest attributes moved, and in an interval the value nearest to the present one.
//!
//! **What it claims.** Where each characteristic tests one field and rules compare single fields with constants, one value
//! stands for all that count the same: then no smaller number of changes approves, as long as [`Recourse::is_complete`].
//! Where values are computed (derived fields, `amount / term > 700`) it tries besides the ends a grid from a tenth to four times
//! the present value; what it gives is approved all the same, but a smaller change may exist.
//!
//! **What it does not know.** Whether somebody can change a thing, or should: an age rises by itself, and a change that is made
//! for the score alone may not make anybody a better risk. Fields that stay as they are must be named. Dates and times, codes
//! with a meaning of their own, and leaving information out are never proposed. This is no advice to a person.
//!
//! Work is bounded by [`WORK`]. After Ustun, Spangher and Liu, "Actionable Recourse in Linear Classification" (FAT* 2019), by
//! enumeration, for a scorecard's attributes are few.

mod candidates;
mod nearby;
mod search;
mod space;

pub use space::Space;

use crate::{Amount, Literal};

/// Most fields that are changed together.
pub const MOST_CHANGES: usize = 3;
/// Most ways that are given.
pub const MOST_WAYS: usize = 8;
/// What a search may cost: about so many characteristics and rules looked at, a fraction of a second.
pub const WORK: u64 = 3_000_000;

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recourse {
    /// The ways, the fewest changes first, then the least jumps.
    pub ways: Vec<Way>,
    /// Up to this number of changes every set of fields was tried.
    pub searched: usize,
    /// Whether the search ended by itself: with [`MOST_WAYS`] ways or after [`MOST_CHANGES`] changes, and not for want of work.
    pub is_complete: bool,
}

/// Changes that together approve.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The changes, in the order of the fields.
    pub changes: Vec<FieldChange>,
    /// The score then.
    pub score: Amount,
}

/// One field's change.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Index of the field.
    pub field: usize,
    /// What it would have to be.
    pub to: Literal,
    /// How many attributes (or sides of a rule's bounds) further that is; 1 for a category.
    pub steps: u32,
}

impl Way {
    /// The attributes moved, together.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.changes.iter().fold(0, |sum, change| sum.saturating_add(change.steps))
    }
}
