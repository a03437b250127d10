//! Which characteristics a scorecard keeps, and why the others leave.
//!
//! In this order: too little information value; too much correlation with a stronger one, or more candidates than the
//! records can carry; inflated variance; then either backward elimination by p-value or a lasso; and last, whatever the
//! method, those that the regression gives nothing to.

mod backward;
mod filters;
mod lasso;
mod options;

pub use options::{Method, SelectionOptions};

use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::{
    Error, Result,
    figure::beside,
    regression::{Characteristic, Design, Estimate, Fit, RegressionOptions, fit_from},
    weighting::effective_size,
};

/// A characteristic that left.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dropped {
    /// Index among the candidates.
    #[serde(skip)]
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Which rule it did not meet.
    pub rule: Rule,
    /// Its figure.
    pub figure: f64,
    /// What the rule asks for.
    pub limit: f64,
    /// The other characteristic that the rule compares with.
    pub beside: Option<String>,
}

/// A rule of selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Information value below the least.
    InformationValue,
    /// |r| of WoE with a stronger characteristic above the most.
    Correlation,
    /// Variance inflation factor above the most.
    VarianceInflation,
    /// p-value above the most.
    PValue,
    /// Coefficient would be negative.
    Sign,
    /// Shrunk to 0 by the lasso.
    Lasso,
    /// Weaker than the number of candidates or characteristics allowed.
    Number,
}

/// Who stayed, who left, and the regression on those who stayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Indices among the candidates, ascending.
    pub kept: Vec<usize>,
    /// In the order in which they left.
    pub dropped: Vec<Dropped>,
    /// On the kept ones, in their order.
    pub fit: Fit,
}

/// How much each candidate tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strengths<'a> {
    /// Information values, one a candidate.
    pub ivs: &'a [f64],
    /// Whether they are those of rows that the bins were not learnt from.
    pub held_out: bool,
}

/// Selects among the columns of a design; strengths stand one a column.
///
/// # Errors
/// [`Error::Setting`] for options that make no sense, [`Error::NothingSelected`] where they leave nobody; those of [`crate::regression::fit`].
pub fn select(
    design: &Design<'_>,
    strengths: Strengths<'_>,
    options: &SelectionOptions,
    regression: &RegressionOptions,
    seed: u64,
) -> Result<Selection> {
    options.validate()?;
    let Strengths { ivs, held_out } = strengths;
    let mut state =
        State { kept: (0..design.characteristics.len()).collect(), dropped: Vec::new(), design, last: None };
    filters::information_value(&mut state, ivs, options.min_iv);
    filters::correlation(&mut state, ivs, options.max_correlation, most_candidates(design, options));
    filters::variance_inflation(&mut state, options.max_vif);
    state.refuse_empty(options, held_out)?;
    match options.method {
        Method::None => {}
        Method::Backward => backward::eliminate(&mut state, options.max_p_value, regression)?,
        Method::Lasso => {
            let mut rng: ChaCha8Rng = rand::SeedableRng::seed_from_u64(seed);
            lasso::shrink(&mut state, regression, &mut rng)?;
        }
    }
    filters::number(&mut state, ivs, options.max_characteristics);
    loop {
        state.refuse_empty(options, held_out)?;
        let fit = state.fit(regression)?;
        // One that is held at 0 would be worth the same points whatever it says.
        let held = regression.non_negative && state.drop_wrong_signs(&fit);
        if !held {
            return Ok(Selection { kept: state.kept, dropped: state.dropped, fit });
        }
    }
}

/// So many candidates as the options and the rarer class allow, but never fewer than a card can be made of.
fn most_candidates(design: &Design<'_>, options: &SelectionOptions) -> usize {
    const ALWAYS: f64 = 10.0;
    let class = |good: bool| {
        let rows = design.rows.iter().map(|row| *row as usize).filter(move |row| design.is_good(*row) == good);
        effective_size(rows.map(|row| design.weight(row)))
    };
    let rarer = class(true).min(class(false));
    let events = if options.min_events > 0.0 { rarer / options.min_events } else { f64::INFINITY };
    options.max_candidates.min(events.max(ALWAYS).floor() as usize)
}

/// Who is still there.
struct State<'a> {
    kept: Vec<usize>,
    dropped: Vec<Dropped>,
    design: &'a Design<'a>,
    /// What the last regression found, where the next begins: the intercept, and a coefficient by candidate.
    last: Option<(f64, Vec<f64>)>,
}

impl<'a> State<'a> {
    /// A regression on those who are still there.
    fn fit(&mut self, options: &RegressionOptions) -> Result<Fit> {
        let columns = self.columns();
        let coefficient = |all: &[f64], index: &usize| all.get(*index).copied().unwrap_or(0.0);
        let start: Option<Vec<f64>> = self.last.as_ref().map(|(intercept, all)| {
            std::iter::once(*intercept).chain(self.kept.iter().map(|index| coefficient(all, index))).collect()
        });
        let fitted = fit_from(&self.design.with(&columns), options, start.as_deref())?;
        let mut all = vec![0.0; self.design.characteristics.len()];
        for (index, estimate) in self.kept.iter().zip(&fitted.coefficients) {
            if let Some(place) = all.get_mut(*index) {
                *place = estimate.value;
            }
        }
        self.last = Some((fitted.intercept.value, all));
        Ok(fitted)
    }

    fn columns(&self) -> Vec<Characteristic<'a>> {
        self.columns_of(&self.kept)
    }

    fn columns_of(&self, indices: &[usize]) -> Vec<Characteristic<'a>> {
        indices.iter().filter_map(|index| self.design.characteristics.get(*index)).copied().collect()
    }

    fn name(&self, index: usize) -> String {
        self.design.characteristics.get(index).map(|c| c.name.to_owned()).unwrap_or_default()
    }

    fn drop(&mut self, index: usize, rule: Rule, figure: f64, limit: f64, beside: Option<usize>) {
        self.kept.retain(|kept| *kept != index);
        let (name, beside) = (self.name(index), beside.map(|index| self.name(index)));
        self.dropped.push(Dropped { index, name, rule, figure, limit, beside });
    }

    /// Drops those whose coefficient is not above 0; whether there were any. Those held at 0 leave together: they have no
    /// part in the fit of the others. Of negative ones the one furthest beyond its error leaves, as the others may turn.
    fn drop_wrong_signs(&mut self, fitted: &Fit) -> bool {
        let wrong = || self.kept.iter().zip(&fitted.coefficients).filter(|(_, estimate)| estimate.value <= 0.0);
        let worst = wrong().filter(|(_, e)| e.value < 0.0).min_by(|(_, a), (_, b)| {
            let z = |estimate: &Estimate| estimate.z().unwrap_or(0.0);
            z(a).total_cmp(&z(b))
        });
        let leaving: Vec<(usize, f64)> = match worst {
            Some((index, estimate)) => vec![(*index, estimate.value)],
            None => wrong().map(|(index, estimate)| (*index, estimate.value)).collect(),
        };
        leaving.iter().for_each(|(index, value)| self.drop(*index, Rule::Sign, *value, 0.0, None));
        !leaving.is_empty()
    }

    fn refuse_empty(&self, options: &SelectionOptions, held_out: bool) -> Result<()> {
        if !self.kept.is_empty() {
            return Ok(());
        }
        let strongest = self.dropped.iter().filter(|d| d.rule == Rule::InformationValue);
        let strongest = strongest.max_by(|a, b| a.figure.total_cmp(&b.figure));
        let iv = if held_out { "a held-out IV" } else { "an IV" };
        let shown = strongest.map_or_else(String::new, |dropped| {
            let figure = beside(dropped.figure, dropped.limit, 4);
            format!("; the strongest was `{}` with {iv} of {figure}", dropped.name)
        });
        Err(Error::NothingSelected(format!(
            "no characteristic is left{shown}: lower `--min-iv` ({}), or look whether the target is the right one",
            options.min_iv
        )))
    }
}

#[cfg(test)]
mod tests;
