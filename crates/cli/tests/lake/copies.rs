//! Copies of checkpoints in a folder.

use crate::{
    exported::stop,
    http::ask,
    instance::{Instance, Place},
};

fn count(instance: &Instance, outcome: &str) -> u64 {
    let metrics = String::from_utf8(ask(instance.private, "GET", "/metrics", &[], b"").body).unwrap();
    let line = format!("plimsoll_checkpoint_copies_total{{outcome=\"{outcome}\"}} ");
    metrics.lines().find_map(|found| found.strip_prefix(&line)).map_or(0, |value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_says_otherwise_raises_an_alarm_and_stays() {
    let place = Place::embedded().await;
    let copies = place.data().join("copies");
    let settings = [("PLIMSOLL_CHECKPOINTS", copies.display().to_string())];
    stop(place.start_with(&settings));
    let ledger = std::fs::read_dir(&copies).unwrap().flatten().next().expect("a folder of the ledger").path();
    let mut files: Vec<_> = std::fs::read_dir(&ledger).unwrap().flatten().map(|file| file.path()).collect();
    files.sort();
    let store = place.store().await;
    let checkpoints = store.checkpoints(None, 200).await.unwrap();
    store.close().await;
    assert_eq!(files.len(), checkpoints.len(), "every checkpoint has a copy");
    let copy = std::fs::read_to_string(&files[0]).unwrap();
    assert_eq!(copy, checkpoints.last().unwrap().text());
    assert!(files[0].ends_with("000000000000.json"), "{files:?}");

    std::fs::write(&files[0], "{}").unwrap();
    let instance = place.start_with(&settings);
    let began = std::time::Instant::now();
    while count(&instance, "conflict") == 0 {
        assert!(began.elapsed().as_secs() < 30, "nobody noticed: {}", instance.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(instance.log().contains("says otherwise"), "{}", instance.log());
    stop(instance);
    assert_eq!(std::fs::read_to_string(&files[0]).unwrap(), "{}", "it is evidence: nobody replaces it");
}
