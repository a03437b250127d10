//! What models and policies have in common as documents of the API.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use store::{
    Moment, Store,
    registry::{Author, DocumentKind, Registered, Source, Status},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Caller;
use crate::conventions::context::Context;
use crate::conventions::extract::Json;
use crate::conventions::page::Page;
use crate::problem::{Kind, Problem};
use crate::state::App;

/// A model or a policy that is registered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Card {
    /// Its id.
    pub(super) id: Uuid,
    /// `sha256:` and the hash of its content: what scores name it by.
    pub(super) hash: String,
    /// Its name, as it says itself.
    pub(super) name: String,
    /// Its version label.
    pub(super) label: String,
    /// Where it stands.
    #[schema(value_type = StatusName)]
    pub(super) status: Status,
    /// What it was uploaded as.
    #[schema(value_type = SourceName)]
    pub(super) source: Source,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    pub(super) created: Moment,
    /// Who registered it: `key:` or `user:` and an id.
    pub(super) by: String,
    /// When it was retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) retired: Option<Moment>,
}

/// Where a document stands.
#[derive(ToSchema)]
#[schema(as = RegistryStatus, rename_all = "snake_case")]
#[allow(dead_code)] // describes
enum StatusName {
    /// Not in force; may be put in force.
    Draft,
    /// Answers.
    Champion,
    /// Scores in the champion's shadow.
    Challenger,
    /// May not be put in force any more.
    Retired,
}

/// What a document was uploaded as.
#[derive(ToSchema)]
#[schema(as = RegistrySource, rename_all = "snake_case")]
#[allow(dead_code)] // describes
enum SourceName {
    Json,
    Pmml,
}

impl From<Registered> for Card {
    fn from(registered: Registered) -> Self {
        let Registered { id, hash, name, label, source, created, by, retired, status, .. } = registered;
        Self { id, hash: format!("sha256:{hash}"), name, label, status, source, created, by, retired }
    }
}

/// A caller as the registry names them.
pub(super) fn author(caller: &Caller) -> Author {
    Author::new(caller.by())
}

/// The media type of a request's body, without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// 201 with the address.
pub(super) fn created(path: &str, answer: impl Serialize) -> Result<Response, Problem> {
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}{path}"))
        .map_err(|_| Kind::Internal.because("what was made has no address"))?;
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// A page of the documents of a kind.
pub(super) async fn page(
    app: &App,
    store: &Store,
    kind: DocumentKind,
    path: &'static str,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Card>, Problem> {
    let below = match cursor {
        None => None,
        Some(cursor) => {
            let position = app.cursors().read(path, cursor)?;
            let id = Uuid::from_slice(&position);
            Some(id.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?)
        }
    };
    let mut all = store.registered_list(kind, below, limit + 1).await?;
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| app.cursors().make(path, last.id.as_bytes()));
    Ok(Page { data: all.into_iter().map(Card::from).collect(), next, path: format!("{path}?limit={limit}") })
}

/// Runs work that would hold up other requests on a thread of its own.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Kind::Internal.because("the work was broken off"))
}
