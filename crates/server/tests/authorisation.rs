//! Who may do what, of every operation that the document has: without credentials, with the wrong ones, with the right ones.
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

mod callers;

use std::collections::{BTreeMap, BTreeSet};

use callers::{Browser, Service, all_but};
use http::Method;
use serde_json::{Value, json};
use server::access::{PUBLIC, Scope, Scopes, role};
use server::api;
use store::Role;

/// What anybody may call. A new operation is not among these unless somebody writes it down here.
const OPEN: &[(&str, &str)] = &[
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

/// An operation of the document.
#[derive(Debug, Clone)]
struct Operation {
    method: Method,
    route: String,
    security: Vec<BTreeMap<String, Vec<String>>>,
    has_body: bool,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }

    fn is_open(&self) -> bool {
        OPEN.contains(&(self.method.as_str(), self.route.as_str()))
    }

    /// An address of it: whatever its parameters name is not there.
    fn path(&self) -> String {
        let mut parts = self.route.split('{');
        let mut path = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (_, rest) = part.split_once('}').expect("a parameter's end");
            path.push_str("00000000-0000-7000-8000-000000000001");
            path.push_str(rest);
        }
        path
    }

    fn body(&self) -> Option<Value> {
        self.has_body.then(|| json!({}))
    }

    /// The one scope that all ways to call it demand.
    fn scope(&self) -> Scope {
        let scopes: BTreeSet<&String> = self.security.iter().flat_map(BTreeMap::values).flatten().collect();
        let [scope] = scopes.into_iter().collect::<Vec<_>>()[..] else {
            panic!("{}: {:?}", self.name(), self.security)
        };
        Scope::of_name(scope).unwrap_or_else(|| panic!("{}: no scope {scope}", self.name()))
    }
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(api::document()).expect("JSON");
    let mut operations = Vec::new();
    for (route, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"].contains(&method.as_str()) {
                continue;
            }
            operations.push(Operation {
                method,
                route: route.clone(),
                security: serde_json::from_value(operation["security"].clone()).unwrap_or_default(),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    assert!(operations.len() > 15, "the document was read");
    operations
}

fn guarded() -> Vec<Operation> {
    operations().into_iter().filter(|operation| !operation.is_open()).collect()
}

#[test]
fn every_operation_says_what_it_demands() {
    for operation in operations() {
        let name = operation.name();
        if operation.is_open() {
            assert_eq!(operation.security, [BTreeMap::new()], "{name} is open and must say so");
            continue;
        }
        let scope = operation.scope();
        let ways: Vec<Vec<&str>> =
            operation.security.iter().map(|way| way.keys().map(String::as_str).collect()).collect();
        let expected: &[&[&str]] =
            if scope.is_for_keys() { &[&["api_key"], &["api_key_header"], &["session"]] } else { &[&["session"]] };
        assert_eq!(ways, expected, "{name}");
        assert!(operation.security.iter().flat_map(BTreeMap::values).all(|scopes| scopes.len() == 1), "{name}");
    }
    assert_eq!(PUBLIC, OPEN, "what the service leaves open is what was agreed to here");
}

#[tokio::test]
async fn without_valid_credentials_only_what_is_open_answers() {
    let service = Service::with(&[("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")]).await;
    let (_, revoked) = service.key(all_but(None)).await;
    let key = service.store.api_keys(None, 1).await.expect("keys").remove(0);
    service.store.revoke_api_key(key.id, 1, store::Actor::Operator).await.expect("revoked");
    let bearer = |key: &str| format!("Bearer {key}");
    for operation in operations() {
        let (name, path) = (operation.name(), operation.path());
        let none = service.send(operation.method.clone(), &path, &[], operation.body()).await;
        if operation.is_open() {
            assert!(![401, 403, 500].contains(&none.status), "{name}: {none:?}");
            continue;
        }
        assert_eq!((none.status, none.problem()), (401, "unauthenticated"), "{name}: {none:?}");
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"plimsoll\"", "{name}");
        for (header, value) in [
            ("authorization", bearer(&revoked)),
            ("authorization", bearer("plim_00000000_nonsense")),
            ("authorization", "Basic YTpi".to_owned()),
            ("x-api-key", revoked.clone()),
            ("cookie", "plimsoll=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ] {
            let wrong = service.send(operation.method.clone(), &path, &[(header, &value)], operation.body()).await;
            assert_eq!(wrong.status, 401, "{name} with {header}: {value}");
            assert!(wrong.header("www-authenticate").contains("invalid_token"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_key_does_what_its_scope_says_and_nothing_else() {
    let service = Service::with(&[("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")]).await;
    for operation in guarded() {
        let (name, scope) = (operation.name(), operation.scope());
        let (_, others) = service.key(all_but(Some(scope))).await;
        let refused = service.by_key(&others, operation.method.clone(), &operation.path(), operation.body()).await;
        assert_eq!((refused.status, refused.problem()), (403, "forbidden"), "{name} without {scope}: {refused:?}");
        assert!(
            refused.body["detail"].as_str().is_some_and(|detail| detail.contains(scope.name())),
            "{name}: {refused:?}"
        );
        assert!(refused.header("www-authenticate").contains(&format!("scope=\"{scope}\"")), "{name}");
        if !scope.is_for_keys() {
            continue;
        }
        // Right by the document, so right by the handler: they demand the same.
        let (_, only) = service.key(Scopes::of(&[scope])).await;
        for header in [("authorization", format!("Bearer {only}")), ("x-api-key", only.clone())] {
            let headers = [(header.0, header.1.as_str())];
            let let_in = service.send(operation.method.clone(), &operation.path(), &headers, operation.body()).await;
            assert!(![401, 403, 500].contains(&let_in.status), "{name} with {scope} in {}: {let_in:?}", header.0);
        }
    }
}

#[tokio::test]
async fn a_user_does_what_the_role_says_and_nothing_else() {
    let service = Service::with(&[("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")]).await;
    for role in Role::ALL {
        service.user(role.name(), role).await;
    }
    let mut browsers: BTreeMap<&str, Browser> = BTreeMap::new();
    for operation in guarded() {
        let (name, scope) = (operation.name(), operation.scope());
        assert!(Role::ALL.into_iter().any(|role| role::scopes(role).has(scope)), "{name}: nobody has {scope}");
        for role in Role::ALL {
            let browser = match browsers.get(role.name()) {
                Some(browser) => browser.clone(),
                None => service.log_in(role.name()).await,
            };
            browsers.insert(role.name(), browser.clone());
            let answer = service.by(&browser, operation.method.clone(), &operation.path(), operation.body()).await;
            if !role::scopes(role).has(scope) {
                assert_eq!((answer.status, answer.problem()), (403, "forbidden"), "{name} as {role:?}: {answer:?}");
                continue;
            }
            assert!(![401, 403, 500].contains(&answer.status), "{name} as {role:?}: {answer:?}");
            if scope == Scope::AccountOwn {
                browsers.remove(role.name());
            }
        }
    }
}

#[tokio::test]
async fn a_session_changes_nothing_unless_a_page_of_ours_asks() {
    let service = Service::with(&[("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")]).await;
    service.user("viewer", Role::Viewer).await;
    service.user("admin", Role::Administrator).await;
    let (browser, another) = (service.log_in("admin").await, service.log_in("viewer").await);
    let changes = guarded().into_iter().filter(|operation| operation.method != Method::GET);
    for operation in changes.filter(|operation| role::scopes(Role::Administrator).has(operation.scope())) {
        let name = operation.name();
        let cookie = ("cookie", browser.cookie.as_str());
        for headers in [
            vec![cookie],
            vec![cookie, ("x-csrf-token", "")],
            vec![cookie, ("x-csrf-token", another.csrf_token.as_str())],
            vec![cookie, ("x-csrf-token", browser.csrf_token.as_str()), ("sec-fetch-site", "cross-site")],
            vec![cookie, ("x-csrf-token", browser.csrf_token.as_str()), ("origin", "https://evil.example")],
        ] {
            let answer = service.send(operation.method.clone(), &operation.path(), &headers, operation.body()).await;
            assert_eq!((answer.status, answer.problem()), (403, "forbidden"), "{name} {headers:?}: {answer:?}");
        }
    }
}
