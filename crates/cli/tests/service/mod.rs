//! The service as an operator runs it: the real program, a folder of its own, signals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use serde_json::Value as Json;
use tempfile::TempDir;

/// A demonstration's folder, made once and copied for each test.
static DEMO: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    Service::start(&folder.path().join("data"), &["--demo"]).stop();
    folder
});

/// A folder with the data of a demonstration that ran and was stopped.
pub(crate) fn demo() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    for entry in std::fs::read_dir(DEMO.path().join("data")).unwrap() {
        let from = entry.unwrap().path();
        // What is not in the store's own files is written again from it.
        if from.is_dir() {
            continue;
        }
        std::fs::copy(&from, data.join(from.file_name().unwrap())).unwrap();
    }
    (folder, data)
}

/// A service that runs until it is stopped or the test ends.
pub(crate) struct Service {
    child: Child,
    /// What it printed when it listened.
    pub(crate) summary: Json,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The cookie that it sets: name and value.
    pub(crate) cookie: Option<String>,
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// The program, with settings of a test only.
pub(crate) fn plimsoll(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("plimsoll"));
    command.args(arguments).arg("--data").arg(data);
    command.env("PLIMSOLL_DRAIN_GRACE", "0s").env("PLIMSOLL_ACCESS_LOG", "off").env("PLIMSOLL_LOG", "warn");
    command
}

/// How a command ended: its code, and both of its outputs.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = plimsoll(data, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    (output.status.code().unwrap_or(-1), out, err)
}

impl Service {
    /// Starts and waits until it listens.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        Self::start_with(data, more, &[])
    }

    /// Starts with further settings and waits until it listens.
    pub(crate) fn start_with(data: &Path, more: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut command = plimsoll(data, &["serve", "--json", "--listen", "127.0.0.1:0"]);
        command
            .args(["--private-listen", "127.0.0.1:0"])
            .args(more)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut text = String::new();
        while let Some(Ok(line)) = lines.next() {
            text += &line;
            if line == "}" {
                break;
            }
        }
        let summary = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Self { child, summary }
    }

    pub(crate) fn key(&self) -> &str {
        self.summary["demo"]["key"].as_str().unwrap()
    }

    /// An application to try.
    pub(crate) fn application(&self) -> Json {
        serde_json::from_str(self.summary["demo"]["application"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.summary["address"].as_str().unwrap().strip_prefix("http://").unwrap()).unwrap()
    }

    /// A request's line and headers.
    pub(crate) fn head(&self, method: &str, path: &str, length: usize, more: &str) -> String {
        let key = self.key();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
        )
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &str, more: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all((self.head(method, path, body.len(), more) + body).as_bytes()).unwrap();
        read(stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "")
    }

    pub(crate) fn score(&self, applicant: &str, more: &str) -> Answer {
        let body = serde_json::json!({ "applicant": applicant, "application": self.application() }).to_string();
        self.send("POST", "/v1/scores", &body, more)
    }

    pub(crate) fn entries(&self) -> u64 {
        self.get("/v1/ledger/heads").json()["heads"][0]["size"].as_u64().unwrap()
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended and gives its code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Stops it in order.
    pub(crate) fn stop(self) {
        self.terminate();
        assert_eq!(self.ended(), Some(0));
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended already where all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads an answer that ends with its connection.
pub(crate) fn read(mut stream: TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
    assert!(!head.to_ascii_lowercase().contains("transfer-encoding"), "{head}");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    let cookie = head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
    let cookie = cookie.and_then(|line| line.split([':', ';']).nth(1)).map(|pair| pair.trim().to_owned());
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned(), cookie }
}
