//! Figures in lines of the log, in CloudWatch's embedded metric format: whoever collects the log makes metrics of them, and
//! nobody needs a right to write metrics.
//!
//! Source: Amazon CloudWatch user guide, "Specification: Embedded metric format".

use std::io::Write;

use serde_json::{Map, Value, json};
use store::Moment;

/// Where the metrics arrive.
const NAMESPACE: &str = "Plimsoll";

/// Writes figures without a unit to the standard output, as one line.
pub(crate) fn tell(figures: &[(&str, f64)]) {
    let line = line(Moment::now().micros() / 1_000, figures);
    // Nobody can be told that the output is closed.
    let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

fn line(milliseconds: i64, figures: &[(&str, f64)]) -> Value {
    let metrics: Vec<Value> = figures.iter().map(|(name, _)| json!({"Name": name, "Unit": "None"})).collect();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": metrics});
    let mut members = Map::new();
    members.insert("_aws".to_owned(), json!({"Timestamp": milliseconds, "CloudWatchMetrics": [directive]}));
    members.extend(figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_what_it_holds() {
        let expected = r#"{"_aws":{"CloudWatchMetrics":[{"Dimensions":[[]],"Metrics":[{"Name":"a","Unit":"None"}],"Namespace":"Plimsoll"}],"Timestamp":7},"a":0.5}"#;
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(line(7, &[("a", 0.5)]), expected);
    }
}
