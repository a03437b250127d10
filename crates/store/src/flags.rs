//! Flags: named switches that turn behaviour on without a deployment, for all or for a share of the people.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session, values, whole},
    text,
};

/// Longest name, in characters.
const MAX_FLAG_NAME: usize = 100;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 1_000;
/// Most flags: clients fetch all at once.
const MAX_FLAGS: u32 = 500;

/// The whole, in hundredths of a per cent.
const WHOLE: u32 = 10_000;

const COLUMNS: &str = "name, state, share, description, version, created, updated";

/// What a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagState {
    /// Off for everyone.
    Off,
    /// On for everyone.
    On,
    /// On for a share of the people, in hundredths of a per cent.
    Share(u32),
}

/// A named switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Lower-case letters, digits, `-`, `_` and `.`, beginning with a letter.
    pub name: String,
    /// What it says.
    pub state: FlagState,
    /// What it is for.
    pub description: String,
    /// From 1, one more with each change.
    pub version: u64,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl FlagState {
    /// `off`, `on` or `percentage`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Share(_) => "percentage",
        }
    }

    fn share(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::On => WHOLE,
            Self::Share(share) => share,
        }
    }
}

impl Flag {
    /// Whether it is on for whoever the targeting key names; `None` where that matters and there is no key.
    ///
    /// The same key has the same answer everywhere and for good, and a greater share only adds people: the first 64 bits
    /// of SHA-256(name ‖ 0 ‖ key) fall into 10,000 equal parts, of which the first `share` are on.
    #[must_use]
    pub fn is_on(&self, targeting_key: Option<&str>) -> Option<bool> {
        match self.state {
            FlagState::Off => Some(false),
            FlagState::On => Some(true),
            FlagState::Share(share) => targeting_key.map(|key| part(&self.name, key) < share),
        }
    }
}

/// Which of the 10,000 parts a key falls into.
fn part(name: &str, key: &str) -> u32 {
    let hash = Sha256::new().chain_update(name).chain_update([0]).chain_update(key).finalize();
    let first = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u32::try_from((u128::from(first) * u128::from(WHOLE)) >> 64).unwrap_or(0)
}

impl Store {
    /// All flags, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn flags(&self) -> Result<Vec<Flag>> {
        let sql = format!("SELECT {COLUMNS} FROM flags ORDER BY name");
        self.database.read().await?.fetch("listing flags", sql, vec![]).await?.iter().map(read).collect()
    }

    /// A flag.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn flag(&self, name: &str) -> Result<Flag> {
        let missing = || Error::NotFound { what: "flag", which: name.chars().take(MAX_FLAG_NAME).collect() };
        if check_name(name).is_err() {
            return Err(missing());
        }
        let sql = format!("SELECT {COLUMNS} FROM flags WHERE name = $1");
        let row = self.database.read().await?.fetch_optional("reading a flag", sql, values![name]).await?;
        row.map_or_else(|| Err(missing()), |row| read(&row))
    }

    /// Sets a flag: one that is at `version`, or a new one where there is none.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name, share or description that cannot be; [`Error::Conflict`] where the flag is at
    /// another version, there already, or one too many.
    pub async fn set_flag(
        &self,
        name: &str,
        version: Option<u64>,
        state: FlagState,
        description: &str,
        by: &str,
    ) -> Result<Flag> {
        check_name(name)?;
        text::check_optional("description", description, MAX_DESCRIPTION)?;
        if state.share() > WHOLE {
            return Err(Error::Invalid("a percentage lies between 0 and 100".to_owned()));
        }
        let (now, share) = (Moment::now(), state.share());
        let next = version.unwrap_or(0) + 1;
        let members = json!({
            "flag": name, "action": if version.is_some() { "update" } else { "create" }, "version": next,
            "state": state.name(), "percentage": f64::from(share) / 100.0, "description": description, "by": by,
        });
        let change = Change::entry(NewEntry::said("flag", members));
        let change = match version {
            Some(version) => change.with_one(
                "changing a flag",
                "UPDATE flags SET state = $1, share = $2, description = $3, version = version + 1, updated = $4 \
                 WHERE name = $5 AND version = $6",
                values![state.name(), share, description, now.micros(), name, whole(version)],
                CHANGED,
            ),
            None => change.with_one(
                "making a flag",
                "INSERT INTO flags (name, state, share, description, version, created, updated) \
                 SELECT $1, $2, $3, $4, 1, $5, $5 WHERE (SELECT COUNT(*) FROM flags) < $6",
                values![name, state.name(), share, description, now.micros(), MAX_FLAGS],
                format!("there are {MAX_FLAGS} flags, as many as there may be; remove one first"),
            ),
        };
        self.record(change).await?;
        self.flag(name).await
    }

    /// Removes a flag that is at this version.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is at another.
    pub async fn remove_flag(&self, name: &str, version: u64, by: &str) -> Result<()> {
        check_name(name)?;
        let members = json!({ "flag": name, "action": "delete", "version": version, "by": by });
        let change = Change::entry(NewEntry::said("flag", members)).with_one(
            "removing a flag",
            "DELETE FROM flags WHERE name = $1 AND version = $2",
            values![name, whole(version)],
            CHANGED,
        );
        self.record(change).await.map(drop)
    }
}

const CHANGED: &str = "the flag was changed or removed in the meantime; read it again";

fn check_name(name: &str) -> Result<()> {
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.len() > MAX_FLAG_NAME || !name.chars().all(is_fine) {
        return Err(Error::Invalid(format!(
            "a flag's name has 1 to {MAX_FLAG_NAME} of a-z, 0-9, `-`, `_` and `.`, and begins with a letter"
        )));
    }
    Ok(())
}

fn read(row: &Row) -> Result<Flag> {
    let (state, share): (String, i64) = (row.get(1)?, row.get(2)?);
    let state = match state.as_str() {
        "off" => FlagState::Off,
        "on" => FlagState::On,
        "percentage" => FlagState::Share(u32::try_from(share).unwrap_or(0)),
        other => return Err(Error::Corrupt(format!("a flag in state `{other}`"))),
    };
    Ok(Flag {
        name: row.get(0)?,
        state,
        description: row.get(3)?,
        version: row.count(4)?,
        created: Moment::from_micros(row.get(5)?),
        updated: Moment::from_micros(row.get(6)?),
    })
}

#[cfg(test)]
mod tests {
    use super::{WHOLE, part};

    #[test]
    fn keys_fall_evenly_and_for_good() {
        // Fixed for good: a change would switch behaviour for people who have it.
        assert_eq!([part("new-form", "A-1"), part("new-form", "A-2"), part("old-form", "A-1")], FIXED);
        let below = |share: u32| (0..20_000).filter(|n| part("f", &n.to_string()) < share).count();
        for (share, expected) in [(0, 0..=0), (1_000, 1_800..=2_200), (5_000, 9_700..=10_300), (WHOLE, 20_000..=20_000)]
        {
            assert!(expected.contains(&below(share)), "{share}: {}", below(share));
        }
    }

    const FIXED: [u32; 3] = [1_707, 5_969, 8_993];
}
