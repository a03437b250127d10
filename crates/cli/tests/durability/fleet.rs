//! Instances behind a balancer, replaced by a new version as ECS replaces tasks: started beside the old ones, let in once they
//! are well, the old ones taken away first and stopped then; given up where they do not get well.

use std::time::{Duration, Instant};

use testbed::free_port;

use crate::{
    balancer::Balancer,
    instance::{Instance, Place},
    rules::Rules,
};

/// Between looks.
const LOOK: Duration = Duration::from_millis(20);

/// What a version is run with, beyond the place's own settings.
pub(crate) type Version = Vec<(&'static str, String)>;

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The new version serves, alone.
    Live,
    /// The old version serves, alone.
    RolledBack {
        /// Tasks of the new one that ended before they were well.
        crashed: usize,
        /// Those that ran and did not get well in time.
        unwell: usize,
        /// Requests that the new one was given.
        given: u64,
    },
}

/// A process, and the port that the balancer knows it by.
struct Task {
    port: u16,
    instance: Instance,
    began: Instant,
    /// Requests that its port had been given before it came.
    before: u64,
}

/// Instances of one version behind a balancer.
pub(crate) struct Fleet<'p> {
    place: &'p Place,
    rules: Rules,
    /// What requests go through.
    pub(crate) balancer: Balancer,
    version: Version,
    tasks: Vec<Task>,
    free: Vec<u16>,
}

impl<'p> Fleet<'p> {
    /// Starts so many of a version, and the balancer over them.
    pub(crate) async fn start(place: &'p Place, desired: usize, version: Version) -> Self {
        let rules = Rules::of_the_module();
        let mut free: Vec<u16> = std::iter::repeat_with(free_port).take(rules.most(desired)).collect();
        let ports = free.clone();
        let start = |port: u16| {
            let instance = begin(place, &version, port).unwrap_or_else(|why| panic!("the first version: {why}"));
            Task { port, instance, began: Instant::now(), before: 0 }
        };
        let tasks = free.split_off(free.len() - desired).into_iter().map(start).collect();
        let balancer = Balancer::start(&ports, &rules.check()).await;
        let mut fleet = Self { place, rules, balancer, version, tasks, free };
        fleet.fill(desired).await;
        fleet
    }

    /// The processes that serve, by their ports.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.tasks.iter().map(|task| task.port).collect()
    }

    /// Puts another version in force, or goes back.
    pub(crate) async fn deploy(&mut self, version: Version) -> Verdict {
        let desired = self.tasks.len();
        let (least, most) = (self.rules.least(desired), self.rules.most(desired));
        let (mut old, mut starting, mut new) = (std::mem::take(&mut self.tasks), Vec::new(), Vec::new());
        let (mut crashed, mut unwell, mut given) = (0, 0, 0);
        while crashed + unwell < self.rules.failures(desired) {
            if old.is_empty() && new.len() == desired {
                (self.tasks, self.version) = (new, version);
                return Verdict::Live;
            }
            if starting.len() + new.len() < desired && old.len() + starting.len() + new.len() < most {
                match self.begin(&version) {
                    Some(task) => starting.push(task),
                    None => crashed += 1,
                }
                continue;
            }
            let mut late = Vec::new();
            for mut task in std::mem::take(&mut starting) {
                if task.instance.has_died() {
                    crashed += 1;
                    late.push(task);
                } else if self.balancer.is_up(task.port) {
                    new.push(task);
                } else if task.began.elapsed() > self.rules.grace {
                    unwell += 1;
                    late.push(task);
                } else {
                    starting.push(task);
                }
            }
            given += self.stop(late).await;
            let spare = (old.len() + new.len()).saturating_sub(least).min(old.len());
            if spare > 0 {
                let leaving = old.drain(..spare).collect();
                self.stop(leaving).await;
            }
            tokio::time::sleep(LOOK).await;
        }
        starting.append(&mut new);
        given += self.stop(starting).await;
        self.tasks = old;
        self.fill(desired).await;
        Verdict::RolledBack { crashed, unwell, given }
    }

    /// Starts what is missing of the version in force, and waits until all are well.
    async fn fill(&mut self, desired: usize) {
        while self.tasks.len() < desired {
            let version = self.version.clone();
            let task = self.begin(&version).expect("the version in force starts");
            self.tasks.push(task);
        }
        let began = Instant::now();
        while !self.tasks.iter().all(|task| self.balancer.is_up(task.port)) {
            assert!(began.elapsed() < self.rules.grace * 3, "the version in force does not get well");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Starts one at a free port; none where it ends at once.
    fn begin(&mut self, version: &Version) -> Option<Task> {
        let port = self.free.pop().expect("as many ports as tasks");
        let before = self.balancer.given(port);
        match tokio::task::block_in_place(|| begin(self.place, version, port)) {
            Ok(instance) => Some(Task { port, instance, began: Instant::now(), before }),
            Err(_) => {
                self.free.insert(0, port);
                None
            }
        }
    }

    /// Takes tasks away from the balancer, waits for requests in work, and stops them; how many requests they were given.
    async fn stop(&mut self, mut tasks: Vec<Task>) -> u64 {
        if tasks.is_empty() {
            return 0;
        }
        tasks.iter().for_each(|task| self.balancer.take_away(task.port));
        tokio::time::sleep(self.rules.delay).await;
        for task in &mut tasks {
            if !task.instance.has_died() {
                task.instance.terminate();
            }
        }
        let asked = Instant::now();
        while tasks.iter_mut().any(|task| !task.instance.has_died()) && asked.elapsed() < self.rules.stop {
            tokio::time::sleep(LOOK).await;
        }
        let mut given = 0;
        for task in tasks {
            given += self.balancer.given(task.port) - task.before;
            // What is still there is killed.
            drop(task.instance);
            self.balancer.free(task.port).await;
            self.free.insert(0, task.port);
        }
        given
    }
}

fn begin(place: &Place, version: &Version, port: u16) -> Result<Instance, String> {
    // The five seconds of the service's own default, at the pace of the rules.
    let grace = ("PLIMSOLL_DRAIN_GRACE", Rules::paced(5));
    let own = [("PLIMSOLL_LISTEN", format!("127.0.0.1:{port}")), grace];
    let settings: Vec<_> = own.into_iter().chain(version.iter().cloned()).collect();
    place.try_start_with(&settings)
}
