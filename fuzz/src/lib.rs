//! What the targets share: a card to score with, and the trial that every card must stand.

mod decisions;
mod trial;

pub use decisions::decide;
pub use trial::try_out;

use scorecard::Evaluator;

/// A card with numbers, categories, truth values, dates, derived fields, special values and shared reasons.
pub const CARD: &[u8] = include_bytes!("card.json");

/// The evaluator of [`CARD`].
///
/// # Panics
/// Where the card does not check: a fault of this crate.
#[must_use]
pub fn evaluator() -> Evaluator {
    Evaluator::new(scorecard::from_json(CARD).expect("the card is sound")).expect("the card compiles")
}

/// Divides an input into settings (its first byte) and the rest.
#[must_use]
pub fn settings(input: &[u8]) -> (u8, &[u8]) {
    input.split_first().map_or((0, input), |(first, rest)| (*first, rest))
}
