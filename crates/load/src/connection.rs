//! One connection that is kept: a request out, its answer in.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{Error, Result};

/// Longest time for an answer: above whatever a service may take.
const PATIENCE: Duration = Duration::from_secs(40);
/// Most headers of an answer.
const HEADERS: usize = 64;
/// Most bytes of an answer.
const LONGEST: usize = 16 << 20;

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What `Retry-After` says, in seconds.
    pub retry_after: Option<u64>,
    /// Whether the connection ends after it.
    pub last: bool,
    /// The body.
    pub body: Vec<u8>,
}

struct Head {
    length: usize,
    body: usize,
    answer: Answer,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// [`Error::Connection`].
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let failed = |error| Error::Connection(address, error);
        let stream =
            timeout(PATIENCE, TcpStream::connect(address)).await.map_err(|_| failed(late()))?.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self { address, stream, buffer: Vec::with_capacity(16 << 10) })
    }

    /// Sends a whole request and reads its answer.
    ///
    /// # Errors
    /// [`Error::Connection`], after which nothing is known of the request; [`Error::Answer`]. Either way the connection is
    /// of no more use.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let address = self.address;
        let asked = timeout(PATIENCE, self.exchange(request)).await;
        asked.unwrap_or_else(|_| Err(Error::Connection(address, late())))
    }

    /// Asks for a resource.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub async fn get(&mut self, path: &str, headers: &[String]) -> Result<Answer> {
        let mut request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        headers.iter().for_each(|line| request.extend([line, "\r\n"]));
        request.push_str("\r\n");
        self.ask(request.as_bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        let address = self.address;
        let failed = |error| Error::Connection(address, error);
        self.stream.write_all(request).await.map_err(failed)?;
        self.buffer.clear();
        let head = loop {
            self.more().await?;
            if let Some(head) = read_head(&self.buffer)? {
                break head;
            }
        };
        let end = head.body + head.length;
        while self.buffer.len() < end {
            self.more().await?;
        }
        if self.buffer.len() > end {
            return Err(Error::Answer("more bytes than it says".to_owned()));
        }
        let body = self.buffer.get(head.body..end).unwrap_or_default().to_vec();
        Ok(Answer { body, ..head.answer })
    }

    async fn more(&mut self) -> Result<()> {
        let failed = |error| Error::Connection(self.address, error);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err(failed(io::ErrorKind::UnexpectedEof.into())),
            Ok(_) if self.buffer.len() > LONGEST => Err(Error::Answer("it is too long".to_owned())),
            Ok(_) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

fn late() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

/// The head of an answer, once it is whole.
fn read_head(buffer: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(buffer).map_err(|error| Error::Answer(error.to_string()))?;
    let httparse::Status::Complete(body) = parsed else { return Ok(None) };
    let mut head = Head {
        length: 0,
        body,
        answer: Answer { status: response.code.unwrap_or(0), retry_after: None, last: false, body: Vec::new() },
    };
    for header in response.headers.iter() {
        let value = std::str::from_utf8(header.value).unwrap_or_default();
        if header.name.eq_ignore_ascii_case("content-length") {
            head.length = value.parse().map_err(|_| Error::Answer(format!("Content-Length: {value}")))?;
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(Error::Answer(format!("Transfer-Encoding: {value}")));
        } else if header.name.eq_ignore_ascii_case("retry-after") {
            head.answer.retry_after = value.parse().ok();
        } else if header.name.eq_ignore_ascii_case("connection") {
            head.answer.last = value.eq_ignore_ascii_case("close");
        }
    }
    if head.length > LONGEST { Err(Error::Answer("it is too long".to_owned())) } else { Ok(Some(head)) }
}

#[cfg(test)]
mod tests {
    use super::read_head;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text =
            b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\ncontent-length: 7\r\nConnection: close\r\n\r\nbody";
        assert!(read_head(&text[..40]).unwrap().is_none());
        let head = read_head(text).unwrap().unwrap();
        assert_eq!((head.length, head.body, head.answer.status), (7, text.len() - 4, 503));
        assert_eq!((head.answer.retry_after, head.answer.last), (Some(2), true));
    }
}
