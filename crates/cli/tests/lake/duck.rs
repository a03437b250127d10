//! DuckDB over a lake.

#![allow(dead_code)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value as Json, json};

/// The files of a lake in a folder, as DuckDB names a table of them.
pub(crate) fn table(lake: &Path) -> String {
    format!("read_parquet('{}/date=*/*.parquet', hive_partitioning = true)", lake.display())
}

/// The rows of a query, asked after some statements.
#[track_caller]
pub(crate) fn ask(first: &[String], query: &str) -> Vec<Vec<Json>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
    let mut python = Command::new(peers.join("bin/python"))
        .arg(root.join("crates/cli/tests/lake/duck.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("no Python with DuckDB: run `cargo xtask setup`");
    let request = json!({ "first": first, "query": query }).to_string();
    python.stdin.take().unwrap().write_all(request.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "DuckDB failed; its words are above; for {query}");
    serde_json::from_slice(&output.stdout).unwrap()
}
