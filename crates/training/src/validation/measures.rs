//! Discrimination (AUC, Gini, KS) and accuracy of probabilities (Brier, log loss), with bootstrap intervals.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Bootstrap, Estimate,
    ranked::{Ranked, check, check_lengths},
};
use crate::{Error, Result};

/// How well a score did on one sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Number of rows.
    pub rows: u64,
    /// Goods (a sum of weights where weighted).
    pub goods: f64,
    /// Bads (a sum of weights where weighted).
    pub bads: f64,
    /// Bads as a share of all, 0–1.
    pub bad_rate: f64,
    /// Area under the ROC curve: the chance that a good scores above a bad, ties counting half.
    pub auc: Estimate,
    /// Gini coefficient (accuracy ratio): 2 · AUC − 1.
    pub gini: Estimate,
    /// Kolmogorov–Smirnov statistic: the greatest distance between the cumulative shares of bads and goods, 0–1.
    pub ks: Estimate,
    /// The score at and below which that distance is reached (the lowest such score).
    pub ks_score: f64,
    /// Brier score: mean of (probability of bad − outcome)². Lower is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brier: Option<Estimate>,
    /// Log loss: mean of −ln(probability given to what happened), probabilities held within 1e-15 of 0 and 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_loss: Option<Estimate>,
}

/// Measures a score and, where given, its probabilities of bad.
///
/// - AUC = Σ over pairs (good, bad) of \[good above bad\] + ½ \[equal\], over the number of pairs: the Mann–Whitney statistic
///   (Hanley & McNeil, *Radiology* 143, 1982). With weights a pair counts the product of its weights.
/// - Gini = 2 · AUC − 1 (Somers' D; Engelmann, Hayden & Tasche 2003 show that it is the accuracy ratio of the CAP curve).
/// - KS = max over scores s of |F_bad(s) − F_good(s)|, F(s) being the share with a score of at most s.
/// - Brier = Σ w (p − y)² / Σ w (Brier 1950); log loss = −Σ w (y ln p + (1 − y) ln(1 − p)) / Σ w.
///
/// Intervals are drawn by `bootstrap`; that of the KS leans upwards in small samples, as every maximum does.
///
/// # Errors
/// [`Error::Validation`] where lengths differ, a number is not finite, a probability is outside 0–1, or a class is absent.
pub fn measure(
    scores: &[f64],
    probabilities: Option<&[f64]>,
    bad: &[bool],
    weights: Option<&[f64]>,
    bootstrap: Option<&Bootstrap>,
) -> Result<Measures> {
    check(scores, bad, weights)?;
    if let Some(probabilities) = probabilities {
        check_probabilities(probabilities, scores.len())?;
    }
    let cells = Cells::new(scores, probabilities, bad, weights);
    let Some(whole) = cells.figures(&cells.rows) else {
        return Err(Error::Validation("a class has no weight in the sample".to_owned()));
    };
    let drawn = bootstrap.map(|b| b.draw(&cells.rows, |counts| Some(cells.figures(counts)?.measures)));
    let estimate = |place: usize| {
        let value = whole.measures.get(place).copied().unwrap_or(f64::NAN);
        let interval = bootstrap.zip(drawn.as_ref()).and_then(|(bootstrap, drawn)| {
            bootstrap.interval(value, drawn.iter().filter_map(|m| m.get(place).copied()).collect(), &cells.rows)
        });
        Estimate { value, interval }
    };
    let auc = estimate(AUC);
    let mut gini = estimate(GINI);
    gini.value = 2.0 * auc.value - 1.0;
    Ok(Measures {
        rows: scores.len() as u64,
        goods: whole.goods,
        bads: whole.bads,
        bad_rate: whole.bads / (whole.goods + whole.bads),
        auc,
        gini,
        ks: estimate(KS),
        ks_score: whole.ks_score,
        brier: probabilities.map(|_| estimate(BRIER)),
        log_loss: probabilities.map(|_| estimate(LOG_LOSS)),
    })
}

/// The AUC alone; see [`measure`].
///
/// # Errors
/// As [`measure`].
pub fn auc(scores: &[f64], bad: &[bool], weights: Option<&[f64]>) -> Result<f64> {
    let ranked = Ranked::new(scores, bad, weights)?;
    let mut goods_below = 0.0;
    let mut misordered = 0.0;
    for level in &ranked.levels {
        misordered += level.bads * (goods_below + level.goods / 2.0);
        goods_below += level.goods;
    }
    Ok(1.0 - misordered / (ranked.goods * ranked.bads))
}

/// The KS statistic and the score at and below which it is reached; see [`measure`].
///
/// # Errors
/// As [`measure`].
pub fn ks(scores: &[f64], bad: &[bool], weights: Option<&[f64]>) -> Result<(f64, f64)> {
    let rows = measure(scores, None, bad, weights, None)?;
    Ok((rows.ks.value, rows.ks_score))
}

/// Checks that there is a probability for each row and that it lies within 0–1.
pub(super) fn check_probabilities(probabilities: &[f64], rows: usize) -> Result<()> {
    check_lengths(&[("rows", rows), ("probabilities", probabilities.len())])?;
    match probabilities.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(row) => Err(Error::Validation(format!(
            "the probability of row {row} (counted from 0) is not a number between 0 and 1; give probabilities of bad"
        ))),
        None => Ok(()),
    }
}

const AUC: usize = 0;
const GINI: usize = 1;
const KS: usize = 2;
const BRIER: usize = 3;
const LOG_LOSS: usize = 4;

/// Probabilities are held this far from 0 and 1, so that one impossible outcome does not make the log loss infinite.
const LEAST_PROBABILITY: f64 = 1e-15;

/// Rows alike in score, class, probability and weight, in ascending order of score: all that a resample needs, as one pass
/// over contiguous memory. Figures of a cell are those of one of its rows.
struct Cells {
    scores: Vec<f64>,
    rows: Vec<u32>,
    goods: Vec<f64>,
    bads: Vec<f64>,
    squared_error: Vec<f64>,
    loss: Vec<f64>,
}

/// The figures of a (re)sample.
struct Figures {
    measures: [f64; 5],
    goods: f64,
    bads: f64,
    ks_score: f64,
}

impl Cells {
    fn new(scores: &[f64], probabilities: Option<&[f64]>, bad: &[bool], weights: Option<&[f64]>) -> Self {
        // Adding zero makes -0 and 0 one score.
        let key = |row: usize| {
            let probability = probabilities.map_or(0.0, |p| at(p, row));
            (at(scores, row) + 0.0, at(bad, row), probability, weights.map_or(1.0, |w| at(w, row)))
        };
        let mut keys: Vec<(f64, bool, f64, f64)> = (0..scores.len()).map(key).collect();
        keys.par_sort_unstable_by(|a, b| {
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.total_cmp(&b.3))
        });
        let mut cells = Self {
            scores: Vec::new(),
            rows: Vec::new(),
            goods: Vec::new(),
            bads: Vec::new(),
            squared_error: Vec::new(),
            loss: Vec::new(),
        };
        for alike in keys.chunk_by(|a, b| a == b) {
            let Some(&(score, is_bad, probability, weight)) = alike.first() else { continue };
            cells.scores.push(score);
            cells.rows.push(alike.len() as u32);
            cells.goods.push(if is_bad { 0.0 } else { weight });
            cells.bads.push(if is_bad { weight } else { 0.0 });
            if probabilities.is_some() {
                let given = if is_bad { probability } else { 1.0 - probability };
                cells.squared_error.push(weight * (1.0 - given) * (1.0 - given));
                cells.loss.push(-weight * libm::log(given.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)));
            }
        }
        cells
    }

    /// The figures where `counts` rows of each cell are drawn; `None` where a class has no weight.
    fn figures(&self, counts: &[u32]) -> Option<Figures> {
        let total = |values: &[f64]| -> f64 { values.iter().zip(counts).map(|(v, n)| f64::from(*n) * v).sum() };
        let (all_goods, all_bads) = (total(&self.goods), total(&self.bads));
        if !(all_goods > 0.0 && all_bads > 0.0) {
            return None;
        }
        let (mut goods, mut bads, mut misordered) = (0.0, 0.0, 0.0);
        let (mut ks, mut ks_score) = (0.0, self.scores.first().copied().unwrap_or(f64::NAN));
        let mut cells = counts.iter().zip(&self.goods).zip(&self.bads);
        for level in self.scores.chunk_by(|a, b| a == b) {
            let (mut level_goods, mut level_bads) = (0.0, 0.0);
            for ((&count, cell_goods), cell_bads) in cells.by_ref().take(level.len()) {
                level_goods += f64::from(count) * cell_goods;
                level_bads += f64::from(count) * cell_bads;
            }
            misordered += level_bads * (goods + level_goods / 2.0);
            goods += level_goods;
            bads += level_bads;
            let distance = (bads / all_bads - goods / all_goods).abs();
            // Beyond rounding, so that the lowest of equally distant scores is named.
            if distance > ks + 1e-12 {
                ks = distance;
                ks_score = level.first().copied().unwrap_or(f64::NAN);
            }
        }
        let auc = 1.0 - misordered / (all_goods * all_bads);
        let mean = |values: &[f64]| total(values) / (all_goods + all_bads);
        let measures = [auc, 2.0 * auc - 1.0, ks, mean(&self.squared_error), mean(&self.loss)];
        Some(Figures { measures, goods: all_goods, bads: all_bads, ks_score })
    }
}

/// The element at `row`, which every caller keeps within the slice; the default beyond it.
fn at<T: Copy + Default>(values: &[T], row: usize) -> T {
    values.get(row).copied().unwrap_or_default()
}
