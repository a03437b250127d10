//! A repository of a registry, asked and filled with skopeo.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::program::{Outcome, captured, operators_tool, root};

/// A repository, signed in to; what was signed in with is gone with it.
pub(super) struct Registry {
    repository: String,
    /// Where skopeo keeps the password of ECR.
    passwords: Option<PathBuf>,
}

impl Registry {
    /// Signs in: to ECR with whatever AWS finds in the environment, elsewhere as the machine's tools did before.
    pub(super) fn sign_in(repository: &str) -> Outcome<Self> {
        let (host, _) = repository.split_once('/').ok_or_else(|| {
            format!("{repository} is no repository: write HOST/NAME, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll")
        })?;
        let mut registry = Self { repository: repository.to_owned(), passwords: None };
        if host.contains(".dkr.ecr.") {
            let password = captured(Command::new(operators_tool()?).args(["registry-password", repository]))?;
            let file = root().join("target").join(format!("passwords-{}.json", std::process::id()));
            registry.passwords = Some(file.clone());
            let mut login = Command::new("skopeo");
            login.args(["login", "--username", "AWS", "--password-stdin", "--authfile"]).arg(file).arg(host);
            given(&mut login, password.trim())?;
        }
        Ok(registry)
    }

    pub(super) fn repository(&self) -> &str {
        &self.repository
    }

    /// The digest that a tag, or `@` and a digest, names there; none where there is no such image.
    pub(super) fn digest(&self, tag: &str) -> Outcome<Option<String>> {
        let mut words = self.words("--authfile");
        words.extend(self.is_local().then(|| "--tls-verify=false".to_owned()));
        match digest(&self.reference(tag), &words) {
            Ok(digest) => Ok(Some(digest)),
            Err(said) if said.contains("manifest unknown") => Ok(None),
            Err(said) => Err(said),
        }
    }

    /// Copies an image, byte for byte, under a tag.
    pub(super) fn copy(&self, from: &str, tag: &str) -> Outcome {
        let mut words = self.words("--dest-authfile");
        words.extend(self.is_local().then(|| "--dest-tls-verify=false".to_owned()));
        words.push("--preserve-digests".to_owned());
        skopeo(&["copy", from, &self.reference(tag)], &words).map(drop)
    }

    fn reference(&self, tag: &str) -> String {
        let separator = if tag.starts_with('@') { "" } else { ":" };
        format!("docker://{}{separator}{tag}", self.repository)
    }

    fn words(&self, flag: &str) -> Vec<String> {
        self.passwords.iter().flat_map(|file| [flag.to_owned(), file.display().to_string()]).collect()
    }

    /// Whether it is on this machine, where nobody listens between: only then TLS may be missing.
    fn is_local(&self) -> bool {
        let host = self.repository.split(['/', ':']).next().unwrap_or_default();
        matches!(host, "localhost" | "127.0.0.1")
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if let Some(file) = &self.passwords {
            let _ = fs::remove_file(file);
        }
    }
}

/// The digest of an image's manifest.
pub(super) fn digest(reference: &str, words: &[String]) -> Outcome<String> {
    let said = skopeo(&["inspect", "--no-tags", "--format", "{{.Digest}}", reference], words)?;
    Ok(said.trim().to_owned())
}

/// Runs skopeo; further words go after its own. What is copied was built here: no policy of signatures is asked.
pub(super) fn skopeo(words: &[&str], further: &[String]) -> Outcome<String> {
    let [verb, rest @ ..] = words else { return Err("skopeo is told nothing".to_owned()) };
    captured(Command::new("skopeo").arg("--insecure-policy").arg(verb).args(further).args(rest))
}

/// Runs a program that reads a secret from its input.
fn given(command: &mut Command, secret: &str) -> Outcome {
    let failed = |error: std::io::Error| format!("skopeo login: {error}");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(input) = &mut child.stdin {
        input.write_all(secret.as_bytes()).map_err(failed)?;
    }
    let ended = child.wait_with_output().map_err(failed)?;
    if ended.status.success() {
        return Ok(());
    }
    Err(format!("skopeo login: {}", String::from_utf8_lossy(&ended.stderr).trim()))
}
