//! The input cut into chunks.

use std::{
    io::{BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::read::MultiGzDecoder;

use crate::{
    Error, Format, Result,
    chunk::{Chunk, Records},
    csv_record,
};

/// Size of a chunk of text, in bytes: large beside the cost of handing it over, small beside memory.
const CHUNK: usize = 1 << 20;
/// Longest record, in bytes.
const LONGEST_RECORD: usize = 64 << 20;

/// Longest header, in bytes.
const LONGEST_HEADER: usize = 8 << 20;

/// Where chunks come from.
pub(crate) trait Source: Send {
    /// The next chunk; `None` at the end.
    fn next(&mut self) -> Result<Option<Chunk>>;
}

/// A text with its records separated by line ends.
pub(crate) struct TextSource {
    name: String,
    input: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    format: Format,
    delimiter: u8,
    /// The beginning of a record whose end has not been read yet.
    rest: Vec<u8>,
    ended: bool,
    number: u64,
    line: u64,
    reported: u64,
}

/// Counts what is read of a stream.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl TextSource {
    /// Opens a text, plain or gzip.
    pub(crate) fn open(input: Box<dyn Read + Send>, name: &str, format: Format) -> Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let mut counted = BufReader::with_capacity(256 << 10, Counted { input, read: Arc::clone(&read) });
        let head = std::io::BufRead::fill_buf(&mut counted).map_err(|source| file(name, source))?;
        let input: Box<dyn Read + Send> = match head {
            [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(counted)),
            _ => Box::new(counted),
        };
        Ok(Self {
            name: name.to_owned(),
            input,
            read,
            format,
            delimiter: b',',
            rest: Vec::new(),
            ended: false,
            number: 0,
            line: 1,
            reported: 0,
        })
    }

    /// Takes the header of a CSV file; the delimiter is found in it where none is given.
    pub(crate) fn header(&mut self, delimiter: Option<u8>) -> Result<(Vec<String>, u8)> {
        self.fill(1)?;
        if self.rest.starts_with(b"\xef\xbb\xbf") {
            self.rest.drain(..3);
        }
        if self.rest.starts_with(b"\xff\xfe") || self.rest.starts_with(b"\xfe\xff") {
            return Err(self.fault("is UTF-16; save it as UTF-8"));
        }
        if self.rest.starts_with(b"PAR1") {
            return Err(self.fault("is a Parquet file; name it .parquet, or say `--from parquet`"));
        }
        // Blank lines before the header are no records.
        let blank = self.rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += newlines(self.rest.get(..blank).unwrap_or_default());
        self.rest.drain(..blank);
        if self.rest.is_empty() {
            return Err(self.fault("is empty; the first line must name the columns"));
        }
        let end = loop {
            // A header has no line break in a name of consequence: the delimiter need not be known to find its end.
            match csv_record::end(&self.rest, 0, delimiter.unwrap_or(b',')) {
                Some(end) => break end,
                None if self.ended => break self.rest.len(),
                None if self.rest.len() > LONGEST_HEADER => {
                    return Err(self.fault("the header is longer than 8 MiB; is a quote left open?"));
                }
                None => self.fill(self.rest.len() + CHUNK)?,
            }
        };
        let header: Vec<u8> = self.rest.drain(..end).collect();
        self.line += newlines(&header);
        let header = header.strip_suffix(b"\n").unwrap_or(&header);
        let header = header.strip_suffix(b"\r").unwrap_or(header);
        if memchr::memchr(b'\r', header).is_some() && memchr::memchr(b'"', header).is_none() {
            return Err(self.fault("lines end with CR alone; save the file with LF or CRLF (`tr '\\r' '\\n'`)"));
        }
        self.delimiter = delimiter.unwrap_or_else(|| sniff(header));
        let mut fields = Vec::new();
        csv_record::split(header, 0..header.len(), self.delimiter, &mut fields);
        let name = |field: &std::ops::Range<usize>| {
            let raw = csv_record::unquoted(header.get(field.clone()).unwrap_or_default()).into_owned();
            String::from_utf8(raw)
                .map(|name| name.trim().to_owned())
                .map_err(|_| self.fault("the header is not UTF-8; save the file as UTF-8"))
        };
        let names = fields.iter().map(name).collect::<Result<_>>()?;
        Ok((names, self.delimiter))
    }

    fn fault(&self, problem: &str) -> Error {
        Error::Input { name: self.name.clone(), line: Some(self.line), problem: problem.to_owned() }
    }

    /// Reads until so many bytes are there, or the input ends.
    fn fill(&mut self, wanted: usize) -> Result<()> {
        let missing = wanted.saturating_sub(self.rest.len()).max(1);
        if self.ended {
            return Ok(());
        }
        let limit = missing.max(CHUNK) as u64;
        let mut part = std::mem::take(&mut self.rest);
        part.reserve(missing.max(CHUNK));
        let count = (&mut self.input).take(limit).read_to_end(&mut part);
        self.rest = part;
        match count {
            Ok(count) => self.ended = (count as u64) < limit,
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Err(self.fault("the gzip stream ends before its end; copy the file again"));
            }
            Err(error) => return Err(file(&self.name, error)),
        }
        Ok(())
    }

    /// Where the last whole record ends.
    fn last_end(&self) -> Option<usize> {
        if self.format == Format::Ndjson || memchr::memchr(b'"', &self.rest).is_none() {
            return memchr::memrchr(b'\n', &self.rest).map(|at| at + 1);
        }
        let mut last = None;
        while let Some(end) = csv_record::end(&self.rest, last.unwrap_or(0), self.delimiter) {
            last = Some(end);
        }
        last
    }
}

impl Source for TextSource {
    fn next(&mut self) -> Result<Option<Chunk>> {
        self.fill(CHUNK)?;
        let end = loop {
            match self.last_end() {
                _ if self.ended => break self.rest.len(),
                Some(end) => break end,
                None if self.rest.len() > LONGEST_RECORD => {
                    return Err(self.fault("the record that begins here is longer than 64 MiB; is a quote left open?"));
                }
                None => self.fill(self.rest.len() + CHUNK)?,
            }
        };
        if end == 0 {
            return Ok(None);
        }
        let left = self.rest.get(end..).unwrap_or_default().to_vec();
        let mut bytes = std::mem::replace(&mut self.rest, left);
        bytes.truncate(end);
        let first_line = self.line;
        self.line += newlines(&bytes);
        let read = self.read.load(Ordering::Relaxed);
        let chunk = Chunk {
            number: self.number,
            first_line,
            read: read - self.reported,
            records: if self.format == Format::Csv { Records::Csv(bytes) } else { Records::Ndjson(bytes) },
        };
        self.reported = read;
        self.number += 1;
        Ok(Some(chunk))
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The delimiter that the header holds most of, outside quotes; a comma where none.
#[must_use]
pub fn sniff(header: &[u8]) -> u8 {
    let mut quoted = false;
    let outside: Vec<u8> = header
        .iter()
        .copied()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted
        })
        .collect();
    let count = |delimiter: u8| outside.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

pub(crate) fn file(name: &str, source: std::io::Error) -> Error {
    Error::File { name: name.to_owned(), source }
}
