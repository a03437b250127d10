//! Whether a backup comes back: restored into a cluster of the drill's own, checked by the program itself, taken down again.
//!
//! Nothing that runs is touched. What the drill made carries a tag, and what has it not is never deleted.

mod address;
mod cluster;
mod report;

use std::time::{Duration, Instant};

use aws_sdk_ecs::types::Service;

use cluster::{Cluster, Origin};
pub(crate) use report::Report;

use crate::{
    aws::{Account, Place, Refusal},
    ecs::{one_off, revision::Revision},
    failure::Failure,
    interrupt,
    line::Line,
};

/// Looks in a row that RDS may leave unanswered.
const BLIND: u32 = 40;

/// What is to be drilled, found and looked at before anything is made.
#[derive(Debug)]
pub(crate) struct Drill {
    source: Cluster,
    origin: Origin,
    /// The name of the cluster that it makes.
    name: String,
    environment: String,
    ecs_cluster: String,
    service: Service,
    revision: Revision,
    /// The role of the check's task, where it is not the service's own.
    role: Option<String>,
    command: Vec<String>,
    every: Duration,
    patience: Duration,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Wish {
    /// The cluster of databases.
    pub(crate) database: String,
    /// Whether from the newest snapshot, not from the latest moment.
    pub(crate) snapshot: bool,
    pub(crate) service: Service,
    pub(crate) revision: Revision,
    pub(crate) role: Option<String>,
    pub(crate) command: Vec<String>,
    pub(crate) every: Duration,
    pub(crate) patience: Duration,
}

/// The name of the cluster that drills of an environment make.
fn name_of(place: &Place) -> String {
    format!("{}-drill", place.cluster())
}

impl Drill {
    /// Looks whether it can be begun.
    ///
    /// # Errors
    /// Where there is nothing to restore, where a drill's cluster stands, or where the task could not be led to another database.
    pub(crate) async fn prepare(account: &Account, place: &Place, wish: Wish) -> Result<Self, Failure> {
        let name = name_of(place);
        let source = Cluster::describe(account, &wish.database).await?;
        let source = source.ok_or_else(|| {
            Failure::input("--database", format!("there is no cluster of databases {}", wish.database))
        })?;
        if let Some(stands) = Cluster::describe(account, &name).await? {
            let why = match &stands.drill_of {
                Some(_) => format!(
                    "is there, of a drill that goes on or was killed; wait for it, or `plimsoll-ops restore-drill {} --clean-up`",
                    place.flags()
                ),
                None => "is there, and no drill made it: it is left alone; give it another name".to_owned(),
            };
            return Err(Failure::input(name, why));
        }
        let origin = if wish.snapshot {
            source.newest_snapshot(account).await?
        } else {
            source.latest.clone().map(Origin::Moment)
        };
        let origin = origin
            .ok_or_else(|| Failure::input(&source.name, "has no backup that could be restored; see docs/aws.md"))?;
        // What leads the check to another database is found out before that is made.
        address::settings(&wish.revision, wish.service.service_name().unwrap_or_default(), "drill.example:5432")?;
        Ok(Self {
            source,
            origin,
            name,
            environment: place.environment().to_owned(),
            ecs_cluster: place.cluster(),
            service: wish.service,
            revision: wish.revision,
            role: wish.role,
            command: wish.command,
            every: wish.every,
            patience: wish.patience,
        })
    }

    /// What will be done, for a terminal.
    pub(crate) fn lines(&self) -> Vec<String> {
        vec![
            format!("{} → {} (made for this, and taken down again)", self.source.name, self.name),
            format!("  from: {}", self.origin.describe()),
            format!("  check: `{}`, as a task of {}", self.command.join(" "), self.revision.family()),
        ]
    }

    /// Restores, checks, and takes down, whatever happened.
    pub(crate) async fn carry_out(&self, account: &Account) -> Report {
        let mut report = Report::new(&self.source.name, &self.name, &self.origin);
        let began = Instant::now();
        let done = interrupt::unless_asked_to_stop(self.prove(account, &mut report)).await;
        report.settle(done.unwrap_or_else(|| Err("interrupted".to_owned())), began.elapsed());
        let mut line = Line::new();
        line.show(&format!("{}: taking it down", self.name), began.elapsed());
        report.left = take_down(account, &self.name, (self.every, self.patience)).await.err();
        report
    }

    async fn prove(&self, account: &Account, report: &mut Report) -> Result<(), String> {
        let mut began = Instant::now();
        let mut lap = || {
            let took = began.elapsed().as_secs();
            began = Instant::now();
            Some(took)
        };
        let restored = self.source.restore(account, &self.origin, &self.name, &self.environment).await;
        restored.map_err(|no| no.to_string())?;
        let cluster = self.until_available(account).await?;
        report.restored_after = lap();
        cluster.add_instance(account).await.map_err(|no| no.to_string())?;
        self.until_instance(account).await?;
        report.answered_after = lap();
        let endpoint = cluster.endpoint.as_deref().ok_or("the restored cluster has no endpoint")?;
        let service = self.service.service_name().unwrap_or_default();
        let address = format!("{endpoint}:{}", cluster.port);
        let environment = address::settings(&self.revision, service, &address).map_err(|no| no.to_string())?;
        let what = one_off::What { command: &self.command, environment: &environment, role: self.role.as_deref() };
        let pace = (self.every, self.patience);
        let ran = one_off::run(account, &self.ecs_cluster, &self.service, &self.revision, what, pace).await;
        let ran = ran.map_err(|failure| failure.to_string())?;
        report.checked_after = lap();
        let is_well = ran.exit_code == Some(0);
        report.check = ran.lines(&self.command.join(" "));
        if is_well { Ok(()) } else { Err("the check over the restored database did not end well".to_owned()) }
    }

    async fn until_available(&self, account: &Account) -> Result<Cluster, String> {
        let what = self.name.clone();
        let found = wait(&what, (self.every, self.patience), async || {
            let found = Cluster::describe(account, &self.name).await?;
            let status = found.as_ref().map_or("not to be seen yet", |one| &one.status).to_owned();
            let done = found.filter(|one| one.status == "available");
            Ok((status, done))
        });
        found.await
    }

    async fn until_instance(&self, account: &Account) -> Result<(), String> {
        let what = format!("{}'s instance", self.name);
        let found = wait(&what, (self.every, self.patience), async || {
            let status = cluster::instance_status(account, &self.name).await?;
            let status = status.unwrap_or_else(|| "not to be seen yet".to_owned());
            let done = (status == "available").then_some(());
            Ok((status, done))
        });
        found.await
    }
}

/// Takes down what a drill of an environment left standing. Says whether there was something.
pub(crate) async fn clean_up(account: &Account, place: &Place, pace: (Duration, Duration)) -> Result<bool, Failure> {
    let name = name_of(place);
    let stood = Cluster::describe(account, &name).await?.is_some();
    take_down(account, &name, pace).await.map_err(Failure::Underway)?;
    Ok(stood)
}

/// Deletes the drill's cluster and waits until it is gone.
///
/// # Errors
/// Says what stands and how it is ended.
async fn take_down(account: &Account, name: &str, pace: (Duration, Duration)) -> Result<(), String> {
    // What was asked for and not answered may come late: gone is what is not there twice.
    let mut absent = 0;
    let what = format!("{name}, going");
    let gone = wait(&what, pace, async || {
        let Some(found) = Cluster::describe(account, name).await? else {
            absent += 1;
            return Ok(("gone".to_owned(), (absent > 1).then_some(Ok(()))));
        };
        if found.drill_of.is_none() {
            let why = format!("no tag {} is on it: no drill made it, so it is left alone", cluster::TAG);
            return Ok((String::new(), Some(Err(why))));
        }
        if found.status != "deleting" {
            found.delete(account).await?;
        }
        Ok((found.status, None))
    });
    let by_hand = "plimsoll-ops restore-drill --clean-up takes it down";
    gone.await.and_then(|done| done).map_err(|why| format!("{name} STANDS AND COSTS: {why}; {by_hand}"))
}

/// Looks until something is so, through passing refusals.
async fn wait<T>(
    what: &str,
    (every, patience): (Duration, Duration),
    mut look: impl AsyncFnMut() -> Result<(String, Option<T>), Refusal>,
) -> Result<T, String> {
    let (began, mut line, mut blind) = (Instant::now(), Line::new(), 0);
    loop {
        let status = match look().await {
            Ok((_, Some(done))) => return Ok(done),
            Ok((status, None)) => {
                blind = 0;
                status
            }
            Err(no) if no.is_passing() && blind < BLIND => {
                blind += 1;
                format!("AWS does not answer: {no}")
            }
            Err(no) => return Err(no.to_string()),
        };
        line.show(&format!("{what}: {status}"), began.elapsed());
        if began.elapsed() >= patience {
            return Err(format!("{what}: {status}, and that for {} s", patience.as_secs()));
        }
        tokio::time::sleep(every).await;
    }
}
