//! Backtests: what a policy would have decided.

use std::collections::HashMap;

use axum::extract::State;
use scorecard::policy;
use serde::Deserialize;
use store::registry::DocumentKind;
use store::{Moment, monitoring};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::backtest::{self, Backtest, Outcomes, Sample};
use crate::conventions::extract::{Json, Path, whole};
use crate::problem::{Document, Kind, Problem, document::refused};
use crate::state::App;
use crate::untrusted::Reader;

/// Scores that are looked at where nothing is asked for, and at most.
const SCORES: (u64, u64) = (5_000, 50_000);
/// Outcomes at most.
const MOST_OUTCOMES: usize = 200_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(run))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<Request>::from_bytes(bytes).map(drop)];

/// On what a policy is tried.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BacktestRequest)]
struct Request {
    /// The first day (UTC); from the beginning where none is named.
    #[serde(default)]
    #[schema(format = Date)]
    from: Option<String>,
    /// The last day (UTC); today where none is named.
    #[serde(default)]
    #[schema(format = Date)]
    to: Option<String>,
    /// The newest so many scores of these days.
    #[serde(default, deserialize_with = "whole::optional")]
    #[schema(minimum = 1, maximum = 50000, default = 5000)]
    limit: Option<u64>,
    /// The model that scores the applications; where none is named, the one that scored each then.
    #[serde(default)]
    model: Option<Uuid>,
    /// How applicants turned out, at most 200,000.
    #[serde(default)]
    #[schema(max_items = 200000)]
    outcomes: Vec<KnownOutcome>,
}

/// How somebody turned out: of a score, or of an applicant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BacktestOutcome)]
struct KnownOutcome {
    /// The score's id.
    #[serde(default)]
    score: Option<Uuid>,
    /// The lender's reference of the applicant.
    #[serde(default)]
    applicant: Option<String>,
    /// Whether they went bad.
    bad: bool,
}

/// Backtest a policy
///
/// Has the policy decide again on applications of the past, and compares: approval rates, expected bad rates, and which decision
/// would have become which; observed bad rates where outcomes are sent. Nothing is recorded, and nothing of a single person is given.
#[utoipa::path(post, path = "/v1/policies/{id}/backtest", operation_id = "backtest", tag = "Policies", security(("api_key" = ["policies:read"])),
    params(("id" = Uuid, Path, description = "The policy's id")), request_body = Request,
    extensions(("x-max-body-bytes" = json!(33554432)), ("x-timeout-seconds" = json!(300))),
    responses((status = 200, description = "Before and after", body = Backtest),
        (status = 404, description = "No such policy or model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Days, a number or outcomes that are not what is taken", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "Another backtest is in work", body = Document<'static>, content_type = "application/problem+json")))]
async fn run(
    State(app): State<App>,
    _caller: Allowed<scope::PoliciesRead>,
    Path(id): Path<Uuid>,
    Json(request): Json<Request>,
) -> Result<Json<Backtest>, Problem> {
    let store = app.store()?;
    let registered = store.registered(DocumentKind::Policy, id).await?;
    let refuse = |at: &str, detail: String| {
        Kind::InvalidRequest.because("the backtest cannot be made; see errors").at(at, detail)
    };
    let day = |name: &str, text: &Option<String>| {
        let read = |text: &String| Moment::parse(&format!("{text}T00:00:00Z"));
        let day = text.as_ref().map(read).transpose();
        day.map_err(|_| refuse(&format!("/{name}"), "must be a day such as 2026-11-26".to_owned()))
    };
    let (from, last) = (day("from", &request.from)?, day("to", &request.to)?);
    let to = last.map(|last| monitoring::begin_of(monitoring::day_of(last) + 1));
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(refuse("/from", "must not be after the last day".to_owned()));
    }
    let most = request.limit.unwrap_or(SCORES.0);
    if !(1..=SCORES.1).contains(&most) {
        return Err(refuse("/limit", format!("must be from 1 to {}", SCORES.1)));
    }
    let outcomes = outcomes(request.outcomes)?;
    let model = backtest::model(store, request.model).await?;
    let _turn = app.turns().backtest()?;
    let text = store.document(DocumentKind::Policy, registered.hash).await?;
    let policy = policy::from_json(text.as_bytes()).map_err(|error| refused(&error))?;
    let sample = Sample { from, to, most, model, outcomes };
    backtest::backtest(store, app.engines(), &policy, sample).await.map(Json)
}

fn outcomes(known: Vec<KnownOutcome>) -> Result<Outcomes, Problem> {
    let refuse = |at: String, detail: String| {
        Kind::InvalidRequest.because("the outcomes are not what is taken; see errors").at(at, detail)
    };
    if known.len() > MOST_OUTCOMES {
        return Err(refuse("/outcomes".to_owned(), format!("must be at most {MOST_OUTCOMES}")));
    }
    let mut outcomes = Outcomes { by_score: HashMap::new(), by_applicant: HashMap::new() };
    for (place, one) in known.into_iter().enumerate() {
        let twice = match (one.score, one.applicant) {
            (Some(score), None) => outcomes.by_score.insert(score, one.bad).is_some_and(|before| before != one.bad),
            (None, Some(applicant)) => {
                outcomes.by_applicant.insert(applicant, one.bad).is_some_and(|before| before != one.bad)
            }
            _ => {
                return Err(refuse(
                    format!("/outcomes/{place}"),
                    "must name either a score or an applicant".to_owned(),
                ));
            }
        };
        if twice {
            let detail = "says something else than an outcome before it".to_owned();
            return Err(refuse(format!("/outcomes/{place}"), detail));
        }
    }
    Ok(outcomes)
}
