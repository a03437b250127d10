//! A stack beside emulators of AWS: a copy of its code that can be planned, and applied, without an account.
//!
//! A stack has no code for emulators: endpoints come from the environment, flags from an override file dropped into the copy.
//! What must be there before, `infra/trial/prepare.py` makes.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{copy, emulators::Emulators, terraform::Root};
use crate::{
    program::{Outcome, captured, root},
    setup,
};

/// A stack that can be planned.
pub(super) struct Emulated {
    name: String,
    pub(super) emulators: Emulators,
    pub(super) stack: Root,
}

impl Emulated {
    /// Copies the code into a place, starts emulators, makes what the stack finds there, and initialises it.
    pub(super) fn start(name: &str, code: &Path, place: &Path) -> Outcome<Self> {
        let _ = fs::remove_dir_all(place);
        copy(code, place)?;
        let emulators = Emulators::start(&place.join("emulators"))?;
        let folder = place.join("stacks").join(name);
        let flags = flags(&folder)?;
        fs::write(folder.join("emulator_override.tf"), flags).map_err(|error| error.to_string())?;
        let stack = Root::at(folder).with(emulators.environment());
        let emulated = Self { name: name.to_owned(), emulators, stack };
        // It prints variables that name what it made.
        let variables = emulated.python(&root().join("infra/trial/prepare.py"), &[name])?;
        let file = emulated.stack.folder().join("prepared.auto.tfvars.json");
        fs::write(file, variables).map_err(|error| error.to_string())?;
        emulated.stack.init(&[])?;
        Ok(emulated)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Plans a profile as it is shipped, but for what only an account has; `further` arguments besides.
    pub(super) fn plan_profile(&self, profile: &Path, further: &[&str]) -> Outcome {
        let variables = format!("-var-file={}", profile.display());
        let mut words = vec!["-refresh=false", "-state=profile.tfstate", &variables];
        if matches!(self.name.as_str(), "fargate" | "eks") {
            words.push("-var=boundary_arn=arn:aws:iam::123456789012:policy/plimsoll-boundary");
        }
        if self.name == "fargate" {
            words.push("-var=task_tls={certificate=\"c\",private_key=\"k\"}");
        }
        words.extend(further);
        self.stack.plan(&words).map(drop).map_err(|problem| format!("{}: {problem}", profile.display()))
    }

    /// Runs a script that talks to the emulators, and gives what it printed.
    pub(super) fn python(&self, script: &Path, words: &[&str]) -> Outcome<String> {
        let mut command = Command::new(setup::python("moto")?);
        captured(command.arg(script).args(words).envs(self.emulators.environment()))
    }
}

/// The profiles of a stack: those whose first line says so.
pub(super) fn profiles(stack: &str, code: &Path) -> Outcome<Vec<PathBuf>> {
    let folder = code.join("profiles");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let head = format!("# Stack {stack}");
    let mut profiles = Vec::new();
    for profile in entries.flatten().map(|entry| entry.path()) {
        let text = fs::read_to_string(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
        let is_ours = |rest: &str| rest.starts_with([':', ',']);
        if text.lines().next().and_then(|line| line.strip_prefix(&head)).is_some_and(is_ours) {
            profiles.push(profile);
        }
    }
    profiles.sort();
    Ok(profiles)
}

/// What each provider of a stack is told besides: to believe the emulator.
fn flags(folder: &Path) -> Outcome<String> {
    let file = folder.join("providers.tf");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let body = hcl::parse(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut aliases = BTreeMap::new();
    for block in body.into_blocks().filter(|block| block.identifier() == "provider") {
        let alias = block.body().attributes().find(|attribute| attribute.key() == "alias");
        let alias = alias.map_or(Ok(String::new()), |alias| hcl::format::to_string(alias.expr()));
        aliases.insert(alias.map_err(|error| error.to_string())?, ());
    }
    let mut flags = "terraform {\n  backend \"local\" {}\n}\n".to_owned();
    for alias in aliases.into_keys() {
        let alias = if alias.is_empty() { String::new() } else { format!("  alias = {alias}\n") };
        let _ = write!(
            flags,
            "\nprovider \"aws\" {{\n{alias}  access_key = \"test\"\n  secret_key = \"test\"\n  \
             skip_credentials_validation = true\n  skip_metadata_api_check = true\n  s3_use_path_style = true\n  \
             max_retries = 2\n}}\n"
        );
    }
    Ok(flags)
}
