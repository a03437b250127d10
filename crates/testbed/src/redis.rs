//! A Redis server.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{free_port, process::Server};

/// A server that keeps nothing on the disk, on a port of the loopback interface.
pub struct Redis {
    // Before the folder: the server ends first.
    server: Mutex<Option<Server>>,
    folder: TempDir,
    port: u16,
}

impl Redis {
    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("plimsoll-redis-").expect("a temporary folder");
        let redis = Self { folder, port: free_port(), server: Mutex::new(None) };
        redis.resume();
        redis
    }

    /// Starts it again, empty, after [`Self::stop`].
    pub fn resume(&self) {
        let command = format!("redis-server --port {} --bind 127.0.0.1 --save '' --appendonly no", self.port);
        let server = Server::start(None, self.folder.path(), &command, "TERM");
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        let began = Instant::now();
        while !self.answers() {
            assert!(began.elapsed() < Duration::from_secs(20), "redis-server does not start: run `cargo xtask setup`");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it; what it held is lost.
    pub fn stop(&self) {
        let running = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = running {
            server.stop();
        }
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
