//! Reading a file of applications into chunks.

use std::{fs::File, io::Seek, sync::Arc};

use batch::{Application, Errors, Format, Input, Options};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Waiting, results};
use crate::{
    App,
    problem::{Kind, Problem},
    scoring::Engine,
};

/// Applications of a chunk: a second's work at most, and one sealed row of some hundred kilobytes.
const CHUNK: usize = 500;
/// Chunks that may wait to be stored while the file is read on.
const AHEAD: usize = 4;
/// Rows at fault after which a file is refused: it is probably not what was meant.
const MAX_FAULTS: u64 = 100_000;
/// The name of the file in messages.
const NAME: &str = "the file";

/// A file that was received.
pub(crate) struct Intake {
    pub(crate) file: File,
    pub(crate) format: Format,
    /// The column of the lender's references.
    pub(crate) reference: Option<String>,
}

/// Reads a file into a batch; gives the number of chunks, of rows that were rejected, and what is wrong with each.
pub(crate) async fn receive(
    app: &App,
    engine: Arc<Engine>,
    batch: Uuid,
    intake: Intake,
) -> Result<(u64, u64, Vec<u8>), Problem> {
    let (chunks, mut waiting) = mpsc::channel::<(u64, Vec<u8>)>(AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(&engine, intake, &chunks));
    let mut number = 0;
    while let Some((count, applications)) = waiting.recv().await {
        app.store()?.add_chunk(batch, number, count, &applications).await?;
        number += 1;
    }
    let failed = |_| Kind::Internal.because("the file could not be read");
    let (rejected, rejections) = reading.await.map_err(failed)??;
    Ok((number, rejected, rejections))
}

/// Reads on a thread of its own: files are parsed, not waited for.
fn read(engine: &Engine, intake: Intake, chunks: &mpsc::Sender<(u64, Vec<u8>)>) -> Result<(u64, Vec<u8>), Problem> {
    let Intake { mut file, format, reference } = intake;
    let refuse = |error: batch::Error| Kind::InvalidRequest.because(error.to_string());
    file.rewind().map_err(|error| Kind::Unavailable.because(format!("the file cannot be read: {error}")))?;
    let input = match format {
        Format::Parquet => Input::Parquet { file, name: NAME.to_owned() },
        format => Input::Text { stream: Box::new(file), name: NAME.to_owned(), format },
    };
    let options = Options { threads: 1, max_errors: Some(MAX_FAULTS), ..Options::default() };
    let mut faults = Vec::new();
    let mut held: Vec<Application> = Vec::with_capacity(CHUNK);
    let mut gone = false;
    let mut take = |part: Vec<Application>| {
        for application in part {
            held.push(application);
            if held.len() == CHUNK {
                gone |= chunks.blocking_send(written(&mut held)).is_err();
            }
        }
        Ok(())
    };
    let errors = Errors { stream: &mut faults, name: "the list of faults" };
    batch::applications(&engine.evaluator, input, reference.as_deref(), errors, &options, &mut take).map_err(refuse)?;
    if !held.is_empty() {
        gone |= chunks.blocking_send(written(&mut held)).is_err();
    }
    if gone {
        return Err(Kind::Unavailable.because("the applications could not be stored; send the file again"));
    }
    results::of_faults(&faults)
}

fn written(held: &mut Vec<Application>) -> (u64, Vec<u8>) {
    let count = held.len() as u64;
    let mut text = Vec::new();
    for application in held.drain(..) {
        let waiting =
            Waiting { line: application.line, applicant: application.reference, application: application.fields };
        // Writing a map of values to memory cannot fail.
        let _ = serde_json::to_writer(&mut text, &waiting);
        text.push(b'\n');
    }
    (count, text)
}
