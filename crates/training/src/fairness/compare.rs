//! Comparing the groups of one protected column.

use super::{FairnessColumn, FairnessGroup, FairnessOptions, ReferenceChoice, fisher_exact, two_proportion_z};
use crate::{
    Error, Result,
    validation::{ConfidenceInterval, Estimate, Z_95, auc, check_lengths, check_weights},
};

/// The applicants of one sample, one element each.
#[derive(Debug, Clone, Copy)]
pub struct Applicants<'a> {
    /// Scores, higher being better.
    pub scores: &'a [f64],
    /// Whether each went bad, where outcomes are known.
    pub bad: Option<&'a [bool]>,
    /// Weights, where there are any.
    pub weights: Option<&'a [f64]>,
}

/// What is summed up of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    rows: u64,
    approved: u64,
    weight: f64,
    squared_weight: f64,
    approved_weight: f64,
    bad_weight: f64,
    approved_bad_weight: f64,
    score_sum: f64,
}

impl Tally {
    /// Those approved, and all, as records of equal weight that would tell as much: the effective size (Σ w)² / Σ w².
    fn effective(&self) -> (f64, f64) {
        let all = self.weight * self.weight / self.squared_weight;
        (self.approved_weight * self.weight / self.squared_weight, all)
    }

    /// Approved and declined, in whole ones of those.
    fn whole(&self) -> (u64, u64) {
        let (approved, all) = self.effective();
        (approved.round() as u64, (all - approved).round() as u64)
    }
}

/// Compares the groups of a protected column at a cut-off: who scores at least `cut_off` counts as approved.
///
/// `groups` names the groups and `group_of_row` gives each applicant's index into them (see [`super::by_level`], [`super::by_number`]).
///
/// - Adverse impact ratio = approval rate / the reference's. Interval: Katz et al., *Biometrics* 34 (1978):
///   AIR · exp(± 1.96 · √(1/a − 1/n + 1/a′ − 1/n′)) for a of n approved, of weighted rows
///   their effective numbers.
/// - SMD = (mean score − the reference's) / σ, σ being the standard deviation of all scores together (Hall et al., *Frontiers in
///   Artificial Intelligence* 4, 2021).
/// - Tests on rows, of weighted ones on their effective numbers, rounded: [`fisher_exact`], [`two_proportion_z`].
///
/// # Errors
/// [`Error::Validation`] where lengths differ, a score or weight is unfit, an index lies beyond `groups`, nobody has a
/// weight, or the cut-off is not finite; [`Error::Column`] where the named reference is not among the groups.
pub fn compare(
    column: &str,
    groups: &[String],
    group_of_row: &[u32],
    applicants: Applicants<'_>,
    cut_off: f64,
    options: &FairnessOptions,
) -> Result<FairnessColumn> {
    let tallies = tally(groups, group_of_row, applicants, cut_off)?;
    let (reference, reference_choice) = reference(column, groups, &tallies, options)?;
    let spread = spread(applicants);
    let against = tallies.get(reference).copied().unwrap_or_default();
    let mut found = Vec::with_capacity(groups.len());
    for (place, (name, group)) in groups.iter().zip(&tallies).enumerate() {
        if group.rows == 0 {
            continue;
        }
        let is_reference = place == reference;
        let mut row = describe(name, group, applicants.bad.is_some());
        row.reference = is_reference;
        row.small = group.effective().1 < options.small as f64 || fewest_expected(group, &against) < 5.0;
        if let Some(bad) = applicants.bad {
            row.auc = auc_of(place, group_of_row, bad, applicants);
        }
        if !is_reference {
            let ((a, b), (c, d)) = (group.whole(), against.whole());
            row.air = impact_ratio(group, &against);
            row.below_line = row.air.is_some_and(|air| air.value < options.impact_line);
            row.smd = (spread > 0.0).then(|| (row.mean_score - against.score_sum / against.weight) / spread);
            row.fisher_p = Some(fisher_exact(a, b, c, d));
            (row.z, row.z_p) = two_proportion_z(a, b, c, d).unzip();
        }
        found.push(row);
    }
    Ok(FairnessColumn {
        column: column.to_owned(),
        cut_off,
        reference: groups.get(reference).cloned().unwrap_or_default(),
        reference_choice,
        impact_line: options.impact_line,
        notes: notes(&found, options, applicants.weights.is_some()),
        groups: found,
    })
}

fn tally(groups: &[String], group_of_row: &[u32], applicants: Applicants<'_>, cut_off: f64) -> Result<Vec<Tally>> {
    let Applicants { scores, bad, weights } = applicants;
    let outcomes = bad.map_or(scores.len(), <[bool]>::len);
    check_lengths(&[("scores", scores.len()), ("groups", group_of_row.len()), ("outcomes", outcomes)])?;
    check_weights(weights, scores.len())?;
    if !cut_off.is_finite() {
        return Err(Error::Validation("the cut-off is not a finite number".to_owned()));
    }
    let mut tallies = vec![Tally::default(); groups.len()];
    for (row, (&score, &group)) in scores.iter().zip(group_of_row).enumerate() {
        let Some(tally) = tallies.get_mut(group as usize) else {
            return Err(Error::Validation(format!(
                "row {row} (counted from 0) is in group {group}, but there are only {} groups",
                groups.len()
            )));
        };
        if !score.is_finite() {
            return Err(Error::Validation(format!("the score of row {row} (counted from 0) is not a finite number")));
        }
        let weight = weights.and_then(|weights| weights.get(row).copied()).unwrap_or(1.0);
        if weight == 0.0 {
            continue;
        }
        let approved = score >= cut_off;
        let is_bad = bad.and_then(|bad| bad.get(row).copied()).unwrap_or_default();
        let counted = |counts: bool| if counts { weight } else { 0.0 };
        tally.rows += 1;
        tally.approved += u64::from(approved);
        tally.weight += weight;
        tally.squared_weight += weight * weight;
        tally.approved_weight += counted(approved);
        tally.bad_weight += counted(is_bad);
        tally.approved_bad_weight += counted(is_bad && approved);
        tally.score_sum += weight * score;
    }
    Ok(tallies)
}

fn reference(
    column: &str,
    groups: &[String],
    tallies: &[Tally],
    options: &FairnessOptions,
) -> Result<(usize, ReferenceChoice)> {
    if let Some(named) = &options.reference {
        let place = groups.iter().zip(tallies).position(|(group, tally)| group == named && tally.rows > 0);
        return place.map(|place| (place, ReferenceChoice::Named)).ok_or_else(|| Error::Column {
            column: column.to_owned(),
            problem: format!("the reference group `{named}` has no applicants; name one of: {}", groups.join(", ")),
        });
    }
    let most = tallies.iter().map(|tally| tally.rows).max().unwrap_or(0);
    let place = tallies.iter().position(|tally| tally.rows == most && most > 0);
    place.map(|place| (place, ReferenceChoice::Largest)).ok_or_else(|| Error::Column {
        column: column.to_owned(),
        problem: "no applicant is in any group; check the column or leave it out".to_owned(),
    })
}

/// Standard deviation of all scores, by weight.
fn spread(applicants: Applicants<'_>) -> f64 {
    let weight = |row: usize| applicants.weights.map_or(1.0, |w| w.get(row).copied().unwrap_or(0.0));
    let total: f64 = (0..applicants.scores.len()).map(weight).sum();
    let sum = |value: &dyn Fn(f64) -> f64| -> f64 {
        applicants.scores.iter().enumerate().map(|(row, score)| weight(row) * value(*score)).sum()
    };
    let mean = sum(&|score| score) / total;
    (sum(&|score| (score - mean) * (score - mean)) / total).sqrt()
}

fn describe(name: &str, group: &Tally, outcomes: bool) -> FairnessGroup {
    FairnessGroup {
        group: name.to_owned(),
        reference: false,
        rows: group.rows,
        approved: group.approved,
        declined: group.rows - group.approved,
        approval_rate: group.approved_weight / group.weight,
        air: None,
        below_line: false,
        mean_score: group.score_sum / group.weight,
        smd: None,
        fisher_p: None,
        z: None,
        z_p: None,
        goods: outcomes.then_some(group.weight - group.bad_weight),
        bads: outcomes.then_some(group.bad_weight),
        bad_rate: outcomes.then(|| group.bad_weight / group.weight),
        approved_bad_rate: (outcomes && group.approved > 0).then(|| group.approved_bad_weight / group.approved_weight),
        auc: None,
        small: false,
    }
}

/// The lesser of the approved and declined that the pooled rate lets one expect in a group: below five, normal
/// approximations fail (Cochran 1954).
fn fewest_expected(group: &Tally, against: &Tally) -> f64 {
    let ((approved, rows), (others_approved, others)) = (group.effective(), against.effective());
    let pooled = (approved + others_approved) / (rows + others).max(1.0);
    rows * pooled.min(1.0 - pooled)
}

fn impact_ratio(group: &Tally, against: &Tally) -> Option<Estimate> {
    if against.approved == 0 {
        return None;
    }
    let value = (group.approved_weight / group.weight) / (against.approved_weight / against.weight);
    let part = |tally: &Tally| {
        let (approved, all) = tally.effective();
        1.0 / approved - 1.0 / all
    };
    let factor = libm::exp(Z_95 * (part(group) + part(against)).max(0.0).sqrt());
    let interval = ConfidenceInterval { lower: value / factor, upper: value * factor, level: 0.95 };
    Some(Estimate { value, interval: (group.approved > 0).then_some(interval) })
}

fn auc_of(place: usize, group_of_row: &[u32], bad: &[bool], applicants: Applicants<'_>) -> Option<f64> {
    let rows: Vec<usize> =
        (0..group_of_row.len()).filter(|row| group_of_row.get(*row) == Some(&(place as u32))).collect();
    let scores: Vec<f64> = rows.iter().filter_map(|row| applicants.scores.get(*row).copied()).collect();
    let bad: Vec<bool> = rows.iter().filter_map(|row| bad.get(*row).copied()).collect();
    let weights: Option<Vec<f64>> =
        applicants.weights.map(|weights| rows.iter().filter_map(|row| weights.get(*row).copied()).collect());
    // The one thing that can fail after `tally` is that a class is absent.
    auc(&scores, &bad, weights.as_deref()).ok()
}

fn notes(groups: &[FairnessGroup], options: &FairnessOptions, weighted: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let small: Vec<&str> = groups.iter().filter(|g| g.small).map(|g| g.group.as_str()).collect();
    if !small.is_empty() {
        notes.push(format!(
            "Too small for its ratio to say much (fewer than {} rows, or fewer than five approved or declined to be \
             expected): {}.",
            options.small,
            small.join(", ")
        ));
    }
    let below: Vec<&str> = groups.iter().filter(|g| g.below_line).map(|g| g.group.as_str()).collect();
    if !below.is_empty() {
        notes.push(format!("Adverse impact ratio below {:.2}: {}.", options.impact_line, below.join(", ")));
    }
    if weighted {
        notes.push(
            "Rates, means, goods and bads are by weight; counts are by row; intervals and tests by the effective size."
                .to_owned(),
        );
    }
    notes
}
