//! What the OpenAPI document says about each operation, as the frame enforces it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use prometheus_client::metrics::histogram::Histogram;
use utoipa::openapi::path::Operation as Documented;
use utoipa::openapi::{OpenApi, RefOr};

use crate::api::{BODY_LIMIT, TIME_LIMIT, VITAL};
use crate::state::App;

/// Every operation by its route and method.
#[derive(Debug)]
pub(crate) struct Operations {
    by_route: HashMap<String, Vec<(Method, Operation)>>,
    unknown: Operation,
}

/// One operation's rules.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// The route's template; empty for requests that no operation answers.
    pub route: Arc<str>,
    /// Media types of its successful answers; empty where nothing is known.
    pub produces: Vec<String>,
    /// Bytes of a request's body.
    pub body_limit: u64,
    /// Time without a byte of the body.
    pub body_time: Duration,
    /// Time from a request's headers to the beginning of its answer.
    pub time_limit: Duration,
    /// Whether it is answered however great the load.
    pub is_vital: bool,
    /// Where its times are counted.
    pub seconds: Histogram,
}

impl Operation {
    pub(super) fn is_known(&self) -> bool {
        !self.route.is_empty()
    }
}

impl Operations {
    /// Reads the rules from the document of the API; what it does not say, and what holds for the pages at these addresses,
    /// comes from the settings.
    pub(crate) fn of(document: &OpenApi, pages: &[&str], app: &App) -> Self {
        let unknown = operation("", None, app);
        // Parts of pages are asked for by POST: what they are drawn from is no matter for an address.
        let of_page =
            |page: &str| [Method::GET, Method::POST].map(|method| (method, operation(page, None, app))).into();
        let pages = pages.iter().map(|page| ((*page).to_owned(), of_page(page)));
        let by_route = document
            .paths
            .paths
            .iter()
            .map(|(route, item)| {
                let documented = [
                    (Method::GET, &item.get),
                    (Method::PUT, &item.put),
                    (Method::POST, &item.post),
                    (Method::DELETE, &item.delete),
                    (Method::PATCH, &item.patch),
                ];
                let operations = documented.into_iter().filter_map(|(method, documented)| {
                    documented.as_ref().map(|documented| (method, operation(route, Some(documented), app)))
                });
                (route.clone(), operations.collect())
            })
            .chain(pages)
            .collect();
        Self { by_route, unknown }
    }

    /// The rules for a request; those of an unknown operation where the route has no such method.
    pub(super) fn find(&self, route: Option<&str>, method: &Method) -> &Operation {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let operations = route.and_then(|route| self.by_route.get(route));
        operations
            .and_then(|operations| operations.iter().find(|(of, _)| of == method))
            .map_or(&self.unknown, |(_, operation)| operation)
    }
}

fn operation(route: &str, documented: Option<&Documented>, app: &App) -> Operation {
    let limits = &app.config().limits;
    let extension = |name| documented?.extensions.as_ref()?.get(name);
    let route: Arc<str> = route.into();
    Operation {
        produces: documented.map(produces).unwrap_or_default(),
        body_limit: extension(BODY_LIMIT).and_then(serde_json::Value::as_u64).unwrap_or(limits.body),
        body_time: limits.body_time,
        time_limit: extension(TIME_LIMIT)
            .and_then(serde_json::Value::as_u64)
            .map_or(limits.request_time, Duration::from_secs),
        is_vital: extension(VITAL).is_some(),
        seconds: app.metrics().http.seconds_of(&route),
        route,
    }
}

fn produces(documented: &Documented) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for (status, response) in &documented.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('2') {
            for media_type in response.content.keys() {
                if !types.contains(media_type) {
                    types.push(media_type.clone());
                }
            }
        }
    }
    types
}
