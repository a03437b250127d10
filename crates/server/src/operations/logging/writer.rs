//! Lines are handed to a thread that writes them, so that a slow reader of the log stalls no request.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait to be written at most; more are counted and lost.
const MOST_WAITING: usize = 8_192;
/// Lines are written together up to this many bytes.
const TOGETHER: usize = 64 << 10;
/// How long the first line waits for others: being woken for each would cost more than writing it.
const LINGER: Duration = Duration::from_millis(5);

/// Takes lines for the log.
#[derive(Clone)]
pub(super) struct Lines {
    lines: SyncSender<Option<Vec<u8>>>,
    lost: Arc<AtomicU64>,
}

/// Writes what waits when it is dropped. Keep it until the program ends.
#[derive(Debug)]
pub struct Flush {
    lines: SyncSender<Option<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread that writes.
pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<(Lines, Flush)> {
    let (sender, receiver) = sync_channel(MOST_WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let losing = lost.clone();
    let thread = std::thread::Builder::new().name("log".into()).spawn(move || write(out, &receiver, &losing))?;
    Ok((Lines { lines: sender.clone(), lost }, Flush { lines: sender, thread: Some(thread) }))
}

fn write(mut out: impl Write, lines: &Receiver<Option<Vec<u8>>>, lost: &AtomicU64) {
    let mut together = Vec::with_capacity(TOGETHER);
    while let Ok(Some(line)) = lines.recv() {
        std::thread::sleep(LINGER);
        together.clear();
        together.extend_from_slice(&line);
        let mut last = false;
        while together.len() < TOGETHER {
            match lines.try_recv() {
                Ok(Some(line)) => together.extend_from_slice(&line),
                Ok(None) => {
                    last = true;
                    break;
                }
                Err(_) => break,
            }
        }
        // Nobody can be told that the log cannot be written.
        let _ = out.write_all(&together);
        let lost = lost.swap(0, Relaxed);
        if lost > 0 {
            let _ = writeln!(out, r#"{{"level":"WARN","target":"log","message":"lines were lost","lines":{lost}}}"#);
        }
        let _ = out.flush();
        if last {
            return;
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Some(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        // Blocks while the queue is full; the thread empties it.
        let _ = self.lines.send(None);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    /// Blocks until it is let go, as a pipe does whose reader has stopped.
    struct Stopped(mpsc::Receiver<()>, Arc<Mutex<Vec<u8>>>);

    impl Write for Stopped {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stopped_stalls_nobody_and_losses_are_told() {
        let written = Arc::new(Mutex::new(Vec::new()));
        let (go, stopped) = mpsc::channel();
        let (mut lines, flush) = start(Stopped(stopped, written.clone())).expect("a thread");
        for _ in 0..MOST_WAITING * 3 {
            lines.write_all(b"line\n").expect("never fails");
        }
        drop(go);
        drop(flush);
        let text = String::from_utf8(written.lock().expect("not poisoned").clone()).expect("text");
        assert!(text.contains("lines were lost"));
        assert!(text.lines().filter(|line| *line == "line").count() >= MOST_WAITING);
    }
}
