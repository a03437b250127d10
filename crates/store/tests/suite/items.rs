//! What every face of the catalogue does.

use store::{Conflict, Eligibility, Error, Item, ItemContent, Items, MAX_ITEMS, Repeat};

use crate::faces::{self, Catalogue};

/// Names these tests to a macro that makes them over a face.
macro_rules! items {
    ($over:ident) => {
        $over!(
            an_item_lives_from_creation_to_removal,
            a_change_of_another_version_is_refused,
            lists_go_on_where_they_were_and_filter,
            what_cannot_be_an_item_is_refused,
            a_repeated_creation_is_recognised,
            a_repeated_creation_is_recognised_by_another_instance,
            of_many_at_once_each_counts,
            a_full_catalogue_takes_no_more,
            every_change_is_an_entry
        );
    };
}
pub(crate) use items;

fn content(name: &str, category: &str) -> ItemContent {
    ItemContent { name: name.into(), description: "Test item".into(), category: category.into(), eligibility: None }
}

pub(crate) async fn an_item_lives_from_creation_to_removal(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    let eligibility = Eligibility {
        min_score: Some(600.0),
        max_score: None,
        expression: Some("age >= 21 && purpose != \"a\nb\"".into()),
    };
    let made =
        items.create(ItemContent { eligibility: Some(eligibility), ..content("Überziehung", "demo") }, "k", None);
    let made = made.await.unwrap();
    assert_eq!((made.version, made.created), (1, made.updated));
    assert_eq!(items.item(made.id).await.unwrap(), made);
    let replaced = items.replace(made.id, 1, content("Card", "cards"), "k").await.unwrap();
    assert_eq!((replaced.version, replaced.created), (2, made.created));
    assert_eq!(items.item(made.id).await.unwrap(), replaced);
    items.remove(made.id, 2, "k").await.unwrap();
    assert!(matches!(items.item(made.id).await, Err(Error::NotFound { what: "item", .. })));
}

pub(crate) async fn a_change_of_another_version_is_refused(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    let item = items.create(content("Card", "cards"), "k", None).await.unwrap();
    let before = items.revision().await.unwrap();
    items.replace(item.id, 1, content("First", "cards"), "k").await.unwrap();
    let refused = items.replace(item.id, 1, content("Second", "cards"), "k").await;
    assert!(matches!(refused, Err(Error::Conflict(Conflict::State(_)))));
    assert!(matches!(items.remove(item.id, 1, "k").await, Err(Error::Conflict(_))));
    assert_eq!(items.item(item.id).await.unwrap().content.name, "First");
    assert_eq!(items.revision().await.unwrap(), before + 1, "only what was made counts");
}

pub(crate) async fn lists_go_on_where_they_were_and_filter(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    for number in 0..7 {
        items.create(content(&format!("{number}"), ["even", "odd"][number % 2]), "k", None).await.unwrap();
    }
    let names = |of: &[Item]| of.iter().map(|item| item.content.name.clone()).collect::<String>();
    let first = items.items(None, None, 4).await.unwrap();
    let second = items.items(None, Some(first[3].id), 4).await.unwrap();
    assert_eq!((names(&first).as_str(), names(&second).as_str()), ("0123", "456"));
    assert_eq!(names(&items.items(Some("odd"), Some(first[1].id), 9).await.unwrap()), "35");
    assert!(items.items(Some("' OR 1=1"), None, 9).await.unwrap().is_empty());
}

pub(crate) async fn what_cannot_be_an_item_is_refused(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
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
        assert!(matches!(items.create(wrong.clone(), "k", None).await, Err(Error::Invalid(_))), "{wrong:?}");
    }
    items.create(content(&"ä".repeat(200), &"c".repeat(100)), "k", None).await.unwrap();
    items.create(eligible(Some(1.0), Some(1.0), Some("true")), "k", None).await.unwrap();
}

pub(crate) async fn a_repeated_creation_is_recognised(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    let repeat = || Some(Repeat { key: [1; 32], request: [2; 32], answer: &|item| item.id.to_string().into_bytes() });
    items.create(content("Card", "cards"), "k", repeat()).await.unwrap();
    let again = items.create(content("Card", "cards"), "k", repeat()).await;
    assert!(matches!(again, Err(Error::Conflict(Conflict::Repeated))));
    assert_eq!(items.items(None, None, 9).await.unwrap().len(), 1);
}

pub(crate) async fn every_change_is_an_entry(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    let item = items.create(content("Card", "cards"), "key-1", None).await.unwrap();
    items.replace(item.id, 1, content("Card 2", "cards"), "key-2").await.unwrap();
    items.remove(item.id, 2, "key-3").await.unwrap();
    let bodies = place.place().sql("SELECT HEX(body)HEX FROM entries ORDER BY position").await;
    let entries: Vec<serde_json::Value> = bodies.iter().map(|body| faces::json(body)).collect();
    let said = |name: &str| entries.iter().map(|entry| entry[name].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(said("kind"), ["item"; 3]);
    assert_eq!(said("action"), ["create", "update", "delete"]);
    assert_eq!(said("by"), ["key-1", "key-2", "key-3"]);
    assert!(said("item").iter().all(|id| *id == item.id.to_string()));
    assert_eq!(entries[1]["content"]["name"], "Card 2");
}

pub(crate) async fn a_repeated_creation_is_recognised_by_another_instance(place: impl Catalogue) {
    let ((first_store, first), (_, second)) = (place.catalogue().await, place.catalogue().await);
    let answer = |item: &Item| item.id.to_string().into_bytes();
    let create = async |items: &dyn Items, request: u8| {
        let repeat = Repeat { key: [7; 32], request: [request; 32], answer: &answer };
        items.create(content("Card", "cards"), "k", Some(repeat)).await
    };
    let (one, other) = tokio::join!(create(&*first, 2), create(&*second, 2));
    let made = match (one, other) {
        (Ok(made), Err(Error::Conflict(Conflict::Repeated))) | (Err(Error::Conflict(Conflict::Repeated)), Ok(made)) => {
            made
        }
        both => panic!("{both:?}"),
    };
    // Another request under the key is refused too; the store tells what the key stands for.
    assert!(matches!(create(&*second, 3).await, Err(Error::Conflict(Conflict::Repeated))));
    let kept = first_store.repeated([7; 32]).await.unwrap().unwrap();
    assert_eq!((kept.request, kept.answer.unwrap().to_vec()), ([2; 32], answer(&made)));
    assert_eq!(second.items(None, None, 9).await.unwrap(), [made]);
    assert_eq!(second.revision().await.unwrap(), 1);
}

pub(crate) async fn of_many_at_once_each_counts(place: impl Catalogue) {
    let ((_, first), (_, second)) = (place.catalogue().await, place.catalogue().await);
    let before = first.revision().await.unwrap();
    let make = async |items: &dyn Items, name: &str| items.create(content(name, "c"), "k", None).await.unwrap();
    let (a, b, c, d) = tokio::join!(make(&*first, "a"), make(&*second, "b"), make(&*first, "c"), make(&*second, "d"));
    let mut made = [a, b, c, d].map(|item| item.id);
    made.sort();
    let listed: Vec<_> = second.items(None, None, 9).await.unwrap().iter().map(|item| item.id).collect();
    assert_eq!(listed, made);
    assert_eq!(first.revision().await.unwrap(), before + 4);
    // Of two that change the same version one does.
    let change = async |items: &dyn Items, name: &str| items.replace(made[0], 1, content(name, "c"), "k").await;
    let (one, other) = tokio::join!(change(&*first, "x"), change(&*second, "y"));
    let (Ok(won), Err(Error::Conflict(Conflict::State(_)))) = (if one.is_ok() { (one, other) } else { (other, one) })
    else {
        panic!("one of two")
    };
    assert_eq!(first.item(made[0]).await.unwrap(), won);
}

pub(crate) async fn a_full_catalogue_takes_no_more(place: impl Catalogue) {
    let (_, items) = place.catalogue().await;
    let first = items.create(content("first", "c"), "k", None).await.unwrap();
    place.fill(MAX_ITEMS - 1).await;
    let last = items.create(content("last", "c"), "k", None).await;
    let Err(Error::Conflict(Conflict::State(said))) = last else { panic!("{last:?}") };
    assert!(said.contains("1000 items") && said.contains("remove one first"), "{said}");
    let revision = items.revision().await.unwrap();
    items.remove(first.id, 1, "k").await.unwrap();
    items.create(content("last", "c"), "k", None).await.unwrap();
    assert_eq!(items.revision().await.unwrap(), revision + 2);
}
