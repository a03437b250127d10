//! What was decided, why, and by what, in the words of a page.

use scorecard::policy::{DecidedBy, Decision};
use serde_json::{Map, Value as Json};
use store::ledger::Hash;
use store::registry::{DocumentKind, Status};
use uuid::Uuid;

use crate::console::figures;
use crate::console::pages::score::words;
use crate::problem::Problem;
use crate::scoring::{Engine, ModelName, ReasonSource, ScoreAnswer, ScoreEntry};
use crate::state::App;

/// A name and a value.
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: String,
}

/// A reason.
pub(super) struct ReasonView {
    pub(super) text: String,
    pub(super) code: String,
    /// What it comes from.
    pub(super) source: String,
}

/// A rule that fired.
pub(super) struct RuleView {
    pub(super) id: String,
    pub(super) description: String,
    /// Its expression.
    pub(super) when: String,
    pub(super) decision: Decision,
    pub(super) unknown: bool,
}

/// A model or a policy, and where its page is.
pub(super) struct Document {
    pub(super) id: Option<Uuid>,
    pub(super) name: String,
    /// Its version label, where it is registered.
    pub(super) label: String,
    pub(super) status: &'static str,
    pub(super) hash: String,
}

/// Who did something, as a page says it to somebody.
pub(super) fn who(by: &str, visitor: &str) -> String {
    if by == visitor { "you".to_owned() } else { by.replacen(':', " ", 1) }
}

pub(super) fn decided_by(part: Option<DecidedBy>) -> &'static str {
    match part {
        Some(DecidedBy::Score) => "by the band of the score",
        Some(DecidedBy::Rules) => "by rules of the policy",
        Some(DecidedBy::Both) => "by the score and by rules, each alone",
        None => "",
    }
}

pub(super) fn reasons(answer: &ScoreAnswer<'_>) -> Vec<ReasonView> {
    let view = answer.reasons.iter().chain(&answer.inquiries).map(|reason| ReasonView {
        text: reason.text.to_owned(),
        code: reason.code.to_owned(),
        source: match (reason.source, reason.points_lost) {
            (ReasonSource::Policy, _) => "rule of the policy".to_owned(),
            (ReasonSource::Score, None) => "score".to_owned(),
            (ReasonSource::Score, Some(lost)) => format!("{} points lost", figures::exact(lost.get())),
        },
    });
    view.collect()
}

pub(super) fn rules(answer: &ScoreAnswer<'_>, engine: &Engine) -> Vec<RuleView> {
    let policy = engine.policy.as_ref().map(|policy| policy.policy().rules.as_slice()).unwrap_or_default();
    let view = answer.rules.iter().map(|fired| {
        let rule = policy.iter().find(|rule| rule.id == fired.id);
        RuleView {
            id: fired.id.to_owned(),
            description: rule.map(|rule| rule.description.clone()).unwrap_or_default(),
            when: rule.map(|rule| rule.when.clone()).unwrap_or_default(),
            decision: fired.decision,
            unknown: fired.unknown,
        }
    });
    view.collect()
}

/// What the applicant stated, in the order of the model's fields; `None` where it is gone.
pub(super) fn inputs(entry: &ScoreEntry<'_>, engine: &Engine) -> Option<Vec<Fact>> {
    let application: Map<String, Json> = serde_json::from_str(entry.detail.as_ref()?.application.get()).ok()?;
    let fact = engine.scorecard().fields.iter().map(|field| {
        let value = words(application.get(&field.name).unwrap_or(&Json::Null));
        let unit = field.unit.as_ref().filter(|_| value.ends_with(|last: char| last.is_ascii_digit()));
        Fact {
            name: field.label.clone().unwrap_or_else(|| field.name.clone()),
            value: unit.map_or_else(|| value.clone(), |unit| format!("{value} {unit}")),
        }
    });
    Some(fact.collect())
}

pub(super) async fn model(app: &App, name: &ModelName<'_>) -> Result<Document, Problem> {
    document(app, DocumentKind::Model, name).await
}

pub(super) async fn policy(app: &App, name: Option<&ModelName<'_>>) -> Result<Option<Document>, Problem> {
    match name {
        None => Ok(None),
        Some(name) => document(app, DocumentKind::Policy, name).await.map(Some),
    }
}

async fn document(app: &App, kind: DocumentKind, name: &ModelName<'_>) -> Result<Document, Problem> {
    let digits = name.hash.strip_prefix("sha256:").unwrap_or(name.hash);
    let registered = match Hash::from_hex(digits.as_bytes()) {
        Some(hash) => app.store()?.registered_by_hash(kind, hash).await?,
        None => None,
    };
    let hash = name.hash.to_owned();
    Ok(match registered {
        None => Document { id: None, name: name.name.to_string(), label: String::new(), status: "", hash },
        Some(known) => {
            Document { id: Some(known.id), name: known.name, label: known.label, status: status(known.status), hash }
        }
    })
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "not in force",
        Status::Champion => "champion",
        Status::Challenger => "challenger",
        Status::Retired => "retired",
    }
}
