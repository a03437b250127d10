//! A line of the log as JSON.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::conventions::context::Context;

/// One JSON object a line: time, level, target, message, the request's id and trace, then the event's fields.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let meta = event.metadata();
        let time = OffsetDateTime::now_utc().format(&Rfc3339).map_err(|_| fmt::Error)?;
        write!(writer, r#"{{"time":"{time}","level":"{}","target":"{}""#, meta.level(), meta.target())?;
        if let Some(written) = Context::with_current(|context| {
            // A request's id is letters, digits and dashes: nothing in it needs escaping.
            let (id, trace) = (context.request_id(), context.trace().trace_id());
            write!(writer, r#","request_id":"{id}","trace_id":"{trace}""#)
        }) {
            written?;
        }
        let mut fields = Fields { writer, outcome: Ok(()) };
        event.record(&mut fields);
        let Fields { mut writer, outcome } = fields;
        outcome?;
        writeln!(writer, "}}")
    }
}

/// Writes fields as they come. Their names are identifiers of the code: nothing to escape.
struct Fields<'w> {
    writer: Writer<'w>,
    outcome: fmt::Result,
}

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl Serialize) {
        let value = serde_json::to_string(&value).unwrap_or_else(|_| "null".into());
        self.outcome = self.outcome.and_then(|()| write!(self.writer, r#","{}":{value}"#, field.name()));
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, u64::try_from(value).unwrap_or(u64::MAX));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::conventions::trace_parent::TraceParent;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_line_is_json_with_the_request_it_belongs_to() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().event_format(JsonLines).with_writer(move || writer.clone());
        let _log = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        let context = Context::new("order-1", TraceParent::follow(None, 0.0), false);
        let trace = context.trace().trace_id().to_string();
        context.scope(async { tracing::info!(n = 7_u64, text = "a \"b\"\n", none = None::<u8>, "said") }).await;
        tracing::warn!(long = 1_u128, "outside");
        let text = String::from_utf8(lines.0.lock().expect("not poisoned").clone()).expect("text");
        let [inside, outside] = text.lines().collect::<Vec<_>>()[..] else { panic!("not two lines: {text}") };
        let inside: serde_json::Value = serde_json::from_str(inside).expect(inside);
        assert_eq!((&inside["request_id"], &inside["trace_id"]), (&"order-1".into(), &trace.into()));
        assert_eq!(
            (&inside["n"], &inside["text"], &inside["message"]),
            (&7.into(), &"a \"b\"\n".into(), &"said".into())
        );
        let outside: serde_json::Value = serde_json::from_str(outside).expect(outside);
        assert!(outside.get("request_id").is_none() && outside["long"] == 1 && outside["level"] == "WARN");
    }
}
