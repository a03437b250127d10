//! What the document says about the API as a whole, and what every operation has in common.

use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, ResponseBuilder, ServerBuilder,
};

use crate::access::cookie::SECURE_NAME;
use crate::access::{BY_KEY, BY_KEY_HEADER, BY_SESSION};
use crate::problem;

use super::formats;

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(problem::Document<'static>, problem::Fault)))]
struct Shared;

/// The document before the resources are added.
pub(super) fn of_the_api() -> OpenApi {
    let mut document = Shared::openapi();
    document.info = InfoBuilder::new()
        .title("Plimsoll")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Credit scores, decisions and their reasons. Errors are problems (RFC 9457) whose `type` is stable; \
             a POST with an `Idempotency-Key` can be repeated safely; lists are followed by their `Link` headers.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(
        [("/", "this service"), ("/api", "the same, behind a load balancer that sends /api here")]
            .map(|(url, what)| ServerBuilder::new().url(url).description(Some(what)).build())
            .to_vec(),
    );
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `Authorization: Bearer <key>`."))
        .build();
    components.add_security_scheme(BY_KEY, SecurityScheme::Http(bearer));
    let header = ApiKeyValue::with_description("X-Api-Key", "The same API key in a header of its own.");
    components.add_security_scheme(BY_KEY_HEADER, SecurityScheme::ApiKey(ApiKey::Header(header)));
    let cookie = ApiKeyValue::with_description(
        SECURE_NAME,
        "A user's session, as the console has it; changes need `X-CSRF-Token` too. Over plain HTTP, on the machine itself, the cookie is `plimsoll`.",
    );
    components.add_security_scheme(BY_SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("A problem: its `type` says which kind, its `detail` what to do.")
        .content(problem::MEDIA_TYPE, problem)
        .build();
    components.responses.insert("Problem".into(), RefOr::T(problem));
    document
}

/// Every operation may answer with a problem, and says who may call it.
pub(super) fn complete(document: &mut OpenApi) {
    crate::access::complete(document);
    formats::complete(document);
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            if let Some(name) = operation.operation_id.take() {
                operation.operation_id = Some(full_name(name, path));
            }
            let problem = RefOr::Ref(Ref::from_response_name("Problem"));
            operation.responses.responses.entry("default".into()).or_insert(problem);
            formats::complete_parameters(operation);
        }
    }
}

/// Handlers that are called by what they do: in the document what they do it to is added.
const VERBS: [&str; 13] = [
    "cancel", "create", "download", "list", "read", "remove", "replace", "results", "rotate", "schema", "show",
    "upload", "validate",
];

/// The name of an operation: `list` at `/v1/scores/{id}/reviews` is `list_scores_reviews`.
fn full_name(name: String, path: &str) -> String {
    if !VERBS.contains(&name.as_str()) {
        return name;
    }
    let segments = path.split(['/', ':']).filter(|segment| !segment.is_empty() && !segment.starts_with('{'));
    segments.filter(|segment| *segment != "v1").fold(name, |name, segment| format!("{name}_{segment}"))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().filter_map(Option::as_mut)
}
