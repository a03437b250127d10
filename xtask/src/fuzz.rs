//! The fuzz targets, each run for a while on the stable compiler.
//!
//! No sanitizer: the product's crates forbid unsafe code, and what a sanitizer finds in the crates below them (an
//! out-of-bounds read in C or unsafe Rust) is theirs. Without one a target runs two to three times as many inputs a
//! second, and debug assertions and overflow checks are on either way.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use crate::{
    program::{Outcome, building, execute, root},
    setup,
};

/// Longest input, in bytes: long enough for a whole document, short enough for thousands a second.
const MAX_LENGTH: usize = 8192;
/// Seconds that one input may take.
const TIMEOUT: u64 = 20;
/// Memory that a target may take, in MiB.
const MEMORY: usize = 3072;
/// Targets that run side by side, on two cores: each gets its whole time and about half the inputs, and all of them are done in
/// half the time.
const SIDE_BY_SIDE: usize = 4;

/// Runs each target, or the one named, for so many seconds; the inputs kept in `fuzz/corpus` first.
pub(crate) fn run(seconds: u64, only: Option<&str>) -> Outcome {
    let folder = root().join("fuzz");
    let all = targets(&folder)?;
    let chosen: Vec<String> = all.iter().filter(|name| only.is_none_or(|only| only == *name)).cloned().collect();
    if chosen.is_empty() {
        return Err(format!("there is no such target; the targets are {}", all.join(", ")));
    }
    build(only)?;
    let (queue, failures) = (Mutex::new(chosen), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let Some(target) = queue.lock().ok().and_then(|mut queue| queue.pop()) else { return };
                    if let Err(problem) = one(&folder, &target, seconds)
                        && let Ok(mut failures) = failures.lock()
                    {
                        failures.push(problem);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_default();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The targets: one file each.
fn targets(folder: &Path) -> Outcome<Vec<String>> {
    let targets = folder.join("targets");
    let entries = fs::read_dir(&targets).map_err(|error| format!("{}: {error}", targets.display()))?;
    let stem = |entry: fs::DirEntry| entry.path().file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.flatten().filter_map(stem).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}

/// All of them share one build, so that `cargo fuzz run` afterwards starts at once.
fn build(only: Option<&str>) -> Outcome {
    setup::compiler_of_cpp()?;
    let mut command = building(setup::tool("cargo-fuzz", "0.13.2")?);
    command.args(["build", "--dev", "--sanitizer", "none", "--codegen-units", "16"]).args(only);
    // The flags that instrument the code are kept from stable compilers otherwise.
    execute(command.env("RUSTC_BOOTSTRAP", "1"))
}

/// Runs one target: what it finds is kept in `fuzz/artifacts`, what it learns in `target/fuzz-corpus`, so that a run
/// leaves the corpus in the repository as it was.
fn one(folder: &Path, target: &str, seconds: u64) -> Outcome {
    let learnt = root().join("target/fuzz-corpus").join(target);
    let found = folder.join("artifacts").join(target);
    for folder in [&learnt, &found] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(program(folder, target)?);
    let kept = folder.join("corpus").join(target);
    command.arg(&learnt).args(kept.is_dir().then_some(&kept)).args([
        format!("-max_total_time={seconds}"),
        format!("-timeout={TIMEOUT}"),
        format!("-rss_limit_mb={MEMORY}"),
        format!("-max_len={MAX_LENGTH}"),
        format!("-dict={}", folder.join("dictionaries").join(dictionary(target)).display()),
        format!("-artifact_prefix={}/", found.display()),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
    ]);
    let said = Said::of(command.current_dir(root()))?;
    let executed = said.value("stat::number_of_executed_units:").unwrap_or("?");
    if said.success {
        eprintln!("fuzz {target}: {executed} inputs in {seconds} s, nothing found");
        return Ok(());
    }
    let input = said.value("Test unit written to").map(|path| {
        let path = Path::new(path);
        path.strip_prefix(root()).unwrap_or(path).display().to_string()
    });
    let again = match &input {
        Some(input) => format!("run it again with `cargo xtask fuzz {target} --input {input}`"),
        None => "no input was kept".to_owned(),
    };
    Err(format!("fuzz {target}: failed after {executed} inputs; {again}\n{}", said.failure(40)))
}

/// Runs one input of one target, its whole output shown.
pub(crate) fn repeat(target: &str, input: &Path) -> Outcome {
    build(Some(target))?;
    execute(Command::new(program(&root().join("fuzz"), target)?).current_dir(root()).arg(input))
}

fn program(folder: &Path, target: &str) -> Outcome<PathBuf> {
    let built = folder.join("target");
    let host = host()?;
    let program = built.join(host).join("debug").join(target);
    if program.exists() { Ok(program) } else { Err(format!("{} was not built", program.display())) }
}

/// The machine that the compiler compiles for, as it calls it.
fn host() -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().map_err(|error| format!("`rustc -vV`: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "`rustc -vV` does not say its host".into())
}

/// The words that a target's inputs are made of.
fn dictionary(target: &str) -> &'static str {
    match target {
        "multipart" => "form.dict",
        "pmml" => "pmml.dict",
        "policy_rule" => "cel.dict",
        "table_csv" | "table_parquet" | "score_csv" | "interchange" => "table.dict",
        _ => "json.dict",
    }
}

/// What a target printed.
struct Said {
    lines: Vec<String>,
    success: bool,
}

impl Said {
    fn of(command: &mut Command) -> Outcome<Self> {
        let cannot = |error: std::io::Error| format!("a fuzz target cannot be run: {error}");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
        let mut lines = Vec::new();
        if let Some(stream) = child.stderr.take() {
            lines.extend(BufReader::new(stream).split(b'\n').map_while(Result::ok).map(|line| {
                let line = String::from_utf8_lossy(&line);
                line.chars().take(400).collect::<String>()
            }));
        }
        Ok(Self { lines, success: child.wait().map_err(cannot)?.success() })
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.split_once(key)).map(|(_, value)| value.trim())
    }

    /// So many lines from the panic on; without one, the last ones.
    fn failure(&self, count: usize) -> String {
        let panic = self.lines.iter().position(|line| line.contains("panicked at"));
        let from = panic.unwrap_or(self.lines.len().saturating_sub(count));
        let lines: Vec<&str> = self.lines.iter().skip(from).take(count).map(String::as_str).collect();
        lines.join("\n")
    }
}
