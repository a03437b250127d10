//! `plimsoll-ops rollback --canary`: ends canaries that were left standing.

use std::{process::ExitCode, time::Duration};

use serde::Serialize;

use super::{print_json, print_lines};
use crate::{
    aws::{Account, Place},
    ecs::service,
    failure::Failure,
    rollout::canary,
};

/// What became of the canary of one service.
#[derive(Debug, Serialize)]
struct Ended {
    service: String,
    ended: bool,
    /// What it had, or what stands.
    said: String,
}

/// Gives all traffic back to services and takes their canaries' tasks down.
pub(super) async fn end(
    account: &Account,
    place: &Place,
    services: &[String],
    (every, json): (Duration, bool),
) -> Result<ExitCode, Failure> {
    let mut all = Vec::new();
    for main in service::describe(&account.ecs(), &place.cluster(), services).await? {
        let name = main.service_name().unwrap_or_default().to_owned();
        let Some((canary, split)) = canary::find(account, place, &main).await? else {
            all.push(Ended { service: name, ended: true, said: "has no canary".to_owned() });
            continue;
        };
        let names = (name.as_str(), canary.service_name().unwrap_or_default());
        all.push(match split.give_back(account, place, names, every).await {
            Ok(()) => Ended { ended: true, said: "has all traffic, its canary has no tasks".to_owned(), service: name },
            Err(stands) => Ended { ended: false, said: stands, service: name },
        });
    }
    if json {
        print_json(&all)?;
    } else {
        print_lines(all.iter().map(|one| format!("{}: {}", one.service, one.said)));
    }
    Ok(ExitCode::from(u8::from(all.iter().any(|one| !one.ended))))
}
