//! `plimsoll-ops secrets`: values written and rotated, and never shown.

use std::{
    io::{IsTerminal as _, Read as _, stdin},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::print_json;
use crate::{
    aws::{Account, Place, refusal},
    failure::Failure,
};

/// The largest value that Secrets Manager takes, in bytes.
const LARGEST: u64 = 65_536;

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops secrets set task-tls --key private_key -e production < task.key
  plimsoll-ops secrets rotate database -e production

A name without a slash is one of the environment: task-tls is plimsoll-production/task-tls. The value comes from standard input and is in no
argument, no log and no output; one line end after it is not part of it. Tasks read secrets at their start: put a new value in force
with `plimsoll-ops deploy --force`.";

/// Write or rotate a secret
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Write a new value, from standard input
    Set(Set),
    /// Have a secret rotated now by what is set up for that
    Rotate(Rotate),
}

#[derive(Args)]
struct Set {
    /// Secret, by name or ARN
    name: String,
    /// Key of a secret that is a JSON object; the others stay as they are
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Rotate {
    /// Secret, by name or ARN
    name: String,
    #[command(flatten)]
    place: Place,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.what {
        What::Set(set) => write(set).await,
        What::Rotate(rotate) => turn(rotate).await,
    }
}

async fn write(set: &Set) -> Result<ExitCode, Failure> {
    let value = value()?;
    let secrets = Account::load(&set.place).await?.secrets();
    let name = full_name(&set.place, &set.name);
    let value = match &set.key {
        None => value,
        Some(key) => {
            let call = secrets.get_secret_value().secret_id(&name);
            let found =
                call.send().await.map_err(refusal(format!("reading the secret {name}, to keep its other keys")))?;
            let text = found.secret_string().unwrap_or_default();
            // What the parser says could quote the value.
            let mut object: Map<String, Value> = serde_json::from_str(text)
                .map_err(|_| Failure::input(&name, "is no JSON object, so it has no keys; leave out --key"))?;
            object.insert(key.clone(), value.into());
            Value::Object(object).to_string()
        }
    };
    let call = secrets.put_secret_value().secret_id(&name).secret_string(value);
    let made = call.send().await.map_err(refusal(format!("writing the secret {name}")))?;
    let version = made.version_id().unwrap_or_default();
    if set.json {
        print_json(&json!({ "secret": made.arn(), "version": version }))?;
    } else {
        println!(
            "{name}: version {version} is current; tasks read it at their start: plimsoll-ops deploy {} --force",
            set.place.flags()
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn turn(rotate: &Rotate) -> Result<ExitCode, Failure> {
    let secrets = Account::load(&rotate.place).await?.secrets();
    let name = full_name(&rotate.place, &rotate.name);
    let found = secrets.describe_secret().secret_id(&name).send().await;
    let found = found.map_err(refusal(format!("looking for the secret {name}")))?;
    if found.rotation_enabled() != Some(true) {
        let problem =
            "has no rotation set up: nothing knows how to make a new value. Write one with `plimsoll-ops secrets set`";
        return Err(Failure::input(&name, problem));
    }
    let made = secrets.rotate_secret().secret_id(&name).send().await;
    let made = made.map_err(refusal(format!("rotating the secret {name}")))?;
    if rotate.json {
        print_json(&json!({ "secret": made.arn(), "version": made.version_id() }))?;
    } else {
        println!("{name}: rotation was begun; see `aws secretsmanager describe-secret` for when it is done");
    }
    Ok(ExitCode::SUCCESS)
}

fn full_name(place: &Place, name: &str) -> String {
    if name.contains(['/', ':']) { name.to_owned() } else { format!("{}/{name}", place.cluster()) }
}

/// The value, from standard input.
fn value() -> Result<String, Failure> {
    if stdin().is_terminal() {
        return Err(Failure::input(
            "standard input",
            "is a terminal, which would show the value; pipe it in, or `< FILE`",
        ));
    }
    let mut bytes = Vec::new();
    let read = stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|source| Failure::File { path: "standard input".into(), source })?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::input("standard input", "is more than the 65,536 bytes that a secret may have"));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| Failure::input("standard input", "is no UTF-8 text"))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() { Err(Failure::input("standard input", "is empty")) } else { Ok(text) }
}
