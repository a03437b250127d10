//! What an evaluation gives.

use super::Amount;

/// The outcome of one evaluation. Indices point into the evaluator's scorecard; reuse one value to allocate nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The score.
    pub score: Amount,
    /// Good-to-bad odds; `None` where the scorecard has no scaling.
    pub odds: Option<f64>,
    /// Probability of bad; `None` where the scorecard has no scaling.
    pub probability_of_bad: Option<f64>,
    /// What matched, one a characteristic, in document order.
    pub characteristics: Vec<Matched>,
    /// The ranked reasons, the greatest difference first; ties in document order.
    pub reasons: Vec<RankedReason>,
    /// Whether a characteristic that counts inquiries lost points but is not among `reasons`: FCRA 609(f)(9)'s further factor.
    pub inquiries: Option<RankedReason>,
}

impl Default for Evaluation {
    fn default() -> Self {
        Self {
            score: Amount::Double(0.0),
            odds: None,
            probability_of_bad: None,
            characteristics: Vec::new(),
            reasons: Vec::new(),
            inquiries: None,
        }
    }
}

/// What matched in one characteristic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matched {
    /// Index of the attribute within its characteristic.
    pub attribute: u32,
    /// Its points.
    pub points: Amount,
    /// How far the points lie on the adverse side of the baseline; negative where they are better than it. `None`
    /// where the characteristic has no baseline.
    pub difference: Option<Amount>,
}

/// A reason: a code, and the points lost under it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankedReason {
    /// Index into [`crate::Evaluator::reason_codes`].
    pub code: u32,
    /// Index of the first characteristic, in document order, that contributes.
    pub characteristic: u32,
    /// Points lost, summed over the characteristics that share the code.
    pub difference: Amount,
}
