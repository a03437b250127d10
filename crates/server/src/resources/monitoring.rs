//! Monitoring: figures of what is scored, and challengers beside champions.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::{
    Moment,
    ledger::Hash,
    monitoring::{Day, day_of},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Query};
use crate::monitoring::{Comparison, Figures, by_model, comparisons, figures, together};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

/// Days that are shown where nothing is asked for, and at most.
const DAYS: (Day, Day) = (30, 366);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(challengers))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DaysQuery {
    /// The first day (UTC).
    #[param(format = Date)]
    from: Option<String>,
    /// The last day (UTC), today where none is named.
    #[param(format = Date)]
    to: Option<String>,
}

/// Which days and which model.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FiguresQuery {
    /// The first day (UTC).
    #[param(format = Date)]
    from: Option<String>,
    /// The last day (UTC), today where none is named.
    #[param(format = Date)]
    to: Option<String>,
    /// Of one model: `sha256:` and its hash.
    #[param(pattern = "^(sha256:)?[0-9a-f]{64}$")]
    model: Option<String>,
}

/// Figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitoringFigures)]
struct Answer {
    /// One a day and model, the latest day first.
    days: Vec<Figures>,
    /// One a model, of all these days together.
    whole: Vec<Figures>,
}

/// Challengers beside champions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitoringComparisons)]
struct Comparisons {
    /// One a pair of models, of all these days together.
    data: Vec<Comparison>,
}

/// Read what was scored
///
/// By day and model: how many, how they were decided, and how far the applicants have shifted from those that the model
/// was fitted on (PSI of the score, CSI of each characteristic). Follows the ledger by a second or so.
#[utoipa::path(get, path = "/v1/monitoring", tag = "Monitoring", security(("api_key" = ["monitoring:read"])), params(FiguresQuery),
    responses((status = 200, description = "Figures", body = Answer),
        (status = 400, description = "No such days", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::MonitoringRead>,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<Answer>, Problem> {
    let (from, to) = days(query.from.as_deref(), query.to.as_deref())?;
    let model = query.model.as_deref().map(hash).transpose()?;
    let store = app.store()?;
    let mut answer = Answer { days: Vec::new(), whole: Vec::new() };
    for (model, by_day) in by_model(&store.monitoring_sums(from, to, model).await?) {
        let engine = app.engines().load(store, &model.to_string(), None).await.ok();
        let of = |day: Option<Day>, sums: &BTreeMap<_, _>| figures(day, model, engine.as_deref(), sums);
        answer.days.extend(by_day.iter().map(|(day, sums)| of(Some(*day), sums)));
        answer.whole.push(of(None, &together(&by_day)));
    }
    answer.days.sort_by(|a, b| b.day.cmp(&a.day));
    Ok(Json(answer))
}

/// Compare challengers
///
/// Beside the champion that answered: how their scores differ, and how often which decision would have been another.
#[utoipa::path(get, path = "/v1/monitoring/challengers", tag = "Monitoring", security(("api_key" = ["monitoring:read"])), params(DaysQuery),
    responses((status = 200, description = "Comparisons", body = Comparisons),
        (status = 400, description = "No such days", body = Document<'static>, content_type = "application/problem+json")))]
async fn challengers(
    State(app): State<App>,
    _caller: Allowed<scope::MonitoringRead>,
    Query(query): Query<DaysQuery>,
) -> Result<Json<Comparisons>, Problem> {
    let (from, to) = days(query.from.as_deref(), query.to.as_deref())?;
    Ok(Json(Comparisons { data: comparisons(&app.store()?.challenger_sums(from, to).await?) }))
}

/// The days that are asked for.
///
/// # Errors
/// 400 where one is no day, or they are too many.
pub(crate) fn days(from: Option<&str>, to: Option<&str>) -> Result<(Day, Day), Problem> {
    let day = |name: &'static str, text: &str| {
        Moment::parse(&format!("{text}T00:00:00Z")).map(day_of).map_err(|_| {
            Kind::InvalidParameter.because("that is no day").parameter(name, "must be a day such as 2026-11-26")
        })
    };
    let to = to.map_or_else(|| Ok(day_of(Moment::now())), |text| day("to", text))?;
    let from = from.map_or_else(|| Ok(to - DAYS.0 + 1), |text| day("from", text))?;
    if from > to || to - from >= DAYS.1 {
        let problem = Kind::InvalidParameter.because("these days cannot be asked for");
        return Err(problem.parameter("from", format!("must be at most {} days before the last day", DAYS.1 - 1)));
    }
    Ok((from, to))
}

fn hash(text: &str) -> Result<Hash, Problem> {
    Hash::from_hex(text.strip_prefix("sha256:").unwrap_or(text).as_bytes()).ok_or_else(|| {
        Kind::InvalidParameter.because("that is no model's hash").parameter("model", "must be 64 hexadecimal digits")
    })
}
