//! What developers and CI run: `cargo xtask test | bench | lint | setup | fuzz | soak | infra | image | push |
//! cost | terraform`.
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
mod push;
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
        #[arg(long, default_value_t = 30, value_name = "SECONDS")]
        fuzz: u64,
    },
    /// Checks formatting, lints, documentation, workflows, licences and advisories
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
    /// Says what a change of the infrastructure costs: each profile as it is beside what it was, priced, as Markdown
    Cost {
        /// The commit to compare with
        #[arg(long, value_name = "COMMIT")]
        since: String,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: std::path::PathBuf,
    },
    /// Builds the container image: a static binary on nothing
    Image(image::Order),
    /// Plans a stack, applies a plan, or says where what stands differs
    Terraform {
        #[command(subcommand)]
        step: delivery::Step,
    },
    /// Pushes an image as it was built, under the commit that it was built of, and prints its name by digest
    Push {
        /// What `cargo xtask image --archive FILE` wrote
        #[arg(long, value_name = "FILE")]
        archive: std::path::PathBuf,
        /// Where to: HOST/NAME. ECR is signed in to as the SDKs of AWS do; any other as `skopeo login` left it
        #[arg(long, value_name = "HOST/NAME")]
        repository: String,
        /// Give the digest to a workflow, too, as its output digest
        #[arg(long)]
        github_output: bool,
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
        Task::Cost { since, out } => infra::cost(&since, &out),
        Task::Infra { write: true, .. } => infra::write(),
        Task::Infra { part, only, .. } => infra::run(part, only.as_deref()),
        Task::Image(order) => image::run(&order),
        Task::Terraform { step } => delivery::run(step),
        Task::Push { archive, repository, github_output } => push::run(&archive, &repository, github_output),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_workflows_call_is_there_with_these_arguments() {
        let called = testbed::workflow_commands(&["cargo", "xtask"]);
        assert!(called.len() > 5, "workflows call hardly anything: {called:?}");
        for (place, words) in called {
            let words = std::iter::once("cargo xtask".to_owned()).chain(words);
            if let Err(error) = Arguments::try_parse_from(words) {
                panic!("{place}: {error}");
            }
        }
    }
}
