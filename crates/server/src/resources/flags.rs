//! Flags: named switches that turn behaviour on without a deployment. Clients read them over OFREP (`ofrep.rs`).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Flag, FlagState, Moment};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Allowed, scope};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read, set, remove))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<Content>::from_bytes(bytes)?.0.state().map(drop)];

/// What a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FlagState)]
enum Switch {
    /// Off for everyone.
    Off,
    /// On for everyone.
    On,
    /// On for a share of the people.
    Percentage,
}

/// A flag as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    state: Switch,
    #[serde(default)]
    percentage: Option<f64>,
    #[serde(default)]
    description: String,
}

/// A flag as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = FlagContent)]
#[allow(dead_code)] // describes [`Content`]
enum ContentDocument {
    /// The same for everyone.
    Alike(AlikeDocument),
    /// On for a share of the people.
    Share(ShareDocument),
}

/// A flag that is the same for everyone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FlagAlike)]
#[allow(dead_code)] // describes [`Content`]
struct AlikeDocument {
    /// `off` or `on`.
    #[schema(value_type = String, pattern = "^(off|on)$", example = "on")]
    state: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 1000, format = "text-or-empty")]
    description: String,
}

/// A flag that is on for a share of the people.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FlagShare)]
#[allow(dead_code)] // describes [`Content`]
struct ShareDocument {
    /// `percentage`.
    #[schema(value_type = String, pattern = "^percentage$", example = "percentage")]
    state: String,
    /// For how many in a hundred people it is on, to two decimals.
    #[schema(minimum = 0, maximum = 100, multiple_of = 0.01, example = 12.5)]
    percentage: f64,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 1000, format = "text-or-empty")]
    description: String,
}

/// A flag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Flag)]
struct FlagAnswer {
    /// Its name.
    #[schema(example = "new-form")]
    name: String,
    /// What it says.
    state: Switch,
    /// For how many in a hundred people it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentage: Option<f64>,
    /// What it is for.
    description: String,
    /// From 1, one more with each change.
    version: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated: Moment,
}

/// All flags.
#[derive(Debug, Serialize, ToSchema)]
struct Flags {
    /// By name.
    data: Vec<FlagAnswer>,
}

impl From<Flag> for FlagAnswer {
    fn from(flag: Flag) -> Self {
        let (state, percentage) = match flag.state {
            FlagState::Off => (Switch::Off, None),
            FlagState::On => (Switch::On, None),
            FlagState::Share(share) => (Switch::Percentage, Some(f64::from(share) / 100.0)),
        };
        let Flag { name, description, version, created, updated, .. } = flag;
        Self { name, state, percentage, description, version, created, updated }
    }
}

impl Content {
    fn state(&self) -> Result<FlagState, Problem> {
        let refuse =
            |detail: &str| Kind::InvalidRequest.because("the flag is not taken; see errors").at("/percentage", detail);
        match (self.state, self.percentage) {
            (Switch::Off, None) => Ok(FlagState::Off),
            (Switch::On, None) => Ok(FlagState::On),
            (Switch::Percentage, Some(percentage)) if (0.0..=100.0).contains(&percentage) => {
                let hundredths = (percentage * 100.0).round();
                // A number of two decimals is the one nearest to so many hundredths.
                if hundredths / 100.0 != percentage {
                    return Err(refuse("has more than two decimals"));
                }
                // Between 0 and 10,000, and whole.
                Ok(FlagState::Share(hundredths as u32))
            }
            (Switch::Percentage, _) => Err(refuse("must be a number from 0 to 100")),
            _ => Err(refuse("goes with the state `percentage` only; leave it out")),
        }
    }
}

/// List flags
#[utoipa::path(get, path = "/v1/flags", tag = "Flags", security(("api_key" = ["flags:read"])),
    responses((status = 200, description = "All flags, by name", body = Flags)))]
async fn list(State(app): State<App>, _caller: Allowed<scope::FlagsRead>) -> Result<Json<Flags>, Problem> {
    Ok(Json(Flags { data: app.store()?.flags().await?.into_iter().map(FlagAnswer::from).collect() }))
}

/// Read a flag
#[utoipa::path(get, path = "/v1/flags/{name}", tag = "Flags", security(("api_key" = ["flags:read"])),
    params(("name" = String, Path, description = "The flag's name")),
    responses((status = 200, description = "The flag", body = FlagAnswer, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "It is as named in If-None-Match"),
        (status = 404, description = "No such flag", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::FlagsRead>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let flag = app.store()?.flag(&name).await?;
    Ok(EntityTag::of_version(flag.version).answer(&headers, Json(FlagAnswer::from(flag))))
}

/// Set a flag
///
/// Makes it where there is none; changes it where `If-Match` names its version, or is `*`.
#[utoipa::path(put, path = "/v1/flags/{name}", tag = "Flags", security(("api_key" = ["flags:write"])),
    params(("name" = String, Path, pattern = "^[a-z][a-z0-9._-]{0,99}$",
            description = "The flag's name: 1 to 100 of a-z, 0-9, `-`, `_` and `.`, beginning with a letter"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read, or *; needed where the flag exists")),
    request_body = ContentDocument,
    responses((status = 200, description = "Changed", body = FlagAnswer, headers(("ETag" = String, description = "Its new version"))),
        (status = 201, description = "Made", body = FlagAnswer, headers(("ETag" = String, description = "Its version"))),
        (status = 412, description = "Changed since it was read, or not there", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No flag can be so", body = Document<'static>, content_type = "application/problem+json"),
        (status = 428, description = "It exists and there is no If-Match", body = Document<'static>, content_type = "application/problem+json")))]
async fn set(
    State(app): State<App>,
    caller: Allowed<scope::FlagsWrite>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(content): Json<Content>,
) -> Result<Response, Problem> {
    let (store, state) = (app.store()?, content.state()?);
    let (version, status) = match store.flag(&name).await {
        Ok(flag) => {
            EntityTag::of_version(flag.version).check_match(&headers)?;
            (Some(flag.version), StatusCode::OK)
        }
        Err(store::Error::NotFound { .. }) if headers.contains_key(header::IF_MATCH) => {
            return Err(Kind::PreconditionFailed.because("there is no such flag; make it without If-Match"));
        }
        Err(store::Error::NotFound { .. }) => (None, StatusCode::CREATED),
        Err(error) => return Err(error.into()),
    };
    let flag = store.set_flag(&name, version, state, &content.description, &caller.by()).await?;
    let tag = EntityTag::of_version(flag.version).header();
    Ok((status, [(header::ETAG, tag)], Json(FlagAnswer::from(flag))).into_response())
}

/// Remove a flag
///
/// `If-Match` is heeded where it is given.
#[utoipa::path(delete, path = "/v1/flags/{name}", tag = "Flags", security(("api_key" = ["flags:write"])),
    params(("name" = String, Path, description = "The flag's name"), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Removed"),
        (status = 404, description = "No such flag", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "Changed since it was read", body = Document<'static>, content_type = "application/problem+json")))]
async fn remove(
    State(app): State<App>,
    caller: Allowed<scope::FlagsWrite>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let flag = app.store()?.flag(&name).await?;
    EntityTag::of_version(flag.version).check_match_if_given(&headers)?;
    app.store()?.remove_flag(&name, flag.version, &caller.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
