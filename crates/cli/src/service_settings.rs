//! Settings of the service: from the environment, with flags laid over it.

use std::path::PathBuf;

use clap::Args;
use server::{
    compose,
    config::{Config, Source},
};

use crate::{commands::runtime, failure::Failure};

/// Where what must last is kept.
#[derive(Args)]
pub(crate) struct StoreArguments {
    /// Folder of the embedded store and the keyring [default: PLIMSOLL_DATA, else plimsoll-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// The flag that names the data folder.
const DATA: (&str, &str) = ("--data", "PLIMSOLL_DATA");

impl StoreArguments {
    /// The settings in force.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        settings(self.over(environment())?)
    }

    /// The environment with these flags over it.
    pub(crate) fn over(&self, source: Source) -> Result<Source, Failure> {
        let data = self.data.as_deref().map(|path| {
            path.to_str().ok_or_else(|| Failure::usage("--data: the folder's name is not UTF-8; name another one"))
        });
        Ok(source.flag(DATA.0, DATA.1, data.transpose()?))
    }
}

/// The settings of a source, with the secrets that it names.
pub(crate) fn settings(source: Source) -> Result<Config, Failure> {
    if source.secrets().is_empty() {
        return Ok(Config::from_source(source)?);
    }
    Ok(runtime()?.block_on(compose::settings(source))?)
}

/// The variables of this process.
pub(crate) fn environment() -> Source {
    Source::new(std::env::vars_os())
}
