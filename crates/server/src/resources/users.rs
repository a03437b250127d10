//! Users.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ETAG, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use serde::{Deserialize, Serialize};
use store::{Actor, Moment, NewUser, Role, UserChange};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::api_keys::{after, next};
use crate::access::{Allowed, Client, cookie, password_field, scope};
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(set_password))
        .routes(routes!(change_own_password))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[
    |bytes| Json::<UserRequest>::from_bytes(bytes).map(drop),
    |bytes| Json::<UserPatch>::from_bytes(bytes).map(drop),
    |bytes| Json::<Password>::from_bytes(bytes).map(drop),
    |bytes| Json::<OwnPassword>::from_bytes(bytes).map(drop),
];

/// The list whose cursors these are.
pub(crate) const LIST: &str = "/v1/users";

/// A user.
#[derive(Serialize, ToSchema)]
pub(super) struct User {
    /// Their id.
    id: Uuid,
    /// What they log in with.
    #[schema(example = "anna@lender.example")]
    login: String,
    /// Their name.
    #[schema(example = "Anna Smith")]
    name: String,
    /// `viewer`, `analyst`, `approver` or `administrator`.
    #[schema(example = "analyst")]
    role: &'static str,
    /// What the role allows.
    scopes: Vec<&'static str>,
    /// When they were made.
    #[schema(format = DateTime)]
    created: String,
    /// By whom: `user:<id>` or `operator`.
    created_by: String,
    /// When they last logged in.
    #[schema(format = DateTime)]
    last_login: Option<String>,
    /// Since when they cannot log in.
    #[schema(format = DateTime)]
    disabled: Option<String>,
}

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserRequest {
    /// What they will log in with: a name or an e-mail address. Case does not count.
    #[schema(min_length = 1, max_length = 100, format = "login")]
    login: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 100, format = "one-line")]
    name: String,
    /// What they may do.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Their first password: at least 12 characters.
    #[schema(value_type = String, min_length = 12, format = Password)]
    #[serde(deserialize_with = "password_field::read")]
    password: Zeroizing<String>,
}

/// What is changed of a user; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserPatch {
    /// Their name.
    #[schema(min_length = 1, max_length = 100, format = "one-line")]
    name: Option<String>,
    /// What they may do.
    #[schema(value_type = Option<RoleName>)]
    role: Option<Role>,
    /// Whether they cannot log in.
    disabled: Option<bool>,
}

/// What a user may do.
#[derive(ToSchema)]
#[schema(as = Role, rename_all = "snake_case")]
#[allow(dead_code)] // describes [`Role`]
enum RoleName {
    Viewer,
    Analyst,
    Approver,
    Administrator,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    /// At least 12 characters.
    #[schema(value_type = String, min_length = 12, format = Password)]
    #[serde(deserialize_with = "password_field::read")]
    password: Zeroizing<String>,
}

/// One's own new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    /// The password until now.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "password_field::read")]
    current: Zeroizing<String>,
    /// At least 12 characters.
    #[schema(value_type = String, min_length = 12, format = Password)]
    #[serde(deserialize_with = "password_field::read")]
    password: Zeroizing<String>,
}

impl From<store::User> for User {
    fn from(user: store::User) -> Self {
        let text = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        Self {
            id: user.id,
            login: user.login,
            name: user.name,
            role: user.role.name(),
            scopes: crate::access::role::scopes(user.role).iter().map(|scope| scope.name()).collect(),
            created: user.created.to_string(),
            created_by: user.created_by,
            last_login: text(user.last_login),
            disabled: text(user.disabled),
        }
    }
}

/// Users
///
/// By age, the oldest first.
#[utoipa::path(get, path = "/v1/users", tag = "Access", security(("api_key" = ["users:read"])), params(PageQuery),
    responses((status = 200, description = "A page of users", body = Page<User>)))]
async fn list(
    _: Allowed<scope::UsersRead>,
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Page<User>, Problem> {
    let limit = query.limit()?;
    let after = after(&app, LIST, query.cursor.as_deref())?;
    let mut users = app.store()?.users(after, limit + 1).await?;
    let next = next(&app, LIST, &mut users, limit, |user| user.id);
    Ok(Page { data: users.into_iter().map(User::from).collect(), next, path: format!("{LIST}?limit={limit}") })
}

/// Make a user
#[utoipa::path(post, path = "/v1/users", tag = "Access", security(("session" = ["users:write"])), request_body = UserRequest,
    responses((status = 201, description = "The user", body = User)))]
async fn create(
    caller: Allowed<scope::UsersWrite>,
    State(app): State<App>,
    Json(request): Json<UserRequest>,
) -> Result<Response, Problem> {
    let UserRequest { login, name, role, password } = request;
    let user = app.store()?.create_user(NewUser { login, name, role, password }, caller.actor()).await?;
    let location = format!("{}{LIST}/{}", Context::current().map_or("", |context| context.base()), user.id);
    let mut answer = (StatusCode::CREATED, tagged(user)).into_response();
    if let Ok(location) = HeaderValue::try_from(location) {
        answer.headers_mut().insert(LOCATION, location);
    }
    Ok(answer)
}

/// A user
#[utoipa::path(get, path = "/v1/users/{id}", tag = "Access", security(("api_key" = ["users:read"])), params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "The user", body = User, headers(("ETag" = String, description = "The version")))))]
async fn show(
    _: Allowed<scope::UsersRead>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let user = app.store()?.user(id).await?;
    Ok(EntityTag::of_version(user.version).answer(&headers, Json(User::from(user))))
}

/// Change a user
///
/// Needs `If-Match`. Where the role changes or the user is disabled, their sessions end.
#[utoipa::path(patch, path = "/v1/users/{id}", tag = "Access", security(("session" = ["users:write"])), params(("id" = Uuid, Path, description = "The user's id"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    request_body = UserPatch, responses((status = 200, description = "The user as they are now", body = User)))]
async fn change(
    caller: Allowed<scope::UsersWrite>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(patch): Json<UserPatch>,
) -> Result<Response, Problem> {
    let user = app.store()?.user(id).await?;
    EntityTag::of_version(user.version).check_match(&headers)?;
    let change = UserChange { name: patch.name, role: patch.role, disabled: patch.disabled };
    let changed = app.store()?.change_user(&**app.sessions()?, id, user.version, change, caller.actor()).await;
    app.authority().forget(Actor::User(id));
    Ok(tagged(changed?))
}

/// Remove a user
///
/// Needs `If-Match`. What they did stays in the ledger, under their id.
#[utoipa::path(delete, path = "/v1/users/{id}", tag = "Access", security(("session" = ["users:write"])), params(("id" = Uuid, Path, description = "The user's id"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    responses((status = 204, description = "Removed")))]
async fn remove(
    caller: Allowed<scope::UsersWrite>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let user = app.store()?.user(id).await?;
    EntityTag::of_version(user.version).check_match(&headers)?;
    let removed = app.store()?.remove_user(&**app.sessions()?, id, user.version, caller.actor()).await;
    app.authority().forget(Actor::User(id));
    removed?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set a user's password
///
/// Ends their sessions.
#[utoipa::path(post, path = "/v1/users/{id}/password", tag = "Access", security(("session" = ["users:write"])), params(("id" = Uuid, Path, description = "The user's id")),
    request_body = Password, responses((status = 204, description = "Set")))]
async fn set_password(
    caller: Allowed<scope::UsersWrite>,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Json(new): Json<Password>,
) -> Result<StatusCode, Problem> {
    let set = app.store()?.set_password(&**app.sessions()?, id, new.password, caller.actor()).await;
    app.authority().forget(Actor::User(id));
    set?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change one's own password
///
/// Ends all of one's sessions, this one too: log in again.
#[utoipa::path(post, path = "/v1/users/me/password", tag = "Access", security(("session" = ["account:own"])),
    request_body = OwnPassword, responses((status = 204, description = "Changed")))]
async fn change_own_password(
    caller: Allowed<scope::AccountOwn>,
    axum::Extension(client): axum::Extension<Client>,
    State(app): State<App>,
    Json(change): Json<OwnPassword>,
) -> Result<Response, Problem> {
    let id = caller.user_id().ok_or_else(|| Kind::Forbidden.because("a key has no password"))?;
    if !app.store()?.is_password_of(id, change.current, &client.address.to_string()).await? {
        return Err(Kind::InvalidRequest
            .because("the password until now is another one")
            .at("/current", "is not the password"));
    }
    let set = app.store()?.set_password(&**app.sessions()?, id, change.password, caller.actor()).await;
    app.authority().forget(Actor::User(id));
    set?;
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie::clear(client.way) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(answer)
}

fn tagged(user: store::User) -> Response {
    ([(ETAG, EntityTag::of_version(user.version).header())], Json(User::from(user))).into_response()
}
