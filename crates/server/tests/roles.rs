//! What a process serves, by its role.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod registered;

use http::Method;
use registered::Service;
use server::api;

/// Every operation of the document, with parameters that name nothing.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(api::document()).unwrap();
    let mut operations = Vec::new();
    for (route, item) in document["paths"].as_object().unwrap() {
        let path: String = route
            .split_inclusive('}')
            .map(|part| match part.split_once('{') {
                Some((before, _)) => format!("{before}00000000-0000-7000-8000-000000000001"),
                None => part.to_owned(),
            })
            .collect();
        let methods = item.as_object().unwrap().keys().filter_map(|method| method.to_uppercase().parse().ok());
        let methods = methods
            .filter(|method| [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(method));
        operations.extend(methods.map(|method| (method, path.clone())));
    }
    operations
}

/// Whether the answer is what an address is answered with where nothing is.
fn is_nowhere(answer: &registered::Answer) -> bool {
    answer.status == 404
        && answer.body["detail"].as_str().is_some_and(|detail| detail.contains("nothing is at this address"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_serves_all_of_it() {
    for role in ["all", "api"] {
        let service = Service::start(&[("PLIMSOLL_ROLE", role)]).await;
        for (method, path) in operations() {
            let answer = service.send(&service.ann, method.clone(), &path, &[], Vec::new()).await;
            assert!(!is_nowhere(&answer), "{role}: {method} {path}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_serves_none_of_it_but_health_problems_and_the_way_in() {
    let service = Service::start(&[("PLIMSOLL_ROLE", "console")]).await;
    for (method, path) in operations() {
        let answer = service.send(&service.ann, method.clone(), &path, &[], Vec::new()).await;
        let is_own = ["/", "/health", "/ready"].contains(&path.as_str()) || path.starts_with("/problems");
        assert_eq!(is_nowhere(&answer), !is_own, "{method} {path}: {answer:?}");
    }
    let door = service.get("/").await;
    assert_eq!((door.status, door.headers["location"].to_str().unwrap()), (303, "/console"));
    for path in ["/health", "/ready", "/problems/overloaded"] {
        assert_eq!(service.get(path).await.status, 200);
        assert_eq!(service.get(&format!("/api{path}")).await.status, 200);
    }
}
