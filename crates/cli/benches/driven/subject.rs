//! What is driven, and what it showed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use load::{Book, Figures, Pace, Plan, Target};

/// Connections at once.
pub(crate) const CONNECTIONS: usize = 256;
/// Turns of each subject.
pub(crate) const TURNS: usize = 3;
const TURN: Duration = Duration::from_secs(4);
const STEADY: Duration = Duration::from_secs(8);
/// Share of the peak at which latency is measured.
pub(crate) const SHARE: f64 = 0.8;

/// What is driven.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    target: Target,
    turns: Vec<Figures>,
}

impl Subject {
    pub(crate) fn new(name: &'static str, target: Target) -> Self {
        Self { name, target, turns: Vec::new() }
    }

    /// One turn at its peak.
    pub(crate) async fn turn(&mut self) {
        let figures = self.run(Pace::Closed, TURN, CONNECTIONS).await;
        assert_eq!(figures.failed(), 0, "{}: {figures}", self.name);
        self.turns.push(figures);
    }

    /// At a fixed rate below its peak; a request that finds no connection free counts from when it was due.
    pub(crate) async fn steady(&self) -> Figures {
        let figures = self.run(Pace::Open(self.peak() * SHARE), STEADY, CONNECTIONS / 2).await;
        assert_eq!(figures.failed(), 0, "{}: {figures}", self.name);
        figures
    }

    /// One request.
    pub(crate) async fn one(&mut self, number: u64) {
        let figures = self.run(Pace::Closed, Duration::from_nanos(1), 1).await;
        assert_eq!(figures.failed(), 0, "request {number}: {figures}");
    }

    /// Answers a second in the median turn.
    pub(crate) fn peak(&self) -> f64 {
        let mut peaks: Vec<f64> = self.turns.iter().map(Figures::per_second).collect();
        peaks.sort_by(f64::total_cmp);
        peaks[peaks.len() / 2]
    }

    async fn run(&self, pace: Pace, duration: Duration, connections: usize) -> Figures {
        // Every run has other applicants.
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let run = format!("run-{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
        let plan = Plan { target: self.target.clone(), connections, pace, duration, only_unanswered: false };
        load::run(plan, &crate::instance::applications(), &Arc::new(Book::counting(run, false))).await
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let turns: Vec<String> = self.turns.iter().map(|turn| format!("{:.0}", turn.per_second())).collect();
        write!(f, "{:<22} {:>8.0} a second (turns: {})", self.name, self.peak(), turns.join(", "))
    }
}
