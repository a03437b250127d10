//! Flags: set, changed only at their version, deterministic by person, each change an entry.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use faces::{Place, both};
use store::{Conflict, Error, FlagState};

both!(
    a_flag_is_set_changed_and_removed,
    a_change_of_another_version_is_refused,
    a_greater_share_only_adds_people,
    what_cannot_be_a_flag_is_refused
);

async fn a_flag_is_set_changed_and_removed(place: Place) {
    let store = place.open().await;
    let made = store.set_flag("new-form", None, FlagState::Off, "A new form", "key-1").await.unwrap();
    assert_eq!((made.version, made.is_on(None)), (1, Some(false)));
    let on = store.set_flag("new-form", Some(1), FlagState::On, "", "key-2").await.unwrap();
    assert_eq!((on.version, on.is_on(Some("A-1"))), (2, Some(true)));
    store.set_flag("a.b_c-1", None, FlagState::Share(1250), "", "k").await.unwrap();
    let names: Vec<String> = store.flags().await.unwrap().into_iter().map(|flag| flag.name).collect();
    assert_eq!(names, ["a.b_c-1", "new-form"]);
    store.remove_flag("new-form", 2, "key-3").await.unwrap();
    assert!(matches!(store.flag("new-form").await, Err(Error::NotFound { what: "flag", .. })));
    let bodies = place.sql("SELECT HEX(body)HEX FROM entries ORDER BY position").await;
    let actions: Vec<_> = bodies.iter().map(|body| faces::json(body)["action"].as_str().unwrap().to_owned()).collect();
    assert_eq!(actions, ["create", "update", "create", "delete"]);
    assert_eq!(faces::json(&bodies[2])["percentage"], 12.5);
}

async fn a_change_of_another_version_is_refused(place: Place) {
    let store = place.open().await;
    store.set_flag("f", None, FlagState::Off, "", "k").await.unwrap();
    for version in [None, Some(2)] {
        let refused = store.set_flag("f", version, FlagState::On, "", "k").await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::State(_)))), "{version:?}");
    }
    assert!(matches!(store.remove_flag("f", 2, "k").await, Err(Error::Conflict(_))));
    assert_eq!(store.flag("f").await.unwrap().state, FlagState::Off);
}

async fn a_greater_share_only_adds_people(place: Place) {
    let store = place.open().await;
    let mut on_before: Vec<String> = Vec::new();
    for (version, share) in [(None, 0), (Some(1), 1_000), (Some(2), 5_000), (Some(3), 9_999), (Some(4), 10_000)] {
        let flag = store.set_flag("f", version, FlagState::Share(share), "", "k").await.unwrap();
        assert_eq!(flag.is_on(None), None, "nobody's share");
        let on: Vec<String> =
            (0..2_000).map(|n| format!("A-{n}")).filter(|key| flag.is_on(Some(key)) == Some(true)).collect();
        assert!(on_before.iter().all(|key| on.contains(key)), "{share}");
        on_before = on;
    }
    assert_eq!(on_before.len(), 2_000);
}

async fn what_cannot_be_a_flag_is_refused(place: Place) {
    let store = place.open().await;
    for name in ["", "A", "1a", "a b", "a/b", "ä", &"a".repeat(101), "a\0"] {
        assert!(matches!(store.set_flag(name, None, FlagState::On, "", "k").await, Err(Error::Invalid(_))), "{name:?}");
        assert!(matches!(store.flag(name).await, Err(Error::NotFound { .. })), "{name:?}");
    }
    let too_much = store.set_flag("a", None, FlagState::Share(10_001), "", "k").await;
    assert!(matches!(too_much, Err(Error::Invalid(_))));
    assert!(matches!(store.set_flag("a", None, FlagState::On, "\0", "k").await, Err(Error::Invalid(_))));
}
