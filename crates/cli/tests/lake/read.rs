//! What DuckDB and `plimsoll monitor` read.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use load::Book;
use serde_json::Value as Json;

use crate::{
    duck,
    exported::{is_sound, lake_in, plimsoll, score, small, stop, wait_for},
    instance::{Place, scorecard_json},
};

/// The columns as DuckDB names their types; `docs/lake.md` and the Glue table have the same.
const COLUMNS: [(&str, &str); 14] = [
    ("id", "VARCHAR"),
    ("time", "TIMESTAMP WITH TIME ZONE"),
    ("chain", "INTEGER"),
    ("sequence", "BIGINT"),
    ("model_hash", "VARCHAR"),
    ("policy_hash", "VARCHAR"),
    ("score", "DECIMAL(18,6)"),
    ("probability_of_bad", "DOUBLE"),
    ("decision", "VARCHAR"),
    ("applicant_token", "VARCHAR"),
    ("reasons", "VARCHAR[]"),
    ("characteristics", "STRUCT(\"name\" VARCHAR, \"attribute\" INTEGER, points DECIMAL(18,6))[]"),
    ("inputs", "MAP(VARCHAR, VARCHAR)"),
    ("date", "DATE"),
];

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exported_sql_scores_the_lake_as_the_ledger_has_it() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("lake"));
    let instance = place.start_with(&small("inputs"));
    score(&place, &instance, &book, Duration::from_millis(1_500)).await;
    let lake = lake_in(&place);
    wait_for(&lake, book.count(), &instance);
    stop(instance);
    is_sound(place.data(), &lake);

    let table = duck::table(&lake);
    let described = duck::ask(&[], &format!("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {table})"));
    let described: Vec<_> = described.iter().map(|row| (text(&row[0]), text(&row[1]))).collect();
    assert_eq!(described, COLUMNS);

    // The statement that a lender runs in Athena or DuckDB, over the inputs of the lake.
    let card = place.data().join("card.json");
    std::fs::write(&card, scorecard_json()).unwrap();
    let sql = place.data().join("score.sql");
    let (card, sql) = (card.to_str().unwrap(), sql.to_str().unwrap());
    let converted = plimsoll(
        &BTreeMap::new(),
        &[
            "convert",
            card,
            "--to",
            "sql",
            "--dialect",
            "duckdb",
            "--table",
            "applications",
            "--keys",
            "id",
            "--out",
            sql,
        ],
    );
    assert_eq!(converted.0, 0, "{converted:?}");
    let fields: Vec<String> = crate::instance::fields();
    let columns: Vec<String> = fields.iter().map(|name| format!("inputs['{name}'] AS \"{name}\"")).collect();
    let view = format!("CREATE VIEW applications AS SELECT id, {} FROM {table}", columns.join(", "));
    let statement = std::fs::read_to_string(sql).unwrap();
    let scored = duck::ask(&[view], &format!("SELECT id, CAST(score AS DOUBLE) FROM ({statement})"));
    let scored: BTreeMap<String, f64> =
        scored.iter().map(|row| (text(&row[0]).to_owned(), row[1].as_f64().expect("a score"))).collect();
    let exported = duck::ask(&[], &format!("SELECT id, CAST(score AS DOUBLE) FROM {table}"));
    let exported: BTreeMap<String, f64> =
        exported.iter().map(|row| (text(&row[0]).to_owned(), row[1].as_f64().expect("a score"))).collect();
    let ledger = place.audit().await.values();
    assert_eq!(ledger.len(), book.count());
    assert_eq!(exported, ledger, "the lake has the ledger's scores");
    assert_eq!(scored, ledger, "the statement gives the ledger's scores");

    // Drift, counted from the files, against DuckDB's counts.
    let drift = plimsoll(&BTreeMap::new(), &["monitor", card, "--lake", lake.to_str().unwrap()]);
    assert!([0, 5].contains(&drift.0), "{drift:?}");
    let drift = drift.1;
    assert_eq!((&drift["decisions"], &drift["decisions_of_other_models"]), (&ledger.len().into(), &0.into()));
    assert_eq!(drift["mean_score"], {
        #[allow(clippy::cast_precision_loss)]
        let mean = exported.values().sum::<f64>() / exported.len() as f64;
        Json::from(mean)
    });
    let counts = duck::ask(
        &[],
        &format!(
            "SELECT c.name, c.attribute, count(*) FROM (SELECT unnest(characteristics) AS c FROM {table}) GROUP BY ALL"
        ),
    );
    let counts: BTreeMap<(String, u64), f64> = counts
        .iter()
        .map(|row| ((text(&row[0]).to_owned(), row[1].as_u64().unwrap()), row[2].as_f64().unwrap()))
        .collect();
    let characteristics = drift["characteristics"].as_array().unwrap();
    assert!(characteristics.len() > 5, "{drift:#}");
    for characteristic in characteristics {
        for (attribute, row) in (0..).zip(characteristic["csi"]["rows"].as_array().unwrap()) {
            let key = (text(&characteristic["name"]).to_owned(), attribute);
            assert_eq!(row["actual_count"].as_f64().unwrap(), counts.get(&key).copied().unwrap_or(0.0), "{key:?}");
        }
    }
    // The model in force is the one that is meant where none is named; days without decisions are said to have none.
    let settings = BTreeMap::from([("PLIMSOLL_DATA", place.data().display().to_string())]);
    let lake = lake.to_str().unwrap();
    let named = plimsoll(&settings, &["monitor", "--lake", lake]);
    assert_eq!(named.1, drift);
    let nothing = plimsoll(&settings, &["monitor", "--lake", lake, "--to", "2020-01-01"]);
    assert_eq!(nothing.0, 3);
    assert!(nothing.2.contains("no decision of the model"), "{}", nothing.2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_being_asked_for_nothing_of_an_application_is_exported() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("plain"));
    let mut settings = small("none");
    settings.retain(|(name, _)| *name != "PLIMSOLL_LAKE_FIELDS");
    let instance = place.start_with(&settings);
    score(&place, &instance, &book, Duration::from_millis(400)).await;
    let lake = lake_in(&place);
    wait_for(&lake, book.count(), &instance);
    stop(instance);
    let query = format!(
        "SELECT count(*), count(DISTINCT id), count(characteristics), count(inputs), count(applicant_token), \
         count(DISTINCT applicant_token), count(reasons), count(decision), min(length(applicant_token)) FROM {}",
        duck::table(&lake)
    );
    let found = &duck::ask(&[], &query)[0];
    let all = Json::from(book.count());
    assert_eq!([&found[0], &found[1], &found[4], &found[5], &found[6], &found[7]], [&all; 6]);
    assert_eq!((&found[2], &found[3], &found[8]), (&0.into(), &0.into(), &64.into()));

    // A file that was altered, one that is gone and one that nobody wrote are found.
    let files: Vec<_> = std::fs::read_dir(&lake)
        .unwrap()
        .flatten()
        .filter(|day| day.file_name().to_string_lossy().starts_with("date="))
        .flat_map(|day| std::fs::read_dir(day.path()).unwrap().flatten())
        .map(|file| file.path())
        .collect();
    let bytes = std::fs::read(&files[0]).unwrap();
    let settings = BTreeMap::from([("PLIMSOLL_DATA", place.data().display().to_string())]);
    let verify = || plimsoll(&settings, &["lake", "verify"]);
    let mut altered = bytes.clone();
    altered[bytes.len() / 2] ^= 1;
    std::fs::write(&files[0], altered).unwrap();
    let (code, found, _) = verify();
    assert_eq!((code, &found["problems"]), (6, &1.into()), "{found:#}");
    std::fs::rename(&files[0], files[0].with_file_name("other.parquet")).unwrap();
    let (code, found, _) = verify();
    assert_eq!((code, &found["problems"]), (6, &2.into()), "{found:#}");
    std::fs::remove_file(files[0].with_file_name("other.parquet")).unwrap();
    std::fs::write(&files[0], bytes).unwrap();
    assert_eq!(verify().0, 0);
}
