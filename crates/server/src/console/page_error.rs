//! What goes wrong with a page, as a page.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{HOME, page_of};
use crate::conventions::context::Context;
use crate::problem::Problem;

/// Why a page cannot be shown.
pub(crate) enum PageError {
    /// Nobody is logged in: the login, and where to go on afterwards.
    Login(String),
    /// Anything else.
    Problem(Problem),
}

#[derive(Template)]
#[template(path = "console/problem.html")]
struct ProblemPage<'p> {
    title: &'static str,
    detail: &'p str,
    request_id: &'p str,
}

impl PageError {
    /// The login, with the way back to this address.
    pub(super) fn login(from: Option<&str>) -> Self {
        let next =
            from.filter(|from| *from != HOME).map(|from| utf8_percent_encode(from, NON_ALPHANUMERIC).to_string());
        Self::Login(next.map_or_else(|| format!("{HOME}/login"), |next| format!("{HOME}/login?next={next}")))
    }
}

impl<P: Into<Problem>> From<P> for PageError {
    fn from(problem: P) -> Self {
        Self::Problem(problem.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Login(address) => Redirect::to(&address).into_response(),
            Self::Problem(problem) => {
                let context = Context::current();
                let request_id = context.as_ref().map_or("", |context| context.request_id());
                let page = ProblemPage { title: problem.kind().title(), detail: problem.detail(), request_id };
                // The template has nothing that could fail; if it does, the problem itself is the answer.
                let Ok(html) = page.render() else { return problem.into_response() };
                let mut response = page_of(html);
                *response.status_mut() = problem.status();
                response.extensions_mut().insert(problem.kind());
                response
            }
        }
    }
}
