//! Several writes that are made together or not at all.

use std::time::Duration;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, TransactWriteItem},
};
use uuid::Uuid;

use super::{DYNAMODB, Table};
use crate::{Fault, Trouble};

/// Attempts where others are at the same rows, or capacity is short.
const ATTEMPTS: u32 = 10;
/// The longest pause after the first attempt; it doubles with each.
const PAUSE: Duration = Duration::from_millis(20);
/// The longest pause of all.
const LONGEST_PAUSE: Duration = Duration::from_millis(800);

/// What became of a transaction.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All of it is made.
    Made,
    /// Nothing of it is made: the writes at these places, from 0, found their condition not met.
    Refused(Vec<usize>),
    /// No answer came: it may have been made, or may still be.
    Unknown(Fault),
}

/// Makes writes together. `token` is the same for the same writes: an attempt whose answer was lost is not made again.
///
/// # Errors
/// Where nothing was made, for another reason than a condition.
pub(crate) async fn transact(
    table: &Table,
    doing: &str,
    token: Uuid,
    writes: Vec<TransactWriteItem>,
) -> Result<Outcome, Fault> {
    let mut attempt = 0;
    loop {
        let asked = table.client.transact_write_items().client_request_token(token.to_string());
        let Err(error) = asked.set_transact_items(Some(writes.clone())).send().await else { return Ok(Outcome::Made) };
        let fault = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                match reading(cancelled.cancellation_reasons()) {
                    Reading::Refused(places) => return Ok(Outcome::Refused(places)),
                    Reading::Again(code) => busy(table, doing, &code),
                    Reading::Failed(said) => {
                        let said = format!("{doing} (table `{}`): {said}", table.name);
                        return Err(Fault::new(DYNAMODB, Trouble::Failed, said));
                    }
                }
            }
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
                busy(table, doing, "TransactionInProgress")
            }
            Some(_) => {
                let fault = table.fault(doing, &error);
                // A service that failed may have done its work before.
                let failed = error.raw_response().is_some_and(|answer| answer.status().is_server_error());
                return if failed { Ok(Outcome::Unknown(fault)) } else { Err(fault) };
            }
            None => {
                let fault = table.fault(doing, &error);
                return if fault.is_passing() { Ok(Outcome::Unknown(fault)) } else { Err(fault) };
            }
        };
        attempt += 1;
        if attempt >= ATTEMPTS {
            return Err(fault);
        }
        tokio::time::sleep(pause(attempt)).await;
    }
}

fn busy(table: &Table, doing: &str, code: &str) -> Fault {
    let said = format!("{doing} (table `{}`): {code}, {ATTEMPTS} times", table.name);
    Fault::new(DYNAMODB, Trouble::Throttled, said)
}

/// A pause with jitter before attempt `attempt`, from 1.
fn pause(attempt: u32) -> Duration {
    let longest = PAUSE.saturating_mul(1 << attempt.min(10)).min(LONGEST_PAUSE);
    let share = f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX);
    longest.mul_f64(share)
}

/// What the reasons of a cancelled transaction come to.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Refused(Vec<usize>),
    /// It may be made at the next attempt.
    Again(String),
    Failed(String),
}

/// Reads the reasons, one a write in their order. A condition that is not met decides, whatever else went wrong; then what
/// no other attempt mends.
fn reading(reasons: &[CancellationReason]) -> Reading {
    const PASSING: [&str; 3] = ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"];
    let at_fault: Vec<(usize, &str, &CancellationReason)> = reasons
        .iter()
        .enumerate()
        .filter_map(|(place, reason)| Some((place, reason.code()?, reason)))
        .filter(|(_, code, _)| *code != "None")
        .collect();
    let refused: Vec<usize> =
        at_fault.iter().filter(|(_, code, _)| *code == "ConditionalCheckFailed").map(|(place, ..)| *place).collect();
    if !refused.is_empty() {
        return Reading::Refused(refused);
    }
    if let Some((place, code, reason)) = at_fault.iter().find(|(_, code, _)| !PASSING.contains(code)) {
        let said = reason.message().unwrap_or_default();
        return Reading::Failed(format!("write {place} of the transaction: {code}: {said}"));
    }
    match at_fault.first() {
        Some((_, code, _)) => Reading::Again((*code).to_owned()),
        None => Reading::Failed("it was cancelled, and no reason given".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(codes: &[&str]) -> Reading {
        let reason = |code: &&str| CancellationReason::builder().code(*code).message("so it is").build();
        reading(&codes.iter().map(reason).collect::<Vec<_>>())
    }

    #[test]
    fn reasons_are_told_apart() {
        assert_eq!(read(&["None", "ConditionalCheckFailed", "TransactionConflict"]), Reading::Refused(vec![1]));
        assert_eq!(read(&["ConditionalCheckFailed", "None", "ConditionalCheckFailed"]), Reading::Refused(vec![0, 2]));
        for passing in ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"] {
            assert_eq!(read(&["None", passing]), Reading::Again(passing.to_owned()));
        }
        let Reading::Failed(said) = read(&["TransactionConflict", "ItemCollectionSizeLimitExceeded"]) else { panic!() };
        assert_eq!(said, "write 1 of the transaction: ItemCollectionSizeLimitExceeded: so it is");
        assert!(matches!(read(&[]), Reading::Failed(_)));
    }

    #[test]
    fn pauses_grow_and_end() {
        for attempt in 1..ATTEMPTS {
            assert!(pause(attempt) <= LONGEST_PAUSE);
        }
        assert!(pause(1) <= PAUSE * 2);
    }
}
