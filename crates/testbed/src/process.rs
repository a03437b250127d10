//! A server that ends with the process that started it, however that ends, and leaves nothing behind.

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How often a server that was started is asked whether it answers.
const LOOK: Duration = Duration::from_millis(20);

/// A running server. Its shell waits for a line, which stops the server and keeps its folder, or for the end of its
/// input, which the death of this process brings about: then the folder goes too.
pub(crate) struct Server {
    shell: Child,
}

impl Server {
    /// Starts a command line, as another user where one is named; `signal` ends it.
    pub(crate) fn start(account: Option<(u32, u32)>, folder: &Path, command_line: &str, signal: &str) -> Self {
        let script = format!(
            "{command_line} >server.log 2>&1 </dev/null & read _; kept=$?; kill -{signal} $!; wait $!; \
             [ $kept -eq 0 ] || rm -rf \"$PWD\""
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(folder).stdin(Stdio::piped());
        if let Some((user, group)) = account {
            use std::os::unix::process::CommandExt;
            shell.gid(group).uid(user);
        }
        Self { shell: shell.spawn().expect("a shell") }
    }

    /// Ends it, waits until it has, and keeps its folder for the next start.
    pub(crate) fn stop(mut self) {
        if let Some(input) = &mut self.shell.stdin {
            let _ = input.write_all(b"stop\n");
        }
        let _ = self.shell.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A server that may be stopped and started again. Keep it before its folder: the server ends first.
#[derive(Default)]
pub(crate) struct Restartable(Mutex<Option<Server>>);

impl Restartable {
    /// Puts a server that was just started in place, and waits until `answers` says that it does; else it says why not.
    pub(crate) fn begin(&self, server: Server, patience: Duration, answers: impl Fn() -> Result<(), String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        let began = Instant::now();
        while let Err(why) = answers() {
            assert!(began.elapsed() < patience, "{why}");
            thread::sleep(LOOK);
        }
    }

    /// Ends the server, if it runs.
    pub(crate) fn stop(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = running {
            server.stop();
        }
    }
}
