//! What is in force: activation, challengers, four eyes, several instances.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod registered;

use std::time::Duration;

use http::Method;
use registered::{Service, file};
use serde_json::json;
use server::{App, scoring::follow_deployment};
use store::{Actor, NewApiKey, NewUser, Role};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread")]
async fn a_model_answers_once_it_is_activated_and_is_retired_only_after() {
    let service = Service::start(&[]).await;
    let (model, policy) = service.registered().await;
    assert!(service.app.engines().champion().is_err(), "nothing is in force");
    let body = json!({"policy": policy}).to_string();
    let activated = service.post(&format!("/v1/models/{model}/activate"), body.clone()).await;
    assert_eq!(activated.status, 200, "{activated:?}");
    assert_eq!((activated.header("etag"), &activated.body["version"]), ("\"v1\"", &json!(1)));
    let engine = service.app.engines().champion().unwrap();
    assert_eq!(engine.model_hash, activated.body["champion"]["model"]["hash"].as_str().unwrap());

    let retired = service.post(&format!("/v1/models/{model}/retire"), Vec::new()).await;
    assert_eq!(retired.status, 409, "it answers");
    let stale = [JSON, ("if-match", "\"v0\"")];
    let path = format!("/v1/models/{model}/activate");
    let refused = service.send(&service.ann, Method::POST, &path, &stale, br#"{"policy":null}"#.to_vec()).await;
    assert_eq!(refused.status, 412, "{refused:?}");
    let current = [JSON, ("if-match", "\"v1\"")];
    let done = service.send(&service.ann, Method::POST, &path, &current, br#"{"policy":null}"#.to_vec()).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert!(service.app.engines().champion().unwrap().policy.is_none());
    assert_eq!(service.post(&format!("/v1/policies/{policy}/retire"), Vec::new()).await.status, 200);
    assert_eq!(service.post(&path, body).await.status, 409, "retired");
    let history = service.get("/v1/deployment/history?limit=2").await;
    assert_eq!(history.body["data"][0]["version"], 3);
    assert!(history.header("link").contains("cursor="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_does_not_fit_is_refused_with_what_does_not() {
    let service = Service::start(&[]).await;
    let (model, _) = service.registered().await;
    let mut wrong: serde_json::Value = serde_json::from_slice(&file("german-credit.policy.json")).unwrap();
    wrong["rules"][0]["when"] = json!("no_such_field > 3");
    wrong["name"] = json!("wrong");
    let policy = service.post("/v1/policies", wrong.to_string()).await;
    assert_eq!(policy.status, 201, "{policy:?}");
    let body = json!({"policy": policy.id()}).to_string();
    let refused = service.post(&format!("/v1/models/{model}/activate"), body).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body["detail"].as_str().unwrap().contains("no_such_field"), "{refused:?}");
    assert_eq!(service.get("/v1/deployment").await.body["version"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_may_take_two_persons() {
    let service = Service::start(&[("PLIMSOLL_FOUR_EYES", "on")]).await;
    let (model, policy) = service.registered().await;
    let body = json!({"policy": policy}).to_string();
    let proposed = service.post(&format!("/v1/models/{model}/activate"), body).await;
    assert_eq!((proposed.status, &proposed.body["outcome"]), (202, &json!("open")), "{proposed:?}");
    assert!(service.app.engines().champion().is_err());
    let path = format!("/v1/deployment/proposals/{}/approve", proposed.id());
    assert_eq!(service.post(&path, Vec::new()).await.status, 409, "not by who proposed");
    let approved = service.send(&service.bob, Method::POST, &path, &[], Vec::new()).await;
    assert_eq!((approved.status, &approved.body["version"]), (200, &json!(1)), "{approved:?}");
    assert!(service.app.engines().champion().is_ok());
    assert_eq!(service.get("/v1/deployment/proposals").await.body["data"][0]["outcome"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_of_one_person_are_one_pair_of_eyes() {
    let service = Service::start(&[("PLIMSOLL_FOUR_EYES", "on")]).await;
    let (model, policy) = service.registered().await;
    let scopes = || ["keys:write", "models:activate", "models:read"].map(str::to_owned).to_vec();
    let of = async |actor: Actor| {
        let new = NewApiKey { name: "another".to_owned(), scopes: scopes(), expires: None };
        let (key, secret) = service.store.create_api_key(new, actor).await.unwrap();
        (key.id, secret.expose().to_owned())
    };
    let person = async |login: &str| {
        let password = "tidal harbour ledger".to_owned().into();
        let new = NewUser { login: login.to_owned(), name: login.to_owned(), role: Role::Administrator, password };
        Actor::User(service.store.create_user(new, Actor::Operator).await.unwrap().id)
    };
    let (cora, dora) = (person("cora").await, person("dora").await);
    let ((first, first_secret), (_, second_secret)) = (of(cora).await, of(cora).await);
    // Over the API a key makes a key, which makes another.
    let made_by = async |secret: &str| {
        let body = json!({"name": "made by a key", "scopes": scopes()}).to_string().into_bytes();
        let made = service.send(secret, Method::POST, "/v1/keys", &[JSON], body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["secret"].as_str().unwrap().to_owned()
    };
    let third_secret = made_by(&second_secret).await;
    let fourth_secret = made_by(&third_secret).await;
    let activate = async |secret: &str| {
        let body = json!({"policy": policy}).to_string().into_bytes();
        let path = format!("/v1/models/{model}/activate");
        let proposed = service.send(secret, Method::POST, &path, &[JSON], body).await;
        assert_eq!(proposed.status, 202, "{proposed:?}");
        format!("/v1/deployment/proposals/{}/approve", proposed.id())
    };
    let approve =
        async |secret: &str, path: &str| service.send(secret, Method::POST, path, &[], Vec::new()).await.status;
    let path = activate(&first_secret).await;
    for own in [&first_secret, &second_secret, &third_secret, &fourth_secret] {
        assert_eq!(approve(own, &path).await, 409, "one person, whichever the key");
    }
    let path_of_fourth = activate(&fourth_secret).await;
    assert_eq!(approve(&first_secret, &path_of_fourth).await, 409, "nor the other way round");
    service.store.revoke_api_key(first, 1, Actor::Operator).await.unwrap();
    assert_eq!(approve(&second_secret, &path).await, 409, "what became of the key does not matter");
    let (_, dora_secret) = of(dora).await;
    assert_eq!(approve(&dora_secret, &path).await, 200, "another person");

    // Behind keys that were made on the machine nobody is known: each is a person of its own, with the keys that it makes.
    let ann_other = made_by(&service.ann).await;
    let challenger = service
        .send(
            &service.ann,
            Method::POST,
            &format!("/v1/models/{model}/activate"),
            &[JSON],
            br#"{"policy":null}"#.to_vec(),
        )
        .await;
    assert_eq!(challenger.status, 202, "{challenger:?}");
    let path = format!("/v1/deployment/proposals/{}/approve", challenger.id());
    assert_eq!(approve(&ann_other, &path).await, 409);
    assert_eq!(approve(&service.bob, &path).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn proposals_are_listed_in_pages() {
    let service = Service::start(&[("PLIMSOLL_FOUR_EYES", "on")]).await;
    let (model, policy) = service.registered().await;
    let body = json!({"policy": policy}).to_string();
    let mut ids = Vec::new();
    for _ in 0..5 {
        let proposed = service.post(&format!("/v1/models/{model}/activate"), body.clone()).await;
        assert_eq!(proposed.header("location"), format!("/v1/deployment/proposals#{}", proposed.id()));
        ids.insert(0, proposed.id());
    }
    let (mut seen, mut pages, mut path) = (Vec::new(), 0, "/v1/deployment/proposals?limit=2".to_owned());
    loop {
        let page = service.get(&path).await;
        seen.extend(page.body["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        pages += 1;
        match page.header("link").strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")) {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((seen, pages), (ids, 3), "the newest first");
    assert_eq!(service.get("/v1/deployment/proposals?limit=0").await.status, 400);
    let history = service.get("/v1/deployment/history?limit=1").await;
    assert_eq!(history.body["data"], json!([]), "nothing came into force");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_follows() {
    let service = Service::start(&[]).await;
    let (model, policy) = service.registered().await;
    let other = App::with_store(service.app.config().clone(), service.store.clone());
    follow_deployment(&other).await.unwrap();
    let body = json!({"policy": policy}).to_string();
    assert_eq!(service.post(&format!("/v1/models/{model}/activate"), body).await.status, 200);
    while other.engines().deployed().version == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let engine = other.engines().champion().unwrap();
    assert!(engine.policy.is_some(), "both or none");
    other.drain().give_up();
}
