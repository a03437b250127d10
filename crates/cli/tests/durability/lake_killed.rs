//! SIGKILL while decisions are exported: the lake is the ledger, each decision once.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use load::Book;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use testbed::Postgres;

use crate::{
    exported::{is_sound, lake_in, small, stop, wait_for},
    instance::Place,
    killed::{AFTER, LOAD, kill_after, kills},
    trial::{score, settle},
};

/// The ids in a lake, each as often as it is there.
fn ids(lake: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for day in std::fs::read_dir(lake).unwrap().flatten() {
        if !day.file_name().to_string_lossy().starts_with("date=") {
            continue;
        }
        for file in std::fs::read_dir(day.path()).unwrap().flatten() {
            // What a killed process had begun lies beside the files, under another kind of name.
            if file.path().extension().is_some_and(|extension| extension == "parquet") {
                let reader = SerializedFileReader::new(std::fs::File::open(file.path()).unwrap()).unwrap();
                ids.extend(reader.get_row_iter(None).unwrap().map(|row| row.unwrap().get_string(0).unwrap().clone()));
            }
        }
    }
    ids
}

#[track_caller]
fn agree(lake: &Path, ledger: &BTreeSet<String>) {
    let ids = ids(lake);
    assert_eq!(ids.len(), ledger.len(), "decisions in the lake against decisions in the ledger");
    assert_eq!(&ids.into_iter().collect::<BTreeSet<_>>(), ledger);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_it_exports_it_exports_every_decision_once() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("lake-killed"));
    let settings = small("attributes");
    for _ in 0..kills(20) {
        let instance = place.start_with(&settings);
        let load = score(&place, instance.address, &book, LOAD + AFTER);
        tokio::join!(load, kill_after(LOAD, instance));
    }
    let instance = place.start_with(&settings);
    settle(&place, instance.address, &book).await;
    let lake = lake_in(&place);
    wait_for(&lake, book.count(), &instance);
    stop(instance);
    let audit = place.audit().await;
    audit.agrees_with(&book);
    agree(&lake, &audit.scores());
    is_sound(place.data(), &lake);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_instances_killed_in_turn_another_goes_on_exporting() {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let book = Arc::new(Book::keeping("lake-in-turn"));
    let lake = lake_in(&place);
    let mut settings = small("none");
    settings.push(("PLIMSOLL_LAKE", lake.display().to_string()));
    let mut standing = place.start_with(&settings);
    for _ in 0..kills(4) {
        let falling = place.start_with(&settings);
        let one = score(&place, standing.address, &book, LOAD * 2);
        let other = score(&place, falling.address, &book, LOAD + AFTER);
        tokio::join!(one, other, kill_after(LOAD, falling));
        std::mem::replace(&mut standing, place.start_with(&settings)).kill();
    }
    settle(&place, standing.address, &book).await;
    wait_for(&lake, book.count(), &standing);
    stop(standing);
    let audit = place.audit().await;
    assert!(audit.chains.len() > 1, "the instances shared a chain");
    agree(&lake, &audit.scores());
}
