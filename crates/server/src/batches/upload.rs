//! A file that comes in a form (multipart/form-data, RFC 7578), as browsers and `curl -F` send it.
//!
//! Parts: `file`, and short texts before or behind it, such as a batch's `reference`. The file goes on to where the caller wants
//! it as it comes in; what is held in memory is bounded, whatever is sent.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use batch::Format;
use bytes::Bytes;
use futures_util::Stream;
use multer::{Field, Multipart, parse_boundary};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    conventions::body,
    problem::{Kind, Problem},
};

/// The media type of a form.
pub(crate) const FORM: &str = "multipart/form-data";

/// The part that is the file.
const FILE: &str = "file";

/// Bytes that may come without a part's content going on: the headers of a part, or what is before the first.
const MOST_HELD: usize = 64 * 1024;
/// The longest name of a column, in bytes.
const MOST_REFERENCE: usize = 1024;

/// What a form said about its file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) format: Format,
    /// The column of the lender's references.
    pub(crate) reference: Option<String>,
}

/// The format of a file by its media type, and the name that batches have for it.
pub(crate) fn format_of(media_type: &str) -> Result<Format, Problem> {
    match media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "text/csv" => Ok(Format::Csv),
        "application/x-ndjson" | "application/jsonl" => Ok(Format::Ndjson),
        "application/vnd.apache.parquet" => Ok(Format::Parquet),
        _ => Err(Kind::UnsupportedMediaType.because(
            "send the file as text/csv, application/x-ndjson or application/vnd.apache.parquet, and say so in Content-Type; \
             or as the part `file` of multipart/form-data",
        )),
    }
}

/// Reads the form of a batch, and writes its file to `into`.
///
/// # Errors
/// Those of [`read_parts`].
pub(crate) async fn read(
    content_type: &str,
    body: impl Stream<Item = Result<Bytes, axum::Error>> + Send + 'static,
    into: &mut (impl AsyncWrite + Unpin),
) -> Result<Form, Problem> {
    let (format, [reference]) = read_parts(content_type, body, into, [("reference", MOST_REFERENCE)]).await?;
    Ok(Form { format, reference })
}

/// Reads a form: writes its file to `into`, and gives its format and the texts of the other parts, which have these names and at
/// most so many bytes.
///
/// # Errors
/// 400 where it is no form or breaks off, 415 where the file is of no format that is read, 422 where the file is missing, or a
/// part comes twice or is none of those that are taken; those of [`body::fault`].
pub(crate) async fn read_parts<const N: usize>(
    content_type: &str,
    body: impl Stream<Item = Result<Bytes, axum::Error>> + Send + 'static,
    into: &mut (impl AsyncWrite + Unpin),
    taken: [(&'static str, usize); N],
) -> Result<(Format, [Option<String>; N]), Problem> {
    let boundary = parse_boundary(content_type)
        .map_err(|_| Kind::MalformedRequest.because("Content-Type names no boundary of the form's parts"))?;
    let held = Arc::new(AtomicUsize::new(0));
    let mut parts = Multipart::new(Measured { body: Box::pin(body), held: Arc::clone(&held), rest: false }, boundary);
    let (mut format, mut texts) = (None, [const { None }; N]);
    while let Some(mut part) = parts.next_field().await.map_err(fault)? {
        held.store(0, Ordering::Relaxed);
        let name = part.name().unwrap_or_default().to_owned();
        if name == FILE {
            if format.is_some() {
                return Err(twice(&name));
            }
            format = Some(format_of_part(&part)?);
            while let Some(bytes) = part.chunk().await.map_err(fault)? {
                held.store(0, Ordering::Relaxed);
                into.write_all(&bytes).await.map_err(full)?;
            }
            into.flush().await.map_err(full)?;
            continue;
        }
        let known = taken.iter().zip(&mut texts).find(|((known, _), _)| *known == name);
        let Some(((_, most), place)) = known else { return Err(unknown(&name, &taken.map(|(known, _)| known))) };
        if place.is_some() {
            return Err(twice(&name));
        }
        let mut text = Vec::new();
        while let Some(bytes) = part.chunk().await.map_err(fault)? {
            held.store(0, Ordering::Relaxed);
            text.extend_from_slice(&bytes);
            if text.len() > *most {
                return Err(refused(&name, format!("must have at most {most} bytes")));
            }
        }
        *place = Some(String::from_utf8(text).map_err(|_| refused(&name, "is not UTF-8 text".to_owned()))?);
    }
    let format = format.ok_or_else(|| refused(FILE, "is missing".to_owned()))?;
    Ok((format, texts))
}

fn twice(part: &str) -> Problem {
    refused(part, "comes more than once".to_owned())
}

fn unknown(part: &str, taken: &[&str]) -> Problem {
    if part.is_empty() {
        return refused("", "has no name; its Content-Disposition must have one".to_owned());
    }
    let part: String = part.chars().take(100).collect();
    let taken = taken.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    refused(&part, format!("is no part that is taken; there are `{FILE}` and {taken}"))
}

/// By the part's Content-Type; by the file's name where there is none that says anything.
fn format_of_part(part: &Field<'_>) -> Result<Format, Problem> {
    let by_type = part.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // Browsers call a CSV file Excel's where Excel is installed: that says no more than nothing.
    let says_nothing = |kind: &str| ["application/octet-stream", "application/vnd.ms-excel"].contains(&kind);
    let by_type = by_type.filter(|kind| !says_nothing(&kind.trim().to_ascii_lowercase()));
    match (by_type, part.file_name()) {
        (Some(kind), _) => format_of(kind),
        (None, Some(name)) if !name.to_lowercase().ends_with(".gz") => {
            let unknown = || {
                Kind::UnsupportedMediaType.because(
                    "the part `file` has no Content-Type, and its name does not end with .csv, .ndjson, .jsonl or .parquet",
                )
            };
            Format::of_name(name).ok_or_else(unknown)
        }
        _ => Err(Kind::UnsupportedMediaType
            .because("the part `file` has no Content-Type; send text/csv, application/x-ndjson or application/vnd.apache.parquet")),
    }
}

fn refused(part: &str, detail: String) -> Problem {
    Kind::InvalidRequest.because("the form is not what is taken here; see errors").parameter(part.to_owned(), detail)
}

/// The problem where a file cannot be put aside.
pub(crate) fn full(error: std::io::Error) -> Problem {
    Kind::Unavailable.because(format!("the file cannot be put aside: {error}")).retry_after(5)
}

fn fault(error: multer::Error) -> Problem {
    let malformed = |detail: &'static str| Kind::MalformedRequest.because(detail);
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<axum::Error>() {
            Ok(error) => body::fault(&error),
            Err(cause) if cause.is::<Held>() => {
                malformed("the form has a part with too many headers, or too much before its first part")
            }
            Err(_) => malformed("the form could not be read to its end"),
        },
        multer::Error::ReadHeaderFailed(_)
        | multer::Error::DecodeHeaderName { .. }
        | multer::Error::DecodeHeaderValue { .. } => malformed("the headers of one of the form's parts are malformed"),
        multer::Error::DecodeContentType(_) => malformed("the Content-Type of one of the form's parts is malformed"),
        _ => malformed("the form ends before its closing boundary; is the boundary the one that Content-Type names?"),
    }
}

/// More than [`MOST_HELD`] came without a part's content.
#[derive(Debug, thiserror::Error)]
#[error("too much is held")]
struct Held;

/// A body that is handed on piece by piece, and counted until some of it has gone on: the parser would take whatever is
/// there into memory, and searches for the end of headers without end.
struct Measured<S> {
    body: Pin<Box<S>>,
    held: Arc<AtomicUsize>,
    /// Whether the last call gave a piece: then the parser has its turn.
    rest: bool,
}

impl<S: Stream<Item = Result<Bytes, axum::Error>>> Stream for Measured<S> {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if std::mem::take(&mut this.rest) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Poll::Ready(piece) = this.body.as_mut().poll_next(cx) else { return Poll::Pending };
        this.rest = piece.is_some();
        Poll::Ready(match piece {
            Some(Ok(piece)) if this.held.fetch_add(piece.len(), Ordering::Relaxed) > MOST_HELD => {
                Some(Err(Held.into()))
            }
            Some(Ok(piece)) => Some(Ok(piece)),
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    async fn read_in_pieces(text: &[u8], of: usize) -> Result<(Form, Vec<u8>), Problem> {
        let pieces: Vec<_> = text.chunks(of).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut file = Vec::new();
        let form = read("multipart/form-data; boundary=b", futures_util::stream::iter(pieces), &mut file).await?;
        Ok((form, file))
    }

    fn part(disposition: &str, more: &str, content: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn a_file_comes_whole_however_it_is_cut() {
        let file = part(
            "name=\"file\"; filename=\"a.csv\"",
            "Content-Type: text/csv\r\n",
            "a,b\r\n--a is no boundary\r\n1,2\r\n",
        );
        let text = format!("{}{file}--b--\r\n", part("name=\"reference\"", "", "a"));
        for of in [1, 2, 3, 7, 64, text.len()] {
            let (form, file) = read_in_pieces(text.as_bytes(), of).await.unwrap();
            assert_eq!(form, Form { format: Format::Csv, reference: Some("a".into()) }, "{of}");
            assert_eq!(file, b"a,b\r\n--a is no boundary\r\n1,2\r\n", "{of}");
        }
    }

    #[tokio::test]
    async fn the_name_says_the_format_where_the_type_does_not() {
        for (name, more, format) in [
            ("a.CSV", "", Some(Format::Csv)),
            ("a.jsonl", "Content-Type: application/octet-stream\r\n", Some(Format::Ndjson)),
            ("a.csv", "Content-Type: application/vnd.apache.parquet\r\n", Some(Format::Parquet)),
            ("a.csv", "Content-Type: text/html\r\n", None),
            ("a.csv.gz", "", None),
            ("a", "", None),
        ] {
            let text = part(&format!("name=\"file\"; filename=\"{name}\""), more, "x") + "--b--";
            let read = read_in_pieces(text.as_bytes(), 1000).await.map(|(form, _)| form.format);
            assert_eq!(read.as_ref().ok().copied(), format, "{name} {more}");
            assert!(read.is_ok() || read.unwrap_err().kind() == Kind::UnsupportedMediaType);
        }
    }

    #[tokio::test]
    async fn what_is_wrong_is_said() {
        let file = || part("name=\"file\"", "Content-Type: text/csv\r\n", "a");
        for (text, kind, what) in [
            ("--b--".to_owned(), Kind::InvalidRequest, "file"),
            (file() + &file() + "--b--", Kind::InvalidRequest, "file"),
            (part("name=\"data\"", "", "x") + "--b--", Kind::InvalidRequest, "data"),
            (part("filename=\"a.csv\"", "", "x") + "--b--", Kind::InvalidRequest, ""),
            (part("name=\"reference\"", "", &"x".repeat(2000)) + "--b--", Kind::InvalidRequest, "reference"),
        ] {
            let problem = read_in_pieces(text.as_bytes(), 5).await.unwrap_err();
            assert_eq!((problem.kind(), problem.errors()[0].parameter.as_deref()), (kind, Some(what)), "{text}");
        }
        for text in [String::new(), file(), "--c--".to_owned(), "--b\r\nnonsense\r\n\r\nx\r\n--b--".to_owned()] {
            assert_eq!(read_in_pieces(text.as_bytes(), 5).await.unwrap_err().kind(), Kind::MalformedRequest, "{text}");
        }
    }

    #[tokio::test]
    async fn headers_without_end_are_cut_off() {
        for text in ["x".repeat(1 << 20), format!("--b\r\nA: {}", "x".repeat(1 << 20))] {
            let problem = read_in_pieces(text.as_bytes(), 4096).await.unwrap_err();
            assert!(problem.detail().contains("too many headers"), "{}", problem.detail());
        }
        let long = part("name=\"file\"", "Content-Type: text/csv\r\n", &"x".repeat(1 << 20)) + "--b--";
        assert_eq!(read_in_pieces(long.as_bytes(), 4096).await.unwrap().1.len(), 1 << 20);
    }
}
