//! The same in S3: a bucket for the lake, one with Object Lock for checkpoints.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use load::Book;
use serde_json::{Value as Json, json};
use testbed::Moto;

use crate::{
    exported::{plimsoll, score, small, stop},
    http::ask,
    instance::Place,
};

/// Asks the emulated S3, as the SDK of Python does.
fn s3(request: &Json) -> Json {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let url = Moto::shared().url();
    let mut python = Command::new(root.join("target/moto/bin/python"))
        .arg(root.join("crates/cli/tests/lake/s3.py"))
        .envs(Moto::environment(&url))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("no Python with boto3: run `cargo xtask setup`");
    let mut request = request.clone();
    request["url"] = url.into();
    python.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "S3 refused; its words are above");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_and_checkpoints_go_to_their_buckets() {
    let (lake, locked) = ("risk-lake", "risk-checkpoints");
    s3(&json!({ "make": [lake], "make_locked": [locked] }));

    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("s3"));
    let mut settings = small("attributes");
    settings.extend(Moto::environment(&Moto::shared().url()));
    settings.push(("PLIMSOLL_LAKE", format!("s3://{lake}/decisions")));
    settings.push(("PLIMSOLL_CHECKPOINTS", format!("s3://{locked}")));
    let instance = place.start_with(&settings);
    score(&place, &instance, &book, Duration::from_millis(600)).await;

    let mut operator: std::collections::BTreeMap<_, _> = settings.iter().cloned().collect();
    operator.insert("PLIMSOLL_DATA", place.data().display().to_string());
    let began = std::time::Instant::now();
    let verified = loop {
        let (code, found, said) = plimsoll(&operator, &["lake", "verify"]);
        if code == 0 && found["decisions"] == book.count() {
            break found;
        }
        assert!(began.elapsed().as_secs() < 60, "{found:#}{said}{}", instance.log());
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(verified["files"].as_u64().unwrap() > 1, "{verified:#}");
    let metrics = String::from_utf8(ask(instance.private, "GET", "/metrics", &[], b"").body).unwrap();
    let counted = "dependency=\"s3\",operation=\"PutObject\",outcome=\"success\"";
    assert!(metrics.contains(counted), "calls are counted");
    let log = stop(instance);
    let (code, drift, said) = plimsoll(&operator, &["monitor", "--lake", &format!("s3://{lake}/decisions")]);
    assert!([0, 5].contains(&code), "{said}");
    assert_eq!(
        (&drift["decisions"], &drift["decisions_with_attributes"]),
        (&book.count().into(), &book.count().into())
    );

    let found = s3(&json!({ "look": [lake, locked] }));
    let keys = |bucket: &str| -> Vec<String> { serde_json::from_value(found[bucket]["keys"].clone()).unwrap() };
    let is_of_the_lake =
        |key: &String| key.starts_with("decisions/date=") || key.starts_with("decisions/manifests/date=");
    assert!(keys(lake).len() > 2 && keys(lake).iter().all(is_of_the_lake), "{found:#}");
    let store = place.store().await;
    let checkpoints = store.checkpoints(None, 200).await.unwrap();
    store.close().await;
    let (copies, found) = (keys(locked), &found[locked]);
    assert_eq!(copies.len(), checkpoints.len(), "{found:#}{log}");
    assert_eq!(found["first"], checkpoints.last().unwrap().text());
    assert_eq!((&found["lock"], &found["versions"]), (&"GOVERNANCE".into(), &copies.len().into()), "once, and locked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_not_there_stops_nothing_and_is_said() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("no-bucket"));
    let mut settings = small("none");
    settings.extend(Moto::environment(&Moto::shared().url()));
    settings.push(("PLIMSOLL_LAKE", "s3://nobody-made-this/decisions".to_owned()));
    let instance = place.start_with(&settings);
    score(&place, &instance, &book, Duration::from_millis(300)).await;
    assert!(book.count() > 0);
    let began = std::time::Instant::now();
    while !instance.log().contains("check the name of the bucket") {
        assert!(began.elapsed().as_secs() < 60, "{}", instance.log());
        std::thread::sleep(Duration::from_millis(100));
    }
    stop(instance);
}
