//! Canaries that stand: found, told of, and the command that ends one.

use aws_sdk_ecs::types::Service;
use serde::Serialize;

use super::Split;
use crate::{
    aws::{Account, Place},
    ecs::service,
    failure::Failure,
};

/// The name of a service's canary.
pub(crate) fn name_of(service: &str) -> String {
    format!("{service}-canary")
}

/// A service's canary and the rule that divides, if Terraform has made them.
pub(crate) async fn find(
    account: &Account,
    place: &Place,
    main: &Service,
) -> Result<Option<(Service, Split)>, Failure> {
    let name = name_of(main.service_name().unwrap_or_default());
    let Some(canary) = service::maybe(&account.ecs(), &place.cluster(), &name).await? else { return Ok(None) };
    let split = Split::find(account, main, &canary).await?;
    Ok(Some((canary, split)))
}

/// A canary that stands.
#[derive(Debug, Serialize)]
pub(crate) struct Standing {
    pub(crate) service: String,
    pub(crate) percent: i32,
    pub(crate) tasks: i32,
    /// The command that ends it.
    pub(crate) way_back: String,
}

impl Standing {
    /// As a line for a terminal.
    pub(crate) fn line(&self) -> String {
        let Self { service, percent, tasks, way_back } = self;
        let s = if *tasks == 1 { "" } else { "s" };
        format!("{service} has {percent} % of the traffic and {tasks} task{s}; if nobody tries it: {way_back}")
    }
}

/// The canary of a service, if it has tasks or traffic.
pub(crate) async fn standing(account: &Account, place: &Place, main: &Service) -> Result<Option<Standing>, Failure> {
    let Some((canary, split)) = find(account, place, main).await? else { return Ok(None) };
    let (percent, tasks) = (split.percent(account).await?, canary.desired_count().max(canary.running_count()));
    let of = main.service_name().unwrap_or_default();
    Ok((percent > 0 || tasks > 0).then(|| Standing {
        service: name_of(of),
        percent,
        tasks,
        way_back: way_back(place, of),
    }))
}

/// A canary of somebody else, or of a run that was killed.
pub(crate) fn stands(place: &Place, of: &str, tasks: i32) -> Failure {
    Failure::Refused(format!(
        "{of}: a canary stands, with {tasks} tasks and maybe traffic; wait for it, or end it with `{}`",
        way_back(place, of)
    ))
}

/// The command that ends a canary.
pub(crate) fn way_back(place: &Place, of: &str) -> String {
    format!("plimsoll-ops rollback {} --service {of} --canary", place.flags())
}
