//! Counting a new population in the bins of the baseline.

use scorecard::{
    Scorecard,
    model::{Characteristic, Condition, ScoreBand},
};

use super::{CharacteristicDrift, DriftReport, Stability, Thresholds, stability};
use crate::{Error, Result};

/// Counts applicants by score band and attribute. Counters of parts of a file can be merged, in any order.
#[derive(Debug, Clone)]
pub struct DriftCounter<'a> {
    scorecard: &'a Scorecard,
    count: f64,
    score_sum: f64,
    bands: Vec<f64>,
    attributes: Vec<Vec<f64>>,
}

/// What a [`DriftCounter`] has counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DriftCounts {
    /// Applicants (a sum of weights where weighted).
    pub count: f64,
    /// Sum of their scores.
    pub score_sum: f64,
    /// By band of the scorecard's population.
    pub bands: Vec<f64>,
    /// By characteristic and attribute.
    pub attributes: Vec<Vec<f64>>,
}

impl<'a> DriftCounter<'a> {
    /// A counter for a scorecard.
    ///
    /// # Errors
    /// [`Error::Validation`] where the scorecard holds no baseline at all: an imported model without statistics.
    pub fn new(scorecard: &'a Scorecard) -> Result<Self> {
        let has_shares = scorecard.characteristics.iter().any(|characteristic| baseline(characteristic).is_some());
        let bands = scorecard.population.as_ref().map_or(0, |population| population.bands.len());
        if bands == 0 && !has_shares {
            return Err(Error::Validation(format!(
                "the scorecard `{}` holds neither score bands nor shares of attributes, so that there is no baseline to \
                 compare with; use a scorecard that `plimsoll train` made, or add `population` and `statistics` to it",
                scorecard.name
            )));
        }
        Ok(Self {
            scorecard,
            count: 0.0,
            score_sum: 0.0,
            bands: vec![0.0; bands],
            attributes: scorecard.characteristics.iter().map(|c| vec![0.0; c.attributes.len()]).collect(),
        })
    }

    /// Counts one applicant: the score, and the index of the attribute that matched in each characteristic, in document
    /// order. A score that is not a number is in no band. Weights are zero or more.
    pub fn add(&mut self, score: f64, attributes: impl IntoIterator<Item = u32>, weight: f64) {
        self.count += weight;
        self.score_sum += weight * score;
        let bands = self.scorecard.population.as_ref().map_or(&[][..], |population| &population.bands);
        let band = bands.iter().position(|band| holds(band, score));
        if let Some(count) = band.and_then(|band| self.bands.get_mut(band)) {
            *count += weight;
        }
        for (counts, attribute) in self.attributes.iter_mut().zip(attributes) {
            if let Some(count) = counts.get_mut(attribute as usize) {
                *count += weight;
            }
        }
    }

    /// What was counted so far, to be kept and gone on with another day.
    #[must_use]
    pub fn counts(&self) -> DriftCounts {
        DriftCounts {
            count: self.count,
            score_sum: self.score_sum,
            bands: self.bands.clone(),
            attributes: self.attributes.clone(),
        }
    }

    /// Adds counts that were kept; what the scorecard has no place for is left out.
    pub fn add_counts(&mut self, counts: &DriftCounts) {
        self.count += counts.count;
        self.score_sum += counts.score_sum;
        let parts = self.attributes.iter_mut().zip(&counts.attributes);
        for (ours, theirs) in parts.chain([(&mut self.bands, &counts.bands)]) {
            for (ours, theirs) in ours.iter_mut().zip(theirs) {
                *ours += theirs;
            }
        }
    }

    /// Adds what another counter of the same scorecard counted.
    pub fn merge(&mut self, other: &Self) {
        self.add_counts(&other.counts());
    }

    /// Compares what was counted with the baseline.
    ///
    /// # Errors
    /// [`Error::Validation`] where nobody was counted; [`Error::Setting`] where the thresholds make no sense.
    pub fn report(&self, thresholds: &Thresholds) -> Result<DriftReport> {
        thresholds.validate()?;
        if self.count.is_nan() || self.count <= 0.0 {
            return Err(Error::Validation("no applicant was scored, so that there is nothing to compare".to_owned()));
        }
        let mut notes = Vec::new();
        let card = self.scorecard;
        let baseline_count = card.population.as_ref().map(|population| population.count);
        let score = match &card.population {
            Some(population) if !population.bands.is_empty() => {
                let labels: Vec<String> = population.bands.iter().map(band_label).collect();
                let expected: Vec<f64> = population.bands.iter().map(|band| band.share).collect();
                Some(stability(&labels, &expected, population.count, &self.bands, thresholds)?)
            }
            _ => {
                notes.push("The scorecard holds no score bands: there is no PSI of the score.".to_owned());
                None
            }
        };
        let mut characteristics = Vec::new();
        for (characteristic, counts) in card.characteristics.iter().zip(&self.attributes) {
            match self.characteristic(characteristic, counts, thresholds)? {
                Ok(drift) => characteristics.push(drift),
                Err(why) => notes.push(format!("`{}` is not compared: {why}.", characteristic.name)),
            }
        }
        let light = characteristics.iter().map(|drift| drift.csi.light).chain(score.as_ref().map(|s| s.light)).max();
        Ok(DriftReport {
            model: card.name.clone(),
            model_hash: card.content_hash(),
            baseline_count,
            count: self.count,
            thresholds: *thresholds,
            light: light.unwrap_or_default(),
            score,
            mean_score: self.score_sum / self.count,
            characteristics,
            notes,
        })
    }

    /// The drift of one characteristic, or why there is none.
    fn characteristic(
        &self,
        characteristic: &Characteristic,
        counts: &[f64],
        thresholds: &Thresholds,
    ) -> Result<std::result::Result<CharacteristicDrift, &'static str>> {
        let Some((shares, baseline_count)) = baseline(characteristic) else {
            return Ok(Err("the scorecard does not hold the share of each of its attributes"));
        };
        if characteristic.attributes.iter().any(|attribute| attribute.points_expression.is_some()) {
            return Ok(Err("its points are computed, not fixed"));
        }
        if counts.iter().sum::<f64>() <= 0.0 {
            return Ok(Err("none of its attributes matched anybody"));
        }
        let labels: Vec<String> = characteristic.attributes.iter().map(attribute_label).collect();
        let csi: Stability = stability(&labels, &shares, baseline_count, counts, thresholds)?;
        let mean = |share: fn(&super::StabilityRow) -> f64| -> f64 {
            csi.rows.iter().zip(&characteristic.attributes).map(|(row, a)| share(row) * a.points.to_f64()).sum()
        };
        let (expected_points, actual_points) = (mean(|row| row.expected_share), mean(|row| row.actual_share));
        Ok(Ok(CharacteristicDrift {
            name: characteristic.name.clone(),
            label: characteristic.label.clone(),
            csi,
            expected_points,
            actual_points,
            shift: actual_points - expected_points,
        }))
    }
}

/// Shares of the attributes and the number of applicants behind them; `None` unless every attribute has one.
fn baseline(characteristic: &Characteristic) -> Option<(Vec<f64>, f64)> {
    let statistics: Option<Vec<_>> = characteristic.attributes.iter().map(|a| a.statistics.as_ref()).collect();
    let statistics = statistics.filter(|statistics| statistics.iter().any(|s| s.share > 0.0))?;
    Some((statistics.iter().map(|s| s.share).collect(), statistics.iter().map(|s| s.count).sum()))
}

fn holds(band: &ScoreBand, score: f64) -> bool {
    band.from.is_none_or(|from| score >= from) && band.to.is_none_or(|to| score < to) && !score.is_nan()
}

/// A band in words.
fn band_label(band: &ScoreBand) -> String {
    match (band.from, band.to) {
        (None, None) => "any score".to_owned(),
        (None, Some(to)) => format!("< {to}"),
        (Some(from), None) => format!("≥ {from}"),
        (Some(from), Some(to)) => format!("[{from}, {to})"),
    }
}

/// An attribute in words: its label, else its condition.
fn attribute_label(attribute: &scorecard::model::Attribute) -> String {
    let list = |values: &[scorecard::Literal]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    attribute.label.clone().unwrap_or_else(|| match &attribute.when {
        Condition::Interval(interval) => interval.to_string(),
        Condition::Values(values) => list(values),
        Condition::Special(values) => format!("special: {}", list(values)),
        Condition::Missing => "missing".to_owned(),
        Condition::Otherwise => "everything else".to_owned(),
        Condition::Predicate(_) => "predicate".to_owned(),
    })
}
