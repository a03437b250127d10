//! What the store says, as a problem: the one place where its errors turn into answers.

use store::{Conflict, Error};

use super::{Kind, Problem};

/// Seconds after which a store that was away is worth asking again.
const PAUSE: u64 = 1;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            Error::NotFound { .. } => Kind::NotFound.because(error.to_string()),
            Error::Conflict(Conflict::Changed) => Kind::PreconditionFailed.because(error.to_string()),
            // Another instance was at the same request in the same moment, and was faster.
            Error::Conflict(Conflict::Repeated) => Kind::RequestInProgress
                .because("this Idempotency-Key was used a moment ago; ask again")
                .retry_after(PAUSE),
            Error::Conflict(_) => Kind::Conflict.because(error.to_string()),
            Error::Invalid(_) => Kind::InvalidRequest.because(error.to_string()),
            Error::Erased => Kind::Gone.because(error.to_string()),
            Error::Overloaded(_) => Kind::Overloaded.because(error.to_string()).retry_after(PAUSE),
            Error::Unavailable(_) | Error::Uncertain(_) | Error::Deferred(_) => {
                Kind::Unavailable.because(error.to_string()).retry_after(PAUSE)
            }
            // What the driver says is for the log: it may quote statements and addresses.
            _ if error.is_temporary() => {
                tracing::warn!(%error, "the store failed");
                Kind::Unavailable.because("the store does not answer; try again").retry_after(PAUSE)
            }
            _ => {
                tracing::error!(%error, "the store failed");
                Kind::Internal.because("the store failed; the request's id is in the logs")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use http::header::RETRY_AFTER;

    use super::*;

    #[test]
    fn what_passes_says_when_to_come_again() {
        let passing = [
            (Error::Overloaded(4_096), Kind::Overloaded, 503),
            (Error::Unavailable("the disk is full".to_owned()), Kind::Unavailable, 503),
            (Error::Uncertain("it went away".to_owned()), Kind::Unavailable, 503),
            (Error::Deferred("it went away".to_owned()), Kind::Unavailable, 503),
            (Error::Conflict(Conflict::Repeated), Kind::RequestInProgress, 409),
        ];
        for (error, kind, status) in passing {
            let problem = Problem::from(error);
            assert_eq!(problem.kind(), kind);
            let response = problem.into_response();
            assert_eq!(response.status().as_u16(), status, "{kind:?}");
            assert_eq!(response.headers()[RETRY_AFTER], "1", "{kind:?}");
        }
        let lasting = Problem::from(Error::Conflict(Conflict::State("it is retired".to_owned()))).into_response();
        assert!(lasting.status() == 409 && !lasting.headers().contains_key(RETRY_AFTER));
    }
}
