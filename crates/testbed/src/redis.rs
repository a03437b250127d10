//! A Redis server.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    free_port,
    process::{Restartable, Server},
};

/// A server that keeps nothing on the disk, on a port of the loopback interface.
pub struct Redis {
    // Before the folder: the server ends first.
    server: Restartable,
    folder: TempDir,
    port: u16,
}

impl Redis {
    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("plimsoll-redis-").expect("a temporary folder");
        let redis = Self { folder, port: free_port(), server: Restartable::default() };
        redis.resume();
        redis
    }

    /// Starts it again, empty, after [`Self::stop`].
    pub fn resume(&self) {
        let command = format!("redis-server --port {} --bind 127.0.0.1 --save '' --appendonly no", self.port);
        let server = Server::start(None, self.folder.path(), &command, "TERM");
        let absent = || "redis-server does not start: run `cargo xtask setup`".to_owned();
        self.server.begin(server, Duration::from_secs(20), || self.answers().then_some(()).ok_or_else(absent));
    }

    /// Stops it; what it held is lost.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = [0; 5];
        stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG"
    }
}
