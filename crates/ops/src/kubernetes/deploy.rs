//! Images put in force and taken back on Kubernetes. It does not go back by itself: what it gave up is undone here.

use super::{
    follow::{self, End},
    kubectl, pods,
    standing::{CONTAINER, Standing},
};
use crate::{
    aws::{Account, Place},
    ecs::{
        difference::Change,
        follow::Ending,
        image::{self, Image},
    },
    failure::Failure,
    rollout::{Pace, Report, ServiceReport, State},
};

/// Puts an image in force in one Deployment after the other.
pub(crate) async fn deploy(
    account: &Account,
    place: &Place,
    services: &[String],
    wanted: &str,
    (pace, dry_run): (Pace, bool),
) -> Result<Report, Failure> {
    let mut resolved: Option<Image> = None;
    let mut before = Vec::new();
    for service in services {
        let standing = Standing::of(service).await?;
        let image = match &resolved {
            Some(image) if image.repository == image::repository(&standing.image) => image.clone(),
            _ => image::resolve(account, &standing.image, wanted).await?,
        };
        resolved = Some(image.clone());
        before.push((service, standing, image.reference()));
    }
    let lines = before.iter().map(|(service, standing, image)| line(service, standing, image)).collect();
    let mut report = Report::new(account, place, resolved, lines);
    for (at, (service, standing, image)) in before.iter().enumerate() {
        if dry_run || report.services[at].state == State::Unchanged {
            continue;
        }
        let set =
            kubectl::ask(&["set", "image", &format!("deployment/{service}"), &format!("{CONTAINER}={image}")]).await;
        if let Err(failure) = set {
            if at == 0 {
                return Err(failure);
            }
            report.services[at].state = State::Ended(Ending::Stopped(format!("it was not begun: {failure}")));
            break;
        }
        carry_through(place, &mut report.services[at], standing, pace).await;
        if report.services[at].state != State::Ended(Ending::Live) {
            break;
        }
    }
    Ok(report)
}

/// Brings back the replica set before the newest, or the one with a number.
pub(crate) async fn rollback(
    account: &Account,
    place: &Place,
    services: &[String],
    to: Option<&str>,
    (pace, dry_run): (Pace, bool),
) -> Result<Report, Failure> {
    let mut report = Report::new(account, place, None, Vec::new());
    for service in services {
        let standing = Standing::of(service).await?;
        let (number, image) = earlier(account, service, &standing, to).await?;
        report.services.push(line(service, &standing, &image));
        let Some(line) = report.services.last_mut().filter(|line| !dry_run && line.state == State::NotBegun) else {
            continue;
        };
        kubectl::ask(&["rollout", "undo", &format!("deployment/{service}"), &format!("--to-revision={number}")])
            .await?;
        let (end, last, took) = follow::follow(service, &image, pace).await;
        (line.tasks, line.seconds) = (Some(last), Some(took.as_secs()));
        line.state = State::Ended(match end {
            End::Done => Ending::Live,
            End::Failed(why) => Ending::Stopped(why),
            End::TimedOut(why) => Ending::TimedOut(why),
        });
        if line.state != State::Ended(Ending::Live) {
            line.why = Some(pods::examine(service, &image).await);
            break;
        }
    }
    Ok(report)
}

/// The replica set to go back to: its number and its image.
async fn earlier(account: &Account, service: &str, now: &Standing, to: Option<&str>) -> Result<(u64, String), Failure> {
    let wanted = match to {
        Some(to) => Some(image::resolve(account, &now.image, to).await?.digest),
        None => None,
    };
    let selector = format!("--selector=app.kubernetes.io/component={service}");
    let all = kubectl::ask_json(&["get", "replicasets", &selector]).await?;
    let running: u64 = now.revision.parse().unwrap_or(u64::MAX);
    let known = all["items"].as_array().into_iter().flatten().filter_map(|set| {
        let number: u64 = set["metadata"]["annotations"]["deployment.kubernetes.io/revision"].as_str()?.parse().ok()?;
        let containers = set["spec"]["template"]["spec"]["containers"].as_array()?;
        let image = containers.iter().find(|one| one["name"] == CONTAINER)?["image"].as_str()?.to_owned();
        let digest = image::digest(&image)?;
        let fits = wanted.as_deref().map_or(number < running, |wanted| wanted == digest);
        fits.then_some((number, image))
    });
    known.max_by_key(|(number, _)| *number).ok_or_else(|| {
        Failure::input(
            service,
            "has no such earlier replica set whose image is named by digest; deploy the commit instead",
        )
    })
}

fn line(service: &str, standing: &Standing, image: &str) -> ServiceReport {
    let change = Change::of("image", Some(standing.image.clone()), Some(image.to_owned()));
    ServiceReport {
        service: service.to_owned(),
        task_definition_before: format!("{service} revision {}", standing.revision),
        image_before: standing.image.clone(),
        image: image.to_owned(),
        state: if change.is_none() { State::Unchanged } else { State::NotBegun },
        changes: change.into_iter().collect(),
        service_changes: Vec::new(),
        task_definition: None,
        deployment: Some(format!("deployment/{service}")),
        canary: None,
        seconds: None,
        tasks: None,
        why: None,
        way_back: None,
    }
}

/// Follows what was begun; what Kubernetes gave up is undone and that is followed too.
async fn carry_through(place: &Place, line: &mut ServiceReport, before: &Standing, pace: Pace) {
    let service = line.service.clone();
    let (end, last, took) = follow::follow(&service, &line.image, pace).await;
    (line.tasks, line.seconds) = (Some(last), Some(took.as_secs()));
    let digest = image::digest(&before.image).unwrap_or_default();
    line.way_back = Some(format!("plimsoll-ops rollback {} --service {service} --to {digest}", place.flags()));
    line.state = State::Ended(match end {
        End::Done => Ending::Live,
        End::TimedOut(why) => {
            line.why = Some(pods::examine(&service, &line.image).await);
            Ending::TimedOut(why)
        }
        End::Failed(why) => {
            line.why = Some(pods::examine(&service, &line.image).await);
            let undo =
                ["rollout", "undo", &format!("deployment/{service}"), &format!("--to-revision={}", before.revision)];
            match kubectl::ask(&undo).await {
                Err(failure) => Ending::Stopped(format!("{why}; and it could not be undone: {failure}")),
                Ok(_) => match follow::follow(&service, &before.image, pace).await.0 {
                    End::Done => {
                        line.way_back = None;
                        Ending::RolledBack(why)
                    }
                    End::Failed(no) | End::TimedOut(no) => {
                        Ending::Stopped(format!("{why}; and going back failed: {no}"))
                    }
                },
            }
        }
    });
}
