//! What a backtest adds up.

use std::collections::{BTreeMap, HashMap};

use scorecard::policy::Decision;
use serde::Serialize;
use store::Moment;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::scoring::ScoreEntry;

/// How applicants turned out: whether they went bad.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    /// By score.
    pub(crate) by_score: HashMap<Uuid, bool>,
    /// By the lender's reference of the applicant.
    pub(crate) by_applicant: HashMap<String, bool>,
}

/// What became of one score.
pub(super) enum Fate {
    /// The person was erased: nothing is left to decide on.
    Erased,
    /// The policy does not fit the model that scores it.
    Unfit(String),
    /// The model does not score this application.
    Unscorable,
    /// The policy decides.
    Decided { decision: Decision, pd: Option<f64> },
}

/// What a policy would have decided, beside what was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Backtest {
    /// Scores that were looked at, the newest first.
    looked_at: u64,
    /// Whether there are older ones in these days that were not.
    is_cut_off: bool,
    /// Those that both the past and this policy decided on: all figures below are of these.
    compared: u64,
    /// Those whose persons were erased.
    erased: u64,
    /// Those that had been given no decision.
    undecided: u64,
    /// Those that the model does not score.
    unscorable: u64,
    /// Those of models that the policy does not fit.
    unfit: u64,
    /// Why, of the first of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfit_because: Option<String>,
    /// When the oldest and the newest of those that are compared were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    recorded: Option<[Moment; 2]>,
    /// Those of which it is known how they turned out.
    outcomes: u64,
    /// As it was decided.
    before: Side,
    /// As this policy decides.
    after: Side,
    /// How often which decision became which.
    swaps: Vec<Swap>,
    /// What to bear in mind.
    notes: Vec<String>,
}

/// One of the two.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
#[schema(as = BacktestSide)]
pub(crate) struct Side {
    approve: u64,
    refer: u64,
    decline: u64,
    /// Approved as a share of all that are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval_rate: Option<f64>,
    /// Mean probability of bad of the approved; absent where the model gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_bad_rate: Option<f64>,
    /// Approved of whom it is known how they turned out.
    approved_with_outcome: u64,
    /// Of these, the share that went bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_bad_rate: Option<f64>,
    #[serde(skip)]
    sums: Sums,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    pd: f64,
    with_pd: u64,
    bad: u64,
}

/// A pair of decisions.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
#[schema(as = BacktestSwap)]
pub(crate) struct Swap {
    /// What was decided.
    #[schema(value_type = crate::scoring::DecisionName)]
    before: String,
    /// What this policy decides.
    #[schema(value_type = crate::scoring::DecisionName)]
    after: String,
    /// How often.
    count: u64,
    /// Their mean probability of bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_bad_rate: Option<f64>,
    /// Those of whom it is known how they turned out.
    with_outcome: u64,
    /// Of these, the share that went bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_bad_rate: Option<f64>,
    #[serde(skip)]
    sums: Sums,
}

impl Sums {
    fn add(&mut self, pd: Option<f64>, bad: Option<bool>) {
        if let Some(pd) = pd.filter(|pd| pd.is_finite()) {
            self.pd += pd;
            self.with_pd += 1;
        }
        self.bad += u64::from(bad == Some(true));
    }

    fn expected(&self) -> Option<f64> {
        rate(self.pd, self.with_pd)
    }
}

impl Side {
    fn add(&mut self, decision: Decision, pd: Option<f64>, bad: Option<bool>) {
        match decision {
            Decision::Approve => {
                self.approve += 1;
                self.approved_with_outcome += u64::from(bad.is_some());
                self.sums.add(pd, bad);
            }
            Decision::Refer => self.refer += 1,
            Decision::Decline => self.decline += 1,
        }
    }

    fn finish(&mut self) {
        self.approval_rate = rate(self.approve as f64, self.approve + self.refer + self.decline);
        self.expected_bad_rate = self.sums.expected();
        self.observed_bad_rate = rate(self.sums.bad as f64, self.approved_with_outcome);
    }
}

/// Sums of scores as they come.
pub(super) struct Tally {
    known: Outcomes,
    found: Backtest,
    swaps: BTreeMap<(Decision, Decision), Swap>,
}

impl Tally {
    pub(super) fn new(known: Outcomes) -> Self {
        let found = Backtest {
            looked_at: 0,
            is_cut_off: false,
            compared: 0,
            erased: 0,
            undecided: 0,
            unscorable: 0,
            unfit: 0,
            unfit_because: None,
            recorded: None,
            outcomes: 0,
            before: Side::default(),
            after: Side::default(),
            swaps: Vec::new(),
            notes: Vec::new(),
        };
        Self { known, found, swaps: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, entry: &ScoreEntry<'_>, fate: Fate) {
        let found = &mut self.found;
        found.looked_at += 1;
        let (after, pd) = match fate {
            Fate::Erased => return found.erased += 1,
            Fate::Unscorable => return found.unscorable += 1,
            Fate::Unfit(because) => {
                found.unfit_because.get_or_insert(because);
                return found.unfit += 1;
            }
            Fate::Decided { decision, pd } => (decision, pd),
        };
        let Some(before) = entry.outcome.decision else { return found.undecided += 1 };
        let reference = entry.detail.as_ref().and_then(|detail| detail.reference.as_deref());
        let by_applicant = || reference.and_then(|reference| self.known.by_applicant.get(reference));
        let bad = self.known.by_score.get(&entry.id).or_else(by_applicant).copied();
        found.compared += 1;
        found.outcomes += u64::from(bad.is_some());
        let [oldest, newest] = found.recorded.unwrap_or([entry.time; 2]);
        found.recorded = Some([oldest.min(entry.time), newest.max(entry.time)]);
        // The past is judged by what its own model expected.
        found.before.add(before, entry.outcome.pd, bad);
        found.after.add(after, pd, bad);
        let named = || Swap { before: before.to_string(), after: after.to_string(), ..Swap::default() };
        let swap = self.swaps.entry((before, after)).or_insert_with(named);
        swap.count += 1;
        swap.with_outcome += u64::from(bad.is_some());
        swap.sums.add(pd, bad);
    }

    pub(super) fn finish(self, is_cut_off: bool) -> Backtest {
        let mut found = self.found;
        found.is_cut_off = is_cut_off;
        found.before.finish();
        found.after.finish();
        let finished = |mut swap: Swap| {
            swap.expected_bad_rate = swap.sums.expected();
            swap.observed_bad_rate = rate(swap.sums.bad as f64, swap.with_outcome);
            swap
        };
        found.swaps = self.swaps.into_values().map(finished).collect();
        found.notes = notes(&found);
        found
    }
}

fn notes(found: &Backtest) -> Vec<String> {
    let mut notes = Vec::new();
    if found.compared == 0 {
        notes.push("No score of these days can be compared; choose other days or another model.".to_owned());
        return notes;
    }
    let newly = found.swaps.iter().filter(|swap| swap.after == "approve" && swap.before != "approve");
    let (newly, known) = newly.fold((0, 0), |(all, known), swap| (all + swap.count, known + swap.with_outcome));
    notes.push(
        "Whoever was declined got no credit, so nobody knows how they would have turned out: observed bad rates are of those \
         whose outcome is known, and they are too good for what a milder policy lets in."
            .to_owned(),
    );
    if newly > 0 {
        notes.push(format!(
            "{newly} would be approved that were not; of {known} of them an outcome is known. The expected bad rate is what the \
             model says of them."
        ));
    }
    if found.is_cut_off {
        notes.push("These are the newest scores; older ones of these days were not looked at.".to_owned());
    }
    if found.erased > 0 {
        notes.push(format!("{} scores are of persons who were erased, and are left out.", found.erased));
    }
    notes
}

fn rate(part: f64, all: u64) -> Option<f64> {
    (all > 0).then(|| part / all as f64)
}
