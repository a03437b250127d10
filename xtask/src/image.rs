//! The image: a static binary, certificates, and what it is made of, put together so that one commit gives one digest.

mod binary;
mod certificates;
mod root;

use std::{fs, path::PathBuf, process::Command};

use crate::{
    program::{Outcome, answers, captured, root as workspace},
    setup,
};

/// A machine that images are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Architecture {
    /// x86-64
    Amd64,
    /// 64-bit ARM
    Arm64,
}

impl Architecture {
    /// As the compiler calls it.
    fn machine(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// As images call it.
    fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// That of this machine.
    fn here() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::Amd64 }
    }
}

/// Builds the image and prints its name, digest and size.
pub(crate) fn run(architecture: Option<Architecture>, tag: Option<&str>) -> Outcome {
    let architecture = architecture.unwrap_or_else(Architecture::here);
    let commit = commit()?;
    let folder = workspace().join("target/image").join(architecture.name());
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let binary = binary::build(architecture)?;
    let bill = binary::bill_of_materials(&folder)?;
    root::assemble(&folder, &binary, &bill)?;
    let tag = tag.map_or_else(|| format!("localhost/plimsoll:{}", commit.id), str::to_owned);
    build(&folder, architecture, &commit, &tag)
}

/// Which commit the image is of.
struct Commit {
    /// Its hash; with `-changed` where the work tree is not as it was committed.
    id: String,
    /// Seconds since 1970.
    seconds: String,
}

fn commit() -> Outcome<Commit> {
    let git = |words: &[&str]| {
        captured(Command::new("git").args(words).current_dir(workspace())).map(|said| said.trim().to_owned())
    };
    let mut id = git(&["rev-parse", "HEAD"])?;
    if !git(&["status", "--porcelain"])?.is_empty() {
        id.push_str("-changed");
    }
    Ok(Commit { id, seconds: git(&["log", "-1", "--format=%ct"])? })
}

/// What builds images here: the first that answers.
fn builder() -> Outcome<&'static str> {
    setup::image_builder()?;
    ["podman", "buildah", "docker"]
        .into_iter()
        .find(|tool| answers(tool, &["--version"]))
        .ok_or_else(|| "there is neither podman nor buildah nor docker; install one of them".to_owned())
}

fn build(folder: &PathBuf, architecture: Architecture, commit: &Commit, tag: &str) -> Outcome {
    let tool = builder()?;
    let mut command = Command::new(tool);
    command.arg("build").args(["--platform", &format!("linux/{}", architecture.name())]).args(["--tag", tag]);
    command.arg("--file").arg(workspace().join("infra/container/Containerfile"));
    // The same commit gives the same bytes: no clock, no history of the machine that built.
    if tool == "docker" {
        command.args(["--output", "type=docker,rewrite-timestamp=true"]).env("SOURCE_DATE_EPOCH", &commit.seconds);
        command.args(["--provenance=false", "--sbom=false"]);
    } else {
        command.args([
            "--timestamp",
            &commit.seconds,
            "--format",
            "oci",
            "--identity-label=false",
            "--isolation",
            "chroot",
        ]);
    }
    for (name, value) in labels(commit) {
        command.args(["--label", &format!("org.opencontainers.image.{name}={value}")]);
    }
    captured(command.arg(folder))?;
    let inspect = |what: &str| captured(Command::new(tool).args(["image", "inspect", "--format", what, tag]));
    let bytes: u64 = inspect("{{.Size}}")?.trim().parse().unwrap_or(0);
    let digest = if tool == "podman" { inspect("{{.Digest}}")? } else { inspect("{{.Id}}")? };
    println!("{tag}\n{}\n{:.1} MB", digest.trim(), bytes as f64 / 1e6);
    Ok(())
}

fn labels(commit: &Commit) -> [(&'static str, &str); 6] {
    [
        ("title", "Plimsoll"),
        ("description", "Credit scoring that a lender runs itself"),
        ("licenses", "Apache-2.0"),
        ("source", "https://github.com/plimsoll-credit/plimsoll"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("revision", &commit.id),
    ]
}
