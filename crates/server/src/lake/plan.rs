//! Which decisions go into which file: pure, so that the same ledger and the same settings give the same files.

use std::collections::BTreeMap;

use serde::Deserialize;
use store::{
    LakeFile, LakeState, Moment, Position,
    ledger::{Entry, Opening},
    monitoring::day_of,
};
use uuid::Uuid;

/// What a batch of entries changes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Files that are new, take more, or are closed.
    pub(super) files: Vec<LakeFile>,
    /// People who were erased.
    pub(super) erased: Vec<Uuid>,
    /// When retention last finished.
    pub(super) retired: Option<Moment>,
}

/// Whom an erasure is about.
#[derive(Deserialize)]
struct Erasure {
    applicant: Option<Uuid>,
}

/// Adds entries to the open files: a file is of one chain and one day, and has at most `most` decisions.
pub(super) fn plan(open: Vec<LakeFile>, entries: &[Entry], most: u64, now: Moment) -> Plan {
    let mut plan = Plan::default();
    let mut open: BTreeMap<u32, LakeFile> = open.into_iter().map(|file| (file.first.chain, file)).collect();
    let mut touched: Vec<u32> = Vec::new();
    for entry in entries {
        let Ok(opening) = Opening::parse(entry.body.as_bytes()) else { continue };
        let Ok(time) = Moment::parse(opening.time) else { continue };
        match opening.kind {
            "score" => {}
            "erasure" => {
                let erasure = serde_json::from_str::<Erasure>(&entry.body).ok();
                plan.erased.extend(erasure.and_then(|erasure| erasure.applicant));
                continue;
            }
            "retention" => {
                plan.retired = Some(time);
                continue;
            }
            _ => continue,
        }
        let (position, day) = (Position { chain: entry.chain, sequence: entry.sequence }, day_of(time));
        if let Some(file) = open.remove(&entry.chain) {
            if file.day == day && file.decisions < most {
                let decisions = file.decisions + 1;
                open.insert(entry.chain, LakeFile { last: position, decisions, ..file });
                touched.push(entry.chain);
                continue;
            }
            plan.files.push(LakeFile { state: LakeState::Closed, ..file });
        }
        let new = LakeFile {
            first: position,
            last: position,
            day,
            decisions: 1,
            opened: now,
            state: LakeState::Open,
            written: None,
        };
        open.insert(entry.chain, new);
        touched.push(entry.chain);
    }
    touched.sort_unstable();
    touched.dedup();
    for chain in touched {
        let Some(file) = open.remove(&chain) else { continue };
        let state = if file.decisions >= most { LakeState::Closed } else { LakeState::Open };
        plan.files.push(LakeFile { state, ..file });
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(chain: u32, sequence: u64, time: &str, kind: &str) -> Entry {
        let body = format!(
            r#"{{"chain":{chain},"sequence":{sequence},"time":"{time}","kind":"{kind}","id":"0190a5c4-7c3e-7000-8000-0123456789ab","applicant":"0190a5c4-7c3e-7000-8000-0123456789ac"}}"#
        );
        Entry { chain, sequence, hash: store::ledger::Hash::ZERO, body }
    }

    fn seen(plan: &Plan) -> Vec<(u32, u64, u64, u64, LakeState)> {
        plan.files.iter().map(|f| (f.first.chain, f.first.sequence, f.last.sequence, f.decisions, f.state)).collect()
    }

    #[test]
    fn a_file_is_of_one_chain_and_one_day_and_has_so_many_decisions() {
        let (day, next) = ("2026-01-31T23:59:59.000000Z", "2026-02-01T00:00:00.000000Z");
        let now = Moment::from_micros(7);
        let entries = [
            entry(0, 0, day, "score"),
            entry(1, 0, day, "score"),
            entry(0, 1, day, "key_created"),
            entry(0, 2, day, "score"),
            entry(0, 3, day, "score"),
            entry(1, 1, next, "score"),
        ];
        let first = plan(Vec::new(), &entries, 2, now);
        let expected = [
            (0, 0, 2, 2, LakeState::Closed),
            (1, 0, 0, 1, LakeState::Closed),
            (0, 3, 3, 1, LakeState::Open),
            (1, 1, 1, 1, LakeState::Open),
        ];
        assert_eq!(seen(&first), expected);

        let open = first.files.into_iter().filter(|file| file.state == LakeState::Open).collect();
        let later = plan(open, &[entry(0, 4, day, "score")], 2, Moment::from_micros(9));
        assert_eq!(seen(&later), [(0, 3, 4, 2, LakeState::Closed)]);
        assert_eq!(later.files[0].opened, now, "when it was begun stays");
    }

    #[test]
    fn whoever_is_erased_is_named() {
        let time = "2026-01-31T10:00:00.000000Z";
        let entries = [entry(0, 0, time, "erasure"), entry(0, 1, time, "retention")];
        let plan = plan(Vec::new(), &entries, 2, Moment::from_micros(7));
        assert_eq!((plan.erased.len(), plan.files.len()), (1, 0));
        assert_eq!(plan.retired, Some(Moment::parse(time).unwrap()));
    }
}
