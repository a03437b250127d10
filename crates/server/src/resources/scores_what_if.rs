//! What an application would be scored, and the smallest changes that would approve it: asked, not recorded.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::scores::FieldValue;
use crate::access::{Allowed, scope};
use crate::conventions::extract::Json;
use crate::problem::{Document, Problem};
use crate::scoring::{WhatIfAnswer, WhatIfRequest};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<WhatIfRequest>::from_bytes(bytes).map(drop)];

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhatIfRequest)]
#[allow(dead_code)] // describes [`WhatIfRequest`]
struct WhatIfDocument {
    /// The fields that the model in force asks for.
    application: BTreeMap<String, FieldValue>,
    /// Fields that take the place of the application's.
    #[serde(default)]
    change: BTreeMap<String, FieldValue>,
    /// Fields that stay as they are when changes are looked for: what the person cannot change, such as an age.
    #[serde(default)]
    #[schema(example = json!(["age_years"]))]
    fixed: Vec<String>,
}

/// Ask what a score would be
///
/// Evaluates with the model and policy in force and records nothing: no entry, no applicant. Gives the score with what each
/// characteristic brings, the decision with its reasons, and, where it would not be an approval, the smallest changes that
/// would approve: of one field, of two, of three. Each is checked by the same evaluation. Changes are no advice: whether
/// somebody can change a thing, the caller says by `fixed`.
#[utoipa::path(post, path = "/v1/scores:what-if", tag = "Scores", security(("api_key" = ["scores:write"])),
    request_body = WhatIfDocument,
    responses((status = 200, description = "Evaluated, and not recorded", body = WhatIfAnswer<'static>),
        (status = 422, description = "The application cannot be scored, or a fixed field is not known", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "No model is in force", body = Document<'static>, content_type = "application/problem+json")))]
async fn ask(
    State(app): State<App>,
    _caller: Allowed<scope::ScoresWrite>,
    Json(request): Json<WhatIfRequest>,
) -> Result<Response, Problem> {
    let asked = app.what_if(request).await?;
    let assessment = asked.assessment(&app)?;
    Ok(Json(asked.answer(&assessment)).into_response())
}
