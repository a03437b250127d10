//! The static binary, and the list of what it is made of.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Architecture, Profile};
use crate::{
    lint,
    program::{Outcome, building, captured, cargo, execute, root},
    setup,
};

/// Name of the list, without the ending that says how it is written.
const BILL: &str = "plimsoll.cdx";
/// What the shipped binary is built with.
const FEATURES: [&str; 2] = ["--features", "aws"];

/// A static program, and what it was compiled for.
pub(super) struct Binary {
    pub(super) path: PathBuf,
    target: String,
}

/// Builds it.
pub(super) fn build(architecture: Architecture, profile: Profile) -> Outcome<Binary> {
    match profile {
        Profile::Dist => shipped(architecture),
        Profile::Dev if architecture == Architecture::here() => as_tested(),
        Profile::Dev => Err("the profile dev is for this machine alone; leave --architecture or --profile out".into()),
    }
}

/// On musl where this compiler has that, else on glibc, static either way.
fn shipped(architecture: Architecture) -> Outcome<Binary> {
    let target = target(architecture)?;
    let mut command = auditable()?;
    command.args(["--package", "plimsoll", "--profile", "dist", "--target", &target]);
    command.args(FEATURES).env("CARGO_INCREMENTAL", "0").envs(flags());
    // mimalloc names the moment at which it was compiled: no moment, for what is compiled once serves many commits.
    command.env("SOURCE_DATE_EPOCH", "0");
    // In a folder of its own: other flags would have everything else built anew.
    let folder = root().join("target/static");
    execute(command.env("CARGO_TARGET_DIR", &folder))?;
    Ok(Binary { path: folder.join(&target).join("dist/plimsoll"), target })
}

/// Of what the tests are made of: our own crates are compiled once more, for the list of crates that it gets, and linked.
fn as_tested() -> Outcome<Binary> {
    let mut command = auditable()?;
    command.args(["--workspace", "--bin", "plimsoll"]).args(lint::FEATURES);
    command.env("RUSTC_WRAPPER", root().join("infra/container/link-static"));
    let folder = root().join("target");
    execute(command.env("CARGO_TARGET_DIR", &folder))?;
    Ok(Binary { path: folder.join("debug/plimsoll"), target: host()? })
}

/// `cargo auditable build`, so that it makes the same wherever it lies.
fn auditable() -> Outcome<Command> {
    let tool = setup::tool("cargo-auditable", "0.7.7")?;
    let mut command = building(&tool);
    command.env("PATH", path_with(&tool)?).env("CARGO", root().join("infra/container/call-by-name"));
    command.args(["auditable", "build", "--quiet", "--locked"]);
    Ok(command)
}

/// The path on which programs are looked for, beginning with where a tool lies.
fn path_with(tool: &Path) -> Outcome<OsString> {
    let folders = env::var_os("PATH").unwrap_or_default();
    let of_tool = tool.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_path_buf);
    env::join_paths(of_tool.into_iter().chain(env::split_paths(&folders)))
        .map_err(|error| format!("{}: {error}", tool.display()))
}

/// For Rust and for C: static, and without the names of this machine's folders.
fn flags() -> [(&'static str, String); 2] {
    let home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")));
    let mut rust = "-C target-feature=+crt-static".to_owned();
    let mut c = env::var("CFLAGS").unwrap_or_default();
    for (from, to) in [(Some(root().display().to_string()), "/plimsoll"), (home.ok(), "/cargo")] {
        if let Some(from) = from {
            rust.push_str(&format!(" --remap-path-prefix={from}={to}"));
            c.push_str(&format!(" -ffile-prefix-map={from}={to}"));
        }
    }
    [("RUSTFLAGS", rust), ("CFLAGS", c)]
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

/// What this compiler compiles for where nothing else is said.
fn host() -> Outcome<String> {
    captured(Command::new("rustc").args(["--print", "host-tuple"])).map(|host| host.trim().to_owned())
}

/// The list of what it is made of: CycloneDX, checked by CycloneDX's own schema.
pub(super) fn bill_of_materials(binary: &Binary, folder: &Path) -> Outcome<PathBuf> {
    let mut command = cargo();
    command.arg("cyclonedx").args(["--quiet", "--manifest-path", "crates/cli/Cargo.toml", "--format", "json"]);
    command.args(["--spec-version", "1.5", "--target", &binary.target, "--override-filename", BILL]);
    let tool = setup::tool("cargo-cyclonedx", "0.5.9")?;
    command.args(FEATURES).env("PATH", path_with(&tool)?);
    execute(&mut command)?;
    let text = take("crates/cli")?;
    // It writes one beside every crate of the workspace.
    for other in others()? {
        take(&other)?;
    }
    let bill = in_folder(folder);
    fs::write(&bill, timeless(&text)?).map_err(|error| format!("{}: {error}", bill.display()))?;
    setup::container_checks()?;
    let mut check = Command::new(setup::python("container")?);
    captured(check.arg(root().join("infra/container/check_bill.py")).arg(&bill))?;
    Ok(bill)
}

/// The list in a folder.
fn in_folder(folder: &Path) -> PathBuf {
    folder.join(format!("{BILL}.json"))
}

/// Takes a list out of a crate's folder.
fn take(crate_folder: impl AsRef<Path>) -> Outcome<String> {
    let file = in_folder(&root().join(crate_folder));
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let text = fs::read_to_string(&file).map_err(failed)?;
    fs::remove_file(&file).map_err(failed)?;
    Ok(text)
}

/// Folders of crates that have a list.
fn others() -> Outcome<Vec<PathBuf>> {
    let crates = root().join("crates");
    let entries = fs::read_dir(&crates).map_err(|error| format!("{}: {error}", crates.display()))?;
    let folders = entries.flatten().map(|entry| entry.path()).chain([root().join("xtask")]);
    Ok(folders.filter(|folder| in_folder(folder).exists()).collect())
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
