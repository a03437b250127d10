//! One process of the program.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use super::Settings;

/// A process that serves; killed when this is dropped.
pub struct Instance {
    child: Child,
    /// The public listener.
    pub address: SocketAddr,
    /// The private listener.
    pub private: SocketAddr,
    /// From its start until it said where it listens.
    pub started_in: Duration,
    log: PathBuf,
}

impl Instance {
    /// Starts it and waits until it says where it listens; where it ends instead, what it said.
    pub(super) fn start(settings: &Settings, folder: &Path) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let log = folder.join(format!("log-{}.ndjson", COUNT.fetch_add(1, Ordering::Relaxed)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        // What is set for the tests themselves is no setting of the program's.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PLIMSOLL_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--json"]).envs(settings).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let began = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        // The summary is one JSON document; its last line is the brace that ends it.
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let started_in = began.elapsed();
        let Ok(summary) = serde_json::from_str::<serde_json::Value>(&said) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{said}{}", std::fs::read_to_string(&log).unwrap()));
        };
        let address = |member: &str| {
            let text = summary[member].as_str().unwrap_or_default();
            text.trim_start_matches("http://")
                .trim_start_matches("https://")
                .parse()
                .unwrap_or_else(|_| panic!("no {member} in {said}"))
        };
        let (public, private) = (address("address"), address("private_address"));
        Ok(Self { child, address: public, private, started_in, log })
    }

    /// SIGKILL: nothing is finished, nothing flushed.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether it has ended by itself; with success, if so.
    pub fn has_ended(&mut self) -> bool {
        match self.child.try_wait().unwrap() {
            None => false,
            Some(status) => {
                assert!(status.success(), "it ended with {status}: {}", self.log());
                true
            }
        }
    }

    /// Whether it has ended, however that was.
    pub fn has_died(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Memory that it holds, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Processor time that it has used.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let after = stat.rsplit_once(") ").unwrap().1;
        let ticks: u64 = after.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        // Linux counts in hundredths of a second wherever it is asked from user space.
        Duration::from_millis(ticks * 10)
    }

    /// What it wrote to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
