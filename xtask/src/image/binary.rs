//! The static binary, and the list of what it is made of.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::Architecture;
use crate::{
    program::{Outcome, captured, cargo, execute, root},
    setup,
};

/// What the image's binary is built with.
const FEATURES: [&str; 2] = ["--features", "aws"];

/// Builds it: on musl where this compiler has that, else on glibc, static either way.
pub(super) fn build(architecture: Architecture) -> Outcome<PathBuf> {
    let target = target(architecture)?;
    let mut command = Command::new(setup::tool("cargo-auditable", "0.7.7")?);
    command.args(["auditable", "build", "--profile", "dist", "--package", "plimsoll", "--locked", "--target", &target]);
    command.args(FEATURES).current_dir(root()).env("CARGO_INCREMENTAL", "0").env("RUSTFLAGS", flags());
    // In a folder of its own: other flags would have everything else built anew.
    let folder = root().join("target/dist");
    execute(command.env("CARGO_TARGET_DIR", &folder))?;
    Ok(folder.join(target).join("dist/plimsoll"))
}

/// Static, and without the names of this machine's folders, so that two machines build the same bytes.
fn flags() -> String {
    let home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")));
    let mut flags = "-C target-feature=+crt-static".to_owned();
    for (from, to) in [(Some(root().display().to_string()), "/plimsoll"), (home.ok(), "/cargo")] {
        if let Some(from) = from {
            flags.push_str(&format!(" --remap-path-prefix={from}={to}"));
        }
    }
    flags
}

fn target(architecture: Architecture) -> Outcome<String> {
    let libraries = captured(Command::new("rustc").args(["--print", "sysroot"]))?;
    let libraries = PathBuf::from(libraries.trim()).join("lib/rustlib");
    let wanted = ["musl", "gnu"].map(|library| format!("{}-unknown-linux-{library}", architecture.machine()));
    let found = wanted.iter().find(|target| libraries.join(target).join("lib").exists());
    found.cloned().ok_or_else(|| {
        format!("this compiler builds for neither of {}; run `rustup target add {}`", wanted.join(", "), wanted[0])
    })
}

/// The list of what it is made of, in CycloneDX.
pub(super) fn bill_of_materials(folder: &Path) -> Outcome<PathBuf> {
    let written = root().join("crates/cli/plimsoll.cdx.json");
    let mut command = cargo();
    command.arg("cyclonedx").args(["--manifest-path", "crates/cli/Cargo.toml", "--format", "json"]);
    command.args(["--spec-version", "1.5", "--override-filename", "plimsoll.cdx"]).args(FEATURES);
    let tool = setup::tool("cargo-cyclonedx", "0.5.9")?;
    let path = env::join_paths(
        tool.parent()
            .map(Path::to_path_buf)
            .into_iter()
            .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    );
    command.env("PATH", path.map_err(|error| error.to_string())?);
    execute(&mut command)?;
    let bill = folder.join("plimsoll.cdx.json");
    let text = fs::read_to_string(&written).map_err(|error| format!("{}: {error}", written.display()))?;
    let _ = fs::remove_file(&written);
    let text = timeless(&text)?;
    fs::write(&bill, text).map_err(|error| format!("{}: {error}", bill.display()))?;
    Ok(bill)
}

/// Without the moment at which it was written, its serial number, and this machine's folders.
fn timeless(text: &str) -> Outcome<String> {
    let text = text.replace(&root().display().to_string(), "/plimsoll");
    let mut bill: serde_json::Value = serde_json::from_str(&text).map_err(|error| format!("the list: {error}"))?;
    if let Some(members) = bill.as_object_mut() {
        members.remove("serialNumber");
    }
    if let Some(metadata) = bill.get_mut("metadata").and_then(|metadata| metadata.as_object_mut()) {
        metadata.remove("timestamp");
    }
    serde_json::to_string(&bill).map_err(|error| error.to_string())
}
