//! kubectl, asked and answering.

use std::process::Output;

use serde_json::Value;
use tokio::process::Command;

use crate::failure::Failure;

/// The namespace of the manifests.
const NAMESPACE: &str = "plimsoll";

/// A command of kubectl in the namespace.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new("kubectl");
    command.args(["--namespace", NAMESPACE]).args(words);
    command
}

/// What a command of kubectl printed.
pub(crate) async fn ask(words: &[&str]) -> Result<String, Failure> {
    let Output { status, stdout, stderr } = command(words).output().await.map_err(|error| {
        Failure::input("kubectl", format!("cannot be started ({error}); install it and `aws eks update-kubeconfig`"))
    })?;
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        return Err(Failure::Refused(format!("kubectl {}: {}", words.join(" "), said.trim())));
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// What a command of kubectl printed as JSON.
pub(crate) async fn ask_json(words: &[&str]) -> Result<Value, Failure> {
    let text = ask(&[words, &["--output", "json"]].concat()).await?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::Refused(format!("kubectl {}: no JSON: {error}", words.join(" "))))
}
