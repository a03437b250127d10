//! Reader, workers and collector, each at work while the others are.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use crate::{
    Error, Options, Result,
    chunk::Chunk,
    faults::FaultFile,
    product::Product,
    reader::Source,
    worker::{Done, Work},
};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Rows that were scored.
    pub scored: u64,
    /// Rows that could not be.
    pub errors: u64,
    /// The first of those, in words.
    pub first_error: Option<String>,
    /// Columns of the input that could not be carried through: nested ones of Parquet.
    pub left_out: Vec<String>,
}

/// Sends all chunks of a source through the workers; `take` has their parts in the order of the input, each with its
/// number of records, and `progress` is told of bytes of the input that are done.
pub(crate) fn run<P: Product>(
    mut source: Box<dyn Source>,
    work: &Work<'_, P>,
    options: &Options,
    faults: &mut FaultFile<'_>,
    take: &mut dyn FnMut(P::Part, u64) -> Result<()>,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some.min(256),
    };
    let summary = Summary { left_out: work.left_out.clone(), ..Summary::default() };
    let mut collector = Collector { take, faults, max_errors: options.max_errors, progress, summary };
    // Chunks that are anywhere between reader and collector: what bounds memory.
    let room = 4 * threads;
    std::thread::scope(|scope| {
        let (to_workers, from_reader) = sync_channel::<Chunk>(threads);
        let (to_writer, from_workers) = sync_channel::<Result<Done<P::Part>>>(room);
        let (give_room, take_room) = sync_channel::<()>(room);
        let from_reader = Arc::new(Mutex::new(from_reader));
        for _ in 0..threads {
            let (from_reader, to_writer) = (Arc::clone(&from_reader), to_writer.clone());
            scope.spawn(move || worker(work, &from_reader, &to_writer));
        }
        drop(from_reader);
        let failed = to_writer.clone();
        drop(to_writer);
        scope.spawn(move || read(source.as_mut(), &to_workers, &give_room, &failed));
        let outcome = write(&from_workers, &take_room, &mut collector);
        // With these gone, whoever still waits to hand something over stops.
        drop((from_workers, take_room));
        outcome
    })?;
    collector.faults.finish()?;
    Ok(collector.summary)
}

/// Hands chunks to the workers, each once there is room for it.
fn read<T>(
    source: &mut dyn Source,
    to_workers: &SyncSender<Chunk>,
    room: &SyncSender<()>,
    failed: &SyncSender<Result<Done<T>>>,
) {
    loop {
        if room.send(()).is_err() {
            return;
        }
        match source.next() {
            Ok(Some(chunk)) => {
                if to_workers.send(chunk).is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                // Where the writer has gone, it has an error of its own to tell.
                let _ = failed.send(Err(error));
                return;
            }
        }
    }
}

fn worker<P: Product>(
    work: &Work<'_, P>,
    chunks: &Mutex<Receiver<Chunk>>,
    to_writer: &SyncSender<Result<Done<P::Part>>>,
) {
    loop {
        let chunk = match chunks.lock() {
            Ok(chunks) => chunks.recv(),
            Err(_) => return,
        };
        let Ok(chunk) = chunk else { return };
        if to_writer.send(Ok(work.score(&chunk))).is_err() {
            return;
        }
    }
}

/// Takes parts in the order of the input, and what is told beside them.
struct Collector<'c, 'f, T> {
    take: &'c mut dyn FnMut(T, u64) -> Result<()>,
    faults: &'c mut FaultFile<'f>,
    max_errors: Option<u64>,
    progress: &'c mut dyn FnMut(u64),
    summary: Summary,
}

/// Puts chunks back into order and hands them over.
fn write<T>(
    from_workers: &Receiver<Result<Done<T>>>,
    room: &Receiver<()>,
    collector: &mut Collector<'_, '_, T>,
) -> Result<()> {
    let mut early: BTreeMap<u64, Done<T>> = BTreeMap::new();
    let mut next = 0;
    let mut failure = None;
    while let Ok(done) = from_workers.recv() {
        match done {
            Ok(done) => drop(early.insert(done.number, done)),
            // What was read before it is still written.
            Err(error) => failure = Some(error),
        }
        while let Some(done) = early.remove(&next) {
            next += 1;
            let _ = room.try_recv();
            collector.take(done)?;
        }
    }
    failure.map_or(Ok(()), Err)
}

impl<T> Collector<'_, '_, T> {
    fn take(&mut self, done: Done<T>) -> Result<()> {
        self.faults.write(&done.faults)?;
        let summary = &mut self.summary;
        if summary.first_error.is_none() {
            summary.first_error = done.faults.first().map(ToString::to_string);
        }
        summary.errors += done.faults.len() as u64;
        summary.scored += done.scored;
        if let Some(limit) = self.max_errors.filter(|limit| summary.errors > *limit) {
            self.faults.finish()?;
            let first = summary.first_error.clone().unwrap_or_default();
            return Err(Error::TooManyErrors { errors: summary.errors, limit, first });
        }
        (self.take)(done.output, done.scored)?;
        (self.progress)(done.read);
        Ok(())
    }
}
