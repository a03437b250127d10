//! The follower that exports.

use std::sync::Arc;
use std::time::Duration;

use lake::{Lake, Manifest, ManifestFile, decisions_path};
use store::{
    Effects, LakeFile, LakeState, Moment, Store,
    ledger::{Entry, Hash},
    monitoring::{Day, begin_of, day_of},
};

use super::{metrics::LakeMetrics, plan::plan, write::write};
use crate::App;
use crate::config::LakeFields;
use crate::followers::{Follower, Trouble};

/// How long after midnight a day's files are closed: clocks of instances differ. A decision that comes later still goes into
/// a further file of its day.
const AFTER_MIDNIGHT: i64 = 60;

/// Exports decisions.
pub(super) struct Export {
    app: App,
    store: Arc<Store>,
    lake: Lake,
    metrics: LakeMetrics,
    most: u64,
    interval: Duration,
    fields: LakeFields,
}

impl Export {
    pub(super) fn new(app: &App, store: Arc<Store>, lake: Lake) -> Self {
        let config = &app.config().lake;
        let (most, interval, fields) = (config.rows, config.interval, config.fields);
        let metrics = LakeMetrics::register(app.metrics());
        Self { app: app.clone(), store, lake, metrics, most, interval, fields }
    }

    /// Files that wait no longer, closed.
    async fn close(&self) -> Result<Option<Effects>, Trouble> {
        let now = Moment::now();
        let interval = i64::try_from(self.interval.as_micros()).unwrap_or(i64::MAX);
        let today = day_of(now.plus_seconds(-AFTER_MIDNIGHT));
        let is_due =
            |file: &LakeFile| file.day < today || now.micros().saturating_sub(file.opened.micros()) >= interval;
        let due = self.store.open_lake_files().await?.into_iter().filter(is_due);
        let due: Vec<_> = due.map(|file| LakeFile { state: LakeState::Closed, ..file }).collect();
        if due.is_empty() {
            return Ok(None);
        }
        let mut effects = Effects::none();
        effects.plan_lake_files(&due)?;
        Ok(Some(effects))
    }

    async fn write(&self, file: &LakeFile) -> Result<Effects, Trouble> {
        let written = write(&self.store, self.app.engines(), &self.lake, file, self.fields).await?;
        self.metrics.written(&written, file.state == LakeState::Stale);
        let mut effects = Effects::none();
        effects.note_lake_file(file, written.decisions, written.bytes, written.sha256)?;
        Ok(effects)
    }

    async fn list(&self, day: Day) -> Result<Effects, Trouble> {
        let date = begin_of(day).day();
        let named = |file: LakeFile| {
            let (bytes, sha256) = file.written?;
            Some(ManifestFile {
                path: decisions_path(&date, file.first.chain, file.first.sequence).to_string(),
                chain: file.first.chain,
                first_sequence: file.first.sequence,
                last_sequence: file.last.sequence,
                decisions: file.decisions,
                bytes,
                sha256: Hash(sha256).to_string(),
            })
        };
        let files = self.store.lake_files_of(day).await?.into_iter().filter_map(named).collect();
        lake::write_manifest(&*self.lake, &Manifest::new(&date, files)).await?;
        let mut effects = Effects::none();
        effects.note_lake_manifest(day);
        Ok(effects)
    }
}

impl Follower for Export {
    fn name(&self) -> &'static str {
        "lake"
    }

    async fn handle(&self, entries: &[Entry]) -> Result<Effects, Trouble> {
        let open = self.store.open_lake_files().await?;
        let plan = plan(open, entries, self.most, Moment::now());
        let mut effects = Effects::none();
        effects.plan_lake_files(&plan.files)?;
        for applicant in plan.erased {
            effects.erase_from_lake(applicant);
        }
        if let Some(finished) = plan.retired {
            effects.retire_from_lake(finished);
        }
        Ok(effects)
    }

    /// Closes files whose time has come, writes one that is closed, or names it in its day's manifest.
    async fn tend(&self) -> Result<Option<Effects>, Trouble> {
        let (waiting, to_erase) = self.store.lake_backlog().await?;
        self.metrics.measured(waiting, to_erase);
        if let Some(effects) = self.close().await? {
            return Ok(Some(effects));
        }
        if let Some(file) = self.store.next_lake_file().await? {
            return self.write(&file).await.map(Some);
        }
        match self.store.unlisted_lake_day().await? {
            Some(day) => self.list(day).await.map(Some),
            None => Ok(None),
        }
    }
}
