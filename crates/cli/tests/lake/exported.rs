//! A service whose decisions are exported, and what must be in its lake.

#![allow(dead_code)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use load::{Book, Pace, Plan};
use serde_json::Value as Json;

use crate::instance::{Instance, Place, applications};

/// How long an export may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Settings under which files are small and soon there.
pub(crate) fn small(fields: &str) -> Vec<(&'static str, String)> {
    vec![
        ("PLIMSOLL_LAKE_ROWS", "64".to_owned()),
        ("PLIMSOLL_LAKE_INTERVAL", "1s".to_owned()),
        ("PLIMSOLL_LAKE_FIELDS", fields.to_owned()),
    ]
}

/// Scores for a while; each number is another applicant.
pub(crate) async fn score(place: &Place, instance: &Instance, book: &Arc<Book>, duration: Duration) {
    let target = place.scores(instance.address);
    let plan = Plan { target, connections: 4, pace: Pace::Closed, duration, only_unanswered: false };
    load::run(plan, &applications(), book).await;
}

/// The decisions that the manifests of a lake name.
fn named(lake: &Path) -> u64 {
    let Ok(manifests) = std::fs::read_dir(lake.join("manifests")) else { return 0 };
    // What a killed process had begun lies beside them, under a name that ends otherwise.
    let is_whole = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let manifests = manifests.flatten().map(|manifest| manifest.path()).filter(is_whole);
    let decisions = manifests.filter_map(|manifest| {
        let text = std::fs::read(manifest).ok()?;
        serde_json::from_slice::<Json>(&text).ok()?["decisions"].as_u64()
    });
    decisions.sum()
}

/// Waits until as many decisions are in the lake.
#[track_caller]
pub(crate) fn wait_for(lake: &Path, decisions: usize, instance: &Instance) {
    let began = Instant::now();
    while named(lake) < decisions as u64 {
        let log = instance.log();
        assert!(began.elapsed() < PATIENCE, "{} of {decisions} decisions are in the lake; {log}", named(lake));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Ends an instance in order; gives what it logged.
pub(crate) fn stop(mut instance: Instance) -> String {
    instance.terminate();
    while !instance.has_ended() {
        std::thread::sleep(Duration::from_millis(20));
    }
    instance.log()
}

/// How a command of an operator ended.
pub(crate) fn plimsoll(settings: &BTreeMap<&'static str, String>, arguments: &[&str]) -> (i32, Json, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(arguments).arg("--json").envs(settings);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or_default(), said)
}

/// The lake is sound, and nothing of the ledger is missing in it.
#[track_caller]
pub(crate) fn is_sound(data: &Path, lake: &Path) {
    let settings = BTreeMap::from([("PLIMSOLL_DATA", data.display().to_string())]);
    let (code, found, said) = plimsoll(&settings, &["lake", "verify", lake.to_str().unwrap(), "--ledger"]);
    assert_eq!((code, &found["waiting"]), (0, &0.into()), "{found:#}{said}");
}

/// The lake in a data folder.
pub(crate) fn lake_in(place: &Place) -> PathBuf {
    place.data().join("lake")
}
