//! Whether what is to run can run: asked of AWS before anything is begun.
//!
//! Not looked at: whether a key's own policy agrees, which no simulation tells.

mod network;
mod quotas;
mod roles;
mod secrets;
mod surroundings;

use serde::Serialize;

use crate::{
    aws::{Account, Refusal},
    ecs::image,
    rollout::Plan,
};

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Check {
    pub(crate) service: String,
    pub(crate) what: String,
    pub(crate) verdict: Verdict,
    /// What was found and, if it is not well, what to do.
    pub(crate) said: String,
}

/// Whether it is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// As it should be.
    Well,
    /// Not known, or not as one would like it: told, and no reason to stop.
    Doubt,
    /// It will not run.
    Wrong,
}

/// The checks of one service.
pub(crate) struct Checks<'a> {
    account: &'a Account,
    plan: &'a Plan,
    done: Vec<Check>,
}

impl Checks<'_> {
    fn add(&mut self, what: &str, verdict: Verdict, said: impl Into<String>) {
        let service = self.plan.name().to_owned();
        self.done.push(Check { service, what: what.to_owned(), verdict, said: said.into() });
    }

    /// What AWS did not tell: a thing that is not there is wrong, anything else is not known.
    fn refused(&mut self, what: &str, no: &Refusal) {
        let gone = ["NotFound", "NoSuchEntity"].iter().any(|word| no.code().contains(word));
        let verdict = if gone { Verdict::Wrong } else { Verdict::Doubt };
        self.add(what, verdict, no.to_string());
    }
}

/// Looks at everything that a plan needs.
pub(crate) async fn verify(account: &Account, plan: &Plan) -> Vec<Check> {
    let mut checks = Checks { account, plan, done: Vec::new() };
    look_at_image(&mut checks).await;
    roles::look(&mut checks).await;
    secrets::look(&mut checks).await;
    surroundings::look(&mut checks).await;
    network::look(&mut checks).await;
    quotas::look(&mut checks).await;
    checks.done
}

async fn look_at_image(checks: &mut Checks<'_>) {
    let reference = checks.plan.image().to_owned();
    let Some(digest) = image::digest(&reference) else {
        return checks.add(
            "image",
            Verdict::Wrong,
            format!("{reference} has no digest: what it would run is not known"),
        );
    };
    let image = match image::resolve(checks.account, &reference, digest).await {
        Ok(image) => image,
        Err(failure) => return checks.add("image", Verdict::Wrong, failure.to_string()),
    };
    checks.add("image", Verdict::Well, digest);
    let serious = image.findings.iter().filter(|(severity, n)| *n > 0 && ["CRITICAL", "HIGH"].contains(&&**severity));
    let serious: Vec<String> = serious.map(|(severity, n)| format!("{n} {severity}")).collect();
    match image.scan.as_deref() {
        Some("COMPLETE" | "ACTIVE") if serious.is_empty() => checks.add("scan", Verdict::Well, "nothing serious found"),
        Some("COMPLETE" | "ACTIVE") => {
            let said = format!("{} found; see `aws ecr describe-image-scan-findings`", serious.join(", "));
            checks.add("scan", Verdict::Doubt, said);
        }
        Some(other) => checks.add("scan", Verdict::Doubt, format!("its scan is {other}; wait for it, or start one")),
        None => checks.add("scan", Verdict::Doubt, "it was not scanned; set the repository to scan on push"),
    }
}
