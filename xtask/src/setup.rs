//! What the tests and benchmarks need besides Rust: installed where it is absent, left alone where it is there.

use std::{fs, path::PathBuf, process::Command};

use crate::program::{Outcome, answers, cargo, execute, root};

/// Installs what is absent.
pub(crate) fn run(bench: bool) -> Outcome {
    debian()?;
    python("test", include_str!("../peers/test.txt"))?;
    if bench {
        python("bench", include_str!("../peers/bench.txt"))?;
    }
    Ok(())
}

/// Debian's packages: each with a sign that it is already there.
fn debian() -> Outcome {
    let postgresql = fs::read_dir("/usr/lib/postgresql")
        .is_ok_and(|versions| versions.flatten().any(|version| version.path().join("bin/initdb").exists()));
    let parts = [
        ("python3-venv", answers("python3", "-c import venv, ensurepip")),
        ("postgresql", postgresql),
        ("default-jre-headless", answers("java", "-version")),
    ];
    let absent: Vec<&str> = parts.iter().filter(|(_, there)| !there).map(|(package, _)| *package).collect();
    if absent.is_empty() {
        return Ok(());
    }
    if !answers("apt-get", "--version") {
        return Err(format!("install these and run again: {}", absent.join(", ")));
    }
    apt(&["update", "--quiet"])?;
    let mut words = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    words.extend(absent);
    apt(&words)
}

/// `apt-get`, through `sudo` where this is not root.
fn apt(words: &[&str]) -> Outcome {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let mut command = Command::new(if root { "apt-get" } else { "sudo" });
    if !root {
        command.args(["--non-interactive", "apt-get"]);
    }
    execute(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The Python packages of a list, in the virtual environment `target/peers`.
fn python(list: &str, packages: &str) -> Outcome {
    let home = root().join("target/peers");
    let done = home.join(format!("{list}.installed"));
    if fs::read_to_string(&done).is_ok_and(|installed| installed == packages) {
        return Ok(());
    }
    if !home.join("bin/python").exists() {
        execute(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    }
    let file = root().join(format!("xtask/peers/{list}.txt"));
    execute(
        Command::new(home.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(file),
    )?;
    fs::write(&done, packages).map_err(|error| format!("{}: {error}", done.display()))
}

/// A cargo subcommand from crates.io, installed under `target/tools` unless the machine has it; the path of its program.
pub(crate) fn tool(package: &str, version: &str) -> Outcome<PathBuf> {
    let home = root().join("target/tools");
    let program = home.join("bin").join(package);
    if !program.exists() {
        if answers(package, "--version") {
            return Ok(PathBuf::from(package));
        }
        execute(cargo().args(["install", package, "--quiet", "--locked", "--version", version, "--root"]).arg(&home))?;
    }
    Ok(program)
}
