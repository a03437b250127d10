//! Retention: people of whom nothing was recorded for long are erased, and counted.

use serde_json::json;
use time::{Date, Month, OffsetDateTime};
use uuid::Uuid;

use crate::{
    Change, Error, Moment, NewEntry, Result, Store, Turn,
    database::{Face, Session, Transaction, Value, bulk, values, whole},
    housekeeping::FINISH,
};

/// People that one transaction looks at.
const BATCH: usize = 200;

/// What a run of retention did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired {
    /// People whose key was destroyed.
    pub count: u64,
    /// Nothing was recorded about them since.
    pub before: Moment,
}

impl Store {
    /// Erases everybody about whom nothing was recorded for so many months (12 CFR 1002.12(b) asks for 25), in small
    /// batches, and records how many those were. Must hold the turn of the task.
    ///
    /// # Errors
    /// Those of the database; what was erased until then stays so and is counted by the run that goes on.
    pub async fn retire_applicants(&self, turn: &Turn, months: u32) -> Result<Retired> {
        self.retire_before(turn, months_before(Moment::now(), months), months).await
    }

    async fn retire_before(&self, turn: &Turn, before: Moment, months: u32) -> Result<Retired> {
        let mut after = (Moment::from_micros(-1), Uuid::nil());
        let mut count = turn.done;
        loop {
            let mut transaction = self.database.begin().await?;
            let old = candidates(&mut transaction, before, after).await?;
            let Some(last) = old.last().copied() else { break };
            let ids: Vec<Uuid> = old.iter().map(|(_, id)| *id).collect();
            let erased = erase(&mut transaction, &ids, before).await?;
            let sql = "UPDATE housekeeping SET done = done + $1 WHERE task = $2 AND holder = $3";
            let values = values![whole(erased), turn.task, turn.holder];
            if transaction.execute("counting", sql, values).await? != 1 {
                // The other instance passes over whoever is locked.
                transaction.rollback("leaving retention to another instance").await?;
                return Err(Error::Unavailable("another instance took over retention".to_owned()));
            }
            transaction.commit("erasing old applicants").await?;
            (after, count) = (last, count + erased);
        }
        let members = json!({ "erased": count, "months": months, "before": before });
        let change = Change::entry(NewEntry::said("retention", members)).with_one(
            "finishing retention",
            FINISH,
            values![Moment::now().micros(), turn.task, turn.holder],
            "another instance took over retention",
        );
        self.record(change).await?;
        Ok(Retired { count, before })
    }
}

/// The next people who were first heard of before a moment. Held until the transaction ends, so that no score of
/// theirs is recorded meanwhile; those of whom one is being recorded are left out.
async fn candidates(
    transaction: &mut Transaction,
    before: Moment,
    after: (Moment, Uuid),
) -> Result<Vec<(Moment, Uuid)>> {
    let lock = match transaction.face() {
        Face::Sqlite => "",
        Face::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "SELECT created, id FROM applicants WHERE created < $1 AND (created, id) > ($2, $3) \
         ORDER BY created, id LIMIT $4 {lock}"
    );
    let values = values![before.micros(), after.0.micros(), after.1, i64::try_from(BATCH).unwrap_or(i64::MAX)];
    let rows = transaction.fetch("looking for old applicants", sql, values).await?;
    rows.iter().map(|row| Ok((Moment::from_micros(row.get(0)?), row.id(1)?))).collect()
}

/// Erases those among these about whom nothing was recorded since a moment. Gives how many.
async fn erase(transaction: &mut Transaction, ids: &[Uuid], before: Moment) -> Result<u64> {
    let mut idle = Vec::new();
    for id in ids {
        let sql = "SELECT 1 FROM scores WHERE applicant = $1 AND id >= $2 UNION ALL \
                   SELECT 1 FROM applicant_entries WHERE applicant = $1 AND time >= $3 LIMIT 1";
        let values = values![*id, first_id(before), before.micros()];
        if transaction.fetch("looking for recent entries", sql, values).await?.is_empty() {
            idle.push(*id);
        }
    }
    let now = Moment::now().micros();
    let mut rows: Vec<Value> = Vec::with_capacity(idle.len() * 3);
    for id in &idle {
        transaction.execute("erasing an old applicant", "DELETE FROM applicants WHERE id = $1", values![*id]).await?;
        rows.extend(values![*id, now, 0_i64]);
    }
    bulk::insert(transaction, "noting erasures", "INSERT INTO erasures (applicant, erased, destroyed)", 3, rows, "")
        .await?;
    Ok(idle.len() as u64)
}

/// The least UUID of version 7 of a moment.
fn first_id(moment: Moment) -> Uuid {
    Uuid::from_u128(u128::from(moment.millis()) << 80)
}

/// The same time of the day, so many months ago; the last day of a month where that has no such day.
fn months_before(moment: Moment, months: u32) -> Moment {
    let at = OffsetDateTime::from_unix_timestamp(moment.micros().div_euclid(1_000_000));
    let date = at.unwrap_or(OffsetDateTime::UNIX_EPOCH).date();
    let index = i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1 - i64::from(months);
    let month = u8::try_from(index.rem_euclid(12) + 1).ok().and_then(|month| Month::try_from(month).ok());
    let year = i32::try_from(index.div_euclid(12)).unwrap_or(0);
    let month = month.unwrap_or(Month::January);
    let earlier = Date::from_calendar_date(year, month, date.day().min(month.length(year))).unwrap_or(Date::MIN);
    let days = (date - earlier).whole_days();
    moment.plus_seconds(-days.saturating_mul(86_400))
}

#[cfg(test)]
mod tests {
    use super::{Moment, first_id, months_before};

    #[test]
    fn months_are_those_of_the_calendar() {
        let cases = [
            ("2026-11-26T08:00:00.000001Z", 25, "2024-10-26T08:00:00.000001Z"),
            ("2026-03-31T00:00:00.000000Z", 1, "2026-02-28T00:00:00.000000Z"),
            ("2028-03-31T00:00:00.000000Z", 1, "2028-02-29T00:00:00.000000Z"),
            ("2026-01-01T00:00:00.000000Z", 12, "2025-01-01T00:00:00.000000Z"),
            ("2026-01-15T00:00:00.000000Z", 1, "2025-12-15T00:00:00.000000Z"),
        ];
        for (from, months, to) in cases {
            assert_eq!(months_before(Moment::parse(from).unwrap(), months).to_string(), to);
        }
        assert!(months_before(Moment::from_micros(0), u32::MAX) < Moment::from_micros(0));
    }

    #[test]
    fn ids_follow_their_time() {
        let moment = Moment::now();
        let later = uuid::Uuid::now_v7();
        assert!(first_id(moment) <= later && first_id(moment.plus_seconds(5)) > later);
    }
}
