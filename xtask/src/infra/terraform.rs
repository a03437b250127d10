//! Terraform, run in a folder.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::program::{Outcome, answers};

/// A folder of providers to take instead of downloading them, as `terraform init -plugin-dir` has it. Not `PLIMSOLL_…`: a
/// setting that the service does not know keeps it from starting, in tests too.
const PLUGINS: &str = "XTASK_TERRAFORM_PLUGINS";
/// The oldest Terraform that will do: write-only arguments and ephemeral values.
const LEAST: &str = "1.11";

/// What a plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planned {
    Nothing,
    Changes,
}

/// A folder in which Terraform runs.
#[derive(Clone)]
pub(crate) struct Root {
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

impl Root {
    pub(crate) fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), environment: Vec::new() }
    }

    /// With variables of the environment.
    pub(crate) fn with(mut self, environment: impl IntoIterator<Item = (String, String)>) -> Self {
        self.environment.extend(environment);
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Installs providers and modules; `further` arguments besides.
    pub(crate) fn init(&self, further: &[&str]) -> Outcome {
        let mut words = vec!["init".to_owned(), "-input=false".to_owned()];
        if let Some(plugins) = std::env::var_os(PLUGINS).filter(|folder| !folder.is_empty()) {
            words.push(format!("-plugin-dir={}", plugins.to_string_lossy()));
        }
        words.extend(further.iter().map(|word| (*word).to_owned()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.run(&words).map(drop).map_err(|problem| {
            format!("{problem}\nwithout the Terraform registry, name a folder of providers in {PLUGINS}")
        })
    }

    /// Runs it and gives what it printed.
    pub(crate) fn run(&self, words: &[&str]) -> Outcome<String> {
        let output = self.output(words)?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() { Ok(printed) } else { Err(self.failure(words, &output)) }
    }

    /// Plans, and says whether anything would change; `further` arguments besides.
    pub(crate) fn plan(&self, further: &[&str]) -> Outcome<(Planned, String)> {
        let mut words = vec!["plan", "-input=false", "-detailed-exitcode", "-lock=false"];
        words.extend(further);
        let output = self.output(&words)?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.code() {
            Some(0) => Ok((Planned::Nothing, printed)),
            Some(2) => Ok((Planned::Changes, printed)),
            _ => Err(self.failure(&words, &output)),
        }
    }

    fn output(&self, words: &[&str]) -> Outcome<Output> {
        let mut command = Command::new("terraform");
        command.current_dir(&self.folder).arg(words[0]).args(&words[1..]);
        // What it says is read by people, and by nobody else's servers.
        command.envs([("TF_IN_AUTOMATION", "1"), ("CHECKPOINT_DISABLE", "1"), ("TF_CLI_ARGS", "-no-color")]);
        command.env_remove("TF_CLI_CONFIG_FILE").envs(self.environment.iter().cloned());
        command.output().map_err(|error| format!("terraform cannot be run: {error}"))
    }

    fn failure(&self, words: &[&str], output: &Output) -> String {
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        let lines: Vec<&str> = said.lines().collect();
        let last = lines[lines.len().saturating_sub(60)..].join("\n");
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        format!("terraform {} in {name}: {}\n{last}", words.join(" "), output.status)
    }
}

/// That Terraform is there.
pub(super) fn present() -> Outcome {
    if answers("terraform", &["version"]) {
        return Ok(());
    }
    Err(format!(
        "terraform {LEAST} or later is not on the path; it comes from HashiCorp, not from Debian: see \
         https://developer.hashicorp.com/terraform/install"
    ))
}
