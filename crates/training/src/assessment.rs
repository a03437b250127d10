//! A scorecard on a sample of scored rows: the parts of a report that training and validation share.

use scorecard::{Scorecard, model::Condition};

use crate::{
    Result,
    binning::{Bin, Totals},
    drift::{DriftCounter, Thresholds},
    fairness::{Applicants, FairnessColumn, FairnessOptions, by_level, by_number, compare},
    figure::beside,
    report::{CharacteristicReport, NamedStability, Sample, SampleReport},
    scoring::Scored,
    table::{Column, ColumnData},
    validation::{BinRow, Bootstrap, SampleRole, characteristic_table},
    weighting::all_to_effective,
};

/// The scored applicants of one sample, one element each.
pub(crate) struct Assessed {
    rows: Vec<u32>,
    pub(crate) scores: Vec<f64>,
    probabilities: Option<Vec<f64>>,
    bad: Vec<bool>,
    /// As they are in the table.
    given: Option<Vec<f64>>,
    /// Scaled to the effective size of the sample; none where all are alike.
    weights: Option<Vec<f64>>,
    attributes: Vec<Vec<u16>>,
}

impl Assessed {
    /// Those of `rows` that were scored. Rows and the scored ones are ascending; outcomes and weights stand one a row of
    /// the table.
    pub(crate) fn of(scored: &Scored, rows: &[u32], bad: &[bool], weights: Option<&[f64]>) -> Self {
        let mut wanted = rows.iter().copied().peekable();
        let places: Vec<usize> = scored
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                while wanted.next_if(|next| next < row).is_some() {}
                wanted.peek() == Some(row)
            })
            .map(|(place, _)| place)
            .collect();
        let rows: Vec<u32> = pick(&scored.rows, &places);
        let of_row = |row: &u32| *row as usize;
        let given: Option<Vec<f64>> =
            weights.map(|all| rows.iter().map(|row| all.get(of_row(row)).copied().unwrap_or_default()).collect());
        Self {
            scores: pick(&scored.scores, &places),
            probabilities: scored.probabilities.as_ref().map(|all| pick(all, &places)),
            bad: rows.iter().map(|row| bad.get(of_row(row)).copied().unwrap_or_default()).collect(),
            weights: given.as_deref().and_then(all_to_effective),
            given,
            attributes: scored.attributes.iter().map(|all| pick(all, &places)).collect(),
            rows,
        }
    }

    /// The rows of those with a lower score.
    pub(crate) fn below(&self, cut_off: f64) -> Vec<u32> {
        self.rows.iter().zip(&self.scores).filter(|(_, score)| **score < cut_off).map(|(row, _)| *row).collect()
    }

    /// The weight of each applicant.
    pub(crate) fn each_weight(&self) -> impl Iterator<Item = f64> {
        (0..self.scores.len())
            .map(|place| self.weights.as_ref().map_or(1.0, |all| all.get(place).copied().unwrap_or_default()))
    }

    /// Weight of the goods.
    pub(crate) fn goods(&self) -> f64 {
        self.each_weight().zip(&self.bad).filter(|(_, bad)| !**bad).map(|(weight, _)| weight).sum()
    }

    /// Scores and outcomes, measured from all sides.
    pub(crate) fn sample_report(
        &self,
        name: &str,
        role: SampleRole,
        bootstrap: Option<&Bootstrap>,
    ) -> Result<SampleReport> {
        let sample = Sample {
            scores: &self.scores,
            probabilities: self.probabilities.as_deref(),
            bad: &self.bad,
            weights: self.given.as_deref(),
        };
        SampleReport::of(name, role, sample, bootstrap)
    }

    /// The score from which on as many are approved as are good, by weight.
    pub(crate) fn approving(&self) -> f64 {
        let mut applicants: Vec<(f64, f64)> = self.scores.iter().copied().zip(self.each_weight()).collect();
        applicants.sort_by(|a, b| b.0.total_cmp(&a.0));
        let goods = self.goods();
        let mut approved = 0.0;
        let last = applicants.iter().find(|(_, weight)| {
            approved += weight;
            approved >= goods
        });
        last.or(applicants.last()).map_or(0.0, |(score, _)| *score)
    }

    /// The table of one characteristic, one row an attribute.
    fn bins(&self, card: &Scorecard, characteristic: usize) -> Result<Vec<BinRow>> {
        let attributes = card.characteristics.get(characteristic).map_or(&[][..], |c| &c.attributes);
        let labels: Vec<String> = attributes.iter().map(|attribute| attribute.name().into_owned()).collect();
        let points: Vec<Option<f64>> = attributes
            .iter()
            .map(|attribute| attribute.points_expression.is_none().then(|| attribute.points.to_f64()))
            .collect();
        let matched = self.attributes.get(characteristic).map_or(&[][..], Vec::as_slice);
        let mut rows = characteristic_table(matched, &labels, &points, &self.bad, self.weights.as_deref())?;
        let sum = |of: fn(&BinRow) -> f64| rows.iter().map(of).sum();
        let all = Totals { goods: sum(|row| row.goods), bads: sum(|row| row.bads) };
        // As they were learnt: see [`Bin::apart`].
        for (row, attribute) in rows.iter_mut().zip(attributes) {
            if matches!(attribute.when, Condition::Missing | Condition::Special(_)) {
                let bin = Bin::apart(Totals { goods: row.goods, bads: row.bads }, all);
                (row.woe, row.iv) = (bin.woe, bin.iv);
            }
        }
        Ok(rows)
    }

    /// PSI of the score and CSI of each characteristic against the scorecard's own baseline; empty where it has none.
    pub(crate) fn stability(&self, card: &Scorecard) -> Result<Vec<NamedStability>> {
        let Ok(mut counter) = DriftCounter::new(card) else { return Ok(Vec::new()) };
        for (place, score) in self.scores.iter().enumerate() {
            let attributes = self.attributes.iter().map(|all| all.get(place).copied().map_or(u32::MAX, u32::from));
            let weight = self.weights.as_ref().map_or(1.0, |all| all.get(place).copied().unwrap_or_default());
            counter.add(*score, attributes, weight);
        }
        let report = counter.report(&Thresholds::default())?;
        let score = report.score.map(|stability| NamedStability { name: "score".into(), stability });
        let characteristics =
            report.characteristics.into_iter().map(|drift| NamedStability { name: drift.name, stability: drift.csi });
        Ok(score.into_iter().chain(characteristics).collect())
    }

    /// The groups of a protected column at a cut-off.
    pub(crate) fn fairness(&self, column: &Column, cut_off: f64, options: &FairnessOptions) -> Result<FairnessColumn> {
        let places: Vec<usize> = self.rows.iter().map(|row| *row as usize).collect();
        let (groups, group_of_row) = match &column.data {
            ColumnData::Numeric(values) => by_number(&pick(values, &places), &[]),
            ColumnData::Categorical { codes, levels } => by_level(&pick(codes, &places), levels),
        };
        let applicants = Applicants { scores: &self.scores, bad: Some(&self.bad), weights: self.weights.as_deref() };
        compare(&column.name, &groups, &group_of_row, applicants, cut_off, options)
    }
}

/// The characteristics of a scorecard on one sample or two.
pub(crate) fn characteristics(
    card: &Scorecard,
    train: &Assessed,
    test: Option<&Assessed>,
    trends: &[Option<String>],
) -> Result<Vec<CharacteristicReport>> {
    let report = |(index, characteristic): (usize, &scorecard::model::Characteristic)| {
        let bins = train.bins(card, index)?;
        let test_bins = test.map(|test| test.bins(card, index)).transpose()?;
        let iv = |bins: &[BinRow]| bins.iter().map(|bin| bin.iv).sum::<f64>();
        let field = card.fields.iter().find(|field| field.name == characteristic.field);
        let numeric = card.field_type(&characteristic.field).is_some_and(scorecard::model::FieldType::is_numeric);
        Ok(CharacteristicReport {
            name: characteristic.name.clone(),
            label: characteristic.label.clone(),
            unit: field.and_then(|field| field.unit.clone()),
            kind: if numeric { "numeric" } else { "categorical" }.into(),
            trend: trends.get(index).cloned().flatten(),
            information_value: iv(&bins),
            test_information_value: test_bins.as_deref().map(iv),
            bins,
            test_bins: test_bins.unwrap_or_default(),
        })
    };
    card.characteristics.iter().enumerate().map(report).collect()
}

/// What is to be said of groups that are approved less often than the line has it.
pub(crate) fn adverse(column: &FairnessColumn) -> Vec<String> {
    let below = column.groups.iter().filter(|group| group.below_line && !group.small);
    let words = below.map(|group| {
        let ratio = beside(group.air.as_ref().map_or(0.0, |air| air.value), column.impact_line, 2);
        let (group, reference) = (&group.group, &column.reference);
        format!(
            "`{}`: {group} is approved at {ratio} times the rate of {reference}, below {}.",
            column.column, column.impact_line
        )
    });
    words.collect()
}

/// What is to be said of a sample of fewer bads than estimates want.
pub(crate) fn few_bads(sample: &SampleReport) -> Option<String> {
    const FEW: f64 = 100.0;
    let bads = sample.evidence().bads;
    let by_weight = if sample.is_uneven() { " (effective size: they weigh unlike one another)" } else { "" };
    let name = &sample.name;
    (bads < FEW).then(|| {
        let bads = beside(bads, FEW, 0);
        format!("The {name} sample has only {bads} bads{by_weight}: figures on it are shaky.")
    })
}

/// The elements at these places.
fn pick<T: Copy>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().filter_map(|place| values.get(*place)).copied().collect()
}
