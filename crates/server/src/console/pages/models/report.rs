//! A model's report, as `plimsoll train` draws it: a document of its own, under a policy that lets nothing in but its style.

use axum::extract::State;
use axum::response::{Html, IntoResponse};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use store::registry::DocumentKind;
use uuid::Uuid;

use crate::access::scope;
use crate::console::{Asked, Page, Visitor};
use crate::conventions::{extract::Path, style_policy};
use crate::problem::Kind;
use crate::resources::registered::apart;
use crate::state::App;
use crate::trainings;

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    _visitor: Visitor<scope::ModelsRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    store.registered(DocumentKind::Model, id).await?;
    let Some(report) = trainings::report::of(store, id).await? else {
        let detail = "no report is kept of this model; its page takes the report.json of its training";
        return Err(Kind::NotFound.because(detail).into());
    };
    let html = apart(move || training::report::html(&report)).await?;
    let policy = HeaderValue::try_from(style_policy::policy(&html))
        .map_err(|_| Kind::Internal.because("the report has no policy that it can be shown under"))?;
    let headers = [(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, Html(html)).into_response())
}
