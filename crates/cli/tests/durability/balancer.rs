//! HAProxy in front of instances: asks them how they are, and says over its socket what it sees.

use std::{
    io::{Read, Write},
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command},
    time::Duration,
};

use tempfile::TempDir;
use testbed::free_port;

/// Longest wait until it sees what there is.
const PATIENCE: Duration = Duration::from_secs(30);

/// How it asks whether an instance may be given requests, and what it does where one cannot be reached.
pub(crate) struct Check {
    /// Asked for; 200 is a yes.
    pub(crate) path: String,
    /// From one question to the next.
    pub(crate) interval: Duration,
    /// How long an answer may take.
    pub(crate) timeout: Duration,
    /// Yeses in a row after which it is given requests.
    pub(crate) rise: u64,
    /// Noes in a row after which it is not.
    pub(crate) fall: u64,
    /// Other instances that are tried where no connection could be made. Nothing of such a request was sent.
    pub(crate) retries: u32,
}

/// A running HAProxy; ended when this is dropped.
pub(crate) struct Balancer {
    child: Child,
    /// Where requests go.
    pub(crate) address: SocketAddr,
    socket: PathBuf,
    _folder: TempDir,
}

impl Balancer {
    /// Starts it over these ports of the loopback interface, and waits until it has found those instances that there are.
    pub(crate) async fn start(ports: &[u16], check: &Check) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let socket = folder.path().join("socket");
        let Check { path, interval, timeout, rise, fall, retries } = check;
        let servers: Vec<String> = ports.iter().map(|port| format!("  server {port} 127.0.0.1:{port}\n")).collect();
        let settings = format!(
            "global\n  stats socket {} level admin\n\
             defaults\n  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n  \
             timeout check {}ms\n  retries {retries}\n  option redispatch 1\n  retry-on conn-failure\n\
             frontend public\n  bind {address}\n  default_backend instances\n\
             backend instances\n  balance roundrobin\n  option httpchk GET {path}\n  http-reuse safe\n  \
             default-server check inter {}ms fall {fall} rise {rise}\n{}",
            socket.display(),
            timeout.as_millis(),
            interval.as_millis(),
            servers.concat()
        );
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, settings).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-q").arg("-db").arg("-f").arg(&file);
        let child = command.spawn().expect("HAProxy: run `cargo xtask setup`");
        let balancer = Self { child, address, socket, _folder: folder };
        // Until it has asked, it takes every instance for one that is there.
        tokio::time::sleep(*interval * 2).await;
        let found = async {
            while !ports.iter().any(|port| balancer.is_up(*port)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("the proxy finds no instance");
        balancer
    }

    /// Whether an instance is given requests.
    pub(crate) fn is_up(&self, port: u16) -> bool {
        self.of_server(port, "status").starts_with("UP")
    }

    /// How many requests an instance, or those at its port before it, were given.
    pub(crate) fn given(&self, port: u16) -> u64 {
        self.of_server(port, "stot").parse().unwrap()
    }

    /// Gives an instance no more requests; those in work are waited for.
    pub(crate) fn take_away(&self, port: u16) {
        self.say(&format!("set server instances/{port} state drain"));
    }

    /// Lets whoever comes to a port be asked how it is, once it is seen that nobody is there.
    pub(crate) async fn free(&self, port: u16) {
        let gone = async {
            while self.of_server(port, "check_health") != "0" {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.expect("the proxy goes on seeing an instance that ended");
        self.say(&format!("set server instances/{port} state ready"));
    }

    /// A column of what it says of an instance.
    fn of_server(&self, port: u16, column: &str) -> String {
        let said = self.say("show stat");
        let mut lines = said.trim_start_matches("# ").lines().map(|line| line.split(',').collect::<Vec<_>>());
        let names = lines.next().expect("the names of the columns");
        let at = |name: &str| names.iter().position(|one| *one == name).unwrap_or_else(|| panic!("no {name}: {said}"));
        let (server, wanted) = (at("svname"), at(column));
        let line = lines.find(|line| line.get(server).is_some_and(|name| *name == port.to_string()));
        line.unwrap_or_else(|| panic!("no server {port}: {said}"))[wanted].to_owned()
    }

    fn say(&self, command: &str) -> String {
        let mut stream = loop {
            match UnixStream::connect(&self.socket) {
                Ok(stream) => break stream,
                // Not there yet; a proxy that never comes is found by the one who waits.
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("{command}\n").as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
