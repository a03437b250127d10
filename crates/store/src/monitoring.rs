//! What monitoring has counted: sums by day and model, and what challengers would have answered.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    Effects, Result, Store,
    database::{Row, Session, Value, values},
    ledger::Hash,
};

/// The place of no decision in [`crate::DECISIONS`].
pub const NO_DECISION: u8 = 0;
/// The place of an approval there.
pub const APPROVE: u8 = 1;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A day in UTC, counted from 1970.
pub type Day = i64;

/// The day of a moment.
#[must_use]
pub fn day_of(moment: crate::Moment) -> Day {
    moment.micros().div_euclid(DAY)
}

/// The moment at which a day begins.
#[must_use]
pub fn begin_of(day: Day) -> crate::Moment {
    crate::Moment::from_micros(day.saturating_mul(DAY))
}

/// What a sum is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// Scores.
    Scores,
    /// The scores' values.
    Values,
    /// Scores with this decision, by its number.
    Decision(u8),
    /// Scores in this band of the model's population.
    Band(u32),
    /// Scores whose characteristic matched this attribute.
    Attribute(u32, u32),
    /// Those of them that were approved.
    Approved(u32, u32),
    /// Reviews, by the decision of the system and that of the person.
    Reviewed(u8, u8),
}

/// A sum's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The day.
    pub day: Day,
    /// The model.
    pub model: Hash,
    /// What it is of.
    pub of: Of,
}

/// Sums by place.
pub type Sums = BTreeMap<Cell, f64>;

/// What a challenger would have answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChallengerScore {
    /// The score that was answered.
    pub score_id: Uuid,
    /// The challenger's model.
    pub challenger: Hash,
    /// The challenger's policy.
    pub policy: Option<Hash>,
    /// Its score; none where it could not be computed.
    pub score: Option<f64>,
    /// Its decision.
    pub decision: u8,
}

/// Whose answers are compared, and how the two decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The day.
    pub day: Day,
    /// The model that answered.
    pub champion: Hash,
    /// The model that did not.
    pub challenger: Hash,
    /// The decision that was answered.
    pub champion_decision: u8,
    /// The decision that was not.
    pub challenger_decision: u8,
}

/// What a comparison adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Compared {
    /// Applications that both scored.
    pub scored: u64,
    /// Applications that the challenger could not score.
    pub failed: u64,
    /// Sum of the challenger's score less the champion's.
    pub difference: f64,
    /// Sum of the squares of that.
    pub difference_squared: f64,
}

impl Of {
    fn numbers(self) -> (i64, i64, i64) {
        match self {
            Self::Scores => (0, 0, 0),
            Self::Values => (1, 0, 0),
            Self::Decision(decision) => (2, 0, i64::from(decision)),
            Self::Band(band) => (3, 0, i64::from(band)),
            Self::Attribute(characteristic, attribute) => (4, i64::from(characteristic), i64::from(attribute)),
            Self::Approved(characteristic, attribute) => (5, i64::from(characteristic), i64::from(attribute)),
            Self::Reviewed(system, person) => (6, i64::from(system), i64::from(person)),
        }
    }

    fn of_numbers(part: i64, place: i64, bin: i64) -> Option<Self> {
        let (place, bin) = (u32::try_from(place).ok()?, u32::try_from(bin).ok()?);
        match part {
            0 => Some(Self::Scores),
            1 => Some(Self::Values),
            2 => u8::try_from(bin).ok().map(Self::Decision),
            3 => Some(Self::Band(bin)),
            4 => Some(Self::Attribute(place, bin)),
            5 => Some(Self::Approved(place, bin)),
            6 => Some(Self::Reviewed(u8::try_from(place).ok()?, u8::try_from(bin).ok()?)),
            _ => None,
        }
    }
}

impl Effects {
    /// Adds to sums.
    pub fn add_sums(&mut self, sums: &Sums) {
        let mut rows: Vec<Value> = Vec::with_capacity(sums.len() * 6);
        for (cell, value) in sums {
            let (part, place, bin) = cell.of.numbers();
            rows.extend(values![cell.day, cell.model.0, part, place, bin, *value]);
        }
        let head = "INSERT INTO monitoring_sums (day, model, part, place, bin, value)";
        let tail = "ON CONFLICT (day, model, part, place, bin) \
                    DO UPDATE SET value = monitoring_sums.value + excluded.value";
        self.rows("adding to sums", head, 6, rows, tail);
    }

    /// Keeps what challengers would have answered, and adds to the comparison.
    pub fn add_challengers(&mut self, scores: &[ChallengerScore], compared: &BTreeMap<Pair, Compared>) {
        let mut rows: Vec<Value> = Vec::with_capacity(scores.len() * 5);
        for one in scores {
            let policy = one.policy.map(|policy| policy.0);
            rows.extend(values![one.score_id, one.challenger.0, policy, one.score, i32::from(one.decision)]);
        }
        let head = "INSERT INTO challenger_scores (score_id, challenger, policy, score, decision)";
        self.rows("keeping challengers' scores", head, 5, rows, "ON CONFLICT (score_id, challenger) DO NOTHING");
        let mut rows: Vec<Value> = Vec::with_capacity(compared.len() * 9);
        for (pair, compared) in compared {
            rows.extend(values![
                pair.day,
                pair.champion.0,
                pair.challenger.0,
                i32::from(pair.champion_decision),
                i32::from(pair.challenger_decision),
                whole(compared.scored),
                whole(compared.failed),
                compared.difference,
                compared.difference_squared,
            ]);
        }
        let head = "INSERT INTO challenger_sums (day, champion, challenger, champion_decision, challenger_decision, \
                    scored, failed, difference, difference_squared)";
        let tail = "ON CONFLICT (day, champion, challenger, champion_decision, challenger_decision) DO UPDATE SET \
                    scored = challenger_sums.scored + excluded.scored, \
                    failed = challenger_sums.failed + excluded.failed, \
                    difference = challenger_sums.difference + excluded.difference, \
                    difference_squared = challenger_sums.difference_squared + excluded.difference_squared";
        self.rows("comparing challengers", head, 9, rows, tail);
    }
}

impl Store {
    /// Sums of the days from `from` to `to`, both included; of one model where one is named.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn monitoring_sums(&self, from: Day, to: Day, model: Option<Hash>) -> Result<Sums> {
        let all = "SELECT day, model, part, place, bin, value FROM monitoring_sums WHERE day >= $1 AND day <= $2";
        let one = "SELECT day, model, part, place, bin, value FROM monitoring_sums \
                   WHERE day >= $1 AND day <= $2 AND model = $3";
        let (sql, values) = match model {
            None => (all, values![from, to]),
            Some(model) => (one, values![from, to, model.0]),
        };
        let rows = self.database.report("reading sums", sql, values).await?;
        let mut sums = Sums::new();
        for row in rows {
            if let Some(of) = Of::of_numbers(row.get(2)?, row.get(3)?, row.get(4)?) {
                sums.insert(Cell { day: row.get(0)?, model: Hash(row.bytes(1)?), of }, row.get(5)?);
            }
        }
        Ok(sums)
    }

    /// Challengers beside champions on the days from `from` to `to`, both included.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn challenger_sums(&self, from: Day, to: Day) -> Result<BTreeMap<Pair, Compared>> {
        let sql = "SELECT day, champion, challenger, champion_decision, challenger_decision, scored, failed, \
                   difference, difference_squared FROM challenger_sums WHERE day >= $1 AND day <= $2";
        let rows = self.database.report("reading comparisons", sql, values![from, to]).await?;
        rows.iter().map(|row| Ok((pair(row)?, compared(row)?))).collect()
    }

    /// What challengers would have answered instead of a score.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn challenger_scores(&self, score_id: Uuid) -> Result<Vec<ChallengerScore>> {
        let sql = "SELECT challenger, policy, score, decision FROM challenger_scores WHERE score_id = $1 \
                   ORDER BY challenger";
        let rows = self.database.read().await?.fetch("reading challengers' scores", sql, values![score_id]).await?;
        let read = |row: &Row| {
            let policy: Option<Vec<u8>> = row.get(1)?;
            let policy = policy.and_then(|policy| <[u8; 32]>::try_from(policy).ok()).map(Hash);
            let (challenger, score, decision) = (Hash(row.bytes(0)?), row.get(2)?, decision(row, 3)?);
            Ok(ChallengerScore { score_id, challenger, policy, score, decision })
        };
        rows.iter().map(read).collect()
    }
}

fn pair(row: &Row) -> Result<Pair> {
    let (champion, challenger) = (Hash(row.bytes(1)?), Hash(row.bytes(2)?));
    let (champion_decision, challenger_decision) = (decision(row, 3)?, decision(row, 4)?);
    Ok(Pair { day: row.get(0)?, champion, challenger, champion_decision, challenger_decision })
}

fn compared(row: &Row) -> Result<Compared> {
    let (scored, failed) = (row.count(5)?, row.count(6)?);
    Ok(Compared { scored, failed, difference: row.get(7)?, difference_squared: row.get(8)? })
}

fn decision(row: &Row, place: usize) -> Result<u8> {
    Ok(u8::try_from(row.get::<i64>(place)?).unwrap_or(NO_DECISION))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
