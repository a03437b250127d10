//! What a page is asked with, refused as a page.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::PageError;
use crate::problem::Problem;
use crate::state::App;

/// An extractor of the API whose refusal is shown as a page: `Asked(Path(id)): Asked<Path<Uuid>>`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<E>(pub(crate) E);

impl<E: FromRequestParts<App, Rejection = Problem>> FromRequestParts<App> for Asked<E> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        E::from_request_parts(parts, app).await.map(Self).map_err(PageError::from)
    }
}
