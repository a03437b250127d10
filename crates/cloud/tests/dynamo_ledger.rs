//! The catalogue in DynamoDB and its history in the ledger, which is another database: no change is lost there and none is
//! doubled, whatever goes away in between.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulated;
#[path = "../../store/tests/faces/mod.rs"]
mod faces;
mod tables;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::types::AttributeValue;
use cloud::{DynamoItems, Trouble};
use faces::Place;
use sqlx::{Connection, PgConnection};
use store::{Conflict, DatabaseOptions, Error, Item, ItemContent, Items, Repeat, Store};
use tables::{KEPT, Tables, at, persistent_at};
use testbed::{Moto, Proxy, Way};

/// Longer than anything takes that comes to an end.
const PATIENCE: Duration = Duration::from_secs(60);

fn content(name: &str) -> ItemContent {
    ItemContent { name: name.into(), description: String::new(), category: "c".into(), eligibility: None }
}

fn answer(item: &Item) -> Vec<u8> {
    item.id.to_string().into_bytes()
}

fn repeat(request: u8) -> Option<Repeat<'static>> {
    Some(Repeat { key: [1; 32], request: [request; 32], answer: &answer })
}

fn url(place: &Place) -> &str {
    let DatabaseOptions::Postgres(options) = &place.database else { panic!("PostgreSQL") };
    &options.url
}

/// Keeps all instances from recording; reading goes on.
async fn close_ledger(tables: &Tables) -> PgConnection {
    let mut connection = PgConnection::connect(url(&tables.place)).await.unwrap();
    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
    sqlx::query("LOCK TABLE entries IN EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
    connection
}

async fn open_ledger(mut closed: PgConnection) {
    sqlx::query("COMMIT").execute(&mut closed).await.unwrap();
    closed.close().await.unwrap();
}

/// Waits until a change has come into the table and not into the ledger.
async fn waiting(tables: &Tables) -> std::collections::HashMap<String, AttributeValue> {
    let began = Instant::now();
    loop {
        if let Some(row) = tables.rows("CHANGE").await.pop() {
            return row;
        }
        assert!(began.elapsed() < PATIENCE, "no change waits");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An instance that ends in the middle of what it does: its runtime is dropped, and with it all its tasks and connections.
async fn crash(
    tables: &Tables,
    work: impl AsyncFnOnce(Arc<DynamoItems>) + Send + 'static,
) -> std::collections::HashMap<String, AttributeValue> {
    let (options, table) = (tables.place.options(), tables.items.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    std::thread::spawn(move || {
        let _ = handle.block_on(async {
            let store = Arc::new(Store::open(options).await.unwrap());
            let client = at(&Moto::shared().url());
            let items = Arc::new(DynamoItems::open(client, &table, store, KEPT).await.unwrap());
            tokio::time::timeout(PATIENCE, work(items)).await
        });
    });
    let row = waiting(tables).await;
    runtime.shutdown_background();
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_comes_into_the_ledger_once() {
    let tables = Tables::beside(Place::postgres()).await;
    let store = tables.place.instance().await;
    let items = tables.items(&store).await;
    let closed = close_ledger(&tables).await;
    let row = crash(&tables, async |items| {
        let _ = items.create(content("Card"), "key-1", repeat(2)).await;
    })
    .await;
    assert_eq!(items.items(None, None, 9).await.unwrap().len(), 1, "the table has it");
    open_ledger(closed).await;
    assert!(tables.entries().await.is_empty(), "the ledger does not");
    assert_eq!(items.settle().await.unwrap(), 1);
    let entries = tables.entries().await;
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0]["action"].as_str(), entries[0]["by"].as_str()), (Some("create"), Some("key-1")));
    assert!(tables.rows("CHANGE").await.is_empty());
    let kept = store.repeated([1; 32]).await.unwrap().unwrap();
    assert_eq!((kept.request, kept.answer.unwrap().to_vec()), ([2; 32], entries[0]["item"].as_str().unwrap().into()));

    // A crash between the ledger and the table leaves the row there; so does one that lets go of it late, even after the
    // ledger's mark of the change was forgotten.
    for forgotten in [false, true] {
        if forgotten {
            store.forget_requests(Duration::ZERO).await.unwrap();
        }
        tables.client.put_item().table_name(&tables.items).set_item(Some(row.clone())).send().await.unwrap();
        assert_eq!(items.settle().await.unwrap(), 0);
        assert!(tables.rows("CHANGE").await.is_empty());
        assert_eq!(tables.entries().await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_completes_what_a_crash_left() {
    let tables = Tables::beside(Place::postgres()).await;
    let store = tables.place.instance().await;
    let items = tables.items(&store).await;
    let closed = close_ledger(&tables).await;
    crash(&tables, async |items| {
        let _ = items.create(content("Card"), "k", repeat(2)).await;
    })
    .await;
    open_ledger(closed).await;
    let again = items.create(content("Card"), "k", repeat(2)).await;
    assert!(matches!(again, Err(Error::Conflict(Conflict::Repeated))), "{again:?}");
    let kept = store.repeated([1; 32]).await.unwrap().unwrap().answer.unwrap();
    let listed = items.items(None, None, 9).await.unwrap();
    assert_eq!((listed.len(), kept.to_vec()), (1, answer(&listed[0])));
    assert_eq!((tables.entries().await.len(), items.settle().await.unwrap()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_has_the_changes_of_an_item_in_their_order() {
    let tables = Tables::beside(Place::postgres()).await;
    let store = tables.place.instance().await;
    let items = tables.items(&store).await;
    let item = items.create(content("first"), "k", None).await.unwrap();
    let closed = close_ledger(&tables).await;
    let id = item.id;
    crash(&tables, async move |items| {
        let _ = items.replace(id, 1, content("second"), "k").await;
    })
    .await;
    open_ledger(closed).await;
    items.replace(id, 2, content("third"), "k").await.unwrap();
    items.remove(id, 3, "k").await.unwrap();
    let versions: Vec<_> = tables.entries().await.iter().map(|entry| entry["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3, 3]);
    assert_eq!(items.settle().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_settle_at_once_record_once() {
    let tables = Tables::beside(Place::postgres()).await;
    let stores = [tables.place.instance().await, tables.place.instance().await];
    let (one, other) = (tables.items(&stores[0]).await, tables.items(&stores[1]).await);
    let closed = close_ledger(&tables).await;
    crash(&tables, async |items| {
        let _ = items.create(content("Card"), "k", None).await;
    })
    .await;
    open_ledger(closed).await;
    let settled = tokio::join!(one.settle(), other.settle(), one.settle(), other.settle());
    let settled = [settled.0, settled.1, settled.2, settled.3].map(Result::unwrap);
    assert_eq!((settled.iter().sum::<u64>(), tables.entries().await.len()), (1, 1), "{settled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_ledger_is_away_nothing_is_changed_and_what_was_under_way_is_said() {
    let mut place = Place::postgres();
    let direct = url(&place).to_owned();
    let address = direct.split(['@', '/']).nth(3).unwrap().to_owned();
    let proxy = Proxy::to(&address);
    let DatabaseOptions::Postgres(options) = &mut place.database else { panic!("PostgreSQL") };
    options.url = direct.replace(&address, &proxy.address()).into();
    let mut tables = Tables::beside(place).await;
    let store = Arc::new(tables.place.open().await);
    let items = tables.items(&store).await;
    let DatabaseOptions::Postgres(options) = &mut tables.place.database else { panic!("PostgreSQL") };
    options.url = direct.into();

    // It goes away while a change is under way: the table has it already.
    let closed = close_ledger(&tables).await;
    let making = tokio::spawn({
        let items = Arc::clone(&items);
        async move { items.create(content("Card"), "k", None).await }
    });
    waiting(&tables).await;
    proxy.set(Way::Closed);
    let said = making.await.unwrap().unwrap_err();
    assert!(matches!(said, Error::Deferred(_)) && said.is_temporary(), "{said:?}");
    assert!(said.to_string().contains("its entry in the ledger waits"), "{said}");
    // From then on nothing is changed at all.
    let refused = items.create(content("Other"), "k", None).await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
    assert!(items.settle().await.unwrap_err().is_temporary());
    assert_eq!(items.items(None, None, 9).await.unwrap().len(), 1);

    open_ledger(closed).await;
    proxy.set(Way::Open);
    let began = Instant::now();
    while items.settle().await.is_err() {
        assert!(began.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(tables.rows("CHANGE").await.is_empty());
    let entries = tables.entries().await;
    assert_eq!(entries.iter().map(|entry| entry["content"]["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Card"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_found_out() {
    let tables = Tables::beside(Place::sqlite()).await;
    let store = tables.place.instance().await;
    let proxy = Proxy::to(Moto::shared().address());
    let far = tables.items_at(&at(&proxy.url()), &store).await;
    proxy.set(Way::CutAfter(0));
    let lost = far.create(content("Card"), "k", repeat(2)).await.unwrap_err();
    assert!(matches!(lost, Error::Uncertain(_)), "{lost:?}");
    proxy.set(Way::Open);
    assert_eq!(far.items(None, None, 9).await.unwrap().len(), 1, "it was made");
    let again = far.create(content("Card"), "k", repeat(2)).await;
    assert!(matches!(again, Err(Error::Conflict(Conflict::Repeated))), "{again:?}");
    assert!(store.repeated([1; 32]).await.unwrap().is_some());
    assert_eq!((tables.entries().await.len(), far.revision().await.unwrap()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn others_at_the_same_rows_are_waited_for_within_bounds() {
    let tables = Tables::beside(Place::sqlite()).await;
    let store = tables.place.instance().await;
    let proxy = Arc::new(Proxy::to(Moto::shared().address()));
    let items = tables.items_at(&persistent_at(&proxy.url()), &store).await;
    let cancelled = |code: &str| {
        let reason = format!(r#"{{"Code":"None"}},{{"Code":"{code}","Message":"so it is"}}"#);
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        Way::Answering(
            "400 Bad Request",
            format!(r#"{{"__type":"{kind}","Message":"cancelled","CancellationReasons":[{reason}]}}"#),
        )
    };
    proxy.set(cancelled("TransactionConflict"));
    tokio::spawn({
        let proxy = Arc::clone(&proxy);
        async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            proxy.set(Way::Open);
        }
    });
    items.create(content("Card"), "k", None).await.unwrap();
    proxy.set(cancelled("ThrottlingError"));
    let busy = items.create(content("Card"), "k", None).await.unwrap_err();
    assert!(busy.is_temporary() && busy.to_string().contains("ThrottlingError, 10 times"), "{busy}");
    proxy.set(cancelled("ValidationError"));
    let failed = items.create(content("Card"), "k", None).await.unwrap_err();
    assert!(failed.to_string().contains("write 1 of the transaction: ValidationError: so it is"), "{failed}");
    // A service that failed may have done it.
    let failed = r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"so it is"}"#;
    proxy.set(Way::Answering("500 Internal Server Error", failed.to_owned()));
    let unknown = items.create(content("Card"), "k", None).await.unwrap_err();
    assert!(matches!(unknown, Error::Uncertain(_)), "{unknown}");
    proxy.set(Way::Open);
    assert_eq!((items.revision().await.unwrap(), tables.entries().await.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_is_free_again_after_its_time() {
    let tables = Tables::beside(Place::sqlite()).await;
    let store = tables.place.instance().await;
    let items = tables.items(&store).await;
    items.create(content("Card"), "k", repeat(2)).await.unwrap();
    let row = tables.rows("REPEAT").await.pop().unwrap();
    assert_eq!(row["sk"].as_s().unwrap(), &"01".repeat(32));
    let now = store::Moment::now().micros() / 1_000_000;
    let expires: i64 = row["expires"].as_n().unwrap().parse().unwrap();
    assert!((expires - now - 86_400).abs() < 60, "seconds since 1970: {expires}");
    // DynamoDB deletes it days later; meanwhile the clock counts.
    let mut expired = row.clone();
    expired.insert("expires".to_owned(), AttributeValue::N((now - 1).to_string()));
    tables.client.put_item().table_name(&tables.items).set_item(Some(expired)).send().await.unwrap();
    let anew = items.create(content("Card 2"), "k", repeat(3)).await.unwrap();
    let kept = store.repeated([1; 32]).await.unwrap().unwrap();
    assert_eq!((kept.request, kept.answer.unwrap().to_vec()), ([3; 32], answer(&anew)));
    assert_eq!(tables.entries().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_table_from_being_used_is_said() {
    let tables = Tables::beside(Place::sqlite()).await;
    let store = tables.place.instance().await;
    let open = async |table: &str| DynamoItems::open(tables.client.clone(), table, Arc::clone(&store), KEPT).await;
    let missing = open("no-such-table").await.unwrap_err();
    assert_eq!(missing.trouble(), Trouble::Name);
    assert!(missing.to_string().contains("`no-such-table`"), "{missing}");
    let wrong = open(&tables.sessions).await.unwrap_err();
    let advice = "the hash key `pk` and the range key `sk`, and the global index `by-category` by `category`";
    assert!(wrong.trouble() == Trouble::Setting && wrong.to_string().contains(advice), "{wrong}");
    // A row that nobody of us wrote is named.
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let id = uuid::Uuid::now_v7().to_string();
    let put = tables.client.put_item().table_name(&tables.items).item("pk", text("ITEM")).item("sk", text(&id));
    put.send().await.unwrap();
    let unsound = open(&tables.items).await.unwrap().items(None, None, 9).await.unwrap_err();
    assert!(!unsound.is_temporary() && unsound.to_string().contains(&id), "{unsound}");
}
