//! The infrastructure: formatted, validated, documented, tested with mocks, applied to emulators, looked at as it stands.

mod container;
mod cost;
mod documents;
mod emulated;
mod emulators;
mod kubernetes;
mod modules;
mod policy;
mod stacks;
pub(crate) mod terraform;

pub(crate) use cost::run as cost;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
    time::Instant,
};

use crate::{
    program::{Outcome, captured, root},
    setup,
};

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Formatting, the tables of the READMEs, checkov, Kubernetes' schemas, the Containerfile and the compose file
    Check,
    /// Each module validated and tested with mocks
    Modules,
    /// Each stack applied to emulators, changed, looked at and destroyed
    Stacks,
}

/// A piece of work with a name.
type Task = (String, Box<dyn FnOnce() -> Outcome + Send>);

/// Runs one part, or all; `only` names a module or a stack.
pub(crate) fn run(part: Option<Part>, only: Option<&str>) -> Outcome {
    setup::infra()?;
    terraform::present()?;
    let wanted = |one: Part| part.is_none_or(|part| part == one);
    let mut tasks: Vec<Task> = Vec::new();
    // The longest first.
    if wanted(Part::Stacks) {
        tasks.extend(stacks::tasks(only)?);
    }
    if wanted(Part::Modules) {
        tasks.extend(modules::tasks(only)?);
    }
    if wanted(Part::Check) && only.is_none() {
        tasks.push(("formatting".to_owned(), Box::new(formatting)));
        tasks.push(("tables of the READMEs".to_owned(), Box::new(|| documents::run(false))));
        tasks.push(("checkov".to_owned(), Box::new(checkov)));
        tasks.push(("kubernetes".to_owned(), Box::new(kubernetes::run)));
        tasks.push(("container".to_owned(), Box::new(container::run)));
    }
    if tasks.is_empty() {
        return Err(format!("there is no module or stack called {}", only.unwrap_or("so")));
    }
    // Stacks wait for emulators most of the time.
    all(tasks, 4)
}

/// Writes the tables of the READMEs.
pub(crate) fn write() -> Outcome {
    documents::run(true)
}

/// Runs tasks side by side and says how each went.
fn all(tasks: Vec<Task>, side_by_side: usize) -> Outcome {
    let (queue, failures) = (Mutex::new(tasks.into_iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..side_by_side {
            scope.spawn(|| {
                loop {
                    let Some((name, task)) = queue.lock().ok().and_then(|mut queue| queue.next()) else { return };
                    let began = Instant::now();
                    let done = task();
                    eprintln!(
                        "infra {name}: {} in {:.0} s",
                        if done.is_ok() { "done" } else { "FAILED" },
                        began.elapsed().as_secs_f64()
                    );
                    if let (Err(problem), Ok(mut failures)) = (done, failures.lock()) {
                        failures.push(format!("infra {name}: {problem}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_default();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// Where the Terraform code is.
fn code() -> PathBuf {
    root().join("infra/terraform")
}

/// The folders in a folder, in the order of their names.
fn folders(of: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(of).map_err(|error| format!("{}: {error}", of.display()))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Copies a folder, without what Terraform leaves there.
fn copy(from: &Path, to: &Path) -> Outcome {
    let failed = |error: std::io::Error| format!("copying {}: {error}", from.display());
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)?.flatten() {
        let name = entry.file_name();
        if name == ".terraform" || name == ".terraform.lock.hcl" || name.to_string_lossy().contains("tfstate") {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).map_err(failed)?;
        }
    }
    Ok(())
}

fn formatting() -> Outcome {
    terraform::Root::at(code()).run(&["fmt", "-check", "-recursive", "-diff"]).map(drop)
}

/// What a scanner says of the code: nothing.
fn checkov() -> Outcome {
    let program = setup::python("checkov")?.with_file_name("checkov");
    let mut command = Command::new(program);
    command.args(["--framework", "terraform", "--compact", "--quiet", "--skip-download", "-d"]).arg(code());
    captured(&mut command).map(drop)
}
