//! Somebody who is erased is erased from the lake, too.

use std::{sync::Arc, time::Duration};

use load::Book;
use serde_json::Value as Json;
use store::ErasureReason;

use crate::{
    duck,
    exported::{is_sound, lake_in, score, small, stop, wait_for},
    instance::Place,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_with_decisions_about_somebody_erased_are_written_again() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("erased"));
    let settings = small("inputs");
    let instance = place.start_with(&settings);
    score(&place, &instance, &book, Duration::from_millis(600)).await;
    let lake = lake_in(&place);
    wait_for(&lake, book.count(), &instance);
    stop(instance);

    let ids = place.audit().await.scores();
    let id = ids.first().unwrap().clone();
    let row = |id: &str| {
        let columns = "score, decision, applicant_token, reasons, characteristics, inputs";
        duck::ask(&[], &format!("SELECT {columns} FROM {} WHERE id = '{id}'", duck::table(&lake))).remove(0)
    };
    let before = row(&id);
    assert!(before.iter().all(|value| !value.is_null()), "{before:?}");
    let count = |condition: &str| {
        duck::ask(&[], &format!("SELECT count(*) FROM {} WHERE {condition}", duck::table(&lake)))[0][0].clone()
    };
    let all = count("true");

    let store = place.store().await;
    let applicant = store.score(id.parse().unwrap()).await.unwrap().applicant;
    store.erase_applicant(applicant, ErasureReason::Request, "test").await.unwrap();
    store.close().await;
    let instance = place.start_with(&settings);
    let began = std::time::Instant::now();
    while !row(&id)[5].is_null() {
        assert!(began.elapsed() < Duration::from_secs(30), "the lake still has them: {}", instance.log());
    }
    stop(instance);
    let after = row(&id);
    assert_eq!(after[..2], before[..2], "what was decided stays");
    assert!(after[2..].iter().all(Json::is_null), "{after:?}");
    assert_eq!(count("true"), all, "nobody else is touched");
    assert_eq!(count("inputs IS NULL"), 1);
    assert_eq!(count(&format!("applicant_token = {}", before[2].to_string().replace('"', "'"))), 0);
    is_sound(place.data(), &lake);
}
