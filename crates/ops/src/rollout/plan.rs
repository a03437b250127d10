//! What a deployment will do to a service, worked out before anything is done.

use aws_sdk_ecs::{
    Client,
    types::{Service, ServiceDeploymentStatus as Status},
};

use crate::{
    aws::{Account, Place},
    ecs::{
        deployment::{self, Manner},
        difference::{self, Change},
        image::{self, Image},
        revision::Revision,
        service,
    },
    failure::Failure,
    rollout::canary::Canary,
};

/// What is to become of one service.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) service: Service,
    /// What it runs now.
    pub(crate) running: Revision,
    /// What it is to run.
    pub(crate) wanted: Revision,
    /// Whether `wanted` is registered already.
    pub(crate) registered: bool,
    /// What changes in the task definition.
    pub(crate) changes: Vec<Change>,
    /// What changes in the service.
    pub(crate) service_changes: Vec<Change>,
    /// What is tried first.
    pub(crate) canary: Option<Canary>,
}

impl Plan {
    /// The service's name.
    pub(crate) fn name(&self) -> &str {
        self.service.service_name().unwrap_or_default()
    }

    /// The image that it is to run.
    pub(crate) fn image(&self) -> &str {
        self.wanted.image(self.name()).unwrap_or_default()
    }

    /// Whether it runs already what it is to run.
    pub(crate) fn is_done(&self) -> bool {
        self.registered && self.running.arn() == self.wanted.arn()
    }

    /// A plan that brings a service to a revision that is registered.
    pub(crate) async fn to_registered(
        account: &Account,
        service: Service,
        wanted: Revision,
        manner: Manner,
    ) -> Result<Self, Failure> {
        let running = running(account, &service).await?;
        Ok(Self::between(service, running, wanted, true, manner))
    }

    fn between(service: Service, running: Revision, wanted: Revision, registered: bool, manner: Manner) -> Self {
        let changes = difference::between(&running.definition, &wanted.definition);
        let family = |revision: &Revision| service::short(revision.arn()).to_owned();
        let next = if registered { family(&wanted) } else { format!("{}:(new)", wanted.family()) };
        let before = deployment::breaker(service.deployment_configuration.as_ref());
        let after = deployment::breaker(Some(&deployment::configuration(&service, manner.failures)));
        let service_changes = [
            Change::of("task definition", Some(family(&running)), Some(next)),
            Change::of("circuit breaker", Some(before), Some(after)),
            manner.force.then(|| Change {
                what: "tasks".to_owned(),
                before: None,
                after: Some("all replaced".to_owned()),
            }),
        ];
        let service_changes = service_changes.into_iter().flatten().collect();
        Self { service, running, wanted, registered, changes, service_changes, canary: None }
    }

    /// Registers what it is to run, if that is not done yet.
    pub(crate) async fn register(&mut self, ecs: &Client) -> Result<(), Failure> {
        if !self.registered {
            self.wanted = self.wanted.register(ecs).await?;
            self.registered = true;
        }
        Ok(())
    }

    /// Has a canary tried before it.
    pub(crate) fn try_first(&mut self, canary: Canary) {
        self.service_changes
            .insert(0, Change { what: canary.name().to_owned(), before: None, after: Some(canary.describe()) });
        self.canary = Some(canary);
    }
}

async fn running(account: &Account, service: &Service) -> Result<Revision, Failure> {
    let arn = service.task_definition().ok_or_else(|| {
        let name = service.service_name().unwrap_or_default();
        Failure::input(name, "names no task definition: it is deployed by something else than ECS")
    })?;
    Revision::describe(&account.ecs(), arn).await
}

/// Plans the deployment of an image to services: the newest revision of each family with the image in it. Without an image it
/// is the newest revision as it is.
pub(crate) async fn plan(
    account: &Account,
    place: &Place,
    services: &[String],
    wanted: Option<&str>,
    manner: Manner,
) -> Result<(Option<Image>, Vec<Plan>), Failure> {
    let (ecs, cluster) = (account.ecs(), place.cluster());
    let mut plans = Vec::new();
    let mut resolved: Option<Image> = None;
    for service in service::describe(&ecs, &cluster, services).await? {
        let name = service.service_name().unwrap_or_default().to_owned();
        let running = running(account, &service).await?;
        let newest = Revision::describe(&ecs, running.family()).await?;
        let (next, registered) = match wanted {
            None => (newest.clone(), true),
            Some(wanted) => {
                let from = newest.image(&name)?;
                // Services of one repository run one image; it is asked for once.
                let known = resolved.as_ref().filter(|image| image.repository == image::repository(from));
                let image = match known {
                    Some(image) => image.clone(),
                    None => image::resolve(account, from, wanted).await?,
                };
                let next = newest.with_image(&name, &image)?;
                resolved = Some(image);
                // The image may be in the newest revision already: then that is the one.
                let same = difference::between(&newest.definition, &next.definition).is_empty();
                if same { (newest, true) } else { (next, false) }
            }
        };
        if image::digest(next.image(&name)?).is_none() {
            let problem = format!(
                "its newest revision names the image {} without a digest: what it would run is not known; say the commit, tag or \
                 digest to deploy",
                next.image(&name)?
            );
            return Err(Failure::input(name, problem));
        }
        plans.push(Plan::between(service, running, next, registered, manner));
    }
    Ok((resolved, plans))
}

/// The deployment of a service that has not ended, if there is one.
pub(crate) async fn in_progress(account: &Account, place: &Place, service: &str) -> Result<Option<String>, Failure> {
    let all = deployment::list(&account.ecs(), &place.cluster(), service).await?;
    let goes_on = |status: &Status| {
        use Status::{InProgress, Pending, RollbackInProgress, RollbackRequested, StopRequested};
        matches!(status, Pending | InProgress | StopRequested | RollbackRequested | RollbackInProgress)
    };
    let found = all.into_iter().find(|one| one.status.as_ref().is_some_and(goes_on));
    Ok(found.and_then(|one| one.service_deployment_arn))
}
