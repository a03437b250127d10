//! Counts of goods and bads, their weight of evidence and information value.

use serde::Serialize;

/// Goods and bads, as counts or weights.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Totals {
    /// Goods.
    pub goods: f64,
    /// Bads.
    pub bads: f64,
}

impl Totals {
    /// Goods and bads together.
    #[must_use]
    pub fn count(self) -> f64 {
        self.goods + self.bads
    }

    /// Bads as a share of all; 0 where there are none.
    #[must_use]
    pub fn bad_rate(self) -> f64 {
        if self.count() > 0.0 { self.bads / self.count() } else { 0.0 }
    }

    pub(crate) fn add(&mut self, bad: bool, weight: f64) {
        *(if bad { &mut self.bads } else { &mut self.goods }) += weight;
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { goods: self.goods + other.goods, bads: self.bads + other.bads }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { goods: self.goods - other.goods, bads: self.bads - other.bads }
    }
}

/// A bin: who is in it, and how telling that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Who is in it.
    pub totals: Totals,
    /// Weight of evidence, ln(share of all goods / share of all bads): positive where it is better than average.
    pub woe: f64,
    /// Its part of the information value, (share of goods − share of bads) · WoE.
    pub iv: f64,
}

impl Bin {
    /// A bin among all records. WoE and IV as in Siddiqi, *Credit Risk Scorecards* (2006), ch. 6.
    ///
    /// A bin of one class would have an infinite WoE: there, and only there, half a record is added to both counts
    /// (the correction of Haldane, 1956). An empty bin has a WoE of 0. IV is never negative.
    #[must_use]
    pub fn new(totals: Totals, all: Totals) -> Self {
        let Totals { goods, bads } = totals;
        if totals.count() <= 0.0 || all.goods <= 0.0 || all.bads <= 0.0 {
            return Self { totals, woe: 0.0, iv: 0.0 };
        }
        let half = if goods <= 0.0 || bads <= 0.0 { 0.5 } else { 0.0 };
        // Shares with the half record in both formulas: else a small bin's part could be negative.
        let (goods, bads) = ((goods + half) / all.goods, (bads + half) / all.bads);
        let woe = goods.ln() - bads.ln();
        Self { totals, woe, iv: (goods - bads) * woe }
    }
}
