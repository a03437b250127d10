//! A run: several connections, each asking for the next request until the end.

use std::{
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};

use crate::{Answer, Applications, Book, Connection, Error, Figures, Target};

/// Pause after a failure, so that a service that is away is not asked in a tight loop.
const PAUSE: Duration = Duration::from_millis(5);

/// How fast requests come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Each connection asks again once it is answered: shows the peak.
    Closed,
    /// So many a second, whether answers come or not. A latency counts from the moment that a request was due, so that a
    /// stall is seen in all the requests that it delayed.
    Open(f64),
}

/// What is run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where requests go.
    pub target: Target,
    /// Connections at once.
    pub connections: usize,
    /// How fast.
    pub pace: Pace,
    /// How long.
    pub duration: Duration,
    /// Whether only what is unanswered in the book is sent; it ends when nothing is.
    pub only_unanswered: bool,
}

/// Runs a plan. Requests under way when the time is over are waited for.
pub async fn run(plan: Plan, applications: &Arc<Applications>, book: &Arc<Book>) -> Figures {
    let began = Instant::now();
    let schedule = Arc::new(Schedule { began, next: std::sync::atomic::AtomicU64::new(0), pace: plan.pace });
    let plan = Arc::new(plan);
    let mut running = JoinSet::new();
    for _ in 0..plan.connections {
        let client = Client {
            head: plan.target.head(),
            plan: Arc::clone(&plan),
            applications: Arc::clone(applications),
            book: Arc::clone(book),
            schedule: Arc::clone(&schedule),
            connection: None,
            request: Vec::new(),
            body: Vec::new(),
            figures: Figures::default(),
        };
        running.spawn(client.run());
    }
    let mut figures = Figures::default();
    while let Some(done) = running.join_next().await {
        if let Ok(seen) = done {
            figures.add(&seen);
        }
    }
    figures.took = began.elapsed().min(plan.duration.max(Duration::from_millis(1)));
    figures
}

/// When requests are due.
struct Schedule {
    began: Instant,
    next: std::sync::atomic::AtomicU64,
    pace: Pace,
}

impl Schedule {
    /// Waits until the next request is due, and says when that was.
    async fn due(&self) -> Instant {
        let Pace::Open(rate) = self.pace else { return Instant::now() };
        let place = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let due = self.began + Duration::from_secs_f64(place as f64 / rate);
        // The clock of the runtime ticks in milliseconds and wakes late rather than early: one that is due within the
        // tick goes out now, and is counted from now.
        let now = Instant::now();
        if due > now + Duration::from_millis(1) {
            sleep(due - now - Duration::from_millis(1)).await;
        }
        due.min(Instant::now())
    }
}

struct Client {
    head: Vec<u8>,
    plan: Arc<Plan>,
    applications: Arc<Applications>,
    book: Arc<Book>,
    schedule: Arc<Schedule>,
    connection: Option<Connection>,
    request: Vec<u8>,
    body: Vec<u8>,
    figures: Figures,
}

impl Client {
    async fn run(mut self) -> Figures {
        loop {
            let due = self.schedule.due().await;
            if due.duration_since(self.schedule.began) >= self.plan.duration {
                return self.figures;
            }
            let number = match self.plan.only_unanswered {
                false => self.book.take(),
                true => match self.book.take_unanswered() {
                    Some(number) => number,
                    None => return self.figures,
                },
            };
            self.write(number);
            match self.ask().await {
                Ok(answer) => self.note(number, due, &answer).await,
                Err(error) => {
                    self.connection = None;
                    self.book.unanswered(number);
                    *self.figures.failures.entry(name(&error)).or_default() += 1;
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn note(&mut self, number: u64, due: Instant, answer: &Answer) {
        *self.figures.statuses.entry(answer.status).or_default() += 1;
        if answer.last {
            self.connection = None;
        }
        if answer.status < 400 {
            self.figures.latency.record(due.elapsed());
            self.book.acknowledged(number, answer);
            return;
        }
        self.figures.without_retry_after +=
            u64::from(matches!(answer.status, 429 | 503) && answer.retry_after.is_none());
        self.book.unanswered(number);
        sleep(PAUSE).await;
    }

    async fn ask(&mut self) -> crate::Result<Answer> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::open(self.plan.target.address).await?),
        };
        connection.ask(&self.request).await
    }

    /// Writes the request of a number.
    fn write(&mut self, number: u64) {
        self.body.clear();
        self.applications.write(self.book.run(), number, &mut self.body);
        self.request.clear();
        self.request.extend_from_slice(&self.head);
        // Writing to memory cannot fail.
        if let Some(key) = self.book.key(number) {
            let _ = write!(self.request, "idempotency-key: {key}\r\n");
        }
        let _ = write!(self.request, "content-length: {}\r\n\r\n", self.body.len());
        self.request.extend_from_slice(&self.body);
    }
}

fn name(error: &Error) -> String {
    match error {
        Error::Connection(_, error) => error.kind().to_string(),
        error => error.to_string(),
    }
}
