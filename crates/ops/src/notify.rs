//! Who is told how a deployment ended.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::{
    aws::{Account, refusal},
    http,
    rollout::Report,
};

/// How long a webhook may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest subject that SNS takes.
const SUBJECT: usize = 99;

/// Who is told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Listeners {
    /// SNS topic that is told how it ended, by ARN
    #[arg(long, value_name = "ARN")]
    notify_topic: Option<String>,
    /// Webhook that takes Slack's messages and is told how it ended; better in the variable, for its address is a secret
    #[arg(long, value_name = "URL", env = "PLIMSOLL_OPS_WEBHOOK", hide_env_values = true)]
    notify_webhook: Option<String>,
}

impl Listeners {
    /// Tells them. Who cannot be reached changes nothing of what was done: it is said on standard error.
    pub(crate) async fn tell(&self, account: &Account, report: &Report) {
        let text = report.told().join("\n");
        if let Some(topic) = &self.notify_topic {
            let subject: String =
                report.told().first().into_iter().flat_map(|line| line.chars()).take(SUBJECT).collect();
            // A subject is ASCII.
            let subject: String =
                subject.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '-' }).collect();
            let call = account.topics().publish().topic_arn(topic).subject(subject).message(&text);
            if let Err(no) = call.send().await.map_err(refusal(format!("telling {topic}"))) {
                eprintln!("{no}");
            }
        }
        if let Some(url) = &self.notify_webhook
            && let Err(why) = post(url, &text).await
        {
            eprintln!("telling the webhook: {why}");
        }
    }
}

async fn post(url: &str, text: &str) -> Result<(), String> {
    let client = http::client(PATIENCE).map_err(http::plain)?;
    let request = client.post(url).header("content-type", "application/json");
    let answer = request.body(json!({ "text": text }).to_string()).send().await.map_err(http::plain)?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status())) }
}
