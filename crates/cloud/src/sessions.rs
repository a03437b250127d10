//! Sessions of users in a table of DynamoDB.
//!
//! | `id` | what |
//! |---|---|
//! | 64 hexadecimal digits: SHA-256 of the token | a session: `user`, `created`, `seen`, `ends` (microseconds since 1970), `generation`; `expires` (seconds since 1970) is when DynamoDB may delete the row |
//! | `user:` and the user's id | `generation`: how often all sessions of the user were ended; kept for good |
//!
//! A session counts as long as its generation is its user's: so all of a user end with one write, those too that nobody has
//! listed, and no clock has a say in it.

use aws_sdk_dynamodb::{
    Client,
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::ReturnValuesOnConditionCheckFailure,
};
use store::{Answer, Conflict, Error, Moment, Result, Session, Sessions};
use uuid::Uuid;

use crate::{
    Fault,
    dynamodb::{Attributes, Keys, Row, Table, number, text},
};

const KEYS: Keys = Keys { hash: "id", range: None, index: None };

/// Sessions in a table of DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoSessions {
    table: Table,
}

impl DynamoSessions {
    /// Takes a table with the hash key `id`, a text, whose rows DynamoDB deletes by `expires`.
    ///
    /// # Errors
    /// Where there is no such table, it may not be looked at, or its keys are other ones.
    pub async fn open(client: Client, table: &str) -> std::result::Result<Self, Fault> {
        Ok(Self { table: Table::open(client, table, &KEYS).await? })
    }

    /// How often all sessions of a user were ended.
    async fn generation(&self, user: Uuid) -> Result<u64> {
        let row = self.table.get("reading a user's sessions", key(of_user(user))).await?;
        row.map_or(Ok(0), |row| row.number("generation"))
    }
}

impl Sessions for DynamoSessions {
    fn put<'a>(&'a self, session: &'a Session) -> Answer<'a, ()> {
        Box::pin(async move {
            // Read before the row is there: sessions that are ended in between are those of this user, this one among them.
            let row = row_of(session, self.generation(session.user).await?);
            let asked = self.table.client.put_item().table_name(&self.table.name).set_item(Some(row.clone()));
            let asked = asked
                .condition_expression("attribute_not_exists(id)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
            let Err(error) = asked.send().await else { return Ok(()) };
            match error.as_service_error() {
                // An attempt whose answer was lost has put it.
                Some(PutItemError::ConditionalCheckFailedException(there)) if there.item() == Some(&row) => Ok(()),
                Some(PutItemError::ConditionalCheckFailedException(_)) => {
                    Err(Error::Conflict(Conflict::State("there is a session with this token".to_owned())))
                }
                _ => Err(self.table.fault("storing a session", &error).into()),
            }
        })
    }

    fn get<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, Option<Session>> {
        Box::pin(async move {
            let Some(row) = self.table.get("reading a session", key(hex(hash))).await? else { return Ok(None) };
            let session = session_of(&row, *hash)?;
            let is_current = row.number::<u64>("generation")? == self.generation(session.user).await?;
            Ok(is_current.then_some(session))
        })
    }

    fn touch<'a>(&'a self, hash: &'a [u8; 32], seen: Moment) -> Answer<'a, ()> {
        Box::pin(async move {
            let asked = self.table.client.update_item().table_name(&self.table.name).set_key(Some(key(hex(hash))));
            let asked = asked
                .update_expression("SET #seen = :seen")
                // One that was ended stays so, and time does not go back.
                .condition_expression("attribute_exists(id) AND #seen < :seen")
                .expression_attribute_names("#seen", "seen")
                .expression_attribute_values(":seen", number(seen.micros()));
            let Err(error) = asked.send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
                _ => Err(self.table.fault("noting a session's use", &error).into()),
            }
        })
    }

    fn remove<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, ()> {
        Box::pin(async move {
            let asked = self.table.client.delete_item().table_name(&self.table.name).set_key(Some(key(hex(hash))));
            asked.send().await.map_err(|error| self.table.fault("ending a session", &error))?;
            Ok(())
        })
    }

    fn remove_all_of(&self, user: Uuid) -> Answer<'_, ()> {
        Box::pin(async move {
            let asked = self.table.client.update_item().table_name(&self.table.name).set_key(Some(key(of_user(user))));
            // Made twice, because an answer was lost, it ends the same sessions.
            let asked = asked
                .update_expression("ADD #generation :one")
                .expression_attribute_names("#generation", "generation")
                .expression_attribute_values(":one", number(1));
            asked.send().await.map_err(|error| self.table.fault("ending sessions", &error))?;
            Ok(())
        })
    }

    /// DynamoDB deletes by `expires`; nothing is left to do.
    fn sweep(&self, _: Moment) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

fn key(id: String) -> Attributes {
    Attributes::from([("id".to_owned(), text(id))])
}

fn of_user(user: Uuid) -> String {
    format!("user:{user}")
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn row_of(session: &Session, generation: u64) -> Attributes {
    let mut row = key(hex(&session.hash));
    let ends = session.expires.micros();
    row.extend([
        ("user".to_owned(), text(session.user.to_string())),
        ("created".to_owned(), number(session.created.micros())),
        ("seen".to_owned(), number(session.seen.micros())),
        ("ends".to_owned(), number(ends)),
        ("generation".to_owned(), number(generation)),
        // Not before its end: the next whole second.
        ("expires".to_owned(), number(ends.div_euclid(1_000_000).saturating_add(1))),
    ]);
    row
}

fn session_of(row: &Row<'_>, hash: [u8; 32]) -> Result<Session> {
    Ok(Session {
        hash,
        user: row.id("user")?,
        created: row.moment("created")?,
        seen: row.moment("seen")?,
        expires: row.moment("ends")?,
    })
}
