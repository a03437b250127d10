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

/// Samples a second: not a divisor of anything that ticks.
#[cfg(feature = "profile")]
const FREQUENCY: i32 = 99;

#[cfg(feature = "profile")]
async fn sample(seconds: u64) -> Result<Response, Problem> {
    use axum::response::IntoResponse;

    let failed = |error: pprof::Error| {
        tracing::error!(%error, "the profiler failed");
        Kind::Conflict.because("the profiler does not start; is another profile being taken?")
    };
    let guard = pprof::ProfilerGuardBuilder::default()
        .frequency(FREQUENCY)
        .blocklist(&["libc", "libgcc", "pthread", "vdso"])
        .build()
        .map_err(failed)?;
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    // Names are looked up in the debug information, which takes its time.
    let report = tokio::task::spawn_blocking(move || guard.report().build().map(|report| folded(&report)));
    match report.await {
        Ok(stacks) => Ok(stacks.map_err(failed)?.into_response()),
        Err(_) => Err(Kind::Internal.because("the profile cannot be written")),
    }
}

/// `thread;outermost;…;innermost count`, a line a stack.
#[cfg(feature = "profile")]
fn folded(report: &pprof::Report) -> String {
    let line = |(frames, count): (&pprof::Frames, &isize)| {
        let names = frames.frames.iter().rev().flat_map(|inlined| inlined.iter().rev()).map(|symbol| symbol.name());
        let stack: Vec<String> = std::iter::once(frames.thread_name.clone()).chain(names).collect();
        format!("{} {count}\n", stack.join(";"))
    };
    report.data.iter().map(line).collect()
}

#[cfg(not(feature = "profile"))]
async fn sample(_: u64) -> Result<Response, Problem> {
    Err(Kind::NotFound.because("this binary has no profiler: build it with the feature `profile`"))
}
