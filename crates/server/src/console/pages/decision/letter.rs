//! A notice as the letter that it is: to be read, printed, taken along.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use store::Moment;
use uuid::Uuid;

use super::file::{NoticeView, notices};
use crate::access::scope;
use crate::console::{Asked, Page, Shell, Visitor, draw, figures};
use crate::conventions::extract::Path;
use crate::problem::{Kind, Problem};
use crate::state::App;

#[derive(Template)]
#[template(path = "console/letter.html")]
struct Letter {
    shell: Shell,
    score: Uuid,
    id: Uuid,
    time: Moment,
    text: String,
}

pub(in crate::console::pages) async fn page(
    visitor: Visitor<scope::NoticesRead>,
    State(app): State<App>,
    Asked(Path((score, id))): Asked<Path<(Uuid, Uuid)>>,
) -> Page {
    let (time, text) = find(&app, score, id).await?;
    draw(&Letter { shell: visitor.shell, score, id, time, text })
}

/// The letter alone, as a file.
pub(in crate::console::pages) async fn text(
    _visitor: Visitor<scope::NoticesRead>,
    State(app): State<App>,
    Asked(Path((score, id))): Asked<Path<(Uuid, Uuid)>>,
) -> Page {
    let (_, text) = find(&app, score, id).await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"notice-{id}.txt\""))
        .map_err(|_| Kind::Internal.because("the letter has no name"))?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers =
        [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, text).into_response())
}

/// When it was made, and what it says.
async fn find(app: &App, score: Uuid, id: Uuid) -> Result<(Moment, String), Problem> {
    let found = notices(app, score).await?.into_iter().find(|notice| notice.id == id);
    let NoticeView { time, text, .. } =
        found.ok_or_else(|| Kind::NotFound.because("there is no such notice of this decision"))?;
    Ok((time, text.ok_or(store::Error::Erased)?))
}
