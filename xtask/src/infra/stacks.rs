//! Stacks: applied to emulators, planned again (nothing may change), changed, looked at as they stand, destroyed.
//!
//! A stack has no code for emulators: endpoints come from the environment, flags from an override file dropped into a copy.
//! What must be there before, `infra/trial/prepare.py` makes. What a stack is tried with lies in `infra/trial/STACK`:
//! `first.tfvars.json`, the change `second.tfvars.json`, and what an emulator does not hold (`not-held.json`).

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Task, code, copy,
    emulators::Emulators,
    folders, name_of, policy,
    terraform::{Planned, Root},
};
use crate::{
    delivery::Delivery,
    program::{Outcome, captured, root},
    setup,
};

/// Resources that are made at once: most of the time is waiting.
const AT_ONCE: &str = "-parallelism=24";

/// One task a stack.
pub(super) fn tasks(only: Option<&str>) -> Outcome<Vec<Task>> {
    let mut tasks: Vec<Task> = Vec::new();
    // The largest first: they are last in the alphabet of what is known to be large.
    let mut stacks = folders(&code().join("stacks"))?;
    stacks.sort_by_key(|folder| !matches!(name_of(folder).as_str(), "fargate" | "eks"));
    for folder in stacks {
        let name = name_of(&folder);
        if only.is_none_or(|only| only == name) {
            tasks.push((format!("stack {name} on emulators"), Box::new(move || Trial::of(&name)?.run())));
        }
    }
    Ok(tasks)
}

/// A resource that an emulator does not hold, for this reason: its second plan is not empty, or it is left out of the trial
/// because it cannot be made at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotHeld {
    address: String,
    reason: String,
    #[serde(default)]
    left_out: bool,
}

struct Trial {
    name: String,
    /// What the stack is tried with.
    material: PathBuf,
    emulators: Emulators,
    stack: Root,
}

impl Trial {
    fn of(name: &str) -> Outcome<Self> {
        let material = root().join("infra/trial").join(name);
        let place = root().join("target/infra/stacks").join(name);
        let _ = fs::remove_dir_all(&place);
        copy(&code(), &place)?;
        let emulators = Emulators::start(&place.join("emulators"))?;
        let folder = place.join("stacks").join(name);
        let flags = flags(&folder)?;
        fs::write(folder.join("emulator_override.tf"), flags).map_err(|error| error.to_string())?;
        let stack = Root::at(folder).with(emulators.environment());
        Ok(Self { name: name.to_owned(), material, emulators, stack })
    }

    fn run(self) -> Outcome {
        let mut took = String::new();
        let mut timed = |what: &str, began: Instant| {
            let _ = write!(took, ", {what} {:.0} s", began.elapsed().as_secs_f64());
        };
        // It prints variables that name what it made.
        let variables = self.python(&root().join("infra/trial/prepare.py"), &[&self.name])?;
        let file = self.stack.folder().join("prepared.auto.tfvars.json");
        fs::write(file, variables).map_err(|error| error.to_string())?;
        self.stack.init(&[])?;
        self.profiles()?;
        let began = Instant::now();
        if self.name == "demo" {
            self.deliver("first.tfvars.json")?
        } else {
            self.apply("first.tfvars.json")?
        }
        timed("apply", began);
        let began = Instant::now();
        self.settled("first.tfvars.json")?;
        timed("second plan", began);
        self.stands()?;
        if self.material.join("second.tfvars.json").exists() {
            let began = Instant::now();
            self.apply("second.tfvars.json")?;
            self.settled("second.tfvars.json")?;
            timed("change", began);
            self.stands()?;
        }
        if self.name == "bootstrap" {
            self.state_in_a_bucket()?;
        }
        let began = Instant::now();
        let variables = self.variables("first.tfvars.json");
        self.stack.run(&["destroy", "-auto-approve", "-input=false", AT_ONCE, &variables])?;
        timed("destroy", began);
        eprintln!("infra {}: {}", self.name, took.trim_start_matches(", "));
        Ok(())
    }

    /// Each profile of the stack can be planned as it is shipped, but for what only an account has.
    fn profiles(&self) -> Outcome {
        let folder = code().join("profiles");
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let head = format!("# Stack {}", self.name);
        for profile in entries.flatten().map(|entry| entry.path()) {
            let text = fs::read_to_string(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
            let is_ours = |rest: &str| rest.starts_with([':', ',']);
            if !text.lines().next().and_then(|line| line.strip_prefix(&head)).is_some_and(is_ours) {
                continue;
            }
            let variables = format!("-var-file={}", profile.display());
            let mut words = vec!["-refresh=false", "-state=profile.tfstate", &variables];
            if matches!(self.name.as_str(), "fargate" | "eks") {
                words.push("-var=boundary_arn=arn:aws:iam::123456789012:policy/plimsoll-boundary");
            }
            if self.name == "fargate" {
                words.push("-var=task_tls={certificate=\"c\",private_key=\"k\"}");
            }
            self.stack.plan(&words).map_err(|problem| format!("{}: {problem}", profile.display()))?;
        }
        Ok(())
    }

    fn variables(&self, file: &str) -> String {
        format!("-var-file={}", self.material.join(file).display())
    }

    /// As a workflow does it: planned into a sealed file, and applied from that and from no other.
    fn deliver(&self, file: &str) -> Outcome {
        let delivery = Delivery::at(&self.stack, self.material.join(file), "a passphrase of a trial");
        let sealed = self.stack.folder().join("sealed.plan");
        let (sum, _) = delivery.plan(&sealed)?;
        let other = sum.chars().rev().collect::<String>();
        if delivery.apply(&sealed, &other).is_ok() {
            return Err("a plan with another checksum was applied".to_owned());
        }
        if delivery.drift()?.is_none() {
            return Err("a stack that is not there is said to be as it is written".to_owned());
        }
        delivery.apply(&sealed, &sum)?;
        match delivery.drift()? {
            None => Ok(()),
            Some(said) => Err(format!("what was just applied is said to differ\n{said}")),
        }
    }

    fn apply(&self, file: &str) -> Outcome {
        self.stack.run(&["apply", "-auto-approve", "-input=false", AT_ONCE, &self.variables(file)]).map(drop)
    }

    /// Plans again: nothing may change but what is known not to be held. Every policy, rule, log group and tag is read.
    fn settled(&self, file: &str) -> Outcome {
        let (planned, said) = self.stack.plan(&["-out=settled.plan", &self.variables(file)])?;
        let plan: Value = serde_json::from_str(&self.stack.run(&["show", "-json", "settled.plan"])?)
            .map_err(|error| format!("the plan cannot be read: {error}"))?;
        let changing = changing(&plan);
        let known: Vec<NotHeld> = self.material("not-held.json")?.unwrap_or_default();
        let mut faults = Vec::new();
        for address in &changing {
            if !known.iter().any(|known| policy::matches(&known.address, address)) {
                faults.push(format!("{address} would change again"));
            }
        }
        for one in &known {
            if one.reason.trim().is_empty() {
                faults.push(format!("{} is said not to be held, without a reason", one.address));
            }
            // The list may only shrink.
            if one.left_out {
                if planned_addresses(&plan).iter().any(|address| policy::matches(&one.address, address)) {
                    faults.push(format!("{} is not left out: take it off not-held.json", one.address));
                }
            } else if !changing.iter().any(|address| policy::matches(&one.address, address)) {
                faults.push(format!("{} is held after all: take it off not-held.json", one.address));
            }
        }
        if planned == Planned::Changes && changing.is_empty() {
            faults.push("the second plan is not empty".to_owned());
        }
        if !faults.is_empty() {
            let is_news = |line: &&str| {
                !["Refreshing state", "Reading...", "Read complete"].iter().any(|known| line.contains(known))
            };
            let said: Vec<&str> = said.lines().filter(is_news).collect();
            return Err(format!("{}\n{}", faults.join("\n"), said.join("\n")));
        }
        let allowances = self.material("allowances.json")?.unwrap_or_default();
        policy::check(&plan, &allowances)
    }

    fn material<T: serde::de::DeserializeOwned>(&self, file: &str) -> Outcome<Option<T>> {
        let path = self.material.join(file);
        let Ok(text) = fs::read(&path) else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Asks the services what stands.
    fn stands(&self) -> Outcome {
        let stands = self.python(&root().join("infra/trial/standing.py"), &[&self.name])?;
        eprintln!("infra {}: {}", self.name, stands.trim());
        Ok(())
    }

    /// Runs a script that talks to the emulators, and gives what it printed.
    fn python(&self, script: &Path, words: &[&str]) -> Outcome<String> {
        let mut command = Command::new(setup::python("moto")?);
        captured(command.arg(script).args(words).envs(self.emulators.environment()))
    }

    /// The state moves into a bucket, and a lock there keeps others out.
    fn state_in_a_bucket(&self) -> Outcome {
        self.python(&root().join("infra/trial/lock.py"), &["bucket"])?;
        let folder = self.stack.folder();
        let flags = fs::read_to_string(folder.join("emulator_override.tf")).map_err(|error| error.to_string())?;
        let remote = flags.replace("backend \"local\" {}", "backend \"s3\" {}");
        fs::write(folder.join("emulator_override.tf"), remote).map_err(|error| error.to_string())?;
        let endpoint = format!("-backend-config=endpoints={{s3=\"{}\"}}", self.emulators.moto_url());
        self.stack.init(&[
            "-migrate-state",
            "-force-copy",
            "-backend-config=bucket=plimsoll-trial-state",
            "-backend-config=key=bootstrap.tfstate",
            "-backend-config=region=eu-west-2",
            "-backend-config=use_lockfile=true",
            "-backend-config=use_path_style=true",
            "-backend-config=skip_credentials_validation=true",
            "-backend-config=skip_requesting_account_id=true",
            "-backend-config=skip_s3_checksum=true",
            &endpoint,
        ])?;
        let variables = self.variables("second.tfvars.json");
        let plan = ["plan", "-input=false", "-lock-timeout=1s", &variables];
        self.stack.run(&plan)?;
        self.python(&root().join("infra/trial/lock.py"), &["take"])?;
        match self.stack.run(&plan) {
            Err(said) if said.contains("Error acquiring the state lock") => {}
            Err(said) => return Err(format!("a lock that is held leads to something else:\n{said}")),
            Ok(_) => return Err("a lock that somebody holds does not keep others out".to_owned()),
        }
        self.python(&root().join("infra/trial/lock.py"), &["release"])?;
        self.stack.run(&plan).map(drop)
    }
}

/// Addresses of all resources of a plan.
fn planned_addresses(plan: &Value) -> Vec<String> {
    addresses(plan, |_| true)
}

/// Addresses of resources that a plan would change.
fn changing(plan: &Value) -> Vec<String> {
    addresses(plan, |actions| !actions.iter().all(|action| matches!(action.as_str(), Some("no-op" | "read"))))
}

/// Addresses of resources whose planned actions are as asked.
fn addresses(plan: &Value, wanted: impl Fn(&[Value]) -> bool) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let changes = list(&plan["resource_changes"]).into_iter();
    let changes = changes.filter(|change| wanted(&list(&change["change"]["actions"])));
    changes.filter_map(|change| change["address"].as_str().map(str::to_owned)).collect()
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
