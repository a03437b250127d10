//! The demonstration's key: kept in the data folder, so that a second start prints the same one.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use server::access::Scope;
use store::{Actor, ApiKeySecret, NewApiKey, Store};

use crate::failure::Failure;

/// The file. Its presence says that the folder is a demonstration's.
const FILE: &str = "demo-key";

/// Refuses a folder that holds a store of somebody else's.
pub(super) fn check_folder(folder: &Path, has_model: bool) -> Result<(), Failure> {
    if has_model && !folder.join(FILE).exists() {
        let problem = "holds a store that is no demonstration; name another folder with --data, or leave --demo out";
        return Err(Failure::usage(problem).in_file(folder));
    }
    Ok(())
}

/// The key of the folder, made where there is none that counts.
pub(super) async fn ensure(store: &Store, folder: &Path) -> Result<String, Failure> {
    let path = folder.join(FILE);
    if let Some(secret) = fs::read_to_string(&path).ok().and_then(|text| ApiKeySecret::parse(text.trim()))
        && store.verify_api_key(&secret).await?.is_some()
    {
        return Ok(secret.expose().to_owned());
    }
    let scopes = Scope::ALL.iter().filter(|scope| scope.is_for_keys()).map(ToString::to_string).collect();
    let new = NewApiKey { name: "demo".to_owned(), scopes, expires: None };
    let (_, secret) = store.create_api_key(new, Actor::Operator).await?;
    write(&path, secret.expose()).map_err(|error| Failure::file(&path, &error))?;
    Ok(secret.expose().to_owned())
}

/// Writes a line that only the owner may read.
pub(super) fn write(path: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{secret}")
}
