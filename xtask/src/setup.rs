//! What the tests and benchmarks need besides Rust: installed where it is absent, left alone where it is there.

use std::{fs, path::PathBuf, process::Command};

use crate::program::{Outcome, answers, captured, cargo, execute, root};

/// Installs what is absent.
pub(crate) fn run(bench: bool) -> Outcome {
    debian()?;
    documents()?;
    packages_of_python("peers", "test", include_str!("../peers/test.txt"))?;
    emulator()?;
    axe()?;
    image_builder()?;
    container_runner()?;
    if bench {
        packages_of_python("peers", "bench", include_str!("../peers/bench.txt"))?;
    }
    Ok(())
}

/// Installs what the infrastructure is tried with: each tool in an environment of its own, for they want different versions
/// of the same packages.
pub(crate) fn infra() -> Outcome {
    packages(&[
        ("python3-venv", answers("python3", &["-c", "import venv, ensurepip"])),
        ("kubernetes-client", answers("kubectl", &["version", "--client"])),
        ("haproxy", answers("haproxy", &["-v"])),
    ])?;
    packages_of_python("kubernetes", "kubernetes", include_str!("../peers/kubernetes.txt"))?;
    container_checks()?;
    emulator()?;
    packages_of_python("ministack", "ministack", include_str!("../peers/ministack.txt"))?;
    packages_of_python("checkov", "checkov", include_str!("../peers/checkov.txt"))
}

/// What images, and the files that make and run them, are checked with.
pub(crate) fn container_checks() -> Outcome {
    packages_of_python("container", "container", include_str!("../peers/container.txt"))
}

/// The emulator of AWS that both are tried with.
fn emulator() -> Outcome {
    packages_of_python("moto", "moto", include_str!("../peers/moto.txt"))
}

/// What looks at pages for what keeps people out, from npm: as it is published, with nothing installed.
fn axe() -> Outcome {
    const VERSION: &str = "4.10.3";
    let home = root().join("target/axe");
    let done = home.join(format!("{VERSION}.fetched"));
    if done.exists() {
        return Ok(());
    }
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    packages(&[("npm", answers("npm", &["--version"]))])?;
    execute(Command::new("npm").args(["pack", "--silent", &format!("axe-core@{VERSION}")]).current_dir(&home))?;
    execute(
        Command::new("tar")
            .args(["--extract", "--gzip", "--file", &format!("axe-core-{VERSION}.tgz")])
            .current_dir(&home),
    )?;
    fs::write(&done, "").map_err(|error| format!("{}: {error}", done.display()))
}

/// The Python of an environment.
pub(crate) fn python(environment: &str) -> Outcome<PathBuf> {
    let python = root().join("target").join(environment).join("bin/python");
    if python.exists() {
        Ok(python)
    } else {
        Err(format!("{} is not there: run `cargo xtask setup`", python.display()))
    }
}

/// The environment of what reads documents.
pub(crate) const DOCUMENTS: &str = "documents";

/// Installs what reads documents that other programs run.
pub(crate) fn documents() -> Outcome {
    packages(&[
        ("python3-venv", answers("python3", &["-c", "import venv, ensurepip"])),
        ("shellcheck", answers("shellcheck", &["--version"])),
    ])?;
    packages_of_python(DOCUMENTS, "documents", include_str!("../peers/documents.txt"))
}

/// Debian's packages: each with a sign that it is already there.
fn debian() -> Outcome {
    let postgresql = fs::read_dir("/usr/lib/postgresql")
        .is_ok_and(|versions| versions.flatten().any(|version| version.path().join("bin/initdb").exists()));
    packages(&[
        ("python3-venv", answers("python3", &["-c", "import venv, ensurepip"])),
        ("postgresql", postgresql),
        ("redis-server", answers("redis-server", &["--version"])),
        ("haproxy", answers("haproxy", &["-v"])),
        ("openssl", answers("openssl", &["version"])),
        ("skopeo", answers("skopeo", &["--version"])),
        ("docker-registry", answers("docker-registry", &["--version"])),
        ("default-jre-headless", answers("java", &["-version"])),
        ("chromium", answers("chromium", &["--version"])),
        ("chromium-driver", answers("chromedriver", &["--version"])),
    ])
}

/// What copies images to registries.
pub(crate) fn registry_client() -> Outcome {
    packages(&[("skopeo", answers("skopeo", &["--version"]))])
}

/// A compiler of C++, which the fuzz targets' engine is written in.
pub(crate) fn compiler_of_cpp() -> Outcome {
    packages(&[("g++", answers("c++", &["--version"]))])
}

/// What builds images: Debian's podman, unless the machine has a builder of its own.
pub(crate) fn image_builder() -> Outcome {
    let there = docker() || ["podman", "buildah"].iter().any(|tool| answers(tool, &["--version"]));
    packages(&[("podman", there), ("runc", there)])
}

/// What runs images, by its name: podman, which Debian has, unless there is only docker.
pub(crate) fn container_runner() -> Outcome<&'static str> {
    let podman = || answers("podman", &["--version"]);
    if !podman() && docker() {
        return Ok("docker");
    }
    let runs = ["runc", "crun"].iter().any(|runtime| answers(runtime, &["--version"]));
    packages(&[("podman", podman()), ("runc", runs)])?;
    Ok("podman")
}

/// Whether docker has an engine: its client alone answers `--version`.
fn docker() -> bool {
    answers("docker", &["info"])
}

/// Installs those Debian packages of which there is no sign.
fn packages(parts: &[(&str, bool)]) -> Outcome {
    let absent: Vec<&str> = parts.iter().filter(|(_, there)| !there).map(|(package, _)| *package).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let by_hand = |why: String| format!("{why}; install these by hand and run again: {}", absent.join(", "));
    if !answers("apt-get", &["--version"]) {
        return Err(by_hand("this machine has no apt-get".into()));
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if !root && !answers("sudo", &["--non-interactive", "true"]) {
        return Err(by_hand("installing Debian packages takes root, or sudo without a password".into()));
    }
    // A source of packages that cannot be reached need not be one of those that are wanted.
    if let Err(problem) = apt(root, &["update", "--quiet"]) {
        eprintln!("xtask: {problem}; going on with the lists of packages that are here");
    }
    let mut words = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    words.extend(&absent);
    apt(root, &words).map_err(by_hand)
}

/// `apt-get`, through `sudo` where this is not root.
fn apt(root: bool, words: &[&str]) -> Outcome {
    let mut command = Command::new(if root { "apt-get" } else { "sudo" });
    if !root {
        // sudo does not hand on the environment.
        command.args(["--non-interactive", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    execute(command.args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The Python packages of a list, in a virtual environment under `target`.
fn packages_of_python(environment: &str, list: &str, packages: &str) -> Outcome {
    let home = root().join("target").join(environment);
    let done = home.join(format!("{list}.installed"));
    if fs::read_to_string(&done).is_ok_and(|installed| installed == packages) {
        return Ok(());
    }
    let python = home.join("bin/python");
    // A set-up that was interrupted leaves an environment without pip.
    if !answers(&python, &["-m", "pip", "--version"]) {
        execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    }
    let file = root().join(format!("xtask/peers/{list}.txt"));
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(file);
    execute(&mut pip).map_err(|problem| {
        format!("{problem}; it needs PyPI (or a mirror named in PIP_INDEX_URL) and the Python that Debian 12 has, or a later one")
    })?;
    fs::write(&done, packages).map_err(|error| format!("{}: {error}", done.display()))
}

/// A cargo subcommand from crates.io, installed under `target/tools` unless the machine has it; the path of its program.
pub(crate) fn tool(package: &str, version: &str) -> Outcome<PathBuf> {
    let home = root().join("target/tools");
    let program = home.join("bin").join(package);
    // As cargo remembers it: not every tool says its version.
    let installed = captured(cargo().args(["install", "--list", "--root"]).arg(&home))?;
    if !(program.exists() && installed.lines().any(|line| line == format!("{package} v{version}:"))) {
        // The machine's own, if it is this version: what a tool finds depends on it.
        let said = Command::new(package).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
        if String::from_utf8_lossy(&said).split_whitespace().any(|word| word == version) {
            return Ok(PathBuf::from(package));
        }
        let mut install = cargo();
        install.args(["install", package, "--quiet", "--locked", "--force", "--version", version, "--root"]).arg(&home);
        // They run for seconds: what optimising them takes is never won back.
        execute(install.args(["--profile", "dev"]).env("CARGO_PROFILE_DEV_DEBUG", "false"))?;
    }
    Ok(program)
}
