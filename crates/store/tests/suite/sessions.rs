//! What every face of sessions does.

use store::{Actor, Error, LoginOutcome, Moment, NewUser, Role, Session, UserChange};
use uuid::Uuid;

use crate::faces::{
    LoggedIn,
    people::{PASSWORD, log_in, secret, user},
};

/// Names these tests to a macro that makes them over a face.
macro_rules! sessions {
    ($over:ident) => {
        $over!(
            users_log_in_and_sessions_end_with_their_rights,
            sessions_last_as_long_as_they_may,
            what_was_put_is_given_back,
            an_ended_session_stays_ended,
            all_sessions_of_a_user_end_and_no_others
        );
    };
}
pub(crate) use sessions;

/// A session as it is made.
fn session(user: Uuid, number: u8) -> Session {
    let now = Moment::now();
    Session { hash: [number; 32], user, created: now, seen: now, expires: now.plus_seconds(12 * 3600) }
}

pub(crate) async fn users_log_in_and_sessions_end_with_their_rights(place: impl LoggedIn) {
    let (store, sessions) = place.sessions().await;
    let anna = user(&store, "Anna@Lender.example", Role::Analyst).await;
    assert_eq!((anna.login.as_str(), anna.version), ("anna@lender.example", 1));
    let begin =
        async |password: &str| match log_in(&store, &*sessions, " ANNA@lender.example", password, "192.0.2.1").await {
            LoginOutcome::Begun(user, session, token) => {
                assert_eq!((user.id, session.user, session.hash), (anna.id, anna.id, token.hash()));
                session
            }
            LoginOutcome::Refused | LoginOutcome::Locked(_) => panic!("refused"),
        };
    let (first, second) = (begin(PASSWORD).await, begin(PASSWORD).await);
    assert_ne!(first.hash, second.hash, "each login has a session of its own");
    assert_ne!(store.csrf_token(&first), store.csrf_token(&second));
    assert!(store.user(anna.id).await.unwrap().last_login.is_some());
    assert_eq!(sessions.get(&first.hash).await.unwrap(), Some(first.clone()));

    store.set_password(&*sessions, anna.id, secret("slate moon over Rigel"), Actor::User(anna.id)).await.unwrap();
    assert_eq!(sessions.get(&first.hash).await.unwrap(), None, "a new password ends sessions");
    assert!(matches!(
        log_in(&store, &*sessions, "anna@lender.example", PASSWORD, "192.0.2.1").await,
        LoginOutcome::Refused
    ));
    let third = begin("slate moon over Rigel").await;

    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    let stale = store.change_user(&*sessions, anna.id, 1, disable.clone(), Actor::Operator).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let anna = store.change_user(&*sessions, anna.id, 2, disable, Actor::Operator).await.unwrap();
    assert!(anna.disabled.is_some());
    assert_eq!(sessions.get(&third.hash).await.unwrap(), None, "disabling ends sessions");
    let outcome = log_in(&store, &*sessions, "anna@lender.example", "slate moon over Rigel", "192.0.2.1").await;
    assert!(matches!(outcome, LoginOutcome::Refused));
    store.remove_user(&*sessions, anna.id, anna.version, Actor::Operator).await.unwrap();
    assert!(matches!(store.user(anna.id).await, Err(Error::NotFound { .. })));
    let new = |password: &str| NewUser {
        login: "bob".to_owned(),
        name: "Bob".to_owned(),
        role: Role::Viewer,
        password: secret(password),
    };
    assert!(matches!(store.create_user(new("password1234"), Actor::Operator).await, Err(Error::Invalid(_))));
    store.create_user(new(PASSWORD), Actor::Operator).await.unwrap();
    assert!(matches!(store.create_user(new(PASSWORD), Actor::Operator).await, Err(Error::Conflict(_))), "taken");
}

pub(crate) async fn sessions_last_as_long_as_they_may(place: impl LoggedIn) {
    let (store, sessions) = place.sessions().await;
    user(&store, "anna", Role::Viewer).await;
    let LoginOutcome::Begun(_, session, _) = log_in(&store, &*sessions, "anna", PASSWORD, "::1").await else {
        panic!("refused")
    };
    let after = |minutes: i64| session.created.plus_seconds(60 * minutes);
    assert!(session.is_open(after(29)) && !session.is_open(after(30)), "idle");
    sessions.touch(&session.hash, after(20)).await.unwrap();
    sessions.touch(&session.hash, after(10)).await.unwrap();
    let used = sessions.get(&session.hash).await.unwrap().unwrap();
    assert_eq!(used.seen, after(20), "never backwards");
    assert!(used.is_open(after(49)) && !used.is_open(after(50)));
    let busy = store::Session { seen: after(12 * 60 - 1), ..used };
    assert!(!busy.is_open(after(12 * 60)), "however busy");
}

pub(crate) async fn what_was_put_is_given_back(place: impl LoggedIn) {
    let (_, sessions) = place.sessions().await;
    let ends = Moment::from_micros(1_800_000_000_999_999);
    let kept = Session { seen: Moment::from_micros(1), expires: ends, ..session(Uuid::now_v7(), 7) };
    sessions.put(&kept).await.unwrap();
    assert_eq!(sessions.get(&kept.hash).await.unwrap(), Some(kept.clone()), "to the microsecond");
    assert_eq!(sessions.get(&[8; 32]).await.unwrap(), None);
    sessions.put(&session(kept.user, 7)).await.unwrap_err();
    assert_eq!(sessions.get(&kept.hash).await.unwrap(), Some(kept), "what is there stays");
}

pub(crate) async fn an_ended_session_stays_ended(place: impl LoggedIn) {
    let (_, sessions) = place.sessions().await;
    let (gone, later) = (session(Uuid::now_v7(), 1), Moment::now().plus_seconds(90));
    sessions.put(&gone).await.unwrap();
    sessions.remove(&gone.hash).await.unwrap();
    sessions.touch(&gone.hash, later).await.unwrap();
    assert_eq!(sessions.get(&gone.hash).await.unwrap(), None, "a use that is noted late");
    sessions.remove(&gone.hash).await.unwrap();
    let ended = session(Uuid::now_v7(), 2);
    sessions.put(&ended).await.unwrap();
    sessions.remove_all_of(ended.user).await.unwrap();
    sessions.touch(&ended.hash, later).await.unwrap();
    assert_eq!(sessions.get(&ended.hash).await.unwrap(), None);
}

pub(crate) async fn all_sessions_of_a_user_end_and_no_others(place: impl LoggedIn) {
    let ((_, here), (_, there)) = (place.sessions().await, place.sessions().await);
    let (anna, bob) = (Uuid::now_v7(), Uuid::now_v7());
    // A clock that goes ahead helps no session.
    let ahead = Moment::now().plus_seconds(3_600);
    let of_anna = [session(anna, 1), Session { created: ahead, seen: ahead, ..session(anna, 2) }];
    let of_bob = session(bob, 3);
    for session in of_anna.iter().chain([&of_bob]) {
        here.put(session).await.unwrap();
        assert_eq!(there.get(&session.hash).await.unwrap().as_ref(), Some(session), "another instance sees it");
    }
    there.remove_all_of(anna).await.unwrap();
    for session in &of_anna {
        assert_eq!(here.get(&session.hash).await.unwrap(), None);
    }
    assert_eq!(here.get(&of_bob.hash).await.unwrap(), Some(of_bob));
    let anew = session(anna, 4);
    here.put(&anew).await.unwrap();
    assert_eq!(there.get(&anew.hash).await.unwrap(), Some(anew.clone()), "a new one begins");
    there.remove_all_of(anna).await.unwrap();
    assert_eq!(here.get(&anew.hash).await.unwrap(), None, "and ends as the others did");
}
