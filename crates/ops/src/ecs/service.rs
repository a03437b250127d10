//! Services as they stand.

use aws_sdk_ecs::{
    Client,
    types::{Deployment, Service},
};

use crate::{
    aws::{Refusal, refusal},
    failure::Failure,
};

/// Services of a cluster, in the order they were named.
pub(crate) async fn describe(ecs: &Client, cluster: &str, names: &[String]) -> Result<Vec<Service>, Failure> {
    let call = ecs.describe_services().cluster(cluster).set_services(Some(names.to_vec()));
    let found = call.send().await.map_err(refusal(format!("describing the services of {cluster}")))?;
    let mut services = found.services.unwrap_or_default();
    names
        .iter()
        .map(|name| {
            let at = services.iter().position(|service| service.service_name() == Some(name));
            let service = at.map(|at| services.swap_remove(at)).filter(|one| one.status() == Some("ACTIVE"));
            service.ok_or_else(|| {
                Failure::input(cluster, format!("has no service {name} that is active; check --service"))
            })
        })
        .collect()
}

/// A service that need not be there.
pub(crate) async fn maybe(ecs: &Client, cluster: &str, name: &str) -> Result<Option<Service>, Refusal> {
    let call = ecs.describe_services().cluster(cluster).services(name);
    let found = call.send().await.map_err(refusal(format!("looking for the service {name}")))?;
    let is = |one: &Service| one.service_name() == Some(name) && one.status() == Some("ACTIVE");
    Ok(found.services.unwrap_or_default().into_iter().find(is))
}

/// One service of a cluster.
pub(crate) async fn one(ecs: &Client, cluster: &str, name: &str) -> Result<Service, Failure> {
    let mut found = describe(ecs, cluster, &[name.to_owned()]).await?;
    found.pop().ok_or_else(|| Failure::input(cluster, format!("has no service {name}")))
}

/// The deployment of a service that is, or becomes, what it runs.
pub(crate) fn primary(service: &Service) -> Option<&Deployment> {
    service.deployments().iter().find(|one| one.status() == Some("PRIMARY"))
}

/// The last part of an ARN, which people read.
pub(crate) fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
