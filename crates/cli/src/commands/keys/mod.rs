//! `plimsoll keys`: API keys, by whoever runs the machine.

mod show;

use clap::{Args, Subcommand};
use server::access::Scope;
use store::{Actor, Moment, NewApiKey, Store};
use uuid::Uuid;

use crate::{
    failure::{Failure, Verdict},
    number::whole,
    operator::with_store,
    screen::Screen,
    service_settings::StoreArguments,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll keys create origination --scope scores:write --scope scores:read
  plimsoll keys list
  plimsoll keys rotate 01941f29-7c00-7000-8000-000000000001 --overlap 48
  plimsoll keys revoke 01941f29-7c00-7000-8000-000000000001

A key's secret is shown once, on standard output, and kept nowhere. A service that runs learns of a revocation within
seconds.";

/// Make, list, rotate and revoke API keys
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a key and print its secret
    Create(Create),
    /// List keys, without their secrets
    List(List),
    /// Give a key a new secret; the old one goes on for a while
    Rotate(Rotate),
    /// End a key for good
    Revoke(Revoke),
}

#[derive(Args)]
struct Create {
    /// What people know it by
    name: String,
    /// What it may do; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", required_unless_present = "all_scopes", value_parser = scope)]
    scopes: Vec<Scope>,
    /// All that a key can do
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// When it ends, as in 2027-01-01T00:00:00Z [default: never]
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    expires: Option<Moment>,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Args)]
struct Rotate {
    /// The key's id
    id: Uuid,
    /// Hours for which the old secret goes on
    #[arg(long, value_name = "HOURS", value_parser = whole::<u32>, default_value_t = 24)]
    overlap: u32,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Args)]
struct Revoke {
    /// The key's id
    id: Uuid,
    #[command(flatten)]
    store: StoreArguments,
}

/// Keys that are listed at once.
const PAGE: usize = 200;

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    match &arguments.command {
        Command::Create(create) => {
            let all = || Scope::ALL.iter().copied().filter(|scope| scope.is_for_keys()).collect();
            let scopes: Vec<Scope> = if create.all_scopes { all() } else { create.scopes.clone() };
            let scopes = scopes.iter().map(ToString::to_string).collect();
            let new = NewApiKey { name: create.name.clone(), scopes, expires: create.expires };
            let made = with_store(&create.store.config()?, async |store| {
                Ok(store.create_api_key(new, Actor::Operator).await?)
            })?;
            show::made(&made.0, &made.1, screen)?;
        }
        Command::List(list) => {
            let keys = with_store(&list.store.config()?, all)?;
            show::list(&keys, screen)?;
        }
        Command::Rotate(Rotate { id, overlap, store }) => {
            let made = with_store(&store.config()?, async |store| {
                let version = store.api_key(*id).await?.version;
                Ok(store.rotate_api_key(*id, version, *overlap, Actor::Operator).await?)
            })?;
            show::made(&made.0, &made.1, screen)?;
        }
        Command::Revoke(Revoke { id, store }) => {
            with_store(&store.config()?, async |store| {
                let version = store.api_key(*id).await?.version;
                Ok(store.revoke_api_key(*id, version, Actor::Operator).await?)
            })?;
            screen.remark(&format!("{id}: revoked"));
        }
    }
    Ok(Verdict::Done)
}

async fn all(store: &Store) -> Result<Vec<store::ApiKey>, Failure> {
    let mut keys = Vec::new();
    loop {
        let page = store.api_keys(keys.last().map(|key: &store::ApiKey| key.id), PAGE).await?;
        let is_last = page.len() < PAGE;
        keys.extend(page);
        if is_last {
            return Ok(keys);
        }
    }
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::of_name(text).filter(|scope| scope.is_for_keys()).ok_or_else(|| {
        let names: Vec<&str> =
            Scope::ALL.iter().filter(|scope| scope.is_for_keys()).map(|scope| scope.name()).collect();
        format!("there is no such scope; there are {}", names.join(", "))
    })
}
