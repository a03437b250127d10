//! Stacks: applied to emulators, planned again (nothing may change), changed, looked at as they stand, destroyed.
//!
//! What a stack is tried with lies in `infra/trial/STACK`: `first.tfvars.json`, the change `second.tfvars.json`, and what an
//! emulator does not hold (`not-held.json`).

use std::{fmt::Write, fs, path::PathBuf, time::Instant};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Task, code,
    emulated::{Emulated, profiles},
    folders, name_of, policy,
    terraform::Planned,
};
use crate::{
    delivery::Delivery,
    program::{Outcome, root},
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
    /// What the stack is tried with.
    material: PathBuf,
    tried: Emulated,
}

impl Trial {
    fn of(name: &str) -> Outcome<Self> {
        let material = root().join("infra/trial").join(name);
        let tried = Emulated::start(name, &code(), &root().join("target/infra/stacks").join(name))?;
        Ok(Self { material, tried })
    }

    fn run(self) -> Outcome {
        let mut took = String::new();
        let mut timed = |what: &str, began: Instant| {
            let _ = write!(took, ", {what} {:.0} s", began.elapsed().as_secs_f64());
        };
        for profile in profiles(self.tried.name(), &code())? {
            self.tried.plan_profile(&profile, &[])?;
        }
        let began = Instant::now();
        if self.tried.name() == "demo" {
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
        if self.tried.name() == "bootstrap" {
            self.state_in_a_bucket()?;
        }
        let began = Instant::now();
        let variables = self.variables("first.tfvars.json");
        self.tried.stack.run(&["destroy", "-auto-approve", "-input=false", AT_ONCE, &variables])?;
        timed("destroy", began);
        eprintln!("infra {}: {}", self.tried.name(), took.trim_start_matches(", "));
        Ok(())
    }

    fn variables(&self, file: &str) -> String {
        format!("-var-file={}", self.material.join(file).display())
    }

    /// As a workflow does it: planned into a sealed file, and applied from that and from no other.
    fn deliver(&self, file: &str) -> Outcome {
        let delivery = Delivery::at(&self.tried.stack, self.material.join(file), "a passphrase of a trial");
        let sealed = self.tried.stack.folder().join("sealed.plan");
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
        self.tried.stack.run(&["apply", "-auto-approve", "-input=false", AT_ONCE, &self.variables(file)]).map(drop)
    }

    /// Plans again: nothing may change but what is known not to be held. Every policy, rule, log group and tag is read.
    fn settled(&self, file: &str) -> Outcome {
        let (planned, said) = self.tried.stack.plan(&["-out=settled.plan", &self.variables(file)])?;
        let plan: Value = serde_json::from_str(&self.tried.stack.run(&["show", "-json", "settled.plan"])?)
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
        let stands = self.tried.python(&root().join("infra/trial/standing.py"), &[self.tried.name()])?;
        eprintln!("infra {}: {}", self.tried.name(), stands.trim());
        Ok(())
    }

    /// The state moves into a bucket, and a lock there keeps others out.
    fn state_in_a_bucket(&self) -> Outcome {
        self.tried.python(&root().join("infra/trial/lock.py"), &["bucket"])?;
        let folder = self.tried.stack.folder();
        let flags = fs::read_to_string(folder.join("emulator_override.tf")).map_err(|error| error.to_string())?;
        let remote = flags.replace("backend \"local\" {}", "backend \"s3\" {}");
        fs::write(folder.join("emulator_override.tf"), remote).map_err(|error| error.to_string())?;
        let endpoint = format!("-backend-config=endpoints={{s3=\"{}\"}}", self.tried.emulators.moto_url());
        self.tried.stack.init(&[
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
        self.tried.stack.run(&plan)?;
        self.tried.python(&root().join("infra/trial/lock.py"), &["take"])?;
        match self.tried.stack.run(&plan) {
            Err(said) if said.contains("Error acquiring the state lock") => {}
            Err(said) => return Err(format!("a lock that is held leads to something else:\n{said}")),
            Ok(_) => return Err("a lock that somebody holds does not keep others out".to_owned()),
        }
        self.tried.python(&root().join("infra/trial/lock.py"), &["release"])?;
        self.tried.stack.run(&plan).map(drop)
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
