//! Keys, users, logins and sessions, over both faces.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here is the test")]

mod faces;

use faces::{
    Place, both,
    people::{self, PASSWORD, user},
};
use store::{Actor, ApiKeySecret, Error, LoginOutcome, Moment, NewApiKey, Role, Sessions, Store, UserChange};
use uuid::Uuid;

both!(
    a_key_is_verified_until_it_is_revoked,
    a_rotated_key_has_two_secrets_for_a_while,
    keys_expire_and_wrong_ones_are_refused,
    keys_are_listed_in_pages,
    uses_are_noted_once_a_minute,
    the_first_key_is_made_once,
    failed_logins_lock_account_and_address,
    the_last_administrator_stays,
    sweeping_drops_sessions_that_ended,
    the_ledger_names_nobody_and_holds_no_secret,
);

fn new_key(name: &str) -> NewApiKey {
    NewApiKey {
        name: name.to_owned(),
        scopes: vec!["scores:write".to_owned(), "scores:read".to_owned()],
        expires: None,
    }
}

async fn log_in(store: &Store, login: &str, password: &str, address: &str) -> LoginOutcome {
    people::log_in(store, &store.sessions(), login, password, address).await
}

async fn a_key_is_verified_until_it_is_revoked(place: Place) {
    let store = place.open().await;
    let (key, secret) = store.create_api_key(new_key("batch"), Actor::Operator).await.unwrap();
    assert_eq!((key.version, key.created_by.as_str(), key.secrets.len()), (1, "operator", 1));
    assert_eq!(key.secrets[0].prefix, secret.prefix());
    let sent = ApiKeySecret::parse(secret.expose()).unwrap();
    let verified = store.verify_api_key(&sent).await.unwrap().unwrap();
    assert_eq!((verified.id, verified.scopes), (key.id, vec!["scores:write".to_owned(), "scores:read".to_owned()]));
    let stale = store.revoke_api_key(key.id, 7, Actor::Operator).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    store.revoke_api_key(key.id, 1, Actor::Operator).await.unwrap();
    assert_eq!(store.verify_api_key(&sent).await.unwrap(), None);
    let again = store.revoke_api_key(key.id, 2, Actor::Operator).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let kept = store.api_key(key.id).await.unwrap();
    assert!(kept.revoked.is_some() && kept.secrets.is_empty());
    let unknown = store.revoke_api_key(Uuid::nil(), 1, Actor::Operator).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
}

async fn a_rotated_key_has_two_secrets_for_a_while(place: Place) {
    let store = place.open().await;
    let (key, first) = store.create_api_key(new_key("batch"), Actor::Operator).await.unwrap();
    let (key, second) = store.rotate_api_key(key.id, key.version, 24, Actor::Operator).await.unwrap();
    assert_eq!((key.version, key.secrets.len()), (2, 2));
    let old = store.verify_api_key(&first).await.unwrap().unwrap();
    let new = store.verify_api_key(&second).await.unwrap().unwrap();
    assert_eq!((old.id, new.id, new.until), (key.id, key.id, None));
    assert!(old.until.unwrap() > Moment::now());
    // Rotated again: the oldest is gone at once. Without overlap the one before is too.
    let (key, third) = store.rotate_api_key(key.id, key.version, 0, Actor::Operator).await.unwrap();
    assert_eq!(store.verify_api_key(&first).await.unwrap(), None);
    assert_eq!(store.verify_api_key(&second).await.unwrap(), None);
    assert_eq!(store.verify_api_key(&third).await.unwrap().unwrap().id, key.id);
    let long = store.rotate_api_key(key.id, key.version, 1_000_000, Actor::Operator).await;
    assert!(matches!(long, Err(Error::Invalid(_))));
}

async fn keys_expire_and_wrong_ones_are_refused(place: Place) {
    let store = place.open().await;
    let expires = Some(Moment::now().plus_seconds(3600));
    let (key, secret) = store.create_api_key(NewApiKey { expires, ..new_key("brief") }, Actor::Operator).await.unwrap();
    assert_eq!((store.verify_api_key(&secret).await.unwrap().unwrap().until, key.expires), (expires, expires));
    for wrong in [
        NewApiKey { expires: Some(Moment::now().plus_seconds(-1)), ..new_key("past") },
        NewApiKey { scopes: vec![], ..new_key("none") },
        NewApiKey { scopes: vec!["a b".to_owned()], ..new_key("blank") },
        new_key(""),
        new_key("a\0b"),
        new_key(&"x".repeat(101)),
    ] {
        let name = wrong.name.clone();
        assert!(matches!(store.create_api_key(wrong, Actor::Operator).await, Err(Error::Invalid(_))), "{name:?}");
    }
}

async fn keys_are_listed_in_pages(place: Place) {
    let store = place.open().await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(store.create_api_key(new_key(&format!("k{number}")), Actor::Operator).await.unwrap().0.id);
    }
    let first = store.api_keys(None, 3).await.unwrap();
    let rest = store.api_keys(Some(first[2].id), 3).await.unwrap();
    let listed: Vec<Uuid> = first.iter().chain(&rest).map(|key| key.id).collect();
    assert_eq!(listed, made);
    assert!(first.iter().all(|key| key.secrets.len() == 1));
}

async fn uses_are_noted_once_a_minute(place: Place) {
    let store = place.open().await;
    let (key, _) = store.create_api_key(new_key("batch"), Actor::Operator).await.unwrap();
    let noted = async |at: Moment| {
        store.note_key_use(key.id, at).await.unwrap();
        store.api_key(key.id).await.unwrap().last_used.unwrap()
    };
    let now = Moment::now();
    assert_eq!(noted(now).await, now);
    assert_eq!(noted(now.plus_seconds(59)).await, now);
    assert_eq!(noted(now.plus_seconds(61)).await, now.plus_seconds(61));
    assert_eq!(store.api_key(key.id).await.unwrap().version, 1, "a use is no change");
}

async fn the_first_key_is_made_once(place: Place) {
    let store = place.open().await;
    let scopes = vec!["scores:write".to_owned()];
    let (key, secret) = store.ensure_first_key("demo", scopes.clone()).await.unwrap().unwrap();
    assert_eq!(store.verify_api_key(&secret).await.unwrap().unwrap().id, key.id);
    assert!(store.ensure_first_key("demo", scopes).await.unwrap().is_none());
}

async fn failed_logins_lock_account_and_address(place: Place) {
    let store = place.open().await;
    user(&store, "anna", Role::Viewer).await;
    // Known and unknown logins are told apart by nothing: the sixth failure locks both.
    for login in ["anna", "nobody"] {
        for attempt in 0..6 {
            let outcome = log_in(&store, login, "wrong password here", &format!("192.0.2.{attempt}")).await;
            assert!(matches!(outcome, LoginOutcome::Refused), "{login} {attempt}");
        }
        let outcome = log_in(&store, login, PASSWORD, "192.0.2.99").await;
        let LoginOutcome::Locked(locked) = outcome else { panic!("{login} is not locked") };
        assert!(locked.until > Moment::now().plus_seconds(-1) && locked.until < Moment::now().plus_seconds(2));
    }
    // One address tries many logins: the twenty-first failure locks it.
    for attempt in 0..21 {
        let outcome = log_in(&store, &format!("guess{attempt}"), "wrong password here", "198.51.100.7").await;
        assert!(matches!(outcome, LoginOutcome::Refused), "{attempt}");
    }
    assert!(matches!(log_in(&store, "another", "x", "198.51.100.7").await, LoginOutcome::Locked(_)));
    user(&store, "bob", Role::Viewer).await;
    assert!(matches!(log_in(&store, "bob", PASSWORD, "192.0.2.200").await, LoginOutcome::Begun(..)), "others are free");
}

async fn the_last_administrator_stays(place: Place) {
    let store = place.open().await;
    let sessions = store.sessions();
    let first = user(&store, "first", Role::Administrator).await;
    let demote = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
    let refused = store.change_user(&sessions, first.id, 1, demote.clone(), Actor::Operator).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert!(matches!(store.remove_user(&sessions, first.id, 1, Actor::Operator).await, Err(Error::Conflict(_))));
    assert_eq!(store.user(first.id).await.unwrap(), first, "nothing of a refused change is made");
    user(&store, "second", Role::Administrator).await;
    let first = store.change_user(&sessions, first.id, 1, demote, Actor::Operator).await.unwrap();
    assert_eq!(first.role, Role::Viewer);
}

async fn sweeping_drops_sessions_that_ended(place: Place) {
    let store = place.open().await;
    let sessions = store.sessions();
    user(&store, "anna", Role::Viewer).await;
    let LoginOutcome::Begun(_, session, _) = log_in(&store, "anna", PASSWORD, "::1").await else { panic!("refused") };
    let after = |minutes: i64| session.created.plus_seconds(60 * minutes);
    sessions.touch(&session.hash, after(20)).await.unwrap();
    sessions.sweep(after(49)).await.unwrap();
    assert!(sessions.get(&session.hash).await.unwrap().is_some());
    sessions.sweep(after(51)).await.unwrap();
    assert!(sessions.get(&session.hash).await.unwrap().is_none());
}

async fn the_ledger_names_nobody_and_holds_no_secret(place: Place) {
    let store = place.open().await;
    let anna = user(&store, "anna@lender.example", Role::Administrator).await;
    let by = Actor::User(anna.id);
    let (key, secret) = store.create_api_key(new_key("Anna's laptop"), by).await.unwrap();
    store.rotate_api_key(key.id, 1, 1, by).await.unwrap();
    store.revoke_api_key(key.id, 2, by).await.unwrap();
    let recorded = bodies(&place).await;
    assert_eq!(recorded.len(), 4, "{recorded:?}");
    assert!(recorded[1].contains(&format!("\"by\":\"user:{}\"", anna.id)), "{}", recorded[1]);
    assert!(recorded[1].contains(&format!("\"prefix\":\"{}\"", secret.prefix())));
    let all = recorded.concat().to_lowercase();
    let whole = secret.expose().to_lowercase();
    for hidden in ["anna", "smith", "lender.example", "argon2", whole.rsplit('_').next().unwrap()] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

/// The bodies of all entries, as they lie in the database.
async fn bodies(place: &Place) -> Vec<String> {
    let sql = "SELECT body FROM entries ORDER BY position";
    let rows: Vec<Vec<u8>> = match &place.database {
        store::DatabaseOptions::Sqlite(options) => {
            let connect = sqlx::sqlite::SqliteConnectOptions::new().filename(&options.file).read_only(true);
            let pool = sqlx::SqlitePool::connect_with(connect).await.unwrap();
            sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
        }
        store::DatabaseOptions::Postgres(options) => {
            let pool = sqlx::PgPool::connect(&options.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap()
        }
    };
    rows.into_iter().map(|body| String::from_utf8(body).unwrap()).collect()
}
