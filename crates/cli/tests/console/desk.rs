//! A lender's office: the service with a model in force, a person of each role, and some decisions.

use std::{
    process::{Command, Output},
    time::Duration,
};

use load::{Book, Connection, Pace, Plan};
use store::{Actor, NewUser, Role};

use crate::instance::{Instance, Place, applications};

/// What everybody logs in with here.
pub(crate) const PASSWORD: &str = "harbour-lantern-mast";

/// The office. Stops when it is dropped.
pub(crate) struct Desk {
    pub(crate) place: Place,
    pub(crate) instance: Instance,
}

impl Desk {
    /// An office without decisions.
    pub(crate) async fn open() -> Self {
        let place = Place::embedded().await;
        let store = place.store().await;
        for role in Role::ALL {
            let (login, name) = (role.name().to_owned(), format!("An {}", role.name()));
            let new = NewUser { login, name, role, password: PASSWORD.to_owned().into() };
            store.create_user(new, Actor::Operator).await.unwrap();
        }
        // The second of two who decide together.
        let new = NewUser {
            login: "approver-2".to_owned(),
            name: "Another approver".to_owned(),
            role: Role::Approver,
            password: PASSWORD.to_owned().into(),
        };
        store.create_user(new, Actor::Operator).await.unwrap();
        store.close().await;
        let no_limit = ("PLIMSOLL_RATE_LIMIT_ADDRESS", "0".to_owned());
        let instance = place.start_with(&[no_limit]);
        Self { place, instance }
    }

    /// An office in which applications were scored for a second.
    pub(crate) async fn with_decisions() -> Self {
        let desk = Self::open().await;
        let plan = Plan {
            target: desk.place.scores(desk.instance.address),
            connections: 2,
            pace: Pace::Closed,
            duration: Duration::from_secs(1),
            only_unanswered: false,
        };
        let figures = load::run(plan, &applications(), &std::sync::Arc::new(Book::keeping("desk"))).await;
        assert!(figures.statuses.get(&201).is_some_and(|count| *count > 10), "{figures}");
        desk
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.instance.address)
    }

    /// What the API answers a program with the office's key: its status and its body.
    pub(crate) async fn ask(&self, path: &str) -> (u16, serde_json::Value) {
        let mut connection = Connection::open(self.instance.address).await.unwrap();
        let authorization = self.place.authorization();
        let answer = connection.get(path, std::slice::from_ref(&authorization)).await.unwrap();
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// Runs a command of the program on the office's data folder.
    #[allow(dead_code)]
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_plimsoll")).args(words).arg("--data").arg(self.place.data()).output().unwrap()
    }
}
