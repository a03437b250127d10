//! The catalogue: items are added, listed, replaced and removed; every change is an entry of the ledger.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use faces::{Place, both};
use store::{Conflict, Eligibility, Error, ItemContent, Items, Repeat, Store};

both!(
    an_item_lives_from_creation_to_removal,
    a_change_of_another_version_is_refused,
    lists_go_on_where_they_were_and_filter,
    what_cannot_be_an_item_is_refused,
    a_repeated_creation_is_recognised,
    every_change_is_an_entry
);

fn content(name: &str, category: &str) -> ItemContent {
    ItemContent { name: name.into(), description: "Test item".into(), category: category.into(), eligibility: None }
}

async fn an_item_lives_from_creation_to_removal(place: Place) {
    let store = place.open().await;
    let eligibility = Eligibility {
        min_score: Some(600.0),
        max_score: None,
        expression: Some("age >= 21 && purpose != \"a\nb\"".into()),
    };
    let made =
        store.create(ItemContent { eligibility: Some(eligibility), ..content("Überziehung", "demo") }, "k", None);
    let made = made.await.unwrap();
    assert_eq!((made.version, made.created), (1, made.updated));
    assert_eq!(store.item(made.id).await.unwrap(), made);
    let replaced = store.replace(made.id, 1, content("Card", "cards"), "k").await.unwrap();
    assert_eq!((replaced.version, replaced.created), (2, made.created));
    assert_eq!(store.item(made.id).await.unwrap(), replaced);
    store.remove(made.id, 2, "k").await.unwrap();
    assert!(matches!(store.item(made.id).await, Err(Error::NotFound { what: "item", .. })));
}

async fn a_change_of_another_version_is_refused(place: Place) {
    let store = place.open().await;
    let item = store.create(content("Card", "cards"), "k", None).await.unwrap();
    let before = store.revision().await.unwrap();
    store.replace(item.id, 1, content("First", "cards"), "k").await.unwrap();
    let refused = store.replace(item.id, 1, content("Second", "cards"), "k").await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::State(_)))));
    assert!(matches!(store.remove(item.id, 1, "k").await, Err(Error::Conflict(_))));
    assert_eq!(store.item(item.id).await.unwrap().content.name, "First");
    assert_eq!(store.revision().await.unwrap(), before + 1, "only what was made counts");
}

async fn lists_go_on_where_they_were_and_filter(place: Place) {
    let store = place.open().await;
    for number in 0..7 {
        store.create(content(&format!("{number}"), ["even", "odd"][number % 2]), "k", None).await.unwrap();
    }
    let names = |items: &[store::Item]| items.iter().map(|item| item.content.name.clone()).collect::<String>();
    let first = store.items(None, None, 4).await.unwrap();
    let second = store.items(None, Some(first[3].id), 4).await.unwrap();
    assert_eq!((names(&first).as_str(), names(&second).as_str()), ("0123", "456"));
    assert_eq!(names(&store.items(Some("odd"), Some(first[1].id), 9).await.unwrap()), "35");
    assert!(store.items(Some("' OR 1=1"), None, 9).await.unwrap().is_empty());
}

async fn what_cannot_be_an_item_is_refused(place: Place) {
    let store = place.open().await;
    let eligible = |min_score, max_score, expression: Option<&str>| ItemContent {
        eligibility: Some(Eligibility { min_score, max_score, expression: expression.map(Into::into) }),
        ..content("a", "b")
    };
    for wrong in [
        content("", "c"),
        content(" ", "c"),
        content("a\0b", "c"),
        content(&"ä".repeat(201), "c"),
        content("a", ""),
        content("a", &"c".repeat(101)),
        ItemContent { description: "d".repeat(4_001), ..content("a", "b") },
        eligible(Some(f64::NAN), None, None),
        eligible(Some(2.0), Some(1.0), None),
        eligible(None, None, Some("")),
    ] {
        assert!(matches!(store.create(wrong.clone(), "k", None).await, Err(Error::Invalid(_))), "{wrong:?}");
    }
    store.create(content(&"ä".repeat(200), &"c".repeat(100)), "k", None).await.unwrap();
    store.create(eligible(Some(1.0), Some(1.0), Some("true")), "k", None).await.unwrap();
}

async fn a_repeated_creation_is_recognised(place: Place) {
    let store = place.open().await;
    let repeat = || Some(Repeat { key: [1; 32], request: [2; 32], answer: &|item| item.id.to_string().into_bytes() });
    store.create(content("Card", "cards"), "k", repeat()).await.unwrap();
    let again = store.create(content("Card", "cards"), "k", repeat()).await;
    assert!(matches!(again, Err(Error::Conflict(Conflict::Repeated))));
    assert_eq!(store.items(None, None, 9).await.unwrap().len(), 1);
}

async fn every_change_is_an_entry(place: Place) {
    let store: Store = place.open().await;
    let item = store.create(content("Card", "cards"), "key-1", None).await.unwrap();
    store.replace(item.id, 1, content("Card 2", "cards"), "key-2").await.unwrap();
    store.remove(item.id, 2, "key-3").await.unwrap();
    let bodies = place.sql("SELECT HEX(body)HEX FROM entries ORDER BY position").await;
    let entries: Vec<serde_json::Value> = bodies.iter().map(|body| faces::json(body)).collect();
    let said = |name: &str| entries.iter().map(|entry| entry[name].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(said("kind"), ["item"; 3]);
    assert_eq!(said("action"), ["create", "update", "delete"]);
    assert_eq!(said("by"), ["key-1", "key-2", "key-3"]);
    assert!(said("item").iter().all(|id| *id == item.id.to_string()));
    assert_eq!(entries[1]["content"]["name"], "Card 2");
}
