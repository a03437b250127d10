//! What became of a deployment, for people and for programs.

use std::{process::ExitCode, time::Duration};

use serde::Serialize;

use super::{
    Plan,
    canary::CanaryReport,
    readiness::{self, Readiness},
};
use crate::{
    aws::{Account, Place},
    ecs::{
        autopsy::Autopsy,
        difference::Change,
        follow::{Ending, Sighting},
        image::{self, Image},
        one_off::Ran,
        service,
    },
};

/// What became of the services.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) environment: String,
    pub(crate) cluster: String,
    pub(crate) region: String,
    pub(crate) image: Option<Image>,
    /// The command that ran before.
    pub(crate) before: Option<Ran>,
    pub(crate) services: Vec<ServiceReport>,
    /// What the service itself says, if it was asked.
    pub(crate) readiness: Option<Readiness>,
    pub(crate) exit_code: u8,
}

/// What became of one service.
#[derive(Debug, Serialize)]
pub(crate) struct ServiceReport {
    pub(crate) service: String,
    pub(crate) task_definition_before: String,
    pub(crate) image_before: String,
    pub(crate) image: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) service_changes: Vec<Change>,
    #[serde(flatten)]
    pub(crate) state: State,
    /// What it is to run, once that is registered.
    pub(crate) task_definition: Option<String>,
    /// The deployment's ARN.
    pub(crate) deployment: Option<String>,
    /// What became of its canary.
    pub(crate) canary: Option<CanaryReport>,
    pub(crate) seconds: Option<u64>,
    pub(crate) tasks: Option<Sighting>,
    pub(crate) why: Option<Autopsy>,
    /// The command that brings back what ran before.
    pub(crate) way_back: Option<String>,
}

/// How far a service came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", content = "reason", rename_all = "kebab-case")]
pub(crate) enum State {
    /// Nothing was done to it.
    NotBegun,
    /// It ran already what it was to run.
    Unchanged,
    /// Its deployment ended, or was not waited for any longer.
    #[serde(untagged)]
    Ended(Ending),
}

/// How a service stands before anything is done: one that runs what it is to run is well only if its tasks run.
fn standing(plan: &Plan) -> State {
    let (running, desired) = (plan.service.running_count(), plan.service.desired_count());
    match (plan.is_done(), running < desired) {
        (false, _) => State::NotBegun,
        (true, false) => State::Unchanged,
        (true, true) => State::Ended(Ending::Stopped(format!(
            "it has this revision already, and {running} of {desired} tasks run: see `plimsoll-ops tasks --stopped`; --force replaces them"
        ))),
    }
}

impl ServiceReport {
    /// A service to which nothing was done yet.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            service: plan.name().to_owned(),
            task_definition_before: plan.running.arn().to_owned(),
            image_before: plan.running.image(plan.name()).unwrap_or_default().to_owned(),
            image: plan.image().to_owned(),
            changes: plan.changes.clone(),
            service_changes: plan.service_changes.clone(),
            state: standing(plan),
            task_definition: plan.registered.then(|| plan.wanted.arn().to_owned()),
            deployment: None,
            canary: None,
            seconds: None,
            tasks: None,
            why: None,
            way_back: None,
        }
    }

    /// A deployment that was to be taken back, and was: what ran before is live.
    pub(crate) fn settle_rollback(&mut self) {
        if matches!(self.state, State::Ended(Ending::RolledBack(_))) {
            // What was seen last is of the revision that was taken back.
            (self.state, self.why, self.tasks) = (State::Ended(Ending::Live), None, None);
        }
    }

    /// Whether nothing went wrong with it.
    pub(crate) fn is_well(&self) -> bool {
        matches!(self.state, State::NotBegun | State::Unchanged | State::Ended(Ending::Live))
    }

    /// What is going to change, for a terminal.
    pub(crate) fn plan_lines(&self) -> Vec<String> {
        if self.state == State::Unchanged && self.service_changes.iter().all(|change| change.what != "tasks") {
            return vec![format!(
                "{}: runs it already ({})",
                self.service,
                service::short(&self.task_definition_before)
            )];
        }
        let mut lines = vec![format!("{}:", self.service)];
        lines.extend(self.service_changes.iter().chain(&self.changes).map(|change| format!("  {}", change.line())));
        lines
    }

    /// How it ended, for a terminal.
    pub(crate) fn end_lines(&self) -> Vec<String> {
        let name = &self.service;
        // Kubernetes has no revision that a person could use: the image says what runs.
        let digest = || image::digest(&self.image).and_then(|digest| digest.get(..19)).unwrap_or(&self.image);
        let revision = self.task_definition.as_deref().map_or_else(digest, service::short);
        let after = self.seconds.map_or_else(String::new, |seconds| format!(" after {seconds} s"));
        let mut lines = Vec::new();
        match &self.state {
            State::NotBegun => {
                lines.push(format!("{name}: not begun, runs {}", service::short(&self.task_definition_before)))
            }
            State::Unchanged => {}
            State::Ended(Ending::Live) => {
                let tasks = self.tasks.as_ref().map_or_else(String::new, |tasks| {
                    let none = if tasks.desired == 0 { "; it is scaled to none" } else { "" };
                    format!(", {} of {} tasks run{none}", tasks.running, tasks.desired)
                });
                lines.push(format!("{name}: live{after}: {revision}{tasks}"));
            }
            State::Ended(Ending::RolledBack(why)) => {
                lines.push(format!("{name}: ROLLED BACK{after}, {revision} does not run: {why}"));
            }
            State::Ended(Ending::Stopped(why)) => lines.push(format!("{name}: STOPPED{after}: {why}")),
            State::Ended(Ending::TimedOut(why)) => lines.push(format!("{name}: TIMED OUT{after}: {why}")),
        }
        lines.extend(self.canary.as_ref().and_then(CanaryReport::line).map(|line| format!("  {line}")));
        if let Some(why) = &self.why {
            lines.extend(why.lines().into_iter().map(|line| format!("  {line}")));
        }
        if let Some(way) = &self.way_back {
            lines.push(format!("  to go back: {way}"));
        }
        lines
    }
}

impl Report {
    /// A report in which nothing has happened.
    pub(crate) fn new(account: &Account, place: &Place, image: Option<Image>, services: Vec<ServiceReport>) -> Self {
        Self {
            environment: place.environment().to_owned(),
            cluster: place.cluster(),
            region: account.region().to_owned(),
            image,
            before: None,
            services,
            readiness: None,
            exit_code: 0,
        }
    }

    /// Asks the service at an address whether it takes work, unless something went wrong before.
    pub(crate) async fn ask_service(&mut self, address: &str, (every, within): (Duration, Duration)) {
        let is_done = |service: &ServiceReport| service.is_well() && service.state != State::NotBegun;
        if self.services.iter().all(is_done) {
            self.readiness = Some(readiness::ask(address, (every, within)).await);
        }
    }

    /// How it ended, for a terminal.
    pub(crate) fn end_lines(&self) -> Vec<String> {
        let services = self.services.iter().flat_map(ServiceReport::end_lines);
        services.chain(self.readiness.as_ref().map(Readiness::line)).collect()
    }

    /// Of what is deployed and where, for a terminal.
    pub(crate) fn heading(&self) -> Vec<String> {
        let mut lines = vec![format!("{} in {}", self.cluster, self.region)];
        if let Some(image) = &self.image {
            let commit = image.commit().map(|commit| format!("commit {commit}"));
            let pushed = image.pushed.as_ref().map(|at| format!("pushed {at}"));
            let known: Vec<String> = [commit, pushed].into_iter().flatten().collect();
            let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
            lines.push(format!("image {}{known}", image.reference()));
        }
        lines
    }

    /// What those are told who did not watch: how it ended, without logs.
    pub(crate) fn told(&self) -> Vec<String> {
        let image =
            self.image.as_ref().map(|image| image.commit().map_or(image.digest.as_str(), |commit| &commit[..12]));
        let what = image.map_or_else(String::new, |image| format!(", {image}"));
        let end = match self.exit_code {
            0 => "live",
            1 => "NOT live",
            2 => "ROLLED BACK",
            _ => "TIMED OUT",
        };
        let mut lines = vec![format!("{}{what}: {end}", self.cluster)];
        for service in &self.services {
            lines.extend(service.end_lines().into_iter().take(1));
        }
        lines.extend(self.readiness.as_ref().map(Readiness::line));
        lines
    }

    /// 0 live, 1 neither rolled back nor live and ready, 2 rolled back, 3 timed out; of several the worst that can be acted on.
    pub(crate) fn settle(&mut self) -> ExitCode {
        let code = |report: &ServiceReport| match &report.state {
            State::NotBegun | State::Unchanged | State::Ended(Ending::Live) => 0,
            State::Ended(Ending::Stopped(_)) => 1,
            State::Ended(Ending::RolledBack(_)) => 2,
            State::Ended(Ending::TimedOut(_)) => 3,
        };
        // The first that did not end well is the last that was begun.
        let moved = self.services.iter().map(code).find(|code| *code != 0);
        // Live, and no use: not a success.
        let useless = self.readiness.as_ref().is_some_and(|readiness| !readiness.ready).then_some(1);
        self.exit_code = moved.or(useless).unwrap_or(0);
        ExitCode::from(self.exit_code)
    }
}
