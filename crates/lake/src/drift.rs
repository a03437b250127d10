//! Drift read from the lake: the decisions of a model, counted against its baseline, file by file and only the columns
//! that it takes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use scorecard::Scorecard;
use tokio::runtime::Handle;
use training::drift::DriftCounter;

use crate::{
    Error, Lake, Result,
    decode::decode,
    fetched::{Fetched, footer},
    layout::{MANIFESTS, day_of},
};

/// The columns that drift takes.
const COLUMNS: [&str; 3] = ["model_hash", "score", "characteristics.list.element.attribute"];

/// Days, both included; absent is open.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// The first day: `2026-01-31`.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
}

/// What was counted.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    /// The counts, to be compared with the baseline.
    pub counter: DriftCounter<'a>,
    /// Files that were read.
    pub files: u64,
    /// Decisions of the model.
    pub decisions: u64,
    /// Decisions of other models, which are in no figure.
    pub others: u64,
    /// Decisions of the model without a score that the lake can hold, which are in no figure.
    pub unscored: u64,
    /// Decisions of the model that say which attributes matched.
    pub with_attributes: u64,
}

/// What is left to do.
enum Work {
    File(ObjectMeta),
    Group(Arc<(ObjectMeta, ParquetMetaData, [usize; 3])>, usize),
}

/// Counts the decisions of a scorecard. Blocks; must not be called on a thread of the runtime. Memory is that of one row
/// group a thread, whatever the number of decisions.
///
/// # Errors
/// Where the scorecard has no baseline, or a file cannot be read.
pub fn drift<'a>(
    lake: &Lake,
    runtime: &Handle,
    scorecard: &'a Scorecard,
    range: &Range,
    threads: usize,
) -> Result<Counted<'a>> {
    let hash = scorecard.content_hash();
    let hash = hash.strip_prefix("sha256:").unwrap_or(&hash).as_bytes();
    let empty = Counted {
        counter: DriftCounter::new(scorecard)?,
        files: 0,
        decisions: 0,
        others: 0,
        unscored: 0,
        with_attributes: 0,
    };
    let files = runtime.block_on(files(&**lake, range))?;
    let mut total = Counted { files: files.len() as u64, ..empty.clone() };
    let queue = Mutex::new(files.into_iter().map(Work::File).collect::<Vec<_>>());
    let parts: Vec<Result<Counted<'a>>> = thread::scope(|scope| {
        let part = || {
            let mut counted = empty.clone();
            while let Some(work) = next(&queue) {
                match work {
                    Work::File(file) => {
                        let groups = runtime.block_on(groups(&**lake, file))?;
                        // The last in is the first out: a file's groups are done before the next file is opened.
                        queue.lock().unwrap_or_else(PoisonError::into_inner).extend(groups);
                    }
                    Work::Group(file, number) => {
                        let (meta, footer, columns) = &*file;
                        let group = footer.row_group(number);
                        runtime.block_on(count(&**lake, meta, group, columns, hash, &mut counted))?;
                    }
                }
            }
            Ok(counted)
        };
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(part)).collect();
        let broken = || Err(Error::Nothing("counting was broken off; try again".to_owned()));
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| broken())).collect()
    });
    for part in parts {
        let part = part?;
        total.counter.merge(&part.counter);
        total.decisions += part.decisions;
        total.others += part.others;
        total.unscored += part.unscored;
        total.with_attributes += part.with_attributes;
    }
    Ok(total)
}

fn next(queue: &Mutex<Vec<Work>>) -> Option<Work> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// The files of the days.
async fn files(store: &dyn ObjectStore, range: &Range) -> Result<Vec<ObjectMeta>> {
    let root = object_store::path::Path::default();
    let listed = store.list_with_delimiter(None).await.map_err(Error::storage("listing", &root))?;
    let mut files = Vec::new();
    for folder in listed.common_prefixes {
        let Some(day) = day_of(&folder).filter(|_| folder.filename() != Some(MANIFESTS)) else { continue };
        let is_early = range.from.as_ref().is_some_and(|from| day < *from);
        if is_early || range.to.as_ref().is_some_and(|to| day > *to) {
            continue;
        }
        let all: Vec<ObjectMeta> =
            store.list(Some(&folder)).try_collect().await.map_err(Error::storage("listing", &folder))?;
        files.extend(all.into_iter().filter(|file| file.location.extension() == Some("parquet")));
    }
    Ok(files)
}

/// The row groups of a file.
async fn groups(store: &dyn ObjectStore, file: ObjectMeta) -> Result<Vec<Work>> {
    let metadata = footer(store, &file).await?;
    let schema = metadata.file_metadata().schema_descr();
    let place = |name: &str| {
        let found = schema.columns().iter().position(|column| column.path().string() == name);
        found
            .ok_or_else(|| Error::file(&file.location, format!("it has no column `{name}`: the lake did not write it")))
    };
    let [model, score, attribute] = COLUMNS;
    let columns = [place(model)?, place(score)?, place(attribute)?];
    let count = metadata.num_row_groups();
    let shared = Arc::new((file, metadata, columns));
    Ok((0..count).map(|number| Work::Group(Arc::clone(&shared), number)).collect())
}

/// Counts a row group.
async fn count(
    store: &dyn ObjectStore,
    file: &ObjectMeta,
    group: &RowGroupMetaData,
    columns: &[usize; 3],
    hash: &[u8],
    counted: &mut Counted<'_>,
) -> Result<()> {
    let rows = u64::try_from(group.num_rows()).unwrap_or_default();
    let [model, score, attribute] = *columns;
    let wanted: &[usize] = match of_model(group, model, hash) {
        Share::None => {
            counted.others += rows;
            return Ok(());
        }
        Share::All => &[score, attribute],
        Share::Some => &[model, score, attribute],
    };
    let fetched = Arc::new(Fetched::columns(store, file, group, wanted).await?);
    decode(&fetched, group, columns, wanted.contains(&model), hash, counted)
        .map_err(|error| Error::file(&file.location, error))
}

/// How many rows of a group are of a model.
enum Share {
    None,
    Some,
    All,
}

fn of_model(group: &RowGroupMetaData, column: usize, hash: &[u8]) -> Share {
    let Some(statistics) = group.columns().get(column).and_then(|chunk| chunk.statistics()) else {
        return Share::Some;
    };
    match (statistics.min_bytes_opt(), statistics.max_bytes_opt()) {
        (Some(least), Some(most)) if least == hash && most == hash => Share::All,
        (Some(least), Some(most)) if hash < least || most < hash => Share::None,
        _ => Share::Some,
    }
}
