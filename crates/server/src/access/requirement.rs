//! What the document says each operation demands: a scope, or nothing.

use std::collections::HashMap;

use http::Method;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, PathItem};

use super::Scope;

/// What anybody may call. Everything else says in its document which scope it demands.
pub const PUBLIC: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/docs"),
    ("GET", "/docs/{file}"),
    ("GET", "/health"),
    ("GET", "/openapi.json"),
    ("GET", "/problems"),
    ("GET", "/problems/{slug}"),
    ("GET", "/ready"),
    ("GET", "/items"),
    ("GET", "/items/{id}"),
    ("POST", "/v1/sessions"),
];

/// Names of the ways to say who calls, in the document.
pub(crate) const BY_KEY: &str = "api_key";
pub(crate) const BY_KEY_HEADER: &str = "api_key_header";
pub(crate) const BY_SESSION: &str = "session";

/// What an operation demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Requirement {
    /// Nothing.
    Public,
    /// A scope.
    Scope(Scope),
    /// Its document does not say, or says something else: nobody may call it.
    Unstated,
}

/// The demands of all operations, by route and method.
#[derive(Debug)]
pub(super) struct Requirements(HashMap<String, Vec<(Method, Requirement)>>);

impl Requirements {
    pub(super) fn of(document: &OpenApi) -> Self {
        let of_item = |item: &PathItem| {
            let stated = |(method, operation): (Method, &Operation)| (method, stated(operation));
            operations_of(item).map(stated).collect()
        };
        Self(document.paths.paths.iter().map(|(route, item)| (route.clone(), of_item(item))).collect())
    }

    /// What a request's operation demands; none where no operation answers it.
    pub(super) fn find(&self, route: Option<&str>, method: &Method) -> Option<Requirement> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let operations = self.0.get(route?)?;
        operations.iter().find(|(of, _)| of == method).map(|(_, requirement)| *requirement)
    }
}

fn operations_of(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::OPTIONS, &item.options),
        (Method::HEAD, &item.head),
        (Method::PATCH, &item.patch),
        (Method::TRACE, &item.trace),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

/// A requirement's ways and scopes; it shows them only as JSON.
fn ways(requirement: &SecurityRequirement) -> Vec<(String, Vec<String>)> {
    let json = serde_json::to_value(requirement).unwrap_or_default();
    serde_json::from_value::<std::collections::BTreeMap<_, _>>(json).unwrap_or_default().into_iter().collect()
}

fn stated(operation: &Operation) -> Requirement {
    let alternatives: Vec<_> = operation.security.iter().flatten().map(ways).collect();
    if alternatives.len() == 1 && alternatives.iter().all(Vec::is_empty) {
        return Requirement::Public;
    }
    let mut scopes = alternatives.iter().map(|ways| match ways.as_slice() {
        [(_, scopes)] => match scopes.as_slice() {
            [scope] => Scope::of_name(scope),
            _ => None,
        },
        _ => None,
    });
    let Some(Some(first)) = scopes.next() else { return Requirement::Unstated };
    if scopes.all(|scope| scope == Some(first)) { Requirement::Scope(first) } else { Requirement::Unstated }
}

/// Writes out what operations say in brief: those of [`PUBLIC`] demand nothing; who demands a scope of a key takes it from
/// a key in either header and from a session.
pub(crate) fn complete(document: &mut OpenApi) {
    for (route, item) in &mut document.paths.paths {
        for (method, operation) in with_methods(item) {
            if PUBLIC.contains(&(method, route.as_str())) {
                operation.security.get_or_insert_with(|| vec![SecurityRequirement::default()]);
            }
            let Some(security) = &mut operation.security else { continue };
            if let [only] = security.as_slice()
                && let [(way, scopes)] = ways(only).as_slice()
                && way == BY_KEY
            {
                let by = |way: &str| SecurityRequirement::new(way, scopes.clone());
                *security = vec![by(BY_KEY), by(BY_KEY_HEADER), by(BY_SESSION)];
            }
        }
    }
}

/// Lets anybody call those operations that do not say what they demand: for routes that tests bring along.
pub(crate) fn open(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in with_methods(item) {
            operation.security.get_or_insert_with(|| vec![SecurityRequirement::default()]);
        }
    }
}

fn with_methods(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    let all = [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
        ("TRACE", trace),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}
