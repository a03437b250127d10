//! The same in S3: a bucket for the lake, one with Object Lock for checkpoints.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use load::Book;
use testbed::Moto;

use crate::{
    exported::{plimsoll, score, small, stop},
    http::{Answer, ask},
    instance::Place,
};

fn moto(method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
    let address: SocketAddr = Moto::shared().address().parse().unwrap();
    let answer = ask(address, method, path, headers, body.as_bytes());
    assert!(answer.status < 300, "{method} {path}: {answer:?}");
    answer
}

/// The keys that a bucket lists.
fn keys(bucket: &str) -> Vec<String> {
    let listed = String::from_utf8(moto("GET", &format!("/{bucket}?list-type=2&max-keys=1000"), &[], "").body).unwrap();
    listed.split("<Key>").skip(1).map(|rest| rest.split("</Key>").next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_and_checkpoints_go_to_their_buckets() {
    let (lake, locked) = ("risk-lake", "risk-checkpoints");
    let region =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>";
    moto("PUT", &format!("/{lake}"), &[], region);
    moto("PUT", &format!("/{locked}"), &["x-amz-bucket-object-lock-enabled: true"], region);
    moto(
        "PUT",
        &format!("/{locked}?object-lock"),
        &[],
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
         <Mode>GOVERNANCE</Mode><Days>760</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
    );

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
    stop(instance);
    let (code, drift, said) = plimsoll(&operator, &["monitor", "--lake", &format!("s3://{lake}/decisions")]);
    assert!([0, 5].contains(&code), "{said}");
    assert_eq!((&drift["decisions"], &drift["decisions_with_attributes"]), (&book.count().into(), &book.count().into()));
    assert!(keys(lake).iter().all(|key| key.starts_with("decisions/date=") || key.starts_with("decisions/manifests/")));

    let copies = keys(locked);
    let store = place.store().await;
    let checkpoints = store.checkpoints(None, 200).await.unwrap();
    store.close().await;
    assert_eq!(copies.len(), checkpoints.len());
    let held = moto("GET", &format!("/{locked}/{}", copies[0]), &[], "");
    assert_eq!(held.body, checkpoints.last().unwrap().text().into_bytes());
    assert_eq!(held.header("x-amz-object-lock-mode"), "GOVERNANCE", "{}", held.head);
    let versions = String::from_utf8(moto("GET", &format!("/{locked}?versions"), &[], "").body).unwrap();
    assert_eq!(versions.matches("<Version>").count(), copies.len(), "none was written twice");
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
