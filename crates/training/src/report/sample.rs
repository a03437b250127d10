//! One sample, measured from all sides.

use serde::{Deserialize, Serialize};

use crate::{
    Result,
    binning::Totals,
    validation::{
        Bootstrap, Calibration, CurvePoint, CutOffRow, DistributionBand, GainsRow, Measures, SampleRole, calibration,
        check, curve, cut_offs, gains, measure, score_distribution, suggested_cuts,
    },
    weighting::{Weighting, all_to_effective},
};

/// Points of a curve at most: more cannot be told apart on paper.
const CURVE_POINTS: usize = 200;
/// Groups of the calibration and gains tables: deciles.
const GROUPS: usize = 10;
/// Bands of the score distribution, about.
const BANDS: usize = 24;
/// Rows of the cut-off table, about.
const CUTS: usize = 16;

/// How a scorecard does on one sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleReport {
    /// E.g. `train`, `test`, `out of time`.
    pub name: String,
    /// Whether the scorecard was fitted on it.
    pub role: SampleRole,
    /// Discrimination and accuracy, with intervals.
    pub measures: Measures,
    /// What the weights add up to and count for; absent without weights. All other counts are of effective records: weights are
    /// scaled to add up to the effective size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighting: Option<Weighting>,
    /// The ROC and KS curves.
    pub curve: Vec<CurvePoint>,
    /// Predicted against observed; absent where the scorecard gives no probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Gains and lift by score decile.
    pub gains: Vec<GainsRow>,
    /// Scores of goods and bads.
    pub distribution: Vec<DistributionBand>,
    /// What each cut-off would have meant.
    pub cut_offs: Vec<CutOffRow>,
}

/// The applicants of a sample, one element each.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// Scores, higher being better.
    pub scores: &'a [f64],
    /// Probabilities of bad, where the scorecard gives them.
    pub probabilities: Option<&'a [f64]>,
    /// Whether each went bad.
    pub bad: &'a [bool],
    /// Weights on any scale, where there are any.
    pub weights: Option<&'a [f64]>,
}

impl SampleReport {
    /// Measures a sample.
    ///
    /// # Errors
    /// [`crate::Error::Validation`] as for [`measure`].
    pub fn of(
        name: impl Into<String>,
        role: SampleRole,
        sample: Sample<'_>,
        bootstrap: Option<&Bootstrap>,
    ) -> Result<Self> {
        let Sample { scores, probabilities, bad, weights: given } = sample;
        check(scores, bad, given)?;
        let scaled = given.and_then(all_to_effective);
        let weights = scaled.as_deref();
        let cuts = suggested_cuts(scores, bad, weights, CUTS)?;
        Ok(Self {
            name: name.into(),
            role,
            measures: measure(scores, probabilities, bad, weights, bootstrap)?,
            weighting: given.map(|given| Weighting::of(given, bad)),
            curve: curve(scores, bad, weights, CURVE_POINTS)?,
            calibration: probabilities.map(|p| calibration(p, bad, weights, GROUPS, role)).transpose()?,
            gains: gains(scores, bad, weights, GROUPS)?,
            distribution: score_distribution(scores, bad, weights, BANDS)?,
            cut_offs: cut_offs(scores, bad, weights, &cuts)?,
        })
    }

    /// Goods and bads as evidence: their number, or the effective size of each class.
    #[must_use]
    pub fn evidence(&self) -> Totals {
        let counted = Totals { goods: self.measures.goods, bads: self.measures.bads };
        self.weighting.map_or(counted, |w| Totals { goods: w.effective_goods, bads: w.effective_bads })
    }

    /// Whether rows count unlike one another, so that sizes are effective ones.
    #[must_use]
    pub fn is_uneven(&self) -> bool {
        self.weighting.is_some_and(|weighting| weighting.effective < self.measures.rows as f64)
    }
}
