//! The FastAPI peer, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::instance::fields;

/// A peer that serves until this is dropped.
pub(crate) struct Peer {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Peer {
    pub(crate) fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(peers.join("bin/python"));
        command.arg(root.join("benches/service/peer.py")).arg(root.join("data/german-credit.csv"));
        command.arg(folder.path().join("peer.db")).args(fields()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("no Python with FastAPI: run `cargo xtask setup --bench`");
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("FastAPI does not start: run `cargo xtask setup --bench`");
        let peer = Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), _folder: folder };
        while std::net::TcpStream::connect(peer.address).is_err() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        peer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
