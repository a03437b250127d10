//! Who logs in to the console of a demonstration: one of each role, with one password, kept in the data folder.

use std::{fs, path::Path};

use store::{Actor, NewUser, Role, Store};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::key::write;
use crate::failure::Failure;

/// The file that the password is in.
const FILE: &str = "demo-password";

/// Makes those who are not there yet, who log in by the name of their role; gives their password.
pub(super) async fn ensure(store: &Store, folder: &Path) -> Result<String, Failure> {
    let password = password(&folder.join(FILE))?;
    let known: Vec<String> = store.users(None, 100).await?.into_iter().map(|user| user.login).collect();
    for role in Role::ALL {
        if known.iter().any(|login| login == role.name()) {
            continue;
        }
        let name = format!("Demo {}", role.name());
        let new = NewUser { login: role.name().to_owned(), name, role, password: Zeroizing::new(password.clone()) };
        store.create_user(new, Actor::Operator).await?;
    }
    Ok(password)
}

/// The password of the folder. It is there before the first user is, so that a start that was broken off goes on with it.
fn password(path: &Path) -> Result<String, Failure> {
    if let Ok(text) = fs::read_to_string(path)
        && !text.trim().is_empty()
    {
        return Ok(text.trim().to_owned());
    }
    let random = Uuid::new_v4().simple().to_string();
    let password: String = random.chars().take(20).collect();
    write(path, &password).map_err(|error| Failure::file(path, &error))?;
    Ok(password)
}
