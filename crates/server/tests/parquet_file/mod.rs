//! German Credit as a Parquet file.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::registered::applications;

/// All of it: numbers as INT64, the rest as texts.
pub(crate) fn german() -> Vec<u8> {
    let rows = applications();
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let column = |name: &&String| match &rows[0][name.as_str()] {
        Value::Number(_) => format!("required int64 {name};"),
        _ => format!("required binary {name} (STRING);"),
    };
    let schema = format!("message applications {{ {} }}", names.iter().map(column).collect::<String>());
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for name in names {
        let mut column = group.next_column().unwrap().unwrap();
        if rows[0][name.as_str()].is_number() {
            let values: Vec<i64> = rows.iter().map(|row| row[name.as_str()].as_i64().unwrap()).collect();
            column.typed::<Int64Type>().write_batch(&values, None, None).unwrap();
        } else {
            let values: Vec<ByteArray> = rows.iter().map(|row| row[name.as_str()].as_str().unwrap().into()).collect();
            column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}
