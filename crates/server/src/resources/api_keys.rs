//! API keys.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION};
use http::{HeaderName, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Actor, ApiKey, ApiKeySecret, Moment, NewApiKey};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, Caller, Scope, scope};
use crate::api;
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, Query, whole};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, revoke)).routes(routes!(rotate))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] =
    &[|bytes| Json::<KeyRequest>::from_bytes(bytes).map(drop), |bytes| Json::<Rotation>::from_bytes(bytes).map(drop)];

/// Hours for which the old secret goes on where nothing is said.
const OVERLAP: u32 = 24;
/// The list whose cursors these are.
pub(crate) const LIST: &str = "/v1/keys";

/// An API key, without its secret.
#[derive(Serialize, ToSchema)]
struct Key {
    /// Its id.
    id: Uuid,
    /// What people know it by.
    #[schema(example = "nightly batch")]
    name: String,
    /// What it may do.
    #[schema(example = json!(["scores:write"]))]
    scopes: Vec<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// By whom: `key:<id>`, `user:<id>` or `operator`.
    created_by: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// When it was last used, to the minute or so.
    #[schema(format = DateTime)]
    last_used: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked: Option<String>,
    /// Its secrets that still count, the newest first.
    secrets: Vec<SecretPrefix>,
}

/// A secret of a key: its public part.
#[derive(Serialize, ToSchema)]
struct SecretPrefix {
    /// The characters after `plim_`.
    #[schema(example = "7fQ2mZx0")]
    prefix: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// When it ends, where a newer one took its place.
    #[schema(format = DateTime)]
    ends: Option<String>,
}

/// A key and its new secret.
#[derive(Serialize, ToSchema)]
struct KeyWithSecret {
    /// The key.
    key: Key,
    /// The secret. It is shown here and never again.
    #[schema(example = "plim_7fQ2mZx0_...")]
    secret: String,
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyRequest {
    /// What people will know it by.
    #[schema(min_length = 1, max_length = 100, format = "one-line", example = "nightly batch")]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<KeyScope>, min_items = 1, max_items = 64, example = json!(["scores:write"]))]
    scopes: Vec<String>,
    /// When it ends; without it, when it is revoked.
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// How a key is rotated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// Hours for which the old secret goes on beside the new one.
    #[serde(default, deserialize_with = "whole::optional")]
    #[schema(minimum = 0, maximum = 2160, default = 24)]
    overlap_hours: Option<u32>,
}

/// A scope that a key can have.
struct KeyScope;

impl PartialSchema for KeyScope {
    fn schema() -> RefOr<Schema> {
        api::names(
            "A scope that a key can have.",
            Scope::ALL.iter().filter(|scope| scope.is_for_keys()).map(|scope| scope.name()),
        )
    }
}

impl ToSchema for KeyScope {}

impl From<ApiKey> for Key {
    fn from(key: ApiKey) -> Self {
        let text = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        let secrets = key.secrets.into_iter().map(|secret| SecretPrefix {
            prefix: secret.prefix,
            created: secret.created.to_string(),
            ends: text(secret.ends),
        });
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created: key.created.to_string(),
            created_by: key.created_by,
            expires: text(key.expires),
            last_used: text(key.last_used),
            revoked: text(key.revoked),
            secrets: secrets.collect(),
        }
    }
}

/// API keys
///
/// By age, the oldest first; those that were revoked too.
#[utoipa::path(get, path = "/v1/keys", tag = "Access", security(("api_key" = ["keys:read"])), params(PageQuery),
    responses((status = 200, description = "A page of keys", body = Page<Key>)))]
async fn list(
    _: Allowed<scope::KeysRead>,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Key>, Problem> {
    let limit = query.limit()?;
    let after = after(&app, LIST, query.cursor.as_deref())?;
    let mut keys = app.store()?.api_keys(after, limit + 1).await?;
    let next = next(&app, LIST, &mut keys, limit, |key| key.id);
    Ok(Page { data: keys.into_iter().map(Key::from).collect(), next, path: format!("{LIST}?limit={limit}") })
}

/// Make a key
///
/// The answer has the secret, which is shown only here. A key can give only scopes that it has itself.
#[utoipa::path(post, path = "/v1/keys", tag = "Access", security(("api_key" = ["keys:write"])), request_body = KeyRequest,
    responses((status = 201, description = "The key and its secret", body = KeyWithSecret)))]
async fn create(
    caller: Allowed<scope::KeysWrite>,
    State(app): State<App>,
    Json(request): Json<KeyRequest>,
) -> Result<Response, Problem> {
    check_scopes(&caller, &request.scopes)?;
    let expires = request
        .expires
        .as_deref()
        .map(Moment::parse)
        .transpose()
        .map_err(|why| Kind::InvalidRequest.because("the key's end is no time; see errors").at("/expires", why))?;
    let new = NewApiKey { name: request.name, scopes: request.scopes, expires };
    let (key, secret) = app.store()?.create_api_key(new, caller.actor()).await?;
    let location = format!("{}{LIST}/{}", Context::current().map_or("", |context| context.base()), key.id);
    let mut answer = with_secret(StatusCode::CREATED, key, &secret);
    if let Ok(location) = HeaderValue::try_from(location) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// A key
#[utoipa::path(get, path = "/v1/keys/{id}", tag = "Access", security(("api_key" = ["keys:read"])), params(("id" = Uuid, Path, description = "The key's id")),
    responses((status = 200, description = "The key", body = Key, headers(("ETag" = String, description = "Its version")))))]
async fn show(
    _: Allowed<scope::KeysRead>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let key = app.store()?.api_key(id).await?;
    let tag = EntityTag::of_version(key.version);
    Ok(tag.answer(&headers, Json(Key::from(key))))
}

/// Revoke a key
///
/// At once here, and within five seconds at other instances. For good. `If-Match` is optional.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "Access", security(("api_key" = ["keys:write"])), params(("id" = Uuid, Path, description = "The key's id"), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 204, description = "Revoked")))]
async fn revoke(
    caller: Allowed<scope::KeysWrite>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let key = app.store()?.api_key(id).await?;
    check_scopes(&caller, &key.scopes)?;
    EntityTag::of_version(key.version).check_match_if_given(&headers)?;
    app.store()?.revoke_api_key(id, key.version, caller.actor()).await?;
    app.authority().forget(Actor::Key(id));
    Ok(StatusCode::NO_CONTENT)
}

/// Give a key a new secret
///
/// The old one goes on for some hours, so that programs can be changed over. `If-Match` is optional.
#[utoipa::path(post, path = "/v1/keys/{id}/rotate", tag = "Access", security(("api_key" = ["keys:write"])), params(("id" = Uuid, Path, description = "The key's id"), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Rotation, responses((status = 200, description = "The key and its new secret", body = KeyWithSecret)))]
async fn rotate(
    caller: Allowed<scope::KeysWrite>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(rotation): Json<Rotation>,
) -> Result<Response, Problem> {
    let key = app.store()?.api_key(id).await?;
    check_scopes(&caller, &key.scopes)?;
    EntityTag::of_version(key.version).check_match_if_given(&headers)?;
    let overlap = rotation.overlap_hours.unwrap_or(OVERLAP);
    let (key, secret) = app.store()?.rotate_api_key(id, key.version, overlap, caller.actor()).await?;
    app.authority().forget(Actor::Key(id));
    Ok(with_secret(StatusCode::OK, key, &secret))
}

/// Refuses unknown scopes, those that no key can have, and, where a key asks, those it has not itself: a secret that it is
/// given would give it more than it has.
fn check_scopes(caller: &Caller, scopes: &[String]) -> Result<(), Problem> {
    let mut problem = Kind::InvalidRequest.because("a key cannot have these scopes; see errors");
    for (place, name) in scopes.iter().enumerate() {
        match Scope::of_name(name) {
            Some(scope) if scope.is_for_keys() => {
                if caller.role().is_none() && !caller.may(scope) {
                    return Err(Kind::Forbidden
                        .because(format!("a key cannot deal with keys that may more than itself: {scope}")));
                }
            }
            Some(scope) => problem = problem.at(format!("/scopes/{place}"), format!("{scope} is for users only")),
            None => {
                let names: Vec<&str> = Scope::ALL.iter().filter(|s| s.is_for_keys()).map(|s| s.name()).collect();
                let detail = format!("there is no such scope; there are {}", names.join(", "));
                problem = problem.at(format!("/scopes/{place}"), detail);
            }
        }
    }
    if problem.errors().is_empty() { Ok(()) } else { Err(problem) }
}

fn with_secret(status: StatusCode, key: ApiKey, secret: &ApiKeySecret) -> Response {
    let tag = [(http::header::ETAG, EntityTag::of_version(key.version).header()), no_store()];
    (status, tag, Json(KeyWithSecret { key: Key::from(key), secret: secret.expose().to_owned() })).into_response()
}

/// Nobody on the way may keep the answer.
pub(super) fn no_store() -> (HeaderName, HeaderValue) {
    (CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// The id that a cursor stands for.
pub(crate) fn after(app: &App, list: &str, cursor: Option<&str>) -> Result<Option<Uuid>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let position = app.cursors().read(list, cursor)?;
    Ok(Uuid::from_slice(&position).ok())
}

/// Cuts off what was read to see whether there is more, and gives the cursor to it.
pub(crate) fn next<T>(
    app: &App,
    list: &str,
    rows: &mut Vec<T>,
    limit: usize,
    id: impl Fn(&T) -> Uuid,
) -> Option<String> {
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(|last| app.cursors().make(list, id(last).as_bytes()))
}
