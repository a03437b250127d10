//! The peer of a benchmark: a Python program of `benches/`, which is asked in JSON and answers in JSON.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::{Serialize, de::DeserializeOwned};

/// Asks the program of this folder of `benches/`.
///
/// # Panics
/// Where the peer is not installed, or fails.
pub(crate) fn ask<A: DeserializeOwned>(folder: &str, request: &impl Serialize) -> A {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
    let mut python = Command::new(peers.join("bin/python"))
        .arg(root.join("benches").join(folder).join("peer.py"))
        .env("PYTHONWARNINGS", "ignore")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("no Python with optbinning: run `cargo xtask setup --bench`");
    python.stdin.take().unwrap().write_all(&serde_json::to_vec(request).unwrap()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "optbinning failed: run `cargo xtask setup --bench`");
    serde_json::from_slice(&output.stdout).unwrap()
}
