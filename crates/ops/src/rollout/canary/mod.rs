//! A canary: a few tasks of the new revision in a service of their own, with a small part of the traffic, watched for a while
//! before the service itself moves.
//!
//! Service, target group and the rule that divides the traffic are Terraform's (`canary` of the module service). Whatever
//! happens here ends with all traffic on the service and none of the canary's tasks; where that cannot be had, it is said
//! what stands and which command ends it.

mod give_back;
mod report;
mod split;
mod standing;
mod trial;
mod watch;

use std::time::Duration;

use aws_sdk_ecs::types::Service;
pub(crate) use report::CanaryReport;
pub(crate) use split::Split;
pub(crate) use standing::{Standing, find, name_of, standing, stands, way_back};
pub(crate) use trial::Trial;
pub(crate) use watch::Seen;

use crate::{
    aws::{Account, Place},
    failure::Failure,
};

/// Longest bake for which CloudWatch has hardly counted anything: it lags one to three minutes.
const LAG: Duration = Duration::from_secs(180);

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    /// Per cent of the traffic.
    pub(crate) percent: i32,
    /// How long it is watched.
    pub(crate) bake: Duration,
    /// Per cent of its answers that may be 5xx.
    pub(crate) errors: u32,
}

/// A canary that stands ready: no tasks, no traffic, no alarm that rings.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    /// The canary's service.
    service: Service,
    split: Split,
    wish: Wish,
    /// Tasks that bear its part as those of the service bear theirs.
    tasks: i32,
    /// Alarms that end it.
    alarms: Vec<String>,
}

impl Canary {
    /// Looks whether a service has a canary that can be tried.
    ///
    /// # Errors
    /// Where it has none, where an earlier one stands, or where an alarm rings already.
    pub(crate) async fn prepare(account: &Account, place: &Place, main: &Service, wish: Wish) -> Result<Self, Failure> {
        let of = main.service_name().unwrap_or_default();
        let name = name_of(of);
        let Some((canary, split)) = find(account, place, main).await? else {
            let problem = format!(
                "{of} has no canary: there is no service {name}; set `canary` of the service in Terraform and apply, or name others with --service"
            );
            return Err(Failure::input("--canary", problem));
        };
        let percent = split.percent(account).await?;
        if percent != 0 || canary.desired_count() != 0 || canary.running_count() != 0 {
            return Err(stands(place, of, canary.desired_count()));
        }
        let mut alarms: Vec<String> = [main, &canary]
            .iter()
            .filter_map(|one| one.deployment_configuration()?.alarms())
            .flat_map(|alarms| alarms.alarm_names().to_vec())
            .collect();
        alarms.sort();
        alarms.dedup();
        let ringing = watch::ringing(account, &alarms).await?;
        if !ringing.is_empty() {
            let problem =
                format!("alarm {} rings already: what a canary does could not be told from it", ringing.join(", "));
            return Err(Failure::input(of, problem));
        }
        let share = main.desired_count().max(1).saturating_mul(wish.percent);
        let tasks = (share + 99) / 100;
        Ok(Self { service: canary, split, wish, tasks, alarms })
    }

    fn tasks(&self) -> usize {
        usize::try_from(self.tasks).unwrap_or_default()
    }

    /// The canary's service.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Gives all traffic back; see [`Split::give_back`].
    pub(crate) async fn give_back(
        &self,
        account: &Account,
        place: &Place,
        main: &str,
        every: Duration,
    ) -> Result<(), String> {
        self.split.give_back(account, place, (main, self.name()), every).await
    }

    /// The canary's service, by name.
    pub(crate) fn name(&self) -> &str {
        self.service.service_name().unwrap_or_default()
    }

    /// What it will be, for a person.
    pub(crate) fn describe(&self) -> String {
        let (Wish { percent, bake, errors }, tasks) = (self.wish, self.tasks);
        let s = if tasks == 1 { "" } else { "s" };
        let lag = if bake < LAG { "; CloudWatch counts 5xx up to 3 min late, so most will not be seen" } else { "" };
        format!(
            "{tasks} task{s} with {percent} % of the traffic for {} s first, {errors} % of 5xx at most{lag}",
            bake.as_secs()
        )
    }
}
