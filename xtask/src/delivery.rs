//! Stacks planned, applied exactly as planned, and compared with what stands: what workflows do, and a laptop can.

mod sealed;

use std::{
    borrow::Cow,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    infra::terraform::{Planned, Root},
    program::{Outcome, captured, root},
};

/// A stack in an environment, such as `fargate/production`.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    stack: String,
    environment: String,
}

impl std::str::FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        match text.split_once('/') {
            Some((stack, environment)) if is_name(stack) && is_name(environment) => {
                Ok(Self { stack: stack.to_owned(), environment: environment.to_owned() })
            }
            _ => Err("write STACK/ENVIRONMENT, such as fargate/production".to_owned()),
        }
    }
}

/// What is done with a stack.
#[derive(clap::Subcommand)]
pub(crate) enum Step {
    /// Plans it, shows the plan, and seals it into a file: encrypted under PLAN_PASSPHRASE, its SHA-256 printed
    Plan {
        /// Stack and environment, such as fargate/production
        place: Place,
        /// The file to write
        #[arg(long)]
        out: PathBuf,
        /// Give the checksum to a workflow, too, as its output sha256
        #[arg(long)]
        github_output: bool,
    },
    /// Applies a sealed plan, and nothing else
    Apply {
        /// Stack and environment, such as fargate/production
        place: Place,
        /// The sealed plan
        #[arg(long)]
        plan: PathBuf,
        /// The checksum that was printed with it
        #[arg(long)]
        sha256: String,
    },
    /// Says where what stands differs from what is written; ends with 1 where it does
    Drift {
        /// Stack and environment, such as fargate/production
        place: Place,
        /// Keep one issue on GitHub in step: open while there is drift, closed when there is none
        #[arg(long)]
        issue: bool,
    },
}

/// Does a step.
pub(crate) fn run(step: Step) -> Outcome {
    match step {
        Step::Plan { place, out, github_output } => {
            let (sum, said) = Delivery::of(&place)?.plan(&out)?;
            println!("{said}\n{sum}  {}", out.display());
            if github_output { output("sha256", &sum) } else { Ok(()) }
        }
        Step::Apply { place, plan, sha256 } => {
            print!("{}", Delivery::of(&place)?.apply(&plan, &sha256)?);
            Ok(())
        }
        Step::Drift { place, issue } => {
            let drift = Delivery::of(&place)?.drift()?;
            let name = format!("{}/{}", place.stack, place.environment);
            if issue {
                keep_issue(&name, drift.as_deref())?;
            }
            match drift {
                None => Ok(()),
                Some(said) => Err(format!("{name} is not as it is written\n{said}")),
            }
        }
    }
}

/// A stack whose variables are known and whose backend was told.
pub(crate) struct Delivery<'a> {
    root: Cow<'a, Root>,
    variables: PathBuf,
    /// What plans are sealed under.
    passphrase: String,
}

impl Delivery<'_> {
    /// The stack of a place, its state in the bucket that STATE_BUCKET and STATE_KEY_ARN name.
    fn of(place: &Place) -> Outcome<Self> {
        let terraform = root().join("infra/terraform");
        let variables = terraform.join("profiles").join(format!("{}.tfvars", place.environment));
        let folder = terraform.join("stacks").join(&place.stack);
        for path in [&variables, &folder] {
            if !path.exists() {
                return Err(format!("{} is not there; name a stack and one of its profiles", path.display()));
            }
        }
        let setting =
            |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set; bootstrap's outputs say it"));
        let stack = Root::at(folder);
        stack.init(&[
            "-reconfigure",
            "-lockfile=readonly",
            "-backend-config=encrypt=true",
            &format!("-backend-config=bucket={}", setting("STATE_BUCKET")?),
            &format!("-backend-config=kms_key_id={}", setting("STATE_KEY_ARN")?),
            &format!("-backend-config=region={}", setting("AWS_REGION")?),
            &format!("-backend-config=key={}/{}.tfstate", place.stack, place.environment),
        ])?;
        let passphrase = std::env::var(sealed::PASSPHRASE).unwrap_or_default();
        Ok(Self { root: Cow::Owned(stack), variables, passphrase })
    }
}

impl<'a> Delivery<'a> {
    /// A stack that was initialised already.
    pub(crate) fn at(root: &'a Root, variables: impl Into<PathBuf>, passphrase: &str) -> Self {
        Self { root: Cow::Borrowed(root), variables: variables.into(), passphrase: passphrase.to_owned() }
    }

    /// Plans and seals the plan; gives the checksum of the sealed file, and the plan for people.
    pub(crate) fn plan(&self, out: &Path) -> Outcome<(String, String)> {
        let plain = Plain::new(self.root.folder());
        let file = format!("-out={}", plain.path.display());
        self.root.plan(&[&self.variables(), &file])?;
        let said = self.root.run(&["show", &plain.path.display().to_string()])?;
        Ok((sealed::seal(&plain.path, out, &self.passphrase)?, said))
    }

    /// Applies a sealed plan whose checksum this is.
    pub(crate) fn apply(&self, plan: &Path, sha256: &str) -> Outcome<String> {
        let plain = Plain::new(self.root.folder());
        sealed::open(plan, sha256, &plain.path, &self.passphrase)?;
        self.root.run(&["apply", "-input=false", &plain.path.display().to_string()])
    }

    /// Where what stands differs; none where it does not.
    pub(crate) fn drift(&self) -> Outcome<Option<String>> {
        match self.root.plan(&[&self.variables()])? {
            (Planned::Nothing, _) => Ok(None),
            (Planned::Changes, said) => Ok(Some(said)),
        }
    }

    fn variables(&self) -> String {
        format!("-var-file={}", self.variables.display())
    }
}

/// A plan that is not sealed: it may hold secrets, and is gone when this is.
struct Plain {
    path: PathBuf,
}

impl Plain {
    fn new(folder: &Path) -> Self {
        Self { path: folder.join(format!("unsealed-{}.plan", std::process::id())) }
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Gives a value to the workflow that this runs in.
pub(crate) fn output(name: &str, value: &str) -> Outcome {
    let path =
        std::env::var("GITHUB_OUTPUT").map_err(|_| "GITHUB_OUTPUT is not set: this is no workflow".to_owned())?;
    let mut file = fs::OpenOptions::new().append(true).open(&path).map_err(|error| format!("{path}: {error}"))?;
    writeln!(file, "{name}={value}").map_err(|error| format!("{path}: {error}"))
}

/// Keeps one issue in step with whether there is drift.
fn keep_issue(name: &str, drift: Option<&str>) -> Outcome {
    const MOST: usize = 60_000;
    let title = format!("Drift: {name}");
    let gh = |words: &[&str]| captured(Command::new("gh").args(words));
    let found = gh(&[
        "issue",
        "list",
        "--state",
        "open",
        "--search",
        &format!("in:title \"{title}\""),
        "--json",
        "number,title",
    ])?;
    let found: serde_json::Value = serde_json::from_str(&found).map_err(|error| format!("gh issue list: {error}"))?;
    let number = found.as_array().into_iter().flatten().find(|issue| issue["title"] == title.as_str());
    let number = number.and_then(|issue| issue["number"].as_u64()).map(|number| number.to_string());
    let body = drift.map(|said| {
        let end = said.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST).last().unwrap_or(0);
        format!("What stands is not as it is written.\n\n```\n{}\n```\n", &said[..end])
    });
    match (number, body) {
        (Some(number), Some(body)) => gh(&["issue", "edit", &number, "--body", &body]).map(drop),
        (None, Some(body)) => gh(&["issue", "create", "--title", &title, "--body", &body]).map(drop),
        (Some(number), None) => {
            gh(&["issue", "close", &number, "--comment", "What stands is as it is written."]).map(drop)
        }
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_stack_and_an_environment() {
        assert!("fargate/production".parse::<Place>().is_ok());
        for wrong in ["fargate", "fargate/", "/production", "../x/y", "fargate/pro duction", "fargate/..", "a/b/c"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
