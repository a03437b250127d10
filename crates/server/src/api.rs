//! The public router: every resource at its path and under `/api`, and the document that describes them.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::access::GateLayer;
use crate::config::Role;
use crate::console;
use crate::conventions::frame::{FrameLayer, Operations};
use crate::problem::{Kind, Problem};
use crate::resources;
use crate::state::App;

mod cross_origin;
mod description;
mod formats;
mod prefix;

pub use prefix::Public;

/// Extension of an operation in the document: bytes that a body may have, where it is not what is set for all.
/// `extensions(("x-max-body-bytes" = json!(10485760)))`.
pub const BODY_LIMIT: &str = "x-max-body-bytes";
/// Extension of an operation in the document: seconds until its answer must begin, where it is not what is set for all.
pub const TIME_LIMIT: &str = "x-timeout-seconds";
/// Extension of an operation in the document: it is answered however great the load. For health checks only.
pub const VITAL: &str = "x-vital";

/// Smaller answers go out as they are: the headers of a coding and its frame would eat what it saves.
const WORTH_COMPRESSING: u64 = 1_400;

/// Every resource, by name. Add yours here.
fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(description::of_the_api())
        .merge(resources::api_keys::routes())
        .merge(resources::applicants::routes())
        .merge(resources::backtests::routes())
        .merge(resources::batches::routes())
        .merge(resources::deployment::routes())
        .merge(resources::docs::routes())
        .merge(resources::flags::routes())
        .merge(resources::health::routes())
        .merge(resources::items::routes())
        .merge(resources::ledger::routes())
        .merge(resources::ledger_verification::routes())
        .merge(resources::model_reports::routes())
        .merge(resources::models::routes())
        .merge(resources::models_validate::routes())
        .merge(resources::monitoring::routes())
        .merge(resources::notices::routes())
        .merge(resources::ofrep::routes())
        .merge(resources::policies::routes())
        .merge(resources::problems::routes())
        .merge(resources::reviews::routes())
        .merge(resources::scores::routes())
        .merge(resources::scores_batch::routes())
        .merge(resources::scores_what_if::routes())
        .merge(resources::sessions::routes())
        .merge(resources::trainings::routes())
        .merge(resources::users::routes())
        .merge(resources::webhooks::routes())
        .merge(resources::welcome::routes())
}

/// What a process serves that leaves the API to others: whether it lives and can take work, and what its problems mean.
fn without_api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(description::of_the_api())
        .merge(resources::health::routes())
        .merge(resources::problems::routes())
}

/// The document that describes the API.
pub fn document() -> OpenApi {
    let mut document = resources().into_openapi();
    description::complete(&mut document);
    document
}

/// The service of the public listener.
pub fn router(app: &App) -> Public {
    router_with(app, OpenApiRouter::default())
}

/// The service of the public listener with more routes: those of tests, which hold requests back or fail at will. Anybody may
/// call those of them that demand no scope.
pub fn router_with(app: &App, mut more: OpenApiRouter<App>) -> Public {
    crate::access::open(more.get_openapi_mut());
    let own = if app.config().listeners.role.has_api() { resources() } else { without_api() };
    let (router, mut document) = own.merge(more).split_for_parts();
    description::complete(&mut document);
    let (pages, addresses) = match app.config().listeners.role {
        Role::All => console::rooms().into_parts(),
        Role::Console => console::front_door(console::rooms()).into_parts(),
        Role::Api => (Router::new(), Vec::new()),
    };
    Public::new(around(router.merge(pages), app, &document, &addresses))
}

/// A service of a router as it is, without the frame: for the private listener and for tests.
pub(crate) fn plain(router: Router) -> Public {
    Public::new(router)
}

/// Puts everything that requests share around a router whose operations the document describes, or which are pages.
fn around(router: Router<App>, app: &App, document: &OpenApi, pages: &[&str]) -> Router {
    let operations = Arc::new(Operations::of(document, pages, app));
    let worthwhile = SizeAbove::new(WORTH_COMPRESSING)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("application/zip"));
    let router = router
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CompressionLayer::new().compress_when(worthwhile))
        .layer(GateLayer::new(app, document))
        .layer(FrameLayer { app: app.clone(), operations })
        .with_state(app.clone());
    cross_origin::allow(router, &app.config().cors)
}

/// A file's bytes, in the document.
pub(crate) struct File;

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build()))
    }
}

impl ToSchema for File {}

/// The schema of a text that is one of these names.
pub(crate) fn names(what: &str, names: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).description(Some(what)).enum_values(Some(names));
    RefOr::T(Schema::Object(object.build()))
}

async fn not_found() -> Problem {
    Kind::NotFound.because("nothing is at this address; / and /docs list what there is")
}

async fn method_not_allowed() -> impl IntoResponse {
    // axum adds `Allow`.
    Kind::MethodNotAllowed.because("this address does not have that method; Allow lists those it has")
}
