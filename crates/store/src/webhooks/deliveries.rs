//! Deliveries: an event on its way to an endpoint, and how its attempts went.

use uuid::Uuid;

use crate::{
    Conflict, Error, Moment, Position, Result, Store,
    database::{Row, Session, Value, bulk, values},
};

/// Longest payload, in bytes.
const MAX_PAYLOAD: usize = 16 << 10;
const COLUMNS: &str = "SELECT id, event, type, position, state, attempts, due, status, error, created, changed \
                       FROM webhook_deliveries";

/// An event that is to be sent to an endpoint.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Where to.
    pub endpoint: Uuid,
    /// The event's id: one event goes to one endpoint once, however often it is handed in.
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// The entry that it was drawn from.
    pub position: Option<Position>,
    /// The body, as it is signed and sent.
    pub payload: String,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Not tried yet.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// The last attempt failed; there will be another.
    Failed,
    /// The last attempt failed and there will be no other.
    Dead,
}

/// A delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id; the order of ids is that of time.
    pub id: Uuid,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// The entry that the event was drawn from.
    pub position: Option<Position>,
    /// How far it has come.
    pub state: DeliveryState,
    /// Attempts that were begun.
    pub attempts: u32,
    /// When it is tried next.
    pub due: Option<Moment>,
    /// The last attempt's HTTP status.
    pub status: Option<u16>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When it was handed in.
    pub created: Moment,
    /// When it last came further.
    pub changed: Moment,
}

/// One attempt at a delivery.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// When it ended.
    pub time: Moment,
    /// Microseconds that it took.
    pub took: i64,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Why it failed.
    pub error: Option<String>,
}

/// What waits to be sent to enabled endpoints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxDepth {
    /// How many.
    pub waiting: u64,
    /// When the oldest was handed in.
    pub oldest: Option<Moment>,
}

impl DeliveryState {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Delivered => 1,
            Self::Failed => 2,
            Self::Dead => 3,
        }
    }

    fn from_number(number: i64) -> Result<Self> {
        [Self::Pending, Self::Delivered, Self::Failed, Self::Dead]
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or_else(|| Error::Corrupt(format!("a delivery in state {number}")))
    }
}

impl Store {
    /// Hands deliveries in, due at once; those whose event the endpoint has already are passed over. Gives how many are new.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a payload is too long; where the database cannot be written.
    pub async fn enqueue_deliveries(&self, deliveries: Vec<NewDelivery>) -> Result<usize> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let now = Moment::now().micros();
        let mut all: Vec<Value> = Vec::with_capacity(deliveries.len() * 11);
        for delivery in deliveries {
            if delivery.payload.len() > MAX_PAYLOAD || delivery.payload.contains('\0') {
                return Err(Error::Invalid(format!("an event of more than {MAX_PAYLOAD} bytes, or with NUL")));
            }
            let position = delivery.position.map(Position::number).transpose()?;
            all.extend(values![
                Uuid::now_v7(),
                delivery.endpoint,
                delivery.event,
                delivery.kind,
                position,
                delivery.payload,
                DeliveryState::Pending.number(),
                0_i64,
                now,
                now,
                now
            ]);
        }
        let doing = "handing in deliveries";
        let head = "INSERT INTO webhook_deliveries \
                    (id, endpoint, event, type, position, payload, state, attempts, due, created, changed)";
        let tail = "ON CONFLICT (endpoint, event) DO NOTHING RETURNING id";
        let mut transaction = self.database.begin().await?;
        let new = bulk::insert(&mut transaction, doing, head, 11, all, tail).await?.len();
        transaction.commit(doing).await?;
        self.outbox.notify_one();
        Ok(new)
    }

    /// Deliveries to an endpoint, the newest first, from before one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such endpoint.
    pub async fn deliveries(&self, endpoint: Uuid, before: Option<Uuid>, limit: usize) -> Result<Vec<Delivery>> {
        self.webhook(endpoint).await?;
        let sql = format!("{COLUMNS} WHERE endpoint = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        let values = values![endpoint, before.unwrap_or(Uuid::max()), i64::try_from(limit).unwrap_or(i64::MAX)];
        let rows = self.database.read().await?.fetch("listing deliveries", sql, values).await?;
        rows.iter().map(read).collect()
    }

    /// One delivery to an endpoint and its latest attempts, the oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delivery(&self, endpoint: Uuid, id: Uuid) -> Result<(Delivery, Vec<Attempt>)> {
        let mut snapshot = self.database.snapshot().await?;
        let sql = format!("{COLUMNS} WHERE endpoint = $1 AND id = $2");
        let row = snapshot.fetch_optional("reading a delivery", sql, values![endpoint, id]).await?;
        let delivery = read(&row.ok_or_else(|| Error::NotFound { what: "delivery", which: id.to_string() })?)?;
        let sql = "SELECT number, time, took, status, error FROM webhook_attempts WHERE delivery = $1 ORDER BY time";
        let rows = snapshot.fetch("reading attempts", sql, values![id]).await?;
        Ok((delivery, rows.iter().map(attempt).collect::<Result<_>>()?))
    }

    /// Has a delivery tried again at once, with all its attempts before it; also one that was delivered.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] while it is being sent.
    pub async fn retry_delivery(&self, endpoint: Uuid, id: Uuid) -> Result<Delivery> {
        self.webhook(endpoint).await?;
        self.delivery(endpoint, id).await?;
        let now = Moment::now().micros();
        let sql = "UPDATE webhook_deliveries SET state = $1, attempts = 0, due = $2, claim = NULL, changed = $2 \
                   WHERE endpoint = $3 AND id = $4 AND (claim IS NULL OR due <= $2)";
        let values = values![DeliveryState::Pending.number(), now, endpoint, id];
        let changed = self.database.write().await?.execute("retrying a delivery", sql, values).await?;
        if changed == 0 {
            return Err(Error::Conflict(Conflict::State("the delivery is being sent at this moment".to_owned())));
        }
        self.outbox.notify_one();
        Ok(self.delivery(endpoint, id).await?.0)
    }

    /// What waits to be sent.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn outbox_depth(&self) -> Result<OutboxDepth> {
        let sql = "SELECT COUNT(*), MIN(created) FROM webhook_deliveries WHERE due IS NOT NULL \
                   AND endpoint IN (SELECT id FROM webhook_endpoints WHERE enabled = 1)";
        let row = self.database.read().await?.fetch_one("measuring the outbox", sql, vec![]).await?;
        Ok(OutboxDepth { waiting: row.count(0)?, oldest: row.get::<Option<i64>>(1)?.map(Moment::from_micros) })
    }

    /// Forgets deliveries that were handed in before a time. Gives how many.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn trim_deliveries(&self, before: Moment) -> Result<u64> {
        let doing = "forgetting old deliveries";
        let mut transaction = self.database.begin().await?;
        let attempts = "DELETE FROM webhook_attempts WHERE delivery IN \
                        (SELECT id FROM webhook_deliveries WHERE created < $1)";
        transaction.execute(doing, attempts, values![before.micros()]).await?;
        let deliveries = "DELETE FROM webhook_deliveries WHERE created < $1";
        let gone = transaction.execute(doing, deliveries, values![before.micros()]).await?;
        transaction.commit(doing).await?;
        Ok(gone)
    }
}

fn read(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.id(0)?,
        event: row.get(1)?,
        kind: row.get(2)?,
        position: row.get::<Option<i64>>(3)?.map(Position::from_number).transpose()?,
        state: DeliveryState::from_number(row.get(4)?)?,
        attempts: small(row, 5)?,
        due: row.get::<Option<i64>>(6)?.map(Moment::from_micros),
        status: status(row, 7)?,
        error: row.get(8)?,
        created: Moment::from_micros(row.get(9)?),
        changed: Moment::from_micros(row.get(10)?),
    })
}

fn attempt(row: &Row) -> Result<Attempt> {
    Ok(Attempt {
        number: small(row, 0)?,
        time: Moment::from_micros(row.get(1)?),
        took: row.get(2)?,
        status: status(row, 3)?,
        error: row.get(4)?,
    })
}

pub(super) fn small(row: &Row, place: usize) -> Result<u32> {
    u32::try_from(row.count(place)?).map_err(|_| Error::Corrupt("a count of attempts".to_owned()))
}

fn status(row: &Row, place: usize) -> Result<Option<u16>> {
    let status: Option<i64> = row.get(place)?;
    status.map(u16::try_from).transpose().map_err(|_| Error::Corrupt("an HTTP status".to_owned()))
}
