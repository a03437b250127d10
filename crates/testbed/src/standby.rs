//! A second PostgreSQL that follows a first one, and what befalls the two: the first killed, the second promoted.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Postgres, postgres::unprivileged};

/// What the primary knows its standby by.
const NAME: &str = "standby";
/// Longest wait for anything that comes about by itself.
const PATIENCE: Duration = Duration::from_secs(60);

impl Postgres {
    /// A server that follows this one, by streaming, and answers what is read.
    #[must_use]
    pub fn standby(&self) -> Self {
        let folder = TempDir::with_prefix("plimsoll-standby-").expect("a temporary folder");
        let mut copy = unprivileged(self.programs().join("pg_basebackup"), folder.path());
        let from = format!("host=127.0.0.1 port={} user=plimsoll application_name={NAME}", self.port());
        copy.args(["--no-sync", "--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf"]);
        copy.args(["-D", "data", "-d", &from]);
        let made = copy.output().expect("pg_basebackup");
        assert!(made.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&made.stderr));
        Self::of_files(self.programs().to_owned(), folder)
    }

    /// From now on a commit here is answered once the standby has it too; waits until the standby is there for that.
    pub fn commit_with_standby(&self) {
        self.run("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{NAME}'"));
        self.run("postgres", "SELECT pg_reload_conf()");
        let began = Instant::now();
        while self.run("postgres", "SELECT sync_state FROM pg_stat_replication") != "sync" {
            assert!(began.elapsed() < PATIENCE, "the standby does not follow");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the standby has replayed all that this one has.
    pub fn wait_for_standby(&self) {
        let sql = "SELECT COALESCE(bool_and(replay_lsn >= pg_current_wal_lsn()), false) FROM pg_stat_replication";
        let began = Instant::now();
        while self.run("postgres", sql) != "t" {
            assert!(began.elapsed() < PATIENCE, "the standby does not keep up");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// SIGKILL: nothing is finished, nothing flushed.
    pub fn kill(&self) {
        let file = fs::read_to_string(self.files().join("postmaster.pid")).expect("a server that runs");
        let pid = file.lines().next().expect("a process id");
        let sent = Command::new("kill").args(["-KILL", pid]).status().expect("kill");
        assert!(sent.success(), "the server was not there to be killed");
    }

    /// Makes a standby one that writes.
    pub fn promote(&self) {
        assert_eq!(self.run("postgres", "SELECT pg_promote()"), "t", "the standby was not promoted");
    }
}
