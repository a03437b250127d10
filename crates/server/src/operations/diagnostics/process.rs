//! The process as `/proc` shows it (Linux; elsewhere nothing is known).

use serde::Serialize;

/// What the system says about the process.
#[derive(Debug, Default, Serialize)]
pub(super) struct Process {
    /// Resident memory, in bytes.
    resident_bytes: Option<u64>,
    /// The most it ever was, in bytes.
    peak_resident_bytes: Option<u64>,
    threads: Option<u64>,
    open_files: Option<usize>,
}

pub(super) async fn read() -> Process {
    tokio::task::spawn_blocking(read_now).await.unwrap_or_default()
}

fn read_now() -> Process {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let number = |name: &str| -> Option<u64> {
        let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        value.split_whitespace().next()?.parse().ok()
    };
    let bytes = |name| number(name).map(|kib| kib * 1_024);
    Process {
        resident_bytes: bytes("VmRSS"),
        peak_resident_bytes: bytes("VmHWM"),
        threads: number("Threads"),
        open_files: std::fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
    }
}
