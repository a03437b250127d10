//! Routes of the tests' own: they hold requests back, fail, and show what the conventions do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::HeaderMap;
use serde::Deserialize;
use server::App;
use server::conventions::context::Context;
use server::conventions::entity_tag::EntityTag;
use server::conventions::extract::{Json, JsonBytes, Path, Query};
use server::conventions::page::{Page, PageQuery};
use server::problem::{Kind, Problem};
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Holds requests at `/test/held` until it lets one through.
#[derive(Clone)]
pub struct Gate(Arc<(Semaphore, Semaphore)>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new((Semaphore::new(0), Semaphore::new(0))))
    }
}

impl Gate {
    /// Ends when another request stands at the gate.
    pub async fn arrived(&self) {
        self.0.0.acquire().await.expect("never closed").forget();
    }

    /// Lets one request through.
    pub fn open(&self) {
        self.0.1.add_permits(1);
    }

    async fn pass(&self) {
        self.0.0.add_permits(1);
        self.0.1.acquire().await.expect("never closed").forget();
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    name: String,
    amounts: Vec<u32>,
}

pub fn routes(gate: &Gate) -> OpenApiRouter<App> {
    let gate = gate.clone();
    OpenApiRouter::new()
        .routes(routes!(large))
        .routes(routes!(hurried))
        .route(
            "/test/held",
            get(move || async move {
                gate.pass().await;
                "done"
            }),
        )
        .route(
            "/test/json",
            post(|Json(input): Json<Input>| async move { format!("{} {}", input.name, input.amounts.len()) }),
        )
        .route("/test/bytes", post(|JsonBytes(bytes): JsonBytes| async move { bytes.len().to_string() }))
        .route("/test/query", get(|Query(_): Query<PageQuery>| async {}))
        .route("/test/number/{n}", get(|Path(n): Path<u32>| async move { n.to_string() }))
        .route("/test/panic", get(panics))
        .route("/test/long", get(|| async { "long ".repeat(1_000) }))
        .route("/test/version", put(change).get(read))
        .route("/test/list", get(list))
        .route("/test/context", get(context))
}

/// Takes more than others.
#[utoipa::path(post, path = "/test/large", responses((status = 200, body = String, content_type = "text/plain")),
    extensions(("x-max-body-bytes" = json!(2097152))))]
async fn large(request: Request) -> Result<String, Problem> {
    let bytes = server::conventions::body::read(request.into_body()).await?;
    Ok(bytes.len().to_string())
}

/// Has less time than others.
#[utoipa::path(get, path = "/test/hurried", responses((status = 200, body = String, content_type = "text/plain")),
    extensions(("x-timeout-seconds" = json!(0))))]
async fn hurried() -> String {
    std::future::pending().await
}

async fn panics() -> Response {
    panic!("on purpose");
}

async fn read(headers: HeaderMap) -> Response {
    EntityTag::of_version(7).answer(&headers, "seventh ".repeat(1_000))
}

async fn change(headers: HeaderMap) -> Result<Response, Problem> {
    EntityTag::of_version(7).check_match(&headers)?;
    Ok("changed".into_response())
}

/// The numbers from 0 to 9.
async fn list(State(app): State<App>, Query(query): Query<PageQuery>) -> Result<Page<u8>, Problem> {
    let from = match &query.cursor {
        Some(cursor) => *app.cursors().read("numbers", cursor)?.first().unwrap_or(&0),
        None => 0,
    };
    let limit = u8::try_from(query.limit()?).map_err(|_| Kind::Internal.because("limits fit"))?;
    let to = from.saturating_add(limit).min(10);
    let next = (to < 10).then(|| app.cursors().make("numbers", &[to]));
    Ok(Page { data: (from..to).collect(), next, path: format!("/test/list?limit={limit}") })
}

async fn context() -> String {
    let context = Context::current().expect("within a request");
    format!("{} {} {:?}", context.request_id(), context.trace().trace_id(), context.base())
}
