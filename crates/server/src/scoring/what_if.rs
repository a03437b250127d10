//! What a score would be: evaluated as scores are, recorded nowhere.

use std::sync::Arc;

use scorecard::policy::{DecidedBy, Decision};
use scorecard::recourse::{FieldChange, Recourse, Way};
use scorecard::{Amount, Evaluation, Literal, Points, Value};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::answer::{self, DecidedByName, DecisionName, ExactNumber, ModelName, ReasonAnswer, RuleAnswer};
use super::assess::{assess, internal, refusal};
use super::{Assessment, Contribution, EligibleItem, Engine};
use crate::App;
use crate::problem::{Kind, Problem};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIfRequest {
    /// The application as it is.
    application: Map<String, Json>,
    /// Members that take the place of the application's.
    #[serde(default)]
    change: Map<String, Json>,
    /// Fields that stay as they are when changes are looked for.
    #[serde(default)]
    fixed: Vec<String>,
}

/// A question, evaluated.
pub(crate) struct WhatIf {
    pub(crate) engine: Arc<Engine>,
    application: Map<String, Json>,
    text: Box<RawValue>,
    recourse: Option<Recourse>,
}

/// What an application would be scored, explained; nothing of it is on record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIfAnswer<'e> {
    /// Always false: neither the application nor this answer is kept.
    recorded: bool,
    /// The score: a number, or a text where it has an exact fraction.
    #[schema(value_type = ExactNumber, example = 612)]
    pub(crate) score: &'e RawValue,
    /// Good-to-bad odds, where the model has a scaling.
    pub(crate) odds: Option<f64>,
    /// Probability of bad, 0 to 1, where the model has a scaling.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) probability_of_bad: Option<f64>,
    /// What the policy would decide; null where none is in force.
    #[schema(value_type = Option<DecisionName>)]
    pub(crate) decision: Option<Decision>,
    /// Which part would decide.
    #[schema(value_type = Option<DecidedByName>)]
    pub(crate) decided_by: Option<DecidedBy>,
    /// The band of scores.
    pub(crate) band: Option<&'e str>,
    /// The policy's rules that would fire.
    pub(crate) rules: Vec<RuleAnswer<'e>>,
    /// The reasons, the greatest first.
    pub(crate) reasons: Vec<ReasonAnswer<'e>>,
    /// The further key factor of credit inquiries, where they cost points and are not among the reasons.
    pub(crate) inquiries: Option<ReasonAnswer<'e>>,
    /// The points that everybody starts with.
    #[schema(value_type = ExactNumber)]
    pub(crate) initial: Points,
    /// What each characteristic brings.
    pub(crate) contributions: Vec<Contribution<'e>>,
    /// What the applicant would be eligible for.
    pub(crate) items: Vec<EligibleItem<'e>>,
    /// The model that is in force.
    pub(crate) model: ModelName<'e>,
    /// The policy that is in force.
    pub(crate) policy: Option<ModelName<'e>>,
    /// The smallest changes that would approve; null where no policy is in force.
    pub(crate) changes: Option<Changes<'e>>,
}

/// Changes that would approve: not advice, for whether somebody can or should change a thing is not known here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfChanges)]
pub(crate) struct Changes<'e> {
    /// The ways, the fewest changes first, then those that move the fewest attributes. Empty where the application is approved
    /// as it is, or nothing was found.
    pub(crate) ways: Vec<ChangeWay<'e>>,
    /// Every set of so many fields was tried.
    #[schema(minimum = 0, maximum = 3)]
    pub(crate) searched: usize,
    /// Whether the search came to its end; false where the model is too large for the work that one request may cost.
    pub(crate) is_complete: bool,
}

/// Changes that together would approve.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfWay)]
pub(crate) struct ChangeWay<'e> {
    /// One to three fields, each of which has to change.
    pub(crate) fields: Vec<ChangedField<'e>>,
    /// The score then.
    #[schema(value_type = ExactNumber)]
    pub(crate) score: Amount,
}

/// A changed field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatIfField)]
pub(crate) struct ChangedField<'e> {
    /// The field's name.
    pub(crate) field: &'e str,
    /// What people call it.
    pub(crate) label: &'e str,
    /// What it is; null where it is not known.
    #[schema(value_type = serde_json::Value)]
    pub(crate) from: &'e Json,
    /// What it would have to be.
    #[schema(value_type = serde_json::Value)]
    pub(crate) to: &'e Literal,
}

impl App {
    /// Evaluates with the model in force, and looks for changes that would approve. Records nothing.
    pub(crate) async fn what_if(&self, request: WhatIfRequest) -> Result<WhatIf, Problem> {
        let engine = self.engines().champion()?;
        let WhatIfRequest { mut application, change, fixed } = request;
        application.extend(change);
        let fixed = places(&engine, &fixed)?;
        // A search takes longer than an evaluation: it must not hold up others.
        let searched = tokio::task::spawn_blocking(move || {
            let recourse = search(&engine, &application, &fixed);
            (engine, application, recourse)
        });
        let (engine, application, recourse) = searched.await.map_err(|_| internal())?;
        let text = to_raw_value(&application).map_err(|_| internal())?;
        Ok(WhatIf { engine, application, text, recourse: recourse? })
    }
}

/// The places of fields by their names.
fn places(engine: &Engine, names: &[String]) -> Result<Vec<usize>, Problem> {
    let mut places = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let place = engine.scorecard().field_index(name).ok_or_else(|| {
            Kind::InvalidRequest
                .because("a field that is to stay is not known; see errors")
                .at(format!("/fixed/{at}"), "no field of the model in force; its input schema lists them")
        })?;
        places.push(place);
    }
    Ok(places)
}

fn search(engine: &Engine, application: &Map<String, Json>, fixed: &[usize]) -> Result<Option<Recourse>, Problem> {
    let (Some(space), Some(policy)) = (&engine.space, &engine.policy) else { return Ok(None) };
    let values = engine.reader.read(application).map_err(refusal)?;
    space.search(&engine.evaluator, policy, &values, fixed).map(Some).map_err(refusal)
}

impl WhatIf {
    /// What would be recorded of it.
    pub(crate) fn assessment(&self, app: &App) -> Result<Assessment<'_>, Problem> {
        let catalogue = app.eligibility().of(&self.engine);
        let eligible = |values: &[Value<'_>], evaluation: &Evaluation| catalogue.eligible(values, evaluation);
        assess(&self.engine, None, &self.text, &self.application, &eligible, "")
    }

    /// The answer, drawn from the assessment.
    pub(crate) fn answer<'e>(&'e self, assessment: &'e Assessment<'e>) -> WhatIfAnswer<'e> {
        let (engine, detail, outcome) = (&*self.engine, &assessment.detail, &assessment.outcome);
        let policy = engine.policy.as_ref().map(|policy| policy.policy().name.as_str());
        WhatIfAnswer {
            recorded: false,
            score: &outcome.score,
            odds: outcome.odds,
            probability_of_bad: outcome.pd,
            decision: outcome.decision,
            decided_by: detail.decided_by,
            band: answer::band(detail, engine),
            rules: answer::rules(detail, engine),
            reasons: answer::reasons(detail, outcome.decision, engine),
            inquiries: answer::inquiries(detail, engine),
            initial: engine.scorecard().initial_score,
            contributions: Contribution::all(detail, engine),
            items: detail.items.clone(),
            model: ModelName { name: engine.scorecard().name.as_str().into(), hash: &engine.model_hash },
            policy: policy.zip(engine.policy_hash.as_deref()).map(|(name, hash)| ModelName { name: name.into(), hash }),
            changes: self.changes(),
        }
    }

    fn changes(&self) -> Option<Changes<'_>> {
        let recourse = self.recourse.as_ref()?;
        Some(Changes {
            ways: recourse.ways.iter().map(|way| self.way(way)).collect(),
            searched: recourse.searched,
            is_complete: recourse.is_complete,
        })
    }

    fn way<'e>(&'e self, way: &'e Way) -> ChangeWay<'e> {
        let fields = way.changes.iter().filter_map(|change| self.field(change));
        ChangeWay { fields: fields.collect(), score: way.score }
    }

    fn field<'e>(&'e self, change: &'e FieldChange) -> Option<ChangedField<'e>> {
        let field = self.engine.scorecard().fields.get(change.field)?;
        Some(ChangedField {
            field: &field.name,
            label: field.label.as_deref().unwrap_or(&field.name),
            from: self.application.get(&field.name).unwrap_or(&Json::Null),
            to: &change.to,
        })
    }
}
