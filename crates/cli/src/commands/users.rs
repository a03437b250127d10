//! `plimsoll users`: the first people who log in to the console.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use store::{Actor, NewUser, Role};
use zeroize::Zeroizing;

use crate::{
    failure::{Failure, Verdict},
    operator::with_store,
    screen::Screen,
    service_settings::StoreArguments,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll users create ada --name 'Ada Byron' --role administrator < password.txt

The password is the first line of standard input.";

/// Make users of the console
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a user; the password comes from standard input
    Create(Create),
}

#[derive(Args)]
struct Create {
    /// What they log in with
    login: String,
    /// What they are called [default: the login]
    #[arg(long)]
    name: Option<String>,
    /// What they may do
    #[arg(long, value_enum)]
    role: RoleName,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Viewer,
    Analyst,
    Approver,
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Analyst => Self::Analyst,
            RoleName::Approver => Self::Approver,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let Command::Create(create) = &arguments.command;
    let config = create.store.config()?;
    let name = create.name.clone().unwrap_or_else(|| create.login.clone());
    let new = NewUser { login: create.login.clone(), name, role: create.role.into(), password: password(screen)? };
    let user = with_store(&config, async |store| Ok(store.create_user(new, Actor::Operator).await?))?;
    screen.result(&json!({ "id": user.id, "login": user.login }), || format!("{}: user {}\n", user.login, user.id))?;
    Ok(Verdict::Done)
}

fn password(screen: &Screen) -> Result<Zeroizing<String>, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        screen.remark("the password, which will be seen; better `< file`:");
    }
    let mut line = Zeroizing::new(String::new());
    let fault = |error| Failure::file(std::path::Path::new("standard input"), &error);
    stdin.lock().read_line(&mut line).map_err(fault)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
