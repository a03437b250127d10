//! A start, timed from the moment at which the program itself is begun: what the runner of containers does before that (its
//! namespaces, its mounts, its own start) is not the image's.

use std::{
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use testbed::free_port;

use crate::{container::Container, driven::Subject, instance::Place};

/// How often it is looked, and asked, whether it has come so far.
const LOOK: Duration = Duration::from_micros(200);
/// Longest wait for that.
const PATIENCE: Duration = Duration::from_secs(20);

/// A container that has answered its first score.
pub(crate) struct Started {
    pub(crate) container: Container,
    pub(crate) took: Duration,
}

/// Starts one and asks for a score.
pub(crate) async fn first_score(place: &Place) -> Started {
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let order = crate::order(place).setting("PLIMSOLL_LISTEN", &address.to_string());
    let container = order.create(&["serve", "--json"]);
    // Everything is made but the program: a process of the runner's waits in its place.
    container.prepare();
    let command_line = format!("/proc/{}/cmdline", container.process());
    let begun = thread::scope(|scope| {
        let runner = scope.spawn(|| container.start());
        let begun = until(|| std::fs::read(&command_line).is_ok_and(|line| line.starts_with(b"/plimsoll\0")));
        until(|| TcpStream::connect(address).is_ok());
        let begun = (begun, Instant::now());
        runner.join().unwrap();
        begun
    });
    let asked = Instant::now();
    Subject::new("first", place.scores(address)).one(0).await;
    // The runner's own end, between the two, is not counted.
    Started { container, took: begun.1 - begun.0 + asked.elapsed() }
}

/// When something came about.
fn until(came_about: impl Fn() -> bool) -> Instant {
    let began = Instant::now();
    while !came_about() {
        assert!(began.elapsed() < PATIENCE, "it does not start");
        thread::sleep(LOOK);
    }
    Instant::now()
}
