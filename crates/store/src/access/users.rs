//! Users: people who log in.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Actor, Role, Sessions, api_keys::count, check_name, members, password};
use crate::{
    Change, Conflict, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session as _, values},
};

const LONGEST_LOGIN: usize = 100;

/// A user to be made.
pub struct NewUser {
    /// What they log in with: a name or an e-mail address. Case does not count.
    pub login: String,
    /// Their name, as it is shown.
    pub name: String,
    /// What they are to the lender.
    pub role: Role,
    /// Their first password.
    pub password: Zeroizing<String>,
}

/// A user as it is kept, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: Uuid,
    /// What they log in with.
    pub login: String,
    /// Their name, as it is shown.
    pub name: String,
    /// What they are to the lender.
    pub role: Role,
    /// When they were made.
    pub created: Moment,
    /// By whom: `key:<id>`, `user:<id>` or `operator`.
    pub created_by: String,
    /// When they last logged in.
    pub last_login: Option<Moment>,
    /// Since when they cannot log in.
    pub disabled: Option<Moment>,
    /// Counts changes, from 1.
    pub version: u64,
}

/// What is changed of a user; what is not given stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The name, as it is shown.
    pub name: Option<String>,
    /// The role.
    pub role: Option<Role>,
    /// Whether they cannot log in.
    pub disabled: Option<bool>,
}

const COLUMNS: &str =
    "SELECT id, login, name, role, created, created_by, last_login, disabled, version, password FROM users";
const CHANGED: &str = "the user was changed meanwhile; read it again";

impl Store {
    /// Makes a user.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what no user can have; [`Error::Conflict`] where the login is taken; as [`Store::record`].
    pub async fn create_user(&self, new: NewUser, by: Actor) -> Result<User> {
        let login = normal(&new.login);
        check_login(&login)?;
        check_name("user's name", &new.name)?;
        password::check(&new.password, &login)?;
        let (id, now) = (Uuid::now_v7(), Moment::now());
        let hash = password::hash(new.password).await?;
        let mut entry = members("created", "user", id, by);
        entry.insert("role".to_owned(), new.role.name().into());
        let change = Change::entry(NewEntry::plain("user", Some(id), &entry)).with(
            "storing a user",
            "INSERT INTO users (id, login, name, role, password, created, created_by, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
            values![id, login, new.name, new.role.name(), hash, now.micros(), by.to_string()],
        );
        self.record(change).await?;
        self.user(id).await
    }

    /// Changes a user. Where their rights become other ones, their sessions end.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the user was changed since `version`, or where no administrator who
    /// can log in would be left; [`Error::Invalid`].
    pub async fn change_user(
        &self,
        sessions: &dyn Sessions,
        id: Uuid,
        version: u64,
        change: UserChange,
        by: Actor,
    ) -> Result<User> {
        let user = self.user(id).await?;
        let (now, role) = (Moment::now(), change.role.unwrap_or(user.role));
        let name = change.name.unwrap_or_else(|| user.name.clone());
        check_name("user's name", &name)?;
        let disabled = match change.disabled {
            None => user.disabled,
            Some(true) => user.disabled.or(Some(now)),
            Some(false) => None,
        };
        let mut entry = members("changed", "user", id, by);
        entry.insert("role".to_owned(), role.name().into());
        entry.insert("disabled".to_owned(), disabled.is_some().into());
        let stays_administrator = role == Role::Administrator && disabled.is_none();
        let recorded = Change::entry(NewEntry::plain("user", Some(id), &entry)).with_one(
            "changing a user",
            "UPDATE users SET name = $3, role = $4, disabled = $5, version = version + 1 WHERE id = $1 AND version = $2",
            values![id, count(version)?, name, role.name(), disabled.map(Moment::micros)],
            CHANGED,
        );
        let recorded = self.keeping_an_administrator(recorded, &user, stays_administrator);
        self.record(recorded).await?;
        if role != user.role || disabled != user.disabled {
            sessions.remove_all_of(id).await?;
        }
        self.user(id).await
    }

    /// Removes a user and ends their sessions. What they did stays in the ledger, under their id.
    ///
    /// # Errors
    /// As [`Self::change_user`].
    pub async fn remove_user(&self, sessions: &dyn Sessions, id: Uuid, version: u64, by: Actor) -> Result<()> {
        let user = self.user(id).await?;
        let change = Change::entry(NewEntry::plain("user", Some(id), &members("removed", "user", id, by))).with_one(
            "removing a user",
            "DELETE FROM users WHERE id = $1 AND version = $2",
            values![id, count(version)?],
            CHANGED,
        );
        self.record(self.keeping_an_administrator(change, &user, false)).await?;
        sessions.remove_all_of(id).await
    }

    /// Refuses a change after which no administrator could log in. Checked after it, in the same transaction.
    fn keeping_an_administrator(&self, change: Change, user: &User, stays: bool) -> Change {
        let was = user.role == Role::Administrator && user.disabled.is_none();
        if !was || stays {
            return change;
        }
        // Touches one remaining administrator, so that there must be one; on PostgreSQL this also keeps that row from
        // being changed by another instance until this is done.
        change.with_one(
            "looking for an administrator",
            "UPDATE users SET version = version WHERE id = (SELECT id FROM users WHERE role = 'administrator' \
             AND disabled IS NULL ORDER BY id LIMIT 1) AND role = 'administrator' AND disabled IS NULL",
            vec![],
            "this is the last administrator who can log in; make another one first",
        )
    }

    /// Sets a user's password and ends their sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a password that is too easily guessed.
    pub async fn set_password(
        &self,
        sessions: &dyn Sessions,
        id: Uuid,
        new: Zeroizing<String>,
        by: Actor,
    ) -> Result<()> {
        let user = self.user(id).await?;
        password::check(&new, &user.login)?;
        let hash = password::hash(new).await?;
        let change = Change::entry(NewEntry::plain("user", Some(id), &members("password", "user", id, by))).with_one(
            "storing a password",
            "UPDATE users SET password = $2, version = version + 1 WHERE id = $1",
            values![id, hash],
            "the user is gone",
        );
        self.record(change).await?;
        sessions.remove_all_of(id).await
    }

    /// Whether this is the user's password. Counts as a login where it is not, so that nobody guesses here instead.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] while too many failed.
    pub async fn is_password_of(&self, id: Uuid, given: Zeroizing<String>, address: &str) -> Result<bool> {
        let user = self.user(id).await?;
        let attempt = self.begin_attempt(&user.login, address).await?.map_err(|locked| {
            Error::Conflict(Conflict::State(format!("too many wrong passwords; try again after {}", locked.until)))
        })?;
        let hash = self.user_with_password(&user.login).await?.map(|(_, hash)| hash);
        let is_right = password::is_right(given, hash).await?;
        if is_right {
            self.forgive(attempt).await?;
        }
        Ok(is_right)
    }

    /// A user.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn user(&self, id: Uuid) -> Result<User> {
        let sql = format!("{COLUMNS} WHERE id = $1");
        let row = self.database.read().await?.fetch_optional("reading a user", sql, values![id]).await?;
        let user = row.as_ref().map(user_of).transpose()?;
        user.ok_or_else(|| Error::NotFound { what: "user", which: id.to_string() })
    }

    /// Users by age, from after one of them on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn users(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<User>> {
        let sql = format!("{COLUMNS} WHERE id > $1 ORDER BY id LIMIT $2");
        let values = values![after.unwrap_or(Uuid::nil()), i64::try_from(limit).unwrap_or(i64::MAX)];
        self.database.read().await?.fetch("listing users", sql, values).await?.iter().map(user_of).collect()
    }

    /// A user by login, with the hash of the password.
    pub(super) async fn user_with_password(&self, login: &str) -> Result<Option<(User, String)>> {
        if check_login(login).is_err() {
            return Ok(None);
        }
        let sql = format!("{COLUMNS} WHERE login = $1");
        let row = self.database.read().await?.fetch_optional("reading a user", sql, values![login]).await?;
        row.map(|row| Ok((user_of(&row)?, row.get(9)?))).transpose()
    }
}

/// A login as it is compared and kept.
pub(super) fn normal(login: &str) -> String {
    login.trim().to_lowercase()
}

fn check_login(login: &str) -> Result<()> {
    let is_letter = |c: char| !c.is_whitespace() && !c.is_control();
    if login.is_empty() || login.chars().count() > LONGEST_LOGIN || !login.chars().all(is_letter) {
        return Err(Error::Invalid(format!("a login has 1 to {LONGEST_LOGIN} characters and no blanks")));
    }
    Ok(())
}

fn user_of(row: &Row) -> Result<User> {
    let moment = |place| Ok::<_, Error>(row.get::<Option<i64>>(place)?.map(Moment::from_micros));
    let role: String = row.get(3)?;
    Ok(User {
        id: row.id(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        role: Role::of_name(&role).ok_or_else(|| Error::Corrupt(format!("a role `{role}`")))?,
        created: Moment::from_micros(row.get(4)?),
        created_by: row.get(5)?,
        last_login: moment(6)?,
        disabled: moment(7)?,
        version: row.count(8)?,
    })
}
