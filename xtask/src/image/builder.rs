//! What builds images: podman, buildah or docker, told to leave out whatever differs from one time to the next.

use std::{path::Path, process::Command};

use super::{Architecture, Commit};
use crate::{
    program::{Outcome, answers, captured, root},
    setup,
};

/// A program that builds images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Podman,
    Buildah,
    Docker,
}

impl Tool {
    pub(super) fn command(self) -> Command {
        Command::new(self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Podman => "podman",
            Self::Buildah => "buildah",
            Self::Docker => "docker",
        }
    }
}

/// The first that is there; Debian's podman is installed where none is.
pub(super) fn tool() -> Outcome<Tool> {
    setup::image_builder()?;
    // A client of docker without an engine answers `--version`, and builds nothing.
    let found = [(Tool::Podman, "--version"), (Tool::Buildah, "--version"), (Tool::Docker, "info")]
        .into_iter()
        .find(|(tool, asked)| answers(tool.name(), &[asked]));
    found.map(|(tool, _)| tool).ok_or_else(|| "there is neither podman nor buildah nor docker; install one".to_owned())
}

/// Builds the image of a folder.
pub(super) fn build(tool: Tool, folder: &Path, architecture: Architecture, commit: &Commit, tag: &str) -> Outcome {
    let mut command = tool.command();
    command.arg("build").args(["--platform", &format!("linux/{}", architecture.name())]).args(["--tag", tag]);
    command.arg("--file").arg(root().join("infra/container/Containerfile"));
    // The same commit gives the same bytes: no clock, no history of the machine that built, nothing kept from before.
    command.arg("--no-cache");
    if tool == Tool::Docker {
        command.args(["--output", "type=docker,rewrite-timestamp=true"]).env("SOURCE_DATE_EPOCH", &commit.seconds);
        command.args(["--provenance=false", "--sbom=false"]);
    } else {
        command.args(["--timestamp", &commit.seconds, "--format", "oci", "--identity-label=false"]);
        command.args(["--isolation", "chroot", "--layers=false"]);
    }
    for (name, value) in labels(commit) {
        command.args(["--label", &format!("org.opencontainers.image.{name}={value}")]);
    }
    captured(command.arg(folder)).map(drop)
}

/// Writes the image as an archive in OCI's layout.
pub(super) fn save(tool: Tool, tag: &str, archive: &Path) -> Outcome {
    if archive.exists() {
        // podman refuses to write over one.
        std::fs::remove_file(archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    }
    let mut command = tool.command();
    match tool {
        Tool::Podman => command.args(["save", "--quiet", "--format", "oci-archive", "--output"]).arg(archive).arg(tag),
        Tool::Buildah => command.args(["push", "--quiet", tag, &format!("oci-archive:{}:{tag}", archive.display())]),
        Tool::Docker => command.args(["save", "--output"]).arg(archive).arg(tag),
    };
    captured(&mut command).map(drop)
}

fn labels(commit: &Commit) -> [(&'static str, &str); 6] {
    [
        ("title", "Plimsoll"),
        ("description", "Credit scoring that a lender runs itself"),
        ("licenses", "Apache-2.0"),
        ("source", env!("CARGO_PKG_REPOSITORY")),
        ("version", env!("CARGO_PKG_VERSION")),
        ("revision", &commit.id),
    ]
}
