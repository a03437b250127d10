//! SIGTERM under load, with two instances behind a proxy.

use std::{
    net::SocketAddr,
    process::{Child, Command},
    sync::Arc,
    time::Duration,
};

use load::{Book, Connection};
use tempfile::TempDir;
use testbed::{Postgres, free_port};

use crate::{
    instance::{Instance, Place},
    trial::{ready, repeat, score},
};

/// HAProxy in front of instances: asks `/ready`, and hands a request that could not be connected to another instance.
struct Proxy {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Proxy {
    /// `retry-on conn-failure`: a request is sent again only where nothing of it was sent before.
    async fn start(ports: [u16; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let [first, second] = ports;
        let settings = format!(
            "defaults\n  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n  \
             retries 3\n  option redispatch 1\n  retry-on conn-failure\n\
             frontend public\n  bind {address}\n  default_backend instances\n\
             backend instances\n  balance roundrobin\n  option httpchk GET /ready\n  http-reuse safe\n  \
             default-server check inter 100ms fall 1 rise 1\n  \
             server first 127.0.0.1:{first}\n  server second 127.0.0.1:{second}\n"
        );
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-q").arg("-db").arg("-f").arg(&file);
        let child = command.spawn().expect("HAProxy: run `cargo xtask setup`");
        let proxy = Self { child, address, _folder: folder };
        let asked = async {
            while !matches!(get(address, "/ready").await, Some(200)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), asked).await.expect("the proxy finds no instance");
        proxy
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn get(address: SocketAddr, path: &str) -> Option<u16> {
    Connection::open(address).await.ok()?.get(path, &[]).await.ok().map(|answer| answer.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_with_sigterm_behind_a_proxy_fails_no_request() {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let ports = [free_port(), free_port()];
    let start = |port: u16| -> Instance {
        let grace = ("PLIMSOLL_DRAIN_GRACE", "1s".to_owned());
        place.start_with(&[("PLIMSOLL_LISTEN", format!("127.0.0.1:{port}")), grace])
    };
    let mut instances = ports.map(start);
    let proxy = Proxy::start(ports).await;
    let book = Arc::new(Book::keeping("shut-down"));
    for _ in 0..2 {
        for (instance, port) in instances.iter_mut().zip(ports) {
            let load = score(&place, proxy.address, &book, Duration::from_secs(4));
            let replaced = async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                instance.terminate();
                let next = start_after(instance, || start(port)).await;
                let stopped = std::mem::replace(instance, next);
                drop(stopped);
                ready(instance).await;
            };
            let (figures, ()) = tokio::join!(load, replaced);
            assert_eq!(figures.failed(), 0, "{figures}");
        }
    }
    assert_eq!(book.open(), 0);
    repeat(&place, proxy.address, &book).await;
    instances.into_iter().for_each(Instance::kill);
    place.audit().await.agrees_with(&book);
}

/// Starts the next process once this one has ended by itself, without holding up the load.
async fn start_after(stopping: &mut Instance, start: impl FnOnce() -> Instance) -> Instance {
    while !stopping.has_ended() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start()
}
