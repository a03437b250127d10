//! Tables of DynamoDB on the emulator, made as Terraform makes them, and the ports over them.
#![allow(dead_code)]

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::retry::RetryConfig,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
        ProjectionType, ScalarAttributeType,
    },
};
use cloud::{DynamoItems, DynamoSessions};
use store::{Items, Sessions, Store};
use testbed::Moto;
use uuid::Uuid;

use crate::{
    emulated::{REGION, account},
    faces::{Catalogue, LoggedIn, Place},
};

/// How long a repeated request is recognised.
pub(crate) const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// A table each for items and sessions, of the test's own, and a ledger beside them.
pub(crate) struct Tables {
    pub(crate) place: Place,
    pub(crate) client: Client,
    pub(crate) items: String,
    pub(crate) sessions: String,
}

impl Tables {
    pub(crate) async fn beside(place: Place) -> Self {
        let client = at(&Moto::shared().url());
        let (items, sessions) = (format!("items-{}", Uuid::new_v4()), format!("sessions-{}", Uuid::new_v4()));
        let text = |name: &str| {
            let attribute = AttributeDefinition::builder().attribute_name(name);
            attribute.attribute_type(ScalarAttributeType::S).build().unwrap()
        };
        let key = |name: &str, kind: KeyType| {
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
        };
        let by_category = GlobalSecondaryIndex::builder()
            .index_name("by-category")
            .key_schema(key("category", KeyType::Hash))
            .key_schema(key("name", KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build())
            .build();
        let made = client.create_table().table_name(&items).billing_mode(BillingMode::PayPerRequest);
        let made = ["pk", "sk", "category", "name"]
            .into_iter()
            .fold(made, |made, name| made.attribute_definitions(text(name)));
        let made = made.key_schema(key("pk", KeyType::Hash)).key_schema(key("sk", KeyType::Range));
        made.global_secondary_indexes(by_category.unwrap()).send().await.unwrap();
        let made = client.create_table().table_name(&sessions).billing_mode(BillingMode::PayPerRequest);
        made.attribute_definitions(text("id")).key_schema(key("id", KeyType::Hash)).send().await.unwrap();
        Self { place, client, items, sessions }
    }

    /// The catalogue of an instance.
    pub(crate) async fn items(&self, store: &Arc<Store>) -> Arc<DynamoItems> {
        self.items_at(&self.client, store).await
    }

    /// The catalogue of an instance that has another way to DynamoDB.
    pub(crate) async fn items_at(&self, client: &Client, store: &Arc<Store>) -> Arc<DynamoItems> {
        Arc::new(DynamoItems::open(client.clone(), &self.items, Arc::clone(store), KEPT).await.unwrap())
    }

    /// The rows of a partition of the catalogue, as they lie there.
    pub(crate) async fn rows(&self, partition: &str) -> Vec<std::collections::HashMap<String, AttributeValue>> {
        let asked = self.client.query().table_name(&self.items).key_condition_expression("pk = :pk");
        let asked = asked.expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()));
        asked.send().await.unwrap().items.unwrap()
    }

    /// The entries of the ledger, whole.
    pub(crate) async fn entries(&self) -> Vec<serde_json::Value> {
        let bodies = self.place.sql("SELECT HEX(body)HEX FROM entries ORDER BY position").await;
        bodies.iter().map(|body| crate::faces::json(body)).collect()
    }
}

/// A client of what listens at a URL.
pub(crate) fn at(url: &str) -> Client {
    account(url, REGION).dynamodb()
}

/// A client that makes further attempts, as the service's does.
pub(crate) fn persistent_at(url: &str) -> Client {
    let account = account(url, REGION);
    let config = aws_sdk_dynamodb::config::Builder::from(account.config()).retry_config(RetryConfig::standard());
    Client::from_conf(config.build())
}

impl Catalogue for Tables {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn catalogue(&self) -> (Arc<Store>, Arc<dyn Items>) {
        let store = self.place.instance().await;
        let items = self.items(&store).await;
        (store, items)
    }

    /// Only counted: a thousand transactions would say no more.
    async fn fill(&self, count: u32) {
        let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
        let asked = self.client.update_item().table_name(&self.items);
        let asked = asked.set_key(Some([key("pk", "CATALOGUE"), key("sk", "STATE")].into()));
        let asked = asked.update_expression("ADD #items :more").expression_attribute_names("#items", "items");
        asked.expression_attribute_values(":more", AttributeValue::N(count.to_string())).send().await.unwrap();
    }
}

impl LoggedIn for Tables {
    async fn sessions(&self) -> (Arc<Store>, Arc<dyn Sessions>) {
        let store = self.place.instance().await;
        let sessions = DynamoSessions::open(self.client.clone(), &self.sessions).await.unwrap();
        (store, Arc::new(sessions))
    }
}

/// Makes two tests of one function: the ledger is in SQLite and in PostgreSQL.
#[allow(unused_macros)]
macro_rules! beside_both {
    ($($name:ident),* $(,)?) => {
        mod beside_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::tables::Tables::beside(super::faces::Place::sqlite()).await).await;
            })*
        }
        mod beside_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::tables::Tables::beside(super::faces::Place::postgres()).await).await;
            })*
        }
    };
}
#[allow(unused_imports)]
pub(crate) use beside_both;
