//! `plimsoll-ops registry-password`: what a tool that pushes images signs in to ECR with.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::Args;

use crate::{aws::Account, ecs::image::Registry, failure::Failure};

const EXAMPLES: &str = "\
Examples:
  plimsoll-ops registry-password 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll |
    skopeo login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-2.amazonaws.com

It is good for 12 hours, for whatever the role may do there. It is written to a pipe or a file, never to a terminal.";

/// Print a password for an image repository of ECR; the user's name is AWS
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Repository, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll
    repository: String,
    /// Profile of AWS's settings to use
    #[arg(long)]
    profile: Option<String>,
}

pub(super) async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { repository, profile } = arguments;
    let registry = Registry::of(repository).ok_or_else(|| {
        let problem = format!("{repository} is none of ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME");
        Failure::input("REPOSITORY", problem)
    })?;
    let mut out = std::io::stdout();
    if out.is_terminal() {
        return Err(Failure::Refused("a password is not shown on a terminal; pipe it into `skopeo login`".to_owned()));
    }
    let account = Account::signed_in(Some(registry.region()), profile.as_deref()).await?;
    let password = registry.password(&account).await?;
    writeln!(out, "{password}")
        .map_err(|error| Failure::Refused(format!("the password cannot be written: {error}")))?;
    Ok(ExitCode::SUCCESS)
}
