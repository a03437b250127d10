//! What developers and CI run: `cargo xtask test | bench | lint | setup | fuzz | soak | infra | image | terraform`.
//!
//! **For:** one command a purpose, the same on a laptop and in CI. **May use:** the tools of the trade as programs.
//! **Must never know:** the product's crates; it builds and runs them.

mod bench;
mod delivery;
mod fuzz;
mod image;
mod infra;
mod lint;
mod program;
mod setup;
mod soak;
mod test;

use clap::{Parser, Subcommand};

/// Runs what developers and CI run.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the tests need and the machine lacks (Debian packages, PyPI, crates.io)
    Setup {
        /// Also what only the benchmarks need
        #[arg(long)]
        bench: bool,
    },
    /// Sets up, checks formatting and lints, runs every test, and fuzzes
    Test {
        /// Seconds that each fuzz target runs
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        fuzz: u64,
    },
    /// Checks formatting, lints, documentation, licences and advisories
    Lint,
    /// Runs the benchmarks beside their peers and prints the ratios
    Bench {
        /// Only those whose name contains this
        filter: Option<String>,
    },
    /// Runs the service under load for a while and watches its memory, then kills it again and again
    Soak {
        /// How long the load runs
        #[arg(long, default_value_t = 10.0, value_name = "MINUTES")]
        minutes: f64,
        /// How often it is killed
        #[arg(long, default_value_t = 500, value_name = "N")]
        kills: u64,
    },
    /// Checks the infrastructure, tests its modules, applies its stacks to emulators
    Infra {
        /// Only this part
        part: Option<infra::Part>,
        /// Only this module or stack
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
        /// Write the tables of the READMEs and do nothing else
        #[arg(long, conflicts_with_all = ["part", "only"])]
        write: bool,
    },
    /// Builds the container image: a static binary on nothing
    Image(image::Order),
    /// Plans a stack, applies a plan, or says where what stands differs
    Terraform {
        #[command(subcommand)]
        step: delivery::Step,
    },
    /// Runs each fuzz target for a while
    Fuzz {
        /// Only this one
        target: Option<String>,
        /// Seconds that each target runs
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        seconds: u64,
        /// Run this one input, e.g. one that was found
        #[arg(long, value_name = "FILE", requires = "target", conflicts_with = "seconds")]
        input: Option<std::path::PathBuf>,
    },
}

fn main() -> std::process::ExitCode {
    let done = match Arguments::parse().task {
        Task::Setup { bench } => setup::run(bench),
        Task::Test { fuzz } => test::run(fuzz),
        Task::Lint => lint::run(),
        Task::Bench { filter } => bench::run(filter.as_deref()),
        Task::Soak { minutes, kills } => soak::run(minutes, kills),
        Task::Infra { write: true, .. } => infra::write(),
        Task::Infra { part, only, .. } => infra::run(part, only.as_deref()),
        Task::Image(order) => image::run(&order),
        Task::Terraform { step } => delivery::run(step),
        Task::Fuzz { target: Some(target), input: Some(input), .. } => fuzz::repeat(&target, &input),
        Task::Fuzz { target, seconds, .. } => fuzz::run(seconds, target.as_deref()),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            std::process::ExitCode::FAILURE
        }
    }
}
