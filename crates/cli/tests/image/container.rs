//! A container of the image, as it is run in production: a read-only root, no privileges, a quarter of a core.

// Tests and benchmark use different parts of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

/// What a task of the smallest size gets.
pub const CORES: &str = "0.25";
pub const MEMORY: &str = "512m";
/// The user of the image.
const USER: u32 = 65532;
/// Longest wait for a container to say where it listens.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is run, and with what.
pub struct Order {
    arguments: Vec<String>,
}

/// A container; removed when this is dropped.
pub struct Container {
    id: String,
}

impl Order {
    /// The image's own command with the data folder given to it, and nothing else that can be written to but memory.
    pub fn serving(data: &Path) -> Self {
        Self::new()
            .volume(data, "/var/lib/plimsoll")
            .setting("PLIMSOLL_LISTEN", "127.0.0.1:0")
            .setting("PLIMSOLL_PRIVATE_LISTEN", "127.0.0.1:0")
    }

    /// A container that is restricted.
    pub fn new() -> Self {
        let mut arguments: Vec<String> = [
            // On the machine's own network: what is tested is the image, not the bridges of this machine.
            "--network=host",
            "--read-only",
            "--tmpfs=/tmp:rw,mode=1777",
            "--tmpfs=/run/plimsoll:rw,mode=1777",
            "--cap-drop=all",
            "--security-opt=no-new-privileges",
            // Said, because what is usual may be more than this machine may give.
            "--ulimit=nofile=4096:4096",
            "--ulimit=nproc=4096:4096",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.extend([format!("--cpus={CORES}"), format!("--memory={MEMORY}")]);
        Self { arguments }
    }

    pub fn volume(mut self, from: &Path, to: &str) -> Self {
        self.arguments.push(format!("--volume={}:{to}", from.display()));
        self
    }

    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.arguments.push(format!("--env={name}={value}"));
        self
    }

    pub fn option(mut self, option: String) -> Self {
        self.arguments.push(option);
        self
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, command: &[&str]) -> Output {
        tool().args(["run", "--rm"]).args(&self.arguments).arg(image()).args(command).output().unwrap()
    }

    /// Makes a container of a command, which [`Container::start`] starts.
    pub fn create(&self, command: &[&str]) -> Container {
        let id = said(tool().arg("create").args(&self.arguments).arg(image()).args(command));
        Container { id }
    }

    /// Starts the service.
    pub fn start(&self) -> Container {
        let container = self.create(&["serve", "--json"]);
        container.start();
        container
    }
}

impl Container {
    /// Starts it.
    pub fn start(&self) {
        said(tool().args(["start", &self.id]));
    }

    /// Makes everything but its process, which [`Self::start`] then begins; only podman can.
    pub fn prepare(&self) {
        said(tool().args(["init", &self.id]));
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        let began = Instant::now();
        loop {
            let log = self.log();
            let begin = log.find("{\n").unwrap_or(log.len());
            let mut documents = serde_json::Deserializer::from_str(&log[begin..]).into_iter::<serde_json::Value>();
            if let Some(Ok(summary)) = documents.next() {
                let address = summary["address"].as_str().unwrap_or_default();
                return address.trim_start_matches("http://").parse().unwrap_or_else(|_| panic!("no address: {log}"));
            }
            assert!(self.inspect("{{.State.Running}}") == "true" && began.elapsed() < PATIENCE, "no start: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote, to standard output and standard error.
    pub fn log(&self) -> String {
        let output = tool().args(["logs", &self.id]).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// What the runner says of it, in words of Go's templates.
    pub fn inspect(&self, what: &str) -> String {
        said(tool().args(["inspect", "--type=container", "--format", what, &self.id]))
    }

    /// A line of what Linux says of its process.
    pub fn status(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_else(|| panic!("no {name}")).trim().to_owned()
    }

    /// The number of its process, on this machine.
    pub fn process(&self) -> String {
        self.inspect("{{.State.Pid}}")
    }

    /// SIGTERM; gives how it ended, and after how long.
    pub fn stop(&self) -> (i32, Duration) {
        let began = Instant::now();
        said(tool().args(["kill", "--signal", "TERM", &self.id]));
        let code = said(tool().args(["wait", &self.id]));
        (code.parse().unwrap(), began.elapsed())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = tool().args(["rm", "--force", &self.id]).output();
    }
}

/// Gives a folder and all that is in it to the image's user, or back.
pub struct Lent<'f>(&'f Path);

impl<'f> Lent<'f> {
    pub fn new(folder: &'f Path) -> Self {
        give(folder, USER);
        Self(folder)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        give(self.0, 0);
    }
}

/// Without root, to a user as the runner numbers them: 0 is whoever runs this.
fn give(folder: &Path, user: u32) {
    let is_root = said(Command::new("id").arg("-u")) == "0";
    let mut command = if is_root { Command::new("chown") } else { tool() };
    if !is_root {
        command.args(["unshare", "chown"]);
    }
    said(command.arg("-R").arg(format!("{user}:{user}")).arg(folder));
}

/// The program that runs containers.
fn tool() -> Command {
    Command::new(std::env::var_os("XTASK_CONTAINER_TOOL").unwrap_or_else(|| "podman".into()))
}

fn image() -> String {
    std::env::var("XTASK_IMAGE").expect("an image: run `cargo xtask image --try`")
}

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
