//! Trainings: a table in, learnt from in the background, a registered model and its report out.
//!
//! **For:** what `plimsoll train` does, for those who work in a browser. **May use:** the library of training, the store.
//! **Must never** keep a row of the table: it lies in a file without a name until its turn comes, in memory while it is learnt
//! from, and nowhere afterwards.
//!
//! One table at a time is learnt from in a process, on a thread of its own: it takes every core there is. Whoever asks, of
//! whichever instance, reads how far it is from the store.

mod desk;
mod inspect;
mod learn;
pub(crate) mod report;
mod settings;
mod worker;

pub(crate) use desk::{Desk, Job};
pub(crate) use inspect::{Inspection, inspect};
pub(crate) use settings::Settings;
pub(crate) use worker::run;

/// Cells of a table, rows times columns: 400 MB of numbers.
const MOST_CELLS: usize = 50_000_000;

/// What messages call the table.
const NAME: &str = "the file";
