//! Redis as a cluster: three servers that share the keys among them.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{free_port, process::Server};

/// Servers, as few as a cluster may have.
const NODES: usize = 3;
/// Longest wait for it to come about.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster that keeps nothing on the disk but who belongs to it.
pub struct RedisCluster {
    // Before the folders: the servers end first.
    nodes: Vec<(Server, u16)>,
    _folders: Vec<TempDir>,
}

impl RedisCluster {
    /// Starts three servers and makes them one cluster.
    #[must_use]
    pub fn start() -> Self {
        let (mut nodes, mut folders) = (Vec::new(), Vec::new());
        for _ in 0..NODES {
            let folder = TempDir::with_prefix("plimsoll-redis-cluster-").expect("a temporary folder");
            let port = free_port();
            let command = format!(
                "redis-server --port {port} --bind 127.0.0.1 --save '' --appendonly no --cluster-enabled yes \
                 --cluster-port {} --cluster-node-timeout 2000",
                free_port()
            );
            nodes.push((Server::start(None, folder.path(), &command, "TERM"), port));
            folders.push(folder);
        }
        let cluster = Self { nodes, _folders: folders };
        let began = Instant::now();
        let wait = |is_there: &dyn Fn(u16) -> bool| {
            while !cluster.nodes.iter().all(|(_, port)| is_there(*port)) {
                assert!(began.elapsed() < PATIENCE, "the cluster does not come about: run `cargo xtask setup`");
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        wait(&|port| run(port, &["PING"]) == "PONG");
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(cluster.nodes.iter().map(|(_, port)| format!("127.0.0.1:{port}")));
        let made = create.args(["--cluster-yes"]).output().expect("redis-cli");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        wait(&|port| run(port, &["CLUSTER", "INFO"]).contains("cluster_state:ok"));
        cluster
    }

    /// The URL of one of them.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.nodes[0].1)
    }

    /// How many keys each of them holds.
    #[must_use]
    pub fn keys(&self) -> Vec<usize> {
        self.nodes.iter().map(|(_, port)| run(*port, &["DBSIZE"]).parse().expect("a number")).collect()
    }
}

fn run(port: u16, command: &[&str]) -> String {
    let mut client = Command::new("redis-cli");
    client.args(["-h", "127.0.0.1", "-p", &port.to_string(), "--raw"]).args(command);
    let output = client.output().expect("redis-cli: run `cargo xtask setup`");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
