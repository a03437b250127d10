//! `/debug/profile?seconds=N`: where the processor's time goes, by sampling.

use axum::response::Response;
use serde::Deserialize;

use crate::conventions::extract::Query;
use crate::problem::{Kind, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileQuery {
    seconds: Option<u64>,
}

/// Stacks with their counts, a line each, as flame graph tools read them.
pub(super) async fn profile(Query(query): Query<ProfileQuery>) -> Result<Response, Problem> {
    let seconds = query.seconds.unwrap_or(10);
    if !(1..=60).contains(&seconds) {
        return Err(Kind::InvalidParameter
            .because("the time is too short or too long")
            .parameter("seconds", "must be 1 to 60"));
    }
    sample(seconds).await
}

async fn sample(_: u64) -> Result<Response, Problem> {
    Err(Kind::NotFound.because("this binary has no profiler: build it with the feature `profile`"))
}
