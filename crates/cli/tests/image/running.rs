//! The image as it runs.

use std::{sync::Arc, time::Duration};

use load::{Book, Pace, Plan};

use crate::{
    container::{Lent, Order},
    instance::{Place, applications},
};

/// What may pass from SIGTERM to the end: the grace that is set below, what is in work, the last checkpoint, the runner.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by `cargo xtask image --try`"]
async fn scores_on_a_read_only_root_with_a_quarter_of_a_core_and_stops_in_order() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("image"));
    {
        let _lent = Lent::new(place.data());
        let container = Order::serving(place.data()).setting("PLIMSOLL_DRAIN_GRACE", "1s").start();
        let address = container.address();
        // Neither root nor anything that root may: no capability, and no way to get one.
        assert!(container.status("Uid").split_whitespace().all(|user| user != "0"), "{}", container.status("Uid"));
        assert_eq!(container.status("CapEff"), "0000000000000000");
        assert_eq!(container.status("NoNewPrivs"), "1");
        assert_eq!(container.inspect("{{.HostConfig.ReadonlyRootfs}}"), "true");
        assert_eq!(container.inspect("{{.HostConfig.Memory}}"), (512 << 20).to_string());
        assert_eq!(container.inspect("{{.HostConfig.NanoCpus}}"), "250000000");
        let plan = Plan {
            target: place.scores(address),
            connections: 8,
            pace: Pace::Closed,
            duration: Duration::from_secs(4),
            only_unanswered: false,
        };
        let figures = load::run(plan, &applications(), &book).await;
        assert_eq!(figures.failed(), 0, "{figures}\n{}", container.log());
        assert!(book.count() > 0, "{figures}");
        let (code, after) = container.stop();
        assert_eq!(code, 0, "{}", container.log());
        assert!(after < STOPS_WITHIN, "it took {after:?}");
    }
    // What it acknowledged is on the disk outside, once, and nothing else is.
    place.audit().await.agrees_with(&book);
}

#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn nothing_else_can_be_written_to() {
    let output = Order::new().run(&["serve", "--data", "/elsewhere"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("Read-only file system"), "{}: {said}", output.status);
}

#[test]
#[ignore = "run by `cargo xtask image --try`"]
fn there_is_no_shell_to_run() {
    for program in ["/bin/sh", "/bin/bash", "/busybox"] {
        let output = Order::new().option(format!("--entrypoint={program}")).run(&["-c", "true"]);
        // What runners answer where a program is not there, or cannot be run.
        assert!(matches!(output.status.code(), Some(126 | 127)), "{program}: {}", output.status);
    }
}
