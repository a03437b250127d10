//! `plimsoll-ops cost`: what a plan or a state of Terraform costs a month; what was billed, and what of it was unexpected.

mod actual;
mod anomalies;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};

use crate::{
    cost::{Estimate, Infrastructure, Prices, Usage, difference, screen},
    failure::Failure,
};

const EXAMPLES: &str = "\
Examples:
  terraform plan -out=plan && terraform show -json plan | plimsoll-ops cost -
  plimsoll-ops cost plan.json --usage usage.toml --format markdown
  plimsoll-ops cost after.json --diff before.json
  plimsoll-ops cost --show-usage > usage.toml
  plimsoll-ops cost actual -e production --budget 600

Prices are list prices in USD without tax, of 730 hours a month, read on the day that each row of the price file says. What has no
price, and what depends on a use that nobody stated, is listed, never counted as nothing.";

/// Estimate what a plan or a state of Terraform costs a month; or show what was billed
#[derive(Args)]
#[command(after_long_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    billed: Option<Billed>,
    /// What `terraform show -json` printed, of a plan or a state; - reads it from standard input
    #[arg(required_unless_present = "show_usage")]
    plan: Option<PathBuf>,
    /// How much is used, where the plan cannot tell; see --show-usage
    #[arg(long, value_name = "FILE")]
    usage: Option<PathBuf>,
    /// Price file to use instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Region to price, where the plan does not name it
    #[arg(long)]
    region: Option<String>,
    /// Another plan or state to compare with: what changes from that one to PLAN
    #[arg(long, value_name = "BEFORE")]
    diff: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Print the usage that is assumed, as a file to change
    #[arg(long, exclusive = true)]
    show_usage: bool,
}

/// What was billed.
#[derive(Subcommand)]
enum Billed {
    Actual(actual::Arguments),
    Anomalies(anomalies::Arguments),
}

/// How an estimate is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Table,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.billed {
        Some(Billed::Actual(arguments)) => return super::wait_for(actual::run(arguments)),
        Some(Billed::Anomalies(arguments)) => return super::wait_for(anomalies::run(arguments)),
        None => {}
    }
    if arguments.show_usage {
        print!("{}", Usage::DEFAULTS);
        return Ok(ExitCode::SUCCESS);
    }
    let plan = arguments.plan.as_deref().unwrap_or(Path::new("-"));
    let usage = match &arguments.usage {
        Some(path) => Usage::parse(&path.display().to_string(), &read(path)?)?,
        None => Usage::default(),
    };
    let estimate = |path: &Path| -> Result<Estimate, Failure> {
        let place = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let infrastructure = Infrastructure::parse(&place, &read(path)?)?;
        let region = arguments.region.as_deref().or(infrastructure.region());
        let region = region.ok_or_else(|| Failure::input(&place, "names no region; say which with --region"))?;
        let prices = match &arguments.prices {
            Some(path) => Prices::parse(&path.display().to_string(), &read(path)?)?,
            None => Prices::of_region(region)?,
        };
        Ok(Estimate::of(&infrastructure, &prices, &usage))
    };
    let after = estimate(plan)?;
    let format = if arguments.json { Format::Json } else { arguments.format };
    let text = match &arguments.diff {
        Some(before) => {
            let difference = difference::between(&estimate(before)?, &after);
            match format {
                Format::Table => screen::difference_as_table(&difference),
                Format::Json => json(&difference),
                Format::Markdown => screen::difference_as_markdown(&difference),
            }
        }
        None => match format {
            Format::Table => screen::as_table(&after),
            Format::Json => json(&after),
            Format::Markdown => screen::as_markdown(&after),
        },
    };
    println!("{}", text.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn json(what: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(what).unwrap_or_default()
}

fn read(path: &Path) -> Result<String, Failure> {
    let file = |source| Failure::File { path: path.to_owned(), source };
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(file)?;
        return Ok(text);
    }
    fs::read_to_string(path).map_err(file)
}
