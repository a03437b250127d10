//! Sessions in DynamoDB: what every face of sessions does, and what is DynamoDB's own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulated;
#[path = "../../store/tests/faces/mod.rs"]
mod faces;
#[path = "../../store/tests/suite/sessions.rs"]
mod suite;
mod tables;

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::{DynamoSessions, Trouble};
use faces::{LoggedIn, Place};
use store::{Moment, Session, Sessions};
use suite::*;
use tables::{Tables, at, beside_both};
use testbed::{Moto, Proxy, Way};
use uuid::Uuid;

suite::sessions!(beside_both);

fn session() -> Session {
    let now = Moment::now();
    Session { hash: [7; 32], user: Uuid::now_v7(), created: now, seen: now, expires: now.plus_seconds(12 * 3600) }
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamodb_is_told_when_a_session_has_ended() {
    let tables = Tables::beside(Place::sqlite()).await;
    let (_, sessions) = tables.sessions().await;
    let session = session();
    sessions.put(&session).await.unwrap();
    sessions.touch(&session.hash, Moment::now().plus_seconds(60)).await.unwrap();
    let asked = tables.client.get_item().table_name(&tables.sessions);
    let row = asked.key("id", AttributeValue::S("07".repeat(32))).send().await.unwrap().item.unwrap();
    let expires: i64 = row["expires"].as_n().unwrap().parse().unwrap();
    let ends = session.expires.micros();
    assert!(
        (expires - 1) * 1_000_000 <= ends && ends < expires * 1_000_000,
        "seconds since 1970: {expires} for {ends}"
    );
    assert!(!row.values().any(|value| value.as_s().is_ok_and(|text| text.contains("plim"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_whose_answer_was_lost_is_no_other_session() {
    let tables = Tables::beside(Place::sqlite()).await;
    let proxy = Proxy::to(Moto::shared().address());
    let sessions = DynamoSessions::open(at(&proxy.url()), &tables.sessions).await.unwrap();
    let session = session();
    proxy.set(Way::Closed);
    let refused = sessions.put(&session).await.unwrap_err();
    assert!(refused.is_temporary(), "{refused}");
    assert!(refused.to_string().contains(&tables.sessions) && refused.to_string().contains("DynamoDB"), "{refused}");
    proxy.set(Way::Open);
    sessions.put(&session).await.unwrap();
    // The SDK's second attempt, as it comes after an answer that was lost.
    sessions.put(&session).await.unwrap();
    let other = Session { user: Uuid::now_v7(), ..session.clone() };
    assert!(matches!(sessions.put(&other).await, Err(store::Error::Conflict(_))));
    assert_eq!(sessions.get(&session.hash).await.unwrap(), Some(session));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_table_from_being_used_is_said() {
    let tables = Tables::beside(Place::sqlite()).await;
    let missing = DynamoSessions::open(tables.client.clone(), "no-such-table").await.unwrap_err();
    assert_eq!(missing.trouble(), Trouble::Name);
    assert!(missing.to_string().contains("`no-such-table`") && missing.to_string().contains("region"), "{missing}");
    let wrong = DynamoSessions::open(tables.client.clone(), &tables.items).await.unwrap_err();
    assert_eq!(wrong.trouble(), Trouble::Setting);
    assert!(wrong.to_string().contains("the hash key `id` and no range key"), "{wrong}");

    let proxy = Proxy::to(Moto::shared().address());
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: arn:aws:sts::1:role is not authorized"}"#;
    proxy.set(Way::Answering("400 Bad Request", denied.to_owned()));
    let refused = DynamoSessions::open(at(&proxy.url()), &tables.sessions).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Permission);
    assert!(
        refused.to_string().contains("not authorized") && refused.to_string().contains("policy of the role"),
        "{refused}"
    );
    // Where nobody can tell, the table is taken: it may be there in a moment.
    proxy.set(Way::Closed);
    let sessions = DynamoSessions::open(at(&proxy.url()), &tables.sessions).await.unwrap();
    proxy.set(Way::Open);
    assert_eq!(sessions.get(&[1; 32]).await.unwrap(), None);
    // What is lost later is said as well.
    proxy.set(Way::Answering("400 Bad Request", denied.to_owned()));
    let refused = sessions.get(&[1; 32]).await.unwrap_err();
    assert!(!refused.is_temporary() && refused.to_string().contains("policy of the role"), "{refused}");
}
