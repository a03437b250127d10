//! What a binning must keep.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Constraints of a binning. Shares and counts are of the records that are neither missing nor special.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BinningOptions {
    /// How the bad rate may run along the value.
    pub trend: Trend,
    /// Most bins, missing and special ones not counted.
    pub max_bins: usize,
    /// Least share of a bin, 0–0.5.
    pub min_share: f64,
    /// Least weight of bads, and of goods, in a bin; at least a little of each, so that its WoE is finite. Training scales
    /// weights to the effective size of the sample, so that it counts effective records.
    pub min_class: f64,
    /// Least distance of the WoE of neighbouring bins.
    pub min_woe_gap: f64,
    /// Most quantile pre-bins, of values or of categories by bad rate; the cuts of a decision tree are added to them.
    pub max_prebins: usize,
    /// Categories with a smaller share are pooled before anything else.
    pub rare_share: f64,
    /// Numbers with bins of their own.
    pub special_numbers: Vec<f64>,
    /// Texts with bins of their own.
    pub special_texts: Vec<String>,
}

/// How the bad rate may run along the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Ascending, descending, peak or valley, whichever has the greatest information value; of equals the simplest, in
    /// this order. A convex run is a valley and a concave one a peak: no trend of these six beats it.
    #[default]
    Auto,
    /// Ascending or descending, whichever has the greater information value.
    Monotone,
    /// Never falls.
    Ascending,
    /// Never rises.
    Descending,
    /// Rises, then falls.
    Peak,
    /// Falls, then rises.
    Valley,
    /// As it likes.
    None,
}

impl Default for BinningOptions {
    fn default() -> Self {
        Self {
            trend: Trend::Auto,
            max_bins: 10,
            min_share: 0.05,
            min_class: 1.0,
            min_woe_gap: 0.0,
            max_prebins: 64,
            rare_share: 0.01,
            special_numbers: Vec::new(),
            special_texts: Vec::new(),
        }
    }
}

impl BinningOptions {
    /// # Errors
    /// [`Error::Setting`] naming the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let fault = |setting: &str, problem: String| Err(Error::Setting { setting: setting.into(), problem });
        if self.max_bins == 0 || self.max_bins > 100 {
            return fault("max_bins", format!("{} is not between 1 and 100", self.max_bins));
        }
        if !(0.0..=0.5).contains(&self.min_share) {
            return fault("min_share", format!("{} is not between 0 and 0.5", self.min_share));
        }
        if !(0.0..=0.5).contains(&self.rare_share) {
            return fault("rare_share", format!("{} is not between 0 and 0.5", self.rare_share));
        }
        if !(self.min_class > 0.0 && self.min_class.is_finite()) {
            return fault("min_class", format!("{} is not a finite number above 0", self.min_class));
        }
        if !(self.min_woe_gap >= 0.0 && self.min_woe_gap.is_finite()) {
            return fault("min_woe_gap", format!("{} is not a finite number of at least 0", self.min_woe_gap));
        }
        if !(2..=1000).contains(&self.max_prebins) {
            return fault("max_prebins", format!("{} is not between 2 and 1000", self.max_prebins));
        }
        // The search keeps a table of max_bins × max_prebins²: this many fit into half a gigabyte.
        if self.max_prebins * self.max_prebins * self.max_bins > 16_000_000 {
            let most = (16_000_000 / self.max_bins).isqrt();
            return fault(
                "max_prebins",
                format!("{} is too fine for {} bins: at most {most}", self.max_prebins, self.max_bins),
            );
        }
        Ok(())
    }
}
