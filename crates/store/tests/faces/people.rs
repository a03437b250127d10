//! People who log in.
#![allow(dead_code)]

use store::{Actor, Login, LoginOutcome, NewUser, Role, Sessions, Store};
use zeroize::Zeroizing;

pub(crate) const PASSWORD: &str = "tidal harbour ledger";

pub(crate) fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

pub(crate) async fn user(store: &Store, login: &str, role: Role) -> store::User {
    let new = NewUser { login: login.to_owned(), name: "Anna Smith".to_owned(), role, password: secret(PASSWORD) };
    store.create_user(new, Actor::Operator).await.unwrap()
}

pub(crate) async fn log_in(
    store: &Store,
    sessions: &dyn Sessions,
    login: &str,
    password: &str,
    address: &str,
) -> LoginOutcome {
    let login = Login { login: login.to_owned(), password: secret(password), address: address.to_owned() };
    store.log_in(sessions, login).await.unwrap()
}
