//! Sessions: logging in and out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use serde::{Deserialize, Serialize};
use store::{Actor, Login, LoginOutcome, Moment, Session};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::api_keys::no_store;
use super::users::User;
use crate::access::cookie::Way;
use crate::access::{Allowed, Client, cookie, password_field, same_origin, scope};
use crate::conventions::context::Context;
use crate::conventions::extract::Json;
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(begin, end_all)).routes(routes!(show, end))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<LoginRequest>::from_bytes(bytes).map(drop)];

/// What somebody logs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    /// The user's login. Case does not count.
    #[schema(example = "anna@lender.example")]
    login: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "password_field::read")]
    password: Zeroizing<String>,
}

/// A session.
#[derive(Serialize, ToSchema)]
struct CurrentSession {
    /// Who is logged in.
    user: User,
    /// To be sent as `X-CSRF-Token` with each change.
    csrf_token: String,
    /// When the session ends unless it is used before.
    #[schema(format = DateTime)]
    ends: String,
    /// When it ends whatever happens.
    #[schema(format = DateTime)]
    expires: String,
}

/// Log in
///
/// Gives the browser a cookie. After a few failures of an account or from an address each next attempt must wait longer.
#[utoipa::path(post, path = "/v1/sessions", tag = "Access", request_body = LoginRequest,
    responses((status = 201, description = "Logged in", body = CurrentSession)))]
async fn begin(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(request): Json<LoginRequest>,
) -> Result<Response, Problem> {
    same_origin::check(&headers, app.config())?;
    if client.way == Way::Open {
        return Err(Kind::Forbidden.because(
            "passwords and sessions need TLS: set PLIMSOLL_TLS_CERTIFICATE, or name the proxy that ends TLS in \
             PLIMSOLL_TRUSTED_PROXIES",
        ));
    }
    let LoginRequest { login, password } = request;
    let (store, sessions) = (app.store()?, app.sessions()?);
    let login = Login { login, password, address: client.address.to_string() };
    match store.log_in(&**sessions, login).await? {
        LoginOutcome::Begun(user, session, token) => {
            let sessions = Arc::clone(sessions);
            tokio::spawn(async move {
                if let Err(error) = sessions.sweep(Moment::now()).await {
                    tracing::debug!(%error, "old sessions were not swept");
                }
            });
            let csrf_token = store.csrf_token(&session);
            let body = Json(current(*user, csrf_token, &session));
            let mut answer = (StatusCode::CREATED, [no_store()], body).into_response();
            let base = Context::current().map_or("", |context| context.base());
            if let Ok(location) = HeaderValue::try_from(format!("{base}/v1/sessions/current")) {
                answer.headers_mut().insert(LOCATION, location);
            }
            if let Some(cookie) = cookie::set(client.way, &token) {
                answer.headers_mut().insert(SET_COOKIE, cookie);
            }
            Ok(answer)
        }
        LoginOutcome::Refused => Err(Kind::Unauthenticated
            .because("the login or the password is wrong, or the user is disabled")
            .header(http::header::WWW_AUTHENTICATE, HeaderValue::from_static("Session realm=\"plimsoll\""))),
        LoginOutcome::Locked(locked) => {
            let micros = locked.until.micros().saturating_sub(Moment::now().micros());
            let seconds = u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000).max(1);
            Err(Kind::RateLimited
                .because(format!("too many logins failed for this account or from this address; go on in {seconds} s"))
                .retry_after(seconds))
        }
    }
}

/// The session at hand
///
/// With the token that changes need.
#[utoipa::path(get, path = "/v1/sessions/current", tag = "Access", security(("session" = ["account:own"])),
    responses((status = 200, description = "The session", body = CurrentSession)))]
async fn show(
    _: Allowed<scope::AccountOwn>,
    State(app): State<App>,
    Extension(session): Extension<Arc<Session>>,
) -> Result<Response, Problem> {
    let user = app.store()?.user(session.user).await?;
    let csrf_token = app.store()?.csrf_token(&session);
    Ok(([no_store()], Json(current(user, csrf_token, &session))).into_response())
}

/// Log out
#[utoipa::path(delete, path = "/v1/sessions/current", tag = "Access", security(("session" = ["account:own"])),
    responses((status = 204, description = "Logged out")))]
async fn end(
    _: Allowed<scope::AccountOwn>,
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(session): Extension<Arc<Session>>,
) -> Result<Response, Problem> {
    app.sessions()?.remove(&session.hash).await?;
    Ok(logged_out(&app, &session, client.way))
}

/// Log out everywhere
///
/// Ends all of one's sessions.
#[utoipa::path(delete, path = "/v1/sessions", tag = "Access", security(("session" = ["account:own"])),
    responses((status = 204, description = "Logged out everywhere")))]
async fn end_all(
    _: Allowed<scope::AccountOwn>,
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Extension(session): Extension<Arc<Session>>,
) -> Result<Response, Problem> {
    app.sessions()?.remove_all_of(session.user).await?;
    Ok(logged_out(&app, &session, client.way))
}

fn logged_out(app: &App, session: &Session, way: Way) -> Response {
    app.authority().forget(Actor::User(session.user));
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie::clear(way) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

fn current(user: store::User, csrf_token: String, session: &Session) -> CurrentSession {
    CurrentSession {
        user: User::from(user),
        csrf_token,
        ends: session.ends().to_string(),
        expires: session.expires.to_string(),
    }
}
