//! A server that ends with the process that started it, however that ends, and leaves nothing behind.

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

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
