//! The release of Swagger UI: a ZIP archive whose files are served without unpacking them.
//!
//! A file in a ZIP archive is a DEFLATE stream with its CRC-32 and length beside it, and so is a gzip file (APPNOTE.TXT
//! 4.3.12, RFC 1952): only the few bytes around the stream differ.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use flate2::read::DeflateDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED as ARCHIVE;

use crate::problem::{Kind, Problem};

/// What the page loads.
const WANTED: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];
const DEFLATE: u16 = 8;

/// A file of the archive.
#[derive(Debug, Clone, Copy)]
pub(super) struct File {
    deflated: &'static [u8],
    crc: u32,
    size: u32,
}

static FILES: LazyLock<HashMap<&'static str, File>> = LazyLock::new(|| read(ARCHIVE).unwrap_or_default());

/// The file of this name that the page loads.
pub(super) fn file(name: &str) -> Option<File> {
    FILES.get(name).copied()
}

impl File {
    /// The file as gzip, or unpacked for the rare client that does not take that.
    pub(super) fn answer(self, headers: &HeaderMap) -> Result<Response, Problem> {
        let vary = [(VARY, HeaderValue::from_name(ACCEPT_ENCODING))];
        let takes_gzip = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok()).any(|codings| {
            codings
                .split(',')
                .any(|c| c.trim().strip_prefix("gzip").is_some_and(|q| !q.replace(' ', "").starts_with(";q=0")))
        });
        if takes_gzip {
            return Ok((vary, [(CONTENT_ENCODING, HeaderValue::from_static("gzip"))], self.gzip()).into_response());
        }
        let mut plain = Vec::new();
        DeflateDecoder::new(self.deflated)
            .take(u64::from(self.size))
            .read_to_end(&mut plain)
            .map_err(|_| Kind::Internal.because("the page's file cannot be unpacked"))?;
        Ok((vary, plain).into_response())
    }

    fn gzip(self) -> Vec<u8> {
        let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        [&header[..], self.deflated, &self.crc.to_le_bytes(), &self.size.to_le_bytes()].concat()
    }
}

/// Walks the central directory.
fn read(archive: &'static [u8]) -> Option<HashMap<&'static str, File>> {
    // The directory's end is followed by a comment.
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let at = |offset: usize, length: usize| archive.get(offset..offset.checked_add(length)?);
    let short = |offset| Some(u16::from_le_bytes(at(offset, 2)?.try_into().ok()?));
    let long = |offset| Some(u32::from_le_bytes(at(offset, 4)?.try_into().ok()?));
    let mut entry = usize::try_from(long(end + 16)?).ok()?;
    let mut files = HashMap::new();
    for _ in 0..short(end + 10)? {
        if at(entry, 4)? != b"PK\x01\x02" {
            return None;
        }
        let [name, extra, comment] = [short(entry + 28)?, short(entry + 30)?, short(entry + 32)?].map(usize::from);
        let path = std::str::from_utf8(at(entry + 46, name)?).ok()?;
        if let Some((_, name)) = path.split_once("/dist/")
            && WANTED.contains(&name)
            && short(entry + 10)? == DEFLATE
        {
            let local = usize::try_from(long(entry + 42)?).ok()?;
            let data = local + 30 + usize::from(short(local + 26)?) + usize::from(short(local + 28)?);
            let deflated = at(data, usize::try_from(long(entry + 20)?).ok()?)?;
            files.insert(name, File { deflated, crc: long(entry + 16)?, size: long(entry + 24)? });
        }
        entry += 46 + name + extra + comment;
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn what_the_page_loads_is_there_and_whole() {
        for name in WANTED {
            let file = file(name).expect(name);
            let mut text = String::new();
            // The decoder checks the CRC and the length.
            GzDecoder::new(&file.gzip()[..]).read_to_string(&mut text).expect(name);
            assert_eq!(text.len(), file.size as usize);
        }
        assert!(file("swagger-ui.js").is_none());
    }
}
