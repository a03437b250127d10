//! Policies: shown, and checked against a scorecard.

use std::{fmt::Write, path::Path};

use scorecard::{
    Scorecard,
    policy::{self, Policy, PolicyEvaluator},
};
use serde::Serialize;

use crate::{
    failure::{Failure, Verdict},
    policy_file,
    screen::Screen,
    text_table::TextTable,
};

/// Whether a document says that it is a policy.
pub(super) fn is_policy(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        format: String,
    }
    serde_json::from_slice::<Head>(bytes).is_ok_and(|head| head.format == "plimsoll-policy")
}

/// What there is to know of a policy.
#[derive(Serialize)]
struct Shown<'a> {
    content_hash: String,
    /// The scorecard that its expressions were checked against; absent where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_against: Option<String>,
    /// Ids of the rules that run in the interpreter; known once checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    interpreted_rules: Option<Vec<&'a str>>,
    policy: &'a Policy,
}

/// Shows a policy without a scorecard.
pub(super) fn show(path: &Path, bytes: &[u8], screen: &Screen) -> Result<Verdict, Failure> {
    let policy = policy::from_json(bytes).map_err(|error| Failure::from(error).in_file(path))?;
    let shown =
        Shown { content_hash: policy.content_hash(), checked_against: None, interpreted_rules: None, policy: &policy };
    screen.result(&shown, || text(&shown))?;
    screen.remark("Its expressions are checked against a scorecard: plimsoll inspect SCORECARD --policy POLICY");
    Ok(Verdict::Done)
}

/// Checks a policy against a scorecard and shows it.
pub(super) fn show_checked(path: &Path, card: &Scorecard, screen: &Screen) -> Result<Verdict, Failure> {
    let evaluator: PolicyEvaluator = policy_file::evaluator(path, card)?;
    let policy = evaluator.policy();
    let interpreted =
        evaluator.interpreted_rules().iter().filter_map(|index| policy.rules.get(*index)).map(|rule| rule.id.as_str());
    let shown = Shown {
        content_hash: policy.content_hash(),
        checked_against: Some(card.name.clone()),
        interpreted_rules: Some(interpreted.collect()),
        policy,
    };
    screen.result(&shown, || text(&shown))?;
    Ok(Verdict::Done)
}

fn text(shown: &Shown<'_>) -> String {
    let policy = shown.policy;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "policy          {}", policy.name);
    if !policy.description.is_empty() {
        let _ = writeln!(text, "                {}", policy.description);
    }
    let _ = writeln!(text, "content hash    {}", shown.content_hash);
    if let Some(card) = &shown.checked_against {
        let _ = writeln!(text, "checked         every expression, against the scorecard `{card}`");
    }
    if let Some(interpreted) = shown.interpreted_rules.as_ref().filter(|rules| !rules.is_empty()) {
        let _ = writeln!(text, "interpreted     {} (slower than comparisons)", interpreted.join(", "));
    }
    let mut bands = TextTable::new(&["band", ">from", ">to", "decision"]);
    for band in &policy.scores.bands {
        let end = |end: Option<f64>| end.map_or_else(|| "–".to_owned(), |end| end.to_string());
        bands.row([band.name.clone(), end(band.from), end(band.to), band.decision.to_string()]);
    }
    let _ = write!(text, "\n{bands}");
    if !policy.rules.is_empty() {
        let mut rules = TextTable::new(&["rule", "leads to", "when", "reason"]);
        for rule in &policy.rules {
            let decision = rule.effect.decision();
            rules.row([
                rule.id.clone(),
                if rule.enabled { decision.to_string() } else { format!("{decision} (off)") },
                rule.when.clone(),
                format!("{} {}", rule.reason.code, rule.reason.text),
            ]);
        }
        let _ = write!(text, "\n{rules}");
    }
    text
}
