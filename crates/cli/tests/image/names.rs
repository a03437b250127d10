//! A static program has no plug-ins of the C library to look names up with: they must be found all the same.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use load::{Book, Pace, Plan};
use testbed::Postgres;

use crate::{
    container::{Lent, Order},
    instance::{Place, applications},
};

/// Known to the name server below, and to nobody else.
const NAME: &str = "database.plimsoll.test";
/// Where it is asked: nobody else listens at this address.
const SERVER: &str = "127.0.53.1";

/// A name server that knows one name.
struct NameServer(Child);

impl NameServer {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/image/name_server.py");
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        // Port 53 is root's; a file that names servers has no place for another one.
        let mut command = Command::new(if is_root { "python3" } else { "sudo" });
        if !is_root {
            command.args(["--non-interactive", "python3"]);
        }
        command.arg(script).args([SERVER, NAME, "127.0.0.1"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3, or sudo where this is not root");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "listening", "it takes root, or sudo without a password");
        Self(child)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Scores over a PostgreSQL that is known by its name alone.
async fn scores_over(order: impl FnOnce(Order, &Path) -> Order) {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let place = Place::postgres(url.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let _lent = Lent::new(place.data());
    let by_name = url.replace("127.0.0.1", NAME);
    let order = order(Order::serving(place.data()).setting("PLIMSOLL_DATABASE_URL", &by_name), folder.path());
    let container = order.setting("PLIMSOLL_DRAIN_GRACE", "0s").start();
    let plan = Plan {
        target: place.scores(container.address()),
        connections: 1,
        pace: Pace::Closed,
        duration: Duration::from_millis(200),
        only_unanswered: false,
    };
    let book = Arc::new(Book::counting("names", false));
    let figures = load::run(plan, &applications(), &book).await;
    assert!(figures.failed() == 0 && figures.per_second() > 0.0, "{figures}\n{}", container.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by `cargo xtask image --try`"]
async fn are_found_by_a_name_server() {
    let _server = NameServer::start();
    scores_over(|order, folder| {
        let file = folder.join("resolv.conf");
        std::fs::write(&file, format!("nameserver {SERVER}\n")).unwrap();
        order.volume(&file, "/etc/resolv.conf:ro")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by `cargo xtask image --try`"]
async fn are_found_in_the_file_of_hosts() {
    scores_over(|order, folder| {
        let file = folder.join("hosts");
        std::fs::write(&file, format!("127.0.0.1 {NAME}\n")).unwrap();
        order.volume(&file, "/etc/hosts:ro")
    })
    .await;
}
