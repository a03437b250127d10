//! `plimsoll serve`: the service.

mod demo;
mod runtime;
mod summary;

use clap::{Args, ValueEnum};
use server::{compose, config::Config, operations::logging};

use crate::{
    failure::{Failure, Verdict},
    screen::Screen,
    service_settings::{StoreArguments, environment, settings},
};
pub(crate) use runtime::runtime;
use summary::Summary;

const EXAMPLES: &str = "\
Examples:
  plimsoll serve --demo
  plimsoll serve --data /var/lib/plimsoll --listen 0.0.0.0:8080
  PLIMSOLL_DATABASE_URL=postgres://… plimsoll serve --role api

Everything else is set by variables of the environment; `plimsoll config` lists them. SIGTERM stops with grace: /ready
says no, requests in work finish. SIGINT (Ctrl-C) does not wait for a load balancer.";

/// Serve the API and the console
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Address and port of the API and the console; port 0 takes a free one [default: PLIMSOLL_LISTEN, else 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Address and port of metrics and diagnostics [default: PLIMSOLL_PRIVATE_LISTEN, else 127.0.0.1:9464]
    #[arg(long, value_name = "ADDRESS")]
    private_listen: Option<String>,
    /// What this process serves [default: PLIMSOLL_ROLE, else all]
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Serve a scorecard of 1,000 real applications from the folder plimsoll-demo, and print what to try
    #[arg(long)]
    demo: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    All,
    Api,
    Console,
}

/// Where a demonstration lives unless told otherwise: not where real data may be.
const DEMO_FOLDER: &str = "plimsoll-demo";

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = config(arguments)?;
    let log = logging::start(&config.logging)?;
    let served = runtime()?.block_on(serve(arguments, config, screen));
    drop(log);
    served.map(|()| Verdict::Done)
}

async fn serve(arguments: &Arguments, config: Config, screen: &Screen) -> Result<(), Failure> {
    let tls = config.tls.pair.is_some();
    let service = compose::compose(config).await?;
    let demo = if arguments.demo { Some(demo::prepare(&service, screen).await?) } else { None };
    let running = server::serve(service.app.clone()).await?;
    let summary = Summary::of(&running, tls, service.app.config(), demo);
    // Whoever has read that it listens may stop it.
    let stopped = running.until_signal()?;
    let shown = screen.result(&summary, || summary.text());
    drop(summary);
    if shown.is_ok() {
        stopped.await;
    }
    service.close().await;
    shown
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let role = arguments.role.as_ref().and_then(ValueEnum::to_possible_value);
    let mut source = environment();
    if arguments.demo
        && arguments.store.data.is_none()
        && std::env::var_os("PLIMSOLL_DATA").is_none_or(|v| v.is_empty())
    {
        source = source.flag("--demo", "PLIMSOLL_DATA", Some(DEMO_FOLDER));
    }
    let source = arguments
        .store
        .over(source)?
        .flag("--listen", "PLIMSOLL_LISTEN", arguments.listen.clone())
        .flag("--private-listen", "PLIMSOLL_PRIVATE_LISTEN", arguments.private_listen.clone())
        .flag("--role", "PLIMSOLL_ROLE", role.as_ref().map(|role| role.get_name()));
    let config = settings(source)?;
    if arguments.demo && config.store.database_url.is_some() {
        return Err(Failure::usage("--demo keeps its data in a folder; unset PLIMSOLL_DATABASE_URL to try it"));
    }
    Ok(config)
}
