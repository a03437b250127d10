//! Progress of what takes long: on standard error, from the second second on, and only where somebody watches.

use std::{
    sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen::Screen;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often what is shown is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// A bar that goes away when it is dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Dropped with this, it tells whoever waits to show the bar that there is nothing left to show.
    _waiting: Option<SyncSender<()>>,
}

impl Progress {
    /// Bytes of so many, where that is known.
    pub(crate) fn bytes(screen: &Screen, total: Option<u64>, what: &str) -> Self {
        let template = match total {
            Some(_) => "{msg} {wide_bar} {bytes} of {total_bytes}  {bytes_per_sec}  {eta}",
            None => "{spinner} {msg} {bytes}  {bytes_per_sec}",
        };
        Self::new(screen, total, template, what)
    }

    /// Work whose length nobody knows: what is being done, and for how long already.
    pub(crate) fn steps(screen: &Screen, what: &str) -> Self {
        Self::new(screen, None, "{spinner} {msg}  {elapsed}", what)
    }

    fn new(screen: &Screen, total: Option<u64>, template: &str, what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        if !screen.shows_progress() {
            return Self { bar, _waiting: None };
        }
        let (waiting, done) = sync_channel::<()>(0);
        let shown = bar.clone();
        std::thread::spawn(move || {
            if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        });
        Self { bar, _waiting: Some(waiting) }
    }

    /// So much more is done.
    pub(crate) fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Something else is being done.
    pub(crate) fn say(&self, what: String) {
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
