//! API keys over HTTP.

mod callers;

use callers::{Service, all_but, send};
use http::Method;
use serde_json::json;
use server::access::{Scope, Scopes};
use store::Role;

const KEYS: Scopes = Scopes::of(&[Scope::KeysRead, Scope::KeysWrite, Scope::ScoresWrite]);

#[tokio::test]
async fn a_key_is_made_used_rotated_and_revoked() {
    let service = Service::start().await;
    let (_, master) = service.key(KEYS).await;
    let request = json!({"name": "batch", "scopes": ["keys:read"], "expires": "2099-01-01T00:00:00Z"});
    let made = service.by_key(&master, Method::POST, "/v1/keys", Some(request)).await;
    assert_eq!(
        (made.status, made.header("etag"), made.header("cache-control")),
        (201, "\"v1\"", "no-store"),
        "{made:?}"
    );
    let location = made.header("location").to_owned();
    assert_eq!(made.body["key"]["expires"], "2099-01-01T00:00:00.000000Z");
    let secret = made.body["secret"].as_str().expect("a secret").to_owned();
    assert!(
        secret.starts_with(&format!("plim_{}_", made.body["key"]["secrets"][0]["prefix"].as_str().expect("a prefix")))
    );

    let shown = service.by_key(&secret, Method::GET, &location, None).await;
    assert_eq!((shown.status, shown.body["name"].as_str()), (200, Some("batch")));
    assert!(!shown.body.to_string().contains(&secret), "shown once");

    let rotate = format!("{location}/rotate");
    let stale = [("x-api-key", master.as_str()), ("if-match", "\"v9\"")];
    assert_eq!(service.send(Method::POST, &rotate, &stale, Some(json!({}))).await.status, 412);
    let rotated = service.by_key(&master, Method::POST, &rotate, Some(json!({"overlap_hours": 1}))).await;
    assert_eq!((rotated.status, rotated.header("etag")), (200, "\"v2\""), "{rotated:?}");
    let new = rotated.body["secret"].as_str().expect("a secret").to_owned();
    for either in [&secret, &new] {
        assert_eq!(service.by_key(either, Method::GET, "/v1/keys", None).await.status, 200);
    }
    let at_once = service.by_key(&master, Method::POST, &rotate, Some(json!({"overlap_hours": 0}))).await;
    let newest = at_once.body["secret"].as_str().expect("a secret").to_owned();
    for old in [&secret, &new] {
        assert_eq!(service.by_key(old, Method::GET, "/v1/keys", None).await.status, 401, "at once in this process");
    }
    assert_eq!(service.by_key(&newest, Method::GET, "/v1/keys", None).await.status, 200);
    assert_eq!(service.by_key(&master, Method::DELETE, &location, None).await.status, 204);
    assert_eq!(service.by_key(&newest, Method::GET, "/v1/keys", None).await.status, 401, "at once in this process");
    assert_eq!(service.by_key(&master, Method::DELETE, &location, None).await.problem(), "conflict");
    let listed = service.by_key(&master, Method::GET, "/v1/keys", None).await;
    assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(2), "revoked ones too");
}

#[tokio::test]
async fn a_key_gives_no_more_than_it_has() {
    let service = Service::start().await;
    let (_, few) = service.key(KEYS).await;
    let (mighty, _) = service.key(all_but(None)).await;
    let wanted = json!({"name": "more", "scopes": ["scores:write", "models:activate"]});
    let refused = service.by_key(&few, Method::POST, "/v1/keys", Some(wanted.clone())).await;
    assert_eq!((refused.status, refused.problem()), (403, "forbidden"), "{refused:?}");
    let rotate = format!("/v1/keys/{mighty}/rotate");
    assert_eq!(service.by_key(&few, Method::POST, &rotate, Some(json!({}))).await.status, 403);
    service.user("admin", Role::Administrator).await;
    let admin = service.log_in("admin").await;
    assert_eq!(service.by(&admin, Method::POST, "/v1/keys", Some(wanted)).await.status, 201);
    for (scopes, pointer) in [(json!(["scores:write", "nonsense"]), "/scopes/1"), (json!(["users:write"]), "/scopes/0")]
    {
        let refused = service.by(&admin, Method::POST, "/v1/keys", Some(json!({"name": "x", "scopes": scopes}))).await;
        assert_eq!(
            (refused.status, refused.body["errors"][0]["pointer"].as_str()),
            (422, Some(pointer)),
            "{refused:?}"
        );
    }
    for wrong in [
        json!({"name": "", "scopes": ["scores:write"]}),
        json!({"name": "x", "scopes": []}),
        json!({"name": "x", "scopes": ["scores:write"], "expires": "tomorrow"}),
        json!({"name": "x", "scopes": ["scores:write"], "expires": "2001-01-01T00:00:00Z"}),
        json!({"name": "x", "scopes": ["scores:write"], "secret": "mine"}),
    ] {
        let refused = service.by(&admin, Method::POST, "/v1/keys", Some(wrong.clone())).await;
        assert_eq!(refused.status, 422, "{wrong}: {refused:?}");
    }
}

#[tokio::test]
async fn keys_are_listed_in_pages_and_their_use_is_noted() {
    let service = Service::start().await;
    let (id, master) = service.key(KEYS).await;
    for _ in 0..4 {
        service.key(KEYS).await;
    }
    let (mut path, mut seen) = ("/v1/keys?limit=2".to_owned(), Vec::new());
    loop {
        let page = service.by_key(&master, Method::GET, &path, None).await;
        assert_eq!(page.status, 200, "{page:?}");
        seen.extend(page.body["data"].as_array().expect("keys").iter().map(|key| key["id"].clone()));
        let Some(link) = page.header("link").strip_prefix('<').and_then(|link| link.split('>').next()) else { break };
        path = link.to_owned();
    }
    assert_eq!(seen.len(), 5);
    // The note is written beside the request; reading it again gives it time.
    for _ in 0.. {
        if service.store.api_key(id).await.expect("the key").last_used.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn another_instance_remembers_for_seconds_only() {
    let service = Service::start().await;
    let (id, secret) = service.key(KEYS).await;
    let (_, beside) = service.beside();
    let ask = async || send(&beside, Method::GET, "/v1/keys", &[("x-api-key", &secret)], None).await.status;
    assert_eq!(ask().await, 200);
    service.store.revoke_api_key(id, 1, store::Actor::Operator).await.expect("revoked");
    let began = std::time::Instant::now();
    while ask().await == 200 {
        assert!(began.elapsed() < std::time::Duration::from_secs(8), "a revoked key is still taken");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
