//! `validate`: a scorecard tried on applicants whose outcome is known, whoever made it and wherever they come from.

use scorecard::{Evaluator, Scorecard};

use crate::{
    Error, Result,
    assessment::{Assessed, adverse, characteristics, few_bads},
    drift::Light,
    fairness::FairnessOptions,
    report::{DataSource, LeftOut, ModelCard, ModelIdentity, REPORT_VERSION, ReportData, Setting, Split},
    scoring::{RowFailure, Scored, score_table},
    table::{Table, Target},
    validation::{Bootstrap, SampleRole},
    weighting,
};

/// What a person may settle before a scorecard is tried.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidateOptions {
    /// What the sample is called, e.g. `validation`, `2025-Q1`.
    pub sample: String,
    /// Column with the outcome.
    pub target: String,
    /// Values of it that are bad; found where empty and plain.
    pub bad_values: Vec<String>,
    /// Column with the weight of each row.
    pub weight: Option<String>,
    /// Columns that are looked at for fairness.
    pub protected: Vec<String>,
    /// Score from which applicants are approved, of the fairness figures. The score at which as many are approved as are
    /// good, where absent.
    pub cutoff: Option<f64>,
    /// Draws of each bootstrap interval; 0 for none.
    pub bootstrap: u32,
    /// Of everything that is drawn.
    pub seed: u64,
    /// Rows that cannot be scored, beyond which there are no figures; no limit where absent.
    pub max_errors: Option<u64>,
}

impl ValidateOptions {
    /// The defaults for a target.
    #[must_use]
    pub fn new(sample: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            sample: sample.into(),
            target: target.into(),
            bad_values: Vec::new(),
            weight: None,
            protected: Vec::new(),
            cutoff: None,
            bootstrap: 1000,
            seed: 1,
            max_errors: None,
        }
    }
}

/// What was found.
#[derive(Debug)]
pub struct Validated {
    /// The report: one sample, measured from all sides.
    pub report: ReportData,
    /// The rows of the table that could not be scored and are in no figure.
    pub failures: Vec<RowFailure>,
    /// How many rows of the file are in no figure: those, and those that were set aside when it was read.
    pub row_errors: u64,
    /// The first of them, in words.
    pub first_error: Option<String>,
}

/// Scores every row and measures the scores against the outcomes. Read the table by
/// [`crate::scoring::read_options`].
///
/// # Errors
/// [`Error::Column`] for a column that is absent or unfit, [`Error::Setting`] for an option that makes no sense,
/// [`Error::Validation`] where too few rows can be scored for any figure.
pub fn validate(evaluator: &Evaluator, table: &Table, options: &ValidateOptions) -> Result<Validated> {
    check(options)?;
    let card = evaluator.scorecard();
    let target = table.target(&options.target, &options.bad_values)?;
    let weights = options.weight.as_ref().map(|name| table.weights(name)).transpose()?;
    if let (Some(weights), Some(name)) = (weights, &options.weight) {
        weighting::refuse_dwarfing(name, table, weights, &target.bad)?;
    }
    let protected = options.protected.iter().map(|name| table.column(name)).collect::<Result<Vec<_>>>()?;
    let scored = score_table(evaluator, table)?;
    let (row_errors, first_error) = errors(table, &scored.failures);
    refuse_too_many(row_errors, first_error.as_deref(), scored.rows.is_empty(), options)?;
    let assessed = Assessed::of(&scored, &scored.rows, &target.bad, weights);
    let bootstrap =
        (options.bootstrap > 1).then_some(Bootstrap { resamples: options.bootstrap, seed: options.seed, level: 0.95 });
    let sample = assessed.sample_report(&options.sample, SampleRole::Validation, bootstrap.as_ref())?;
    let cutoff = options.cutoff.unwrap_or_else(|| assessed.approving());
    let fairness = protected
        .into_iter()
        .map(|column| assessed.fairness(column, cutoff, &FairnessOptions::default()))
        .collect::<Result<Vec<_>>>()?;
    let mut report = ReportData {
        command: None,
        report_version: REPORT_VERSION,
        title: format!("Validation of {}", card.name),
        tool: concat!("plimsoll ", env!("CARGO_PKG_VERSION")).into(),
        created: None,
        model: ModelIdentity {
            name: card.name.clone(),
            description: card.description.clone(),
            content_hash: card.content_hash(),
        },
        data: data(table, options, &target, &scored),
        split: Split { method: "every row that could be scored".into(), seed: options.seed },
        options: settings(options, cutoff),
        card: model_card(card, options, &target),
        selection: Vec::new(),
        characteristics: characteristics(card, &assessed, None, &[])?,
        regression: None,
        scaling: None,
        samples: vec![sample],
        cross_validation: None,
        stability: assessed.stability(card)?,
        fairness,
        reasons: None,
        warnings: Vec::new(),
    };
    report.warnings = warnings(&report, card, row_errors, first_error.as_deref());
    Ok(Validated { report, failures: scored.failures, row_errors, first_error })
}

/// How many rows of the file are in no figure, and the first of them in words.
fn errors(table: &Table, failures: &[RowFailure]) -> (u64, Option<String>) {
    let refused = failures.first().map(|first| {
        let row = first.row as usize;
        let line = table.lines.get(row).copied().unwrap_or(u64::from(first.row) + 1);
        (line, format!("{}: {}", table.place(row), first.problem))
    });
    let unread = table.unread.first.as_ref().map(|(line, problem)| (*line, format!("line {line}: {problem}")));
    let first = unread.into_iter().chain(refused).min_by_key(|(line, _)| *line).map(|(_, words)| words);
    (table.unread.rows + failures.len() as u64, first)
}

fn refuse_too_many(errors: u64, first: Option<&str>, none_left: bool, options: &ValidateOptions) -> Result<()> {
    let first = first.unwrap_or_default();
    if none_left {
        return Err(Error::Validation(format!("no row could be scored; {first}")));
    }
    match options.max_errors {
        Some(limit) if errors > limit => Err(Error::Validation(format!(
            "{} could not be scored, more than the {limit} allowed; the first: {first}",
            rows(errors)
        ))),
        _ => Ok(()),
    }
}

fn rows(count: u64) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}

fn check(options: &ValidateOptions) -> Result<()> {
    let fault = |setting: &str, problem: String| Err(Error::Setting { setting: setting.into(), problem });
    if options.bootstrap > 100_000 {
        return fault("bootstrap", format!("{} is more than 100000", options.bootstrap));
    }
    if options.cutoff.is_some_and(|cutoff| !cutoff.is_finite()) {
        return fault("cutoff", "is not a finite number".into());
    }
    Ok(())
}

fn data(table: &Table, options: &ValidateOptions, target: &Target, scored: &Scored) -> DataSource {
    let left_out = [("could not be read", table.unread.rows), ("could not be scored", scored.failures.len() as u64)];
    let left_out = left_out.into_iter().filter(|(_, rows)| *rows > 0);
    DataSource {
        source: table.source.clone(),
        hash: Some(table.data_hash.clone()),
        rows: scored.rows.len() as u64,
        columns: table.columns.len() as u64,
        target: options.target.clone(),
        bad_values: target.bad_values.clone(),
        weight: options.weight.clone(),
        protected: options.protected.clone(),
        excluded: Vec::new(),
        left_out: left_out.map(|(cause, rows)| LeftOut { cause: cause.into(), rows }).collect(),
    }
}

fn settings(options: &ValidateOptions, cutoff: f64) -> Vec<Setting> {
    let setting = |name: &str, value: String| Setting { name: name.into(), value };
    vec![
        setting("bootstrap", options.bootstrap.to_string()),
        setting("cutoff", cutoff.to_string()),
        setting("seed", options.seed.to_string()),
    ]
}

fn model_card(card: &Scorecard, options: &ValidateOptions, target: &Target) -> ModelCard {
    ModelCard {
        author: card.provenance.author.clone(),
        intended_use: format!(
            "Ranks applicants by the odds that the outcome is not {}. A decision needs a policy beside it.",
            target.bad_values.join(" or ")
        ),
        definition_of_bad: Some(format!("{} is {}", options.target, target.bad_values.join(" or "))),
        ..ModelCard::default()
    }
}

/// How much AUC may fall below what the scorecard says of itself.
const GREAT_LOSS: f64 = 0.05;

/// What to look into, the most serious first.
fn warnings(report: &ReportData, card: &Scorecard, errors: u64, first: Option<&str>) -> Vec<String> {
    let mut warnings = Vec::new();
    let metrics = &card.provenance.metrics;
    let before = metrics.get("test_auc").or(metrics.get("train_auc"));
    let now = report.samples.first().map(|sample| sample.measures.auc.value);
    if let (Some(before), Some(now)) = (before, now)
        && before - now > GREAT_LOSS
    {
        warnings.push(format!("AUC is {now:.3}, down from {before:.3} when the scorecard was made."));
    }
    if let Some(first) = first {
        let are = if errors == 1 { "is" } else { "are" };
        warnings.push(format!("{} could not be scored and {are} in no figure; the first: {first}.", rows(errors)));
    }
    warnings.extend(report.fairness.iter().flat_map(adverse));
    let unstable = report.stability.iter().filter(|named| named.stability.light == Light::Red);
    warnings.extend(unstable.map(|named| format!("`{}` differs greatly from the scorecard's baseline.", named.name)));
    warnings.extend(report.samples.iter().find_map(few_bads));
    warnings
}
