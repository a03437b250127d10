//! The catalogue over HTTP, and who is eligible for what.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;

use catalogue::Service;
use server::access::Scope;

const EXAMPLE: &str = r#"{"name": "Example Item", "description": "Test item", "category": "demo"}"#;

#[tokio::test]
async fn an_item_is_made_read_changed_and_removed() {
    let service = Service::start().await;
    let made = service.post("/items", EXAMPLE).await;
    assert_eq!(made.status, 201);
    let (location, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    assert_eq!(location, format!("/items/{}", made.json()["id"].as_str().unwrap()));
    let read = service.get(&location).await;
    assert_eq!((read.status, read.json(), read.header("etag")), (200, made.json(), tag.as_str()));
    assert_eq!(service.ask("GET", &location, &[("if-none-match", &tag)], "").await.status, 304);
    assert_eq!(service.get(&format!("/api{location}")).await.json(), made.json(), "under /api too");

    let other = EXAMPLE.replace("Example", "Other");
    assert_eq!(service.ask("PUT", &location, &[], &other).await.problem(), "precondition-required");
    let changed = service.ask("PUT", &location, &[("if-match", &tag)], &other).await;
    assert_eq!((changed.status, changed.json()["version"].as_u64()), (200, Some(2)));
    assert_eq!(service.ask("PUT", &location, &[("if-match", &tag)], EXAMPLE).await.problem(), "precondition-failed");
    assert_eq!(service.ask("PUT", &location, &[("if-match", "*")], EXAMPLE).await.status, 200);
    assert_eq!(service.ask("DELETE", &location, &[("if-match", &tag)], "").await.status, 412);
    assert_eq!(service.ask("DELETE", &location, &[], "").await.status, 204);
    assert_eq!(service.get(&location).await.problem(), "not-found");
}

#[tokio::test]
async fn lists_filter_and_go_on() {
    let service = Service::start().await;
    for number in 0..5 {
        let category = ["cards & loans", "demo"][number % 2];
        service.post("/items", &format!(r#"{{"name":"{number}","category":"{category}"}}"#)).await;
    }
    let first = service.get("/items?limit=2&category=cards%20%26%20loans").await;
    let names = |answer: &catalogue::Answer| {
        let data = answer.json()["data"].as_array().unwrap().clone();
        data.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(names(&first), "02");
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let second = service.get(&next).await;
    assert_eq!((names(&second).as_str(), second.header("link")), ("4", ""));
    let stolen = next.replace("cards%20%26%20loans", "demo");
    assert_eq!(service.get(&stolen).await.problem(), "invalid-cursor");
    assert_eq!(service.get("/items?limit=0").await.status, 400);
    assert_eq!(service.get("/items?kategory=demo").await.status, 400);
}

#[tokio::test]
async fn a_repeated_request_makes_one_item() {
    let service = Service::start().await;
    let key = [("idempotency-key", "k-1")];
    let first = service.ask("POST", "/items", &key, EXAMPLE).await;
    let item = first.header("location").to_owned();
    service.ask("PUT", &item, &[("if-match", "*")], &EXAMPLE.replace("Example", "Other")).await;
    let again = service.ask("POST", "/items", &key, EXAMPLE).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "byte for byte, whatever happened since");
    assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = service.ask("POST", "/items", &key, &EXAMPLE.replace("demo", "x")).await;
    assert_eq!(other.problem(), "idempotency-mismatch");
    assert_eq!(service.get("/items").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_pointed_at() {
    let service = Service::start().await;
    for (body, pointer) in [
        (r#"{"name":"","category":"c"}"#, "/name"),
        (r#"{"name":"a","category":"c","description":"\u0000"}"#, "/description"),
        (r#"{"name":"a","category":""}"#, "/category"),
        (r#"{"name":"a","category":"c","eligibility":{"min_score":2,"max_score":1}}"#, "/eligibility/min_score"),
        (r#"{"name":"a","category":"c","eligibility":{"expression":"age >"}}"#, "/eligibility/expression"),
        (r#"{"name":"a","category":"c","eligibility":{"expresion":"x"}}"#, "/eligibility"),
    ] {
        let answer = service.post("/items", body).await;
        assert_eq!(answer.status, 422, "{body}");
        let at = answer.json()["errors"][0]["pointer"].as_str().unwrap().to_owned();
        assert!(at.starts_with(pointer), "{at}: {body}");
    }
    let nested = format!(r#"{{"name":"a","category":"c","eligibility":{{"expression":"{}"}}}}"#, "(".repeat(3_900));
    assert_eq!(service.post("/items", &nested).await.status, 422);
    assert!(service.post("/items", r#"{"name":"Loan","category":"c","eligibility":{"expression":"1 +"}}"#)
        .await
        .json()["errors"][0]["detail"]
        .as_str()
        .unwrap()
        .contains("the expression of `Loan`: line 1"));
}

#[tokio::test]
async fn scores_list_what_the_applicant_is_eligible_for() {
    let service = Service::start().await.with_model().await;
    assert_eq!(service.score("A", 40).await["items"].as_array().unwrap().len(), 0, "no items");
    let item =
        |name: &str, eligibility: &str| format!(r#"{{"name":"{name}","category":"c","eligibility":{eligibility}}}"#);
    service.post("/items", EXAMPLE).await;
    service.post("/items", &item("good", r#"{"min_score":625}"#)).await;
    service.post("/items", &item("second", r#"{"min_score":500,"max_score":624.9}"#)).await;
    service.post("/items", &item("grown", r#"{"expression":"age >= 35 && score > 600"}"#)).await;
    let misfit = service.post("/items", &item("misfit", r#"{"expression":"agee >= 35"}"#)).await;
    let problem = misfit.json()["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("`misfit`") && problem.contains("did you mean `age`"), "{problem}");
    let read = service.get(misfit.header("location")).await;
    assert_eq!((read.json(), read.header("etag")), (misfit.json(), misfit.header("etag")));

    let names = |score: &serde_json::Value| {
        let items = score["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&service.score("A", 40).await), "Example Item good grown");
    assert_eq!(names(&service.score("A", 30).await), "Example Item good");
    let young = service.score("A", 20).await;
    assert_eq!(names(&young), "Example Item second");
    // Without a value nothing is true of it.
    let unknown = service.post("/v1/scores", r#"{"application":{}}"#).await;
    assert!(!String::from_utf8_lossy(&unknown.body).contains("grown"));
    // What was recorded stays when the catalogue changes.
    let id = young["id"].as_str().unwrap();
    service.ask("DELETE", misfit.header("location"), &[], "").await;
    assert_eq!(service.get(&format!("/v1/scores/{id}")).await.json(), young);
}

#[tokio::test]
async fn another_instances_change_is_seen() {
    use store::Items;
    let service = Service::start().await.with_model().await;
    let content =
        store::ItemContent { name: "far".into(), description: String::new(), category: "c".into(), eligibility: None };
    service.store.create(content, "k", None).await.unwrap();
    service.app.eligibility().refresh(&*service.store).await.unwrap();
    assert_eq!(service.score("A", 40).await["items"][0]["name"], "far");
}

#[tokio::test]
async fn anyone_reads_and_a_scope_writes() {
    let service = Service::start().await.anonymous();
    assert_eq!(service.get("/items").await.status, 200);
    assert_eq!(service.post("/items", EXAMPLE).await.problem(), "unauthenticated");
    let service = service.with_scopes(&[Scope::FlagsWrite]).await;
    assert_eq!(service.post("/items", EXAMPLE).await.problem(), "forbidden");
    let service = service.with_scopes(&[Scope::ItemsWrite]).await;
    assert_eq!(service.post("/items", EXAMPLE).await.status, 201);
}
