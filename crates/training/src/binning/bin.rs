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

/// Records of a bin of missing or special values below which it is drawn towards the average.
const FEWEST: f64 = 30.0;

/// A bin: who is in it, and how telling that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Who is in it.
    pub totals: Totals,
    /// Weight of evidence, ln(share of all goods / share of all bads): positive where it is better than average. What points
    /// are made of; held back in a small bin of missing or special values, see [`Bin::apart`].
    pub woe: f64,
    /// Its part of the information value, (share of goods − share of bads) · ln of their ratio, of the records as they are.
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

    /// A bin of missing or special values. It cannot be merged with others, however few its records are, and few records
    /// prove little: one of fewer than 30 is filled up to 30 with records of the average bad rate before its WoE is taken
    /// (a conjugate prior centred on the average). A bin without a record has a WoE of 0, that of the average applicant.
    /// The information value is that of [`Bin::new`], as others compute it of the same counts.
    #[must_use]
    pub fn apart(totals: Totals, all: Totals) -> Self {
        let added = FEWEST - totals.count();
        if added <= 0.0 || totals.count() <= 0.0 || all.goods <= 0.0 || all.bads <= 0.0 {
            return Self::new(totals, all);
        }
        // Records of the average bad rate add the same share to goods and to bads.
        let share = added / all.count();
        let woe = (totals.goods / all.goods + share).ln() - (totals.bads / all.bads + share).ln();
        Self { woe, ..Self::new(totals, all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_missing_values_prove_little_and_many_speak_for_themselves() {
        let all = Totals { goods: 9_400.0, bads: 600.0 };
        let bads = |bads| Bin::apart(Totals { goods: 0.0, bads }, all);
        assert_eq!(bads(0.0).woe, 0.0);
        // 27 records at 6 % beside three bads: 25.38 goods and 4.62 bads.
        assert!((bads(3.0).woe - (25.38_f64 / 9_400.0 / (4.62 / 600.0)).ln()).abs() < 1e-12);
        let woe: Vec<f64> = (0..60).map(|n| bads(f64::from(n)).woe).collect();
        assert!(woe.is_sorted_by(|a, b| a > b), "{woe:?}");
        assert_eq!(bads(30.0), Bin::new(bads(30.0).totals, all));
    }

    #[test]
    fn what_is_held_back_is_the_woe_and_not_the_information_value() {
        let all = Totals { goods: 700.0, bads: 300.0 };
        for (goods, bads) in [(2.0, 4.0), (0.0, 3.0), (5.0, 0.0), (0.0, 0.0), (10.0, 19.0)] {
            let totals = Totals { goods, bads };
            let (held_back, plain) = (Bin::apart(totals, all), Bin::new(totals, all));
            assert_eq!(held_back.iv, plain.iv);
            assert!(held_back.woe.abs() < plain.woe.abs() || plain.woe == 0.0);
        }
        // (2 / 700 - 4 / 300) * ln((2 / 700) / (4 / 300))
        let iv = Bin::apart(Totals { goods: 2.0, bads: 4.0 }, all).iv;
        assert!((iv - 0.016_137_995_667_065_374).abs() < 1e-12, "{iv}");
    }
}
