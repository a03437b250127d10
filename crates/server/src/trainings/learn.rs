//! The work itself: from a file to a scorecard, on a thread of its own.

use std::fs::File;
use std::io::{Read, Seek};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use training::{
    Error,
    table::read_bytes,
    train::{Step, Trained, train},
};

use super::{NAME, Settings};

/// How far it is: words, and how much is done from 0 to 1.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<(String, f64)>>);

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(("reading the file".to_owned(), 0.0))))
    }

    pub(super) fn read(&self) -> (String, f64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn say(&self, words: String, share: f64) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Columns are told of by several threads: what comes late takes nothing back.
        if share >= said.1 {
            *said = (words, share);
        }
    }

    fn step(&self, step: Step) {
        let part = |done: usize, of: usize| done as f64 / of.max(1) as f64;
        match step {
            Step::Binned(done, of) => {
                self.say(format!("binning: {done} of {of} columns"), 0.1 + 0.3 * part(done, of));
            }
            Step::Fitted => self.say("cross-validating".to_owned(), 0.45),
            Step::Fold(done, of) => {
                self.say(format!("cross-validating: {done} of {of} folds"), 0.45 + 0.35 * part(done, of));
            }
            Step::Measuring => self.say("measuring".to_owned(), 0.8),
        }
    }
}

/// Learns on a thread that nobody has to wait for: a service that stops leaves it behind. The receiver fails where the thread
/// ended badly.
pub(super) fn begin(
    table: File,
    settings: Settings,
    author: Option<String>,
    progress: Progress,
) -> std::io::Result<oneshot::Receiver<training::Result<Trained>>> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new().name("training".to_owned()).spawn(move || {
        // Nobody may be there any more to hear it.
        let _ = answer.send(learn(table, &settings, author, &progress));
    })?;
    Ok(answered)
}

fn learn(
    mut table: File,
    settings: &Settings,
    author: Option<String>,
    progress: &Progress,
) -> training::Result<Trained> {
    let options = settings.options(author)?;
    let unreadable = |source| Error::File { path: NAME.to_owned(), source };
    let mut bytes = Vec::new();
    table.rewind().map_err(unreadable)?;
    table.read_to_end(&mut bytes).map_err(unreadable)?;
    drop(table);
    let table = read_bytes(bytes, NAME, &settings.reading(&options.dictionary))?;
    options.dictionary.check(&table)?;
    settings.check_columns(&table)?;
    progress.say("binning".to_owned(), 0.1);
    train(&table, &options, &|step| progress.step(step))
}
