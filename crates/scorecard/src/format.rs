//! The plain JSON format: read, written, hashed.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{Error, Result, Scorecard};

/// The version of the document format that this build writes.
pub const FORMAT_VERSION: u32 = 1;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

const NAME: &str = "plimsoll-scorecard";

/// Deepest nesting of a document: room for the deepest expressions and predicates that an evaluator takes.
const MAX_NESTING: usize = 256;

/// Reads a scorecard from JSON and checks it.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::Unsupported`] for another format or version, [`Error::Json`] with the path at
/// fault, [`Error::Model`] where the parts contradict one another.
pub fn from_json(text: &[u8]) -> Result<Scorecard> {
    let scorecard: Scorecard = read(text, "scorecard", NAME, FORMAT_VERSION)?;
    scorecard.check()?;
    Ok(scorecard)
}

/// Writes a scorecard as JSON, indented, ending in a newline: made to be read and compared by people.
#[must_use]
pub fn to_json(scorecard: &Scorecard) -> String {
    // Serialising a document of strings, numbers and lists to memory cannot fail.
    let mut text = serde_json::to_string_pretty(scorecard).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema 2020-12 of the format.
#[must_use]
pub fn json_schema() -> &'static str {
    include_str!("../schemas/scorecard.schema.json")
}

/// The opening of every document: looked at before the rest, so that a newer document is told apart from a wrong one.
#[derive(Deserialize)]
struct Opening {
    format: Option<String>,
    format_version: Option<u64>,
}

/// Reads a document that says its format and version, with the path, line and column of whatever is wrong.
pub(crate) fn read<T: DeserializeOwned>(text: &[u8], what: &'static str, name: &str, version: u32) -> Result<T> {
    if text.len() > MAX_BYTES {
        return Err(Error::TooLarge { what, actual: text.len(), limit: MAX_BYTES });
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    limit_nesting(text, what)?;
    let opening: Opening = parse(text, what)?;
    match (opening.format.as_deref(), opening.format_version) {
        (Some(found), Some(v)) if found == name && v == u64::from(version) => parse(text, what),
        (Some(found), Some(v)) if found == name => Err(Error::Unsupported(format!(
            "{name} version {v}; this build reads version {version}, so use a build that reads {v}"
        ))),
        (Some(found), _) if found != name => {
            Err(Error::Unsupported(format!("`format` is \"{found}\"; expected \"{name}\"")))
        }
        (None, _) => Err(Error::Unsupported(format!("no `format` in the document; expected \"format\": \"{name}\""))),
        _ => Err(Error::Unsupported(format!("no `format_version` in the document; expected {version}"))),
    }
}

fn parse<T: DeserializeOwned>(text: &[u8], what: &'static str) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // The reader's own limit of 128 is below what imported expressions need; `read` has applied this crate's.
    deserializer.disable_recursion_limit();
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        json_error(what, path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| json_error(what, ".".into(), &error))?;
    Ok(parsed)
}

/// Refuses lists and objects within one another beyond [`MAX_NESTING`]: reading them takes the thread's stack.
fn limit_nesting(text: &[u8], what: &'static str) -> Result<()> {
    let (mut depth, mut line, mut line_start) = (0_usize, 1, 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' => (line, line_start) = (line + 1, at + 1),
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            let problem = format!("lists and objects nest deeper than {MAX_NESTING}; flatten the document");
            return Err(Error::Json { what, path: ".".into(), line, column: at + 1 - line_start, problem });
        }
    }
    Ok(())
}

fn json_error(what: &'static str, path: String, error: &serde_json::Error) -> Error {
    // serde_json ends its message with the position, which has its own place here.
    let message = error.to_string();
    let problem = message.rsplit_once(" at line ").map_or(message.as_str(), |(head, _)| head).to_owned();
    Error::Json { what, path, line: error.line(), column: error.column(), problem }
}

/// `sha256:` and the SHA-256 of the compact JSON. Struct order is the document's order, so equal documents hash alike.
pub(crate) fn content_hash<T: Serialize>(document: &T) -> String {
    let bytes = serde_json::to_vec(document).unwrap_or_default();
    let mut hash = String::with_capacity(71);
    hash.push_str("sha256:");
    for byte in Sha256::digest(&bytes) {
        hash.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        hash.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    hash
}
