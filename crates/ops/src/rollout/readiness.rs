//! The service asked by itself whether it takes work: a balancer lets in whatever is alive, even over another, empty database.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{ecs::stream::clean, http, line::Line};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 65_536;

/// Whether the service said that it takes work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Readiness {
    /// What was asked.
    pub(crate) url: String,
    pub(crate) ready: bool,
    /// What it said last.
    pub(crate) said: String,
    pub(crate) seconds: u64,
}

/// What `/ready` answers.
#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    checks: BTreeMap<String, String>,
}

/// Asks the service at an address until it is ready, or for so long.
pub(crate) async fn ask(address: &str, (every, within): (Duration, Duration)) -> Readiness {
    let url = format!("{}/api/ready", address.trim_end_matches('/'));
    let client = http::client(PATIENCE).map_err(http::plain);
    let (begun, mut line) = (Instant::now(), Line::new());
    loop {
        let looked = match &client {
            Ok(client) => look(client, &url).await,
            Err(none) => Err(none.clone()),
        };
        let (ready, said) = match looked {
            Ok(()) => (true, "ready".to_owned()),
            Err(said) => (false, said),
        };
        let took = begun.elapsed();
        if ready || took >= within {
            return Readiness { url, ready, said, seconds: took.as_secs() };
        }
        line.show(&format!("{url}: {said}"), took);
        tokio::time::sleep(every).await;
    }
}

/// Asks once; otherwise what is wrong.
async fn look(client: &reqwest::Client, url: &str) -> Result<(), String> {
    let mut answer = client.get(url).send().await.map_err(http::plain)?;
    let (code, mut body) = (answer.status().as_u16(), Vec::new());
    while let Some(part) = answer.chunk().await.map_err(http::plain)? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST {
            break;
        }
    }
    read(code, &body)
}

/// Reads an answer. A page that is found everywhere is none: the words must be those of `/ready`.
fn read(code: u16, body: &[u8]) -> Result<(), String> {
    match serde_json::from_slice::<Answer>(body) {
        Ok(answer) if code == 200 && answer.status == "ready" => Ok(()),
        Ok(answer) => {
            let wrong = answer.checks.iter().filter(|(_, said)| *said != "ok");
            let wrong: Vec<String> = wrong.map(|(check, said)| format!("{check}: {said}")).collect();
            let why = if wrong.is_empty() { String::new() } else { format!(": {}", wrong.join("; ")) };
            let said = format!("{code}, {}{why}", answer.status);
            Err(clean(&said))
        }
        Err(_) => Err(format!("{code}, and not a word of whether it is ready")),
    }
}

impl Readiness {
    /// For a terminal.
    pub(crate) fn line(&self) -> String {
        let Self { url, ready, said, seconds } = self;
        let is = if *ready { "ready" } else { "NOT READY" };
        let what = if *ready { String::new() } else { format!(": it answers {said}") };
        format!("{url}: {is} after {seconds} s{what}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_words_say_that_it_is_ready() {
        assert_eq!(read(200, br#"{"status":"ready","checks":{"store":"ok"}}"#), Ok(()));
        for (code, body, said) in [
            (
                503,
                r#"{"status":"not ready","checks":{"keyring":"ok","model":"no\u001b[2J champion","store":"away"}}"#,
                "503, not ready: model: no [2J champion; store: away",
            ),
            (503, r#"{"status":"draining","checks":{"store":"ok"}}"#, "503, draining"),
            (503, r#"{"status":"ready"}"#, "503, ready"),
            (200, "<!doctype html>", "200, and not a word of whether it is ready"),
            (502, "", "502, and not a word of whether it is ready"),
        ] {
            assert_eq!(read(code, body.as_bytes()), Err(said.to_owned()));
        }
    }
}
