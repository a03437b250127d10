//! A PostgreSQL cluster.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    account, free_port,
    process::{Restartable, Server},
};

/// A cluster with the superuser `plimsoll`, without a password, on a port of the loopback interface.
pub struct Postgres {
    programs: PathBuf,
    // Before the folder: the server ends first.
    server: Restartable,
    folder: TempDir,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// The cluster that all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A cluster of one's own, to be stopped and started.
    #[must_use]
    pub fn start() -> Self {
        let programs = programs();
        let folder = TempDir::with_prefix("plimsoll-postgres-").expect("a temporary folder");
        let mut initdb = unprivileged(programs.join("initdb"), folder.path());
        initdb.args([
            "--username=plimsoll",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            "data",
        ]);
        let made = initdb.output().expect("initdb");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        Self::of_files(programs, folder)
    }

    /// Starts a server over the files of a folder.
    pub(crate) fn of_files(programs: PathBuf, folder: TempDir) -> Self {
        let (server, databases) = (Restartable::default(), AtomicU32::new(0));
        let cluster = Self { programs, folder, port: free_port(), server, databases };
        cluster.resume();
        cluster
    }

    /// Where it listens: host and port.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The folder of PostgreSQL's programs.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// The port that it listens at.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts the server again after [`Self::stop`].
    pub fn resume(&self) {
        let postgres = self.programs.join("postgres");
        let command = format!(
            "{} -D data -p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200",
            postgres.display(),
            self.port
        );
        // SIGINT: connections are cut, what was committed is kept.
        let server = Server::start(account::unprivileged(), self.folder.path(), &command, "INT");
        let absent = || format!("PostgreSQL does not start: {}", self.log());
        self.server.begin(server, Duration::from_secs(60), || self.answers().then_some(()).ok_or_else(absent));
    }

    /// Stops the server, cutting its connections.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// The URL of a new, empty database.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("trial_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://plimsoll@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    /// Runs a statement with psql and gives its output, unaligned.
    pub fn run(&self, database: &str, statement: &str) -> String {
        let mut psql = self.psql(database);
        let output = psql.args(["-c", statement]).output().expect("psql");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The folder of the cluster's files.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "plimsoll", "-d", database]);
        psql.arg("-p").arg(self.port.to_string());
        psql
    }

    fn answers(&self) -> bool {
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ready.status().is_ok_and(|status| status.success())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }
}

/// A program of PostgreSQL's, run in a folder that belongs to whom it runs as.
pub(crate) fn unprivileged(program: PathBuf, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((user, group)) = account::unprivileged() {
        use std::os::unix::process::CommandExt;
        std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("handing over a folder");
        command.gid(group).uid(user);
    }
    command
}

/// Where the newest PostgreSQL's programs are: beside `initdb` on the path, or in Debian's place.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A link on the path leads to where all of them are.
    let linked = std::env::split_paths(&path).find_map(|folder| fs::canonicalize(folder.join("initdb")).ok());
    if let Some(folder) = linked.as_deref().and_then(Path::parent) {
        return folder.to_owned();
    }
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    versions.retain(|folder: &PathBuf| Path::new(folder).join("initdb").is_file());
    versions.sort();
    versions.pop().expect("PostgreSQL's server: run `cargo xtask setup`")
}
