//! From sums to figures.

use std::collections::BTreeMap;

use serde::Serialize;
use store::{
    DECISIONS,
    ledger::Hash,
    monitoring::{Compared, Day, Of, Pair, Sums, begin_of},
};
use training::drift::{CharacteristicDrift, DriftCounter, DriftCounts, Light, Stability, Thresholds};
use utoipa::ToSchema;

use crate::scoring::Engine;

/// The scores of one model on a day, or on all days that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// The day in UTC; absent for all days together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub(crate) day: Option<String>,
    /// `sha256:` and the hash of the model.
    pub(crate) model: String,
    /// Scores.
    pub(crate) scores: u64,
    /// Their mean.
    pub(crate) mean_score: f64,
    /// Scores by decision; `none` where there was no policy.
    pub(crate) decisions: BTreeMap<&'static str, u64>,
    /// The score's distribution beside that of the model's development sample; absent where the model holds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) psi: Option<Shift>,
    /// The same of each characteristic.
    pub(crate) csi: Vec<CharacteristicShift>,
}

/// A population stability index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shift {
    /// The index: 0 where nothing changed.
    pub(crate) index: f64,
    /// Below 0.10, up to 0.25, above.
    #[schema(value_type = LightName)]
    pub(crate) light: Light,
    /// What chance alone exceeds one time in twenty if nothing changed: an index below it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chance: Option<f64>,
    /// What it is made of.
    pub(crate) bins: Vec<Bin>,
}

/// How much attention an index asks for.
#[derive(ToSchema)]
#[schema(as = Light, rename_all = "snake_case")]
#[allow(dead_code)] // describes
enum LightName {
    Green,
    Amber,
    Red,
}

/// A bin of an index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Bin {
    /// The bin in words.
    label: String,
    /// Share in the development sample, 0–1.
    expected: f64,
    /// Share now, 0–1.
    actual: f64,
    /// How many now.
    count: f64,
}

/// The index of a characteristic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CharacteristicShift {
    /// The characteristic.
    pub(crate) name: String,
    /// Mean points now less those of the development sample.
    pub(crate) points_shift: f64,
    /// The index.
    #[serde(flatten)]
    pub(crate) shift: Shift,
}

/// A challenger beside a champion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comparison {
    /// `sha256:` and the hash of the model that answered.
    pub(crate) champion: String,
    /// `sha256:` and the hash of the model that did not.
    pub(crate) challenger: String,
    /// Applications that both scored.
    pub(crate) scored: u64,
    /// Applications that the challenger could not score.
    pub(crate) failed: u64,
    /// Mean of the challenger's score less the champion's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mean_difference: Option<f64>,
    /// Standard deviation of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) standard_deviation: Option<f64>,
    /// How often the one decided so and the other so.
    pub(crate) decisions: Vec<Swap>,
}

/// How often a pair of decisions occurred.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Swap {
    /// What was answered.
    pub(crate) champion: &'static str,
    /// What was not.
    pub(crate) challenger: &'static str,
    /// How often.
    pub(crate) count: u64,
}

/// Sums of one model, by day.
pub(crate) fn by_model(sums: &Sums) -> BTreeMap<Hash, BTreeMap<Day, BTreeMap<Of, f64>>> {
    let mut models: BTreeMap<Hash, BTreeMap<Day, BTreeMap<Of, f64>>> = BTreeMap::new();
    for (cell, value) in sums {
        models.entry(cell.model).or_default().entry(cell.day).or_default().insert(cell.of, *value);
    }
    models
}

/// All days together.
pub(crate) fn together(days: &BTreeMap<Day, BTreeMap<Of, f64>>) -> BTreeMap<Of, f64> {
    let mut all = BTreeMap::new();
    for (of, value) in days.values().flatten() {
        *all.entry(*of).or_insert(0.0) += value;
    }
    all
}

/// The figures of one model.
pub(crate) fn figures(day: Option<Day>, model: Hash, engine: Option<&Engine>, sums: &BTreeMap<Of, f64>) -> Figures {
    let sum = |of: Of| sums.get(&of).copied().unwrap_or(0.0);
    let scores = sum(Of::Scores);
    let decisions = (0_u8..4).map(|number| (decision(number), sum(Of::Decision(number)) as u64));
    let (psi, csi) = engine.and_then(|engine| shifts(engine, sums)).unwrap_or_default();
    Figures {
        day: day.map(|day| begin_of(day).day()),
        model: format!("sha256:{model}"),
        scores: scores as u64,
        mean_score: if scores > 0.0 { sum(Of::Values) / scores } else { 0.0 },
        decisions: decisions.filter(|(_, count)| *count > 0).collect(),
        psi,
        csi,
    }
}

/// PSI and CSI; `None` where the model holds no baseline.
fn shifts(engine: &Engine, sums: &BTreeMap<Of, f64>) -> Option<(Option<Shift>, Vec<CharacteristicShift>)> {
    let card = engine.scorecard();
    let mut counter = DriftCounter::new(card).ok()?;
    let mut counts: DriftCounts = counter.counts();
    for (of, value) in sums {
        let slot = match of {
            Of::Scores => Some(&mut counts.count),
            Of::Values => Some(&mut counts.score_sum),
            Of::Band(band) => counts.bands.get_mut(*band as usize),
            Of::Attribute(characteristic, attribute) => {
                let attributes = counts.attributes.get_mut(*characteristic as usize);
                attributes.and_then(|attributes| attributes.get_mut(*attribute as usize))
            }
            Of::Decision(_) => None,
        };
        if let Some(slot) = slot {
            *slot = *value;
        }
    }
    counter.add_counts(&counts);
    let report = counter.report(&Thresholds::default()).ok()?;
    Some((report.score.map(Shift::from), report.characteristics.into_iter().map(Into::into).collect()))
}

impl From<Stability> for Shift {
    fn from(stability: Stability) -> Self {
        let bin = |row: training::drift::StabilityRow| Bin {
            label: row.label,
            expected: row.expected_share,
            actual: row.actual_share,
            count: row.actual_count,
        };
        let bins = stability.rows.into_iter().map(bin).collect();
        Self { index: stability.index, light: stability.light, chance: stability.chance, bins }
    }
}

impl From<CharacteristicDrift> for CharacteristicShift {
    fn from(drift: CharacteristicDrift) -> Self {
        Self { name: drift.name, points_shift: drift.shift, shift: drift.csi.into() }
    }
}

/// Scores by decision of champion and challenger.
type Swaps = BTreeMap<(u8, u8), u64>;

/// Challengers beside champions, all days together.
pub(crate) fn comparisons(sums: &BTreeMap<Pair, Compared>) -> Vec<Comparison> {
    let mut whole: BTreeMap<(Hash, Hash), (Compared, Swaps)> = BTreeMap::new();
    for (pair, one) in sums {
        let (all, swaps) = whole.entry((pair.champion, pair.challenger)).or_default();
        all.scored += one.scored;
        all.failed += one.failed;
        all.difference += one.difference;
        all.difference_squared += one.difference_squared;
        *swaps.entry((pair.champion_decision, pair.challenger_decision)).or_default() += one.scored;
    }
    let comparison = |((champion, challenger), (all, swaps)): ((Hash, Hash), (Compared, Swaps))| {
        let n = all.scored as f64;
        let mean = (all.scored > 0).then(|| all.difference / n);
        let variance = mean.map(|mean| (all.difference_squared / n - mean * mean).max(0.0));
        let swap = |((champion, challenger), count): ((u8, u8), u64)| Swap {
            champion: decision(champion),
            challenger: decision(challenger),
            count,
        };
        Comparison {
            champion: format!("sha256:{champion}"),
            challenger: format!("sha256:{challenger}"),
            scored: all.scored,
            failed: all.failed,
            mean_difference: mean,
            standard_deviation: variance.map(f64::sqrt),
            decisions: swaps.into_iter().filter(|(_, count)| *count > 0).map(swap).collect(),
        }
    };
    whole.into_iter().map(comparison).collect()
}

fn decision(number: u8) -> &'static str {
    DECISIONS.get(usize::from(number)).copied().unwrap_or("none")
}
