//! The files' schema: the same for all models and settings, so that all files of a lake are one table.

use std::sync::{Arc, OnceLock};

use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{metadata::KeyValue, properties::WriterProperties},
    schema::{
        parser::parse_message_type,
        types::{ColumnPath, Type},
    },
};

/// The version of the schema. Columns may be added at the end under the same version; a change of meaning is a new one.
pub const SCHEMA_VERSION: u32 = 1;

/// The key under which a file names that version.
const VERSION_KEY: &str = "plimsoll.lake.schema";
/// Who wrote a file. No version of the program: the same entries give the same bytes after an upgrade.
const CREATED_BY: &str = "plimsoll";
/// How hard it is packed: beyond this files hardly get smaller, and take longer.
const LEVEL: i32 = 3;

const MESSAGE: &str = "
message decision {
  required binary id (STRING);
  required int64 time (TIMESTAMP(MICROS,true));
  required int32 chain;
  required int64 sequence;
  required binary model_hash (STRING);
  optional binary policy_hash (STRING);
  optional int64 score (DECIMAL(18,6));
  optional double probability_of_bad;
  optional binary decision (STRING);
  optional binary applicant_token (STRING);
  optional group reasons (LIST) {
    repeated group list { required binary element (STRING); }
  }
  optional group characteristics (LIST) {
    repeated group list {
      required group element {
        required binary name (STRING);
        required int32 attribute;
        optional int64 points (DECIMAL(18,6));
      }
    }
  }
  optional group inputs (MAP) {
    repeated group key_value { required binary key (STRING); optional binary value (STRING); }
  }
}";

/// The schema.
pub(crate) fn schema() -> Result<Arc<Type>, ParquetError> {
    static SCHEMA: OnceLock<Arc<Type>> = OnceLock::new();
    if let Some(schema) = SCHEMA.get() {
        return Ok(Arc::clone(schema));
    }
    let schema = Arc::new(parse_message_type(MESSAGE)?);
    Ok(Arc::clone(SCHEMA.get_or_init(|| schema)))
}

/// How files are written.
pub(crate) fn properties() -> Result<WriterProperties, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_key_value_metadata(Some(vec![KeyValue::new(VERSION_KEY.to_owned(), SCHEMA_VERSION.to_string())]));
    // Each value is another: a dictionary of them is in the way.
    for column in ["id", "time", "sequence"] {
        builder = builder
            .set_column_dictionary_enabled(ColumnPath::from(column), false)
            .set_column_encoding(ColumnPath::from(column), Encoding::PLAIN);
    }
    Ok(builder.build())
}
