//! Scores in numbers: many in one request, lists by filter and page by page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use std::collections::BTreeSet;

use composed::{Place, Service};
use http::Method;
use registered::{Answer, applications, german, key};
use serde_json::{Value, json};

const ONCE: (&str, &str) = ("idempotency-key", "once");

fn submission(number: usize) -> Value {
    json!({"applicant": format!("c-{number}"), "application": applications()[number]})
}

async fn batch(service: &Service, more: &[(&str, &str)], submissions: Vec<Value>) -> Answer {
    service.post("/v1/scores:batch", more, &json!({"applications": submissions})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_has_its_own_result() {
    let (_place, service) = Service::start().await;
    let mut submissions: Vec<Value> = (0..3).map(submission).collect();
    submissions[1]["application"]["age_years"] = json!("old");
    submissions.push(json!({"applicant": "", "application": {}}));
    submissions.push(json!("no object"));
    let answer = batch(&service, &[], submissions).await;
    assert_eq!((answer.status, &answer.body["scored"], &answer.body["failed"]), (200, &json!(2), &json!(3)));
    let results = answer.body["results"].as_array().unwrap();
    let statuses: Vec<u64> = results.iter().map(|result| result["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 422, 201, 422, 422]);
    assert_eq!(results[1]["problem"]["errors"][0]["pointer"], "/application/age_years", "{}", results[1]);
    assert_eq!(results[3]["problem"]["errors"][0]["pointer"], "/applicant", "{}", results[3]);
    for place in [0, 2] {
        let score = &results[place]["score"];
        let read = service.get(&format!("/v1/scores/{}", score["id"].as_str().unwrap())).await;
        assert_eq!(&read.body, score, "the same answer as by itself");
        assert_eq!(score["applicant"], format!("c-{place}"));
    }
    let (all, _) = service.all("/v1/scores").await;
    assert_eq!(all.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_or_none_are_refused_whole() {
    let (_place, service) = Service::start().await;
    for count in [0, 10_001] {
        let answer = batch(&service, &[], vec![json!({"application": {}}); count]).await;
        assert_eq!((answer.status, &answer.body["errors"][0]["pointer"]), (422, &json!("/applications")));
        assert!(answer.body["errors"][0]["detail"].as_str().unwrap().contains(&count.to_string()), "{answer:?}");
    }
    let most = batch(&service, &[], vec![json!({"application": {"no_such_field": 1}}); 10_000]).await;
    assert_eq!((most.status, &most.body["failed"]), (200, &json!(10_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_repeated_are_answered_alike_and_recorded_once() {
    let (_place, service) = Service::start().await;
    let mut submissions: Vec<Value> = (0..50).map(submission).collect();
    submissions[7]["application"]["age_years"] = json!("old");
    let first = batch(&service, &[ONCE], submissions.clone()).await;
    assert_eq!((first.status, &first.body["scored"]), (200, &json!(49)));
    let again = batch(&service, &[ONCE], submissions.clone()).await;
    assert!(first.bytes == again.bytes, "byte for byte");
    let (all, _) = service.all("/v1/scores?limit=200").await;
    assert_eq!(all.len(), 49);

    // The key is of no use for another request, not even for those of its lines that nothing was recorded of.
    let mut others = submissions.clone();
    others[7] = submission(7);
    others.push(submission(50));
    let refused = batch(&service, &[ONCE], others.clone()).await;
    assert_eq!((refused.status, &refused.body["type"]), (422, &json!("/problems/idempotency-mismatch")), "{refused:?}");
    assert_eq!(service.all("/v1/scores?limit=200").await.0.len(), 49, "nothing of it was scored");
    let other = batch(&service, &[("idempotency-key", "another")], others).await;
    assert_eq!((other.status, &other.body["scored"]), (200, &json!(51)));

    let single = service.post("/v1/scores", &[ONCE], &submission(0)).await;
    assert_eq!(single.status, 201, "a key of one operation is not that of another: {single:?}");
    let replayed = service.post("/v1/scores", &[ONCE], &submission(0)).await;
    assert!(replayed.bytes == single.bytes && replayed.header("idempotency-replayed") == "true");
    assert_eq!(service.post("/v1/scores", &[ONCE], &submission(1)).await.status, 422);
}

/// Ids in the order of a list.
fn ids(scores: &[Value]) -> Vec<&str> {
    scores.iter().map(|score| score["id"].as_str().unwrap()).collect()
}

fn number(score: &Value) -> f64 {
    let score = &score["score"];
    score.as_f64().unwrap_or_else(|| score.as_str().unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_hold_what_their_filters_ask_for() {
    let (_place, service) = Service::start().await;
    let answer = batch(&service, &[], (0..120).map(submission).collect()).await;
    assert_eq!(answer.body["scored"], 120);
    let (all, pages) = service.all("/v1/scores").await;
    assert_eq!((all.len(), pages), (120, 3), "50 a page where nothing is said");
    let mut newest_first = ids(&all);
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(ids(&all), newest_first);

    // Whatever a filter asks for is what is left when the others are taken out.
    let check = async |query: String, is_asked_for: &dyn Fn(&Value) -> bool| {
        let (found, _) = service.all(&format!("/v1/scores?limit=7&{query}")).await;
        let expected: Vec<Value> = all.iter().filter(|score| is_asked_for(score)).cloned().collect();
        assert_eq!(ids(&found), ids(&expected), "{query}");
        assert!(!found.is_empty() && found.len() < all.len(), "{query} tells {} of {}", found.len(), all.len());
        assert!(found == expected, "the same answers");
    };
    for decision in ["approve", "refer", "decline"] {
        check(format!("decision={decision}"), &|score| score["decision"] == decision).await;
    }
    check("applicant=c-17".to_owned(), &|score| score["applicant"] == "c-17").await;
    let mut scores: Vec<f64> = all.iter().map(number).collect();
    scores.sort_unstable_by(f64::total_cmp);
    let (low, high) = (scores[30], scores[90]);
    check(format!("min_score={high}"), &|score| number(score) >= high).await;
    check(format!("max_score={low}"), &|score| number(score) <= low).await;
    let between = |score: &Value| number(score) >= low && number(score) <= high && score["decision"] == "decline";
    check(format!("min_score={low}&max_score={high}&decision=decline"), &between).await;

    // Times: what was recorded before, and since.
    let time = all[0]["time"].as_str().unwrap().to_owned();
    let later = composed::until(async || {
        let scored = service.post("/v1/scores", &[], &submission(200)).await;
        (scored.body["time"].as_str().unwrap()[..23] > time[..23]).then(|| scored.body.clone())
    })
    .await;
    let moment = later["time"].as_str().unwrap();
    let moment = format!("{}Z", &moment[..23]);
    let (since, _) = service.all(&format!("/v1/scores?from={moment}")).await;
    assert_eq!(ids(&since), [later["id"].as_str().unwrap()]);
    let (before, _) = service.all(&format!("/v1/scores?to={moment}&limit=200")).await;
    assert!(!ids(&before).contains(&later["id"].as_str().unwrap()) && before.len() >= 120);
    assert!(service.all("/v1/scores?from=2100-01-01T00:00:00Z").await.0.is_empty());

    // Models: one more comes into force.
    let first_model = all[0]["model"]["hash"].as_str().unwrap().to_owned();
    let mut other: Value = serde_json::from_str(german()).unwrap();
    other["name"] = json!("another");
    let model = service.post("/v1/models", &[], &other).await;
    let activated = service.post(&format!("/v1/models/{}/activate", model.id()), &[], &json!({"policy": null})).await;
    assert_eq!(activated.status, 200, "{activated:?}");
    let undecided = service.post("/v1/scores", &[], &submission(1)).await;
    let hash = undecided.body["model"]["hash"].as_str().unwrap();
    assert_ne!(hash, first_model);
    let (by_model, _) = service.all(&format!("/v1/scores?model={hash}")).await;
    assert_eq!(ids(&by_model), [undecided.body["id"].as_str().unwrap()]);
    let (by_first, _) = service.all(&format!("/v1/scores?model={first_model}&limit=200")).await;
    assert!(by_first.len() > 120 && !ids(&by_first).contains(&undecided.body["id"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_though_more_is_recorded_meanwhile() {
    let (_place, service) = Service::start().await;
    batch(&service, &[], (0..10).map(submission).collect()).await;
    let before: BTreeSet<String> = ids(&service.all("/v1/scores").await.0).into_iter().map(str::to_owned).collect();
    let mut seen = Vec::new();
    let mut path = Some("/v1/scores?limit=3".to_owned());
    while let Some(at) = path {
        let page = service.get(&at).await;
        seen.extend(ids(page.body["data"].as_array().unwrap()).into_iter().map(str::to_owned));
        assert_eq!(service.post("/v1/scores", &[], &submission(20)).await.status, 201);
        path = Service::next(&page);
        assert_eq!(path.as_ref().map(|path| path.contains("limit=3")), path.as_ref().map(|_| true));
    }
    assert_eq!(seen.len(), 10, "each once: {seen:?}");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);

    let under = service.get("/api/v1/scores?limit=1").await;
    assert!(under.header("link").starts_with("</api/v1/scores?limit=1&cursor="), "{under:?}");
    let cursor = under.body["next"].as_str().unwrap();
    for (query, kind) in [
        ("limit=0".to_owned(), "invalid-parameter"),
        ("limit=201".to_owned(), "invalid-parameter"),
        ("decision=perhaps".to_owned(), "invalid-parameter"),
        ("model=sha256:1".to_owned(), "invalid-parameter"),
        ("from=yesterday".to_owned(), "invalid-parameter"),
        ("colour=red".to_owned(), "invalid-parameter"),
        (format!("cursor={cursor}x"), "invalid-cursor"),
    ] {
        let refused = service.get(&format!("/v1/scores?{query}")).await;
        assert_eq!((refused.status, &refused.body["type"]), (400, &json!(format!("/problems/{kind}"))), "{query}");
    }
    let elsewhere = service.get(&format!("/v1/batches?cursor={cursor}")).await;
    assert_eq!(elsewhere.body["type"], "/problems/invalid-cursor", "a cursor of another list");
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_outlive_the_process() {
    let place = Place::new(&[]);
    let service = place.begin().await;
    batch(&service, &[], (0..5).map(submission).collect()).await;
    let (all, _) = service.all("/v1/scores").await;
    let next = Service::next(&service.get("/v1/scores?limit=2").await).unwrap();
    let key_of_it = service.key.clone();
    service.composed.close().await;
    drop(service.router);
    let service = place.another(&key_of_it).await;
    let page = service.get(&next).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(ids(page.body["data"].as_array().unwrap()), ids(&all)[2..4]);

    // A store of its own has keys of its own.
    let (_place, stranger) = Service::start().await;
    assert_eq!(stranger.send(Method::GET, &next, &[], "").await.body["type"], "/problems/invalid-cursor");
    assert_ne!(key(stranger.store()).await, key_of_it);
}
