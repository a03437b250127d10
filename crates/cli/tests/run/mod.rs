//! The program as a user runs it: in a folder of its own, with files put there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value as Json;
use tempfile::TempDir;

/// A folder to run in.
pub(crate) struct Folder(TempDir);

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the shipped German Credit data and a scorecard trained on it.
    pub(crate) fn trained() -> Self {
        let folder = Self::new();
        folder.copy_data("german-credit.csv");
        folder.copy_data("german-credit.dictionary.json");
        folder.run(&["train", "german-credit.csv", "--out", "card", "--bootstrap", "0", "--folds", "0"]).done();
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Json {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    pub(crate) fn copy_data(&self, name: &str) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name);
        std::fs::copy(data, self.path(name)).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("plimsoll").unwrap();
        command.current_dir(self.0.path()).env("SOURCE_DATE_EPOCH", "1767225600").args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: impl Into<Vec<u8>>) -> Ran {
        Ran::of(self.command(arguments).write_stdin(stdin))
    }

    /// All names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Ran {
    fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// The one error, which has this code and says all of this.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, says: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        let errors: Vec<&str> = self.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{}", self.err);
        for said in says {
            assert!(errors[0].contains(said), "`{said}` is not in: {}", errors[0]);
        }
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Applicants whose outcome hangs on `income` and `region`, and a column that says nothing.
pub(crate) fn applicants(rows: usize) -> String {
    let mut text = String::from("income,region,noise,bad\n");
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(u32::MAX >> 1)
    };
    for _ in 0..rows {
        let (income, region, noise, luck) = (draw(), (draw() * 4.0) as usize, draw(), draw());
        let risk = 0.6 - 0.5 * income + 0.08 * region as f64;
        let name = ["north", "south", "east", "west"][region.min(3)];
        text += &format!("{:.0},{name},{noise:.3},{}\n", 10_000.0 * income, u8::from(luck < risk));
    }
    text
}

/// Flags that keep a training short.
pub(crate) const QUICK: [&str; 4] = ["--bootstrap", "0", "--folds", "0"];

/// `train NAME` with a target named `bad`, quickly.
pub(crate) fn train<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["train", name, "--target", "bad", "--out", "card"];
    arguments.extend(QUICK);
    arguments.extend(more);
    arguments
}
