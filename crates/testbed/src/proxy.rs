//! A way to a server that can be made bad: slow, cut, silent, or answering in the server's place; and that can be led to
//! another server.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// What the way does with connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Lets everything through.
    Open,
    /// Lets everything through, each piece of an answer so much later.
    Slow(Duration),
    /// Ends connections as they come, and those that are there.
    Closed,
    /// Takes connections and requests, and never answers.
    Silent,
    /// Lets so many bytes of each answer through, then ends the connection.
    CutAfter(usize),
    /// Answers each HTTP request itself: status line and body of JSON.
    Answering(&'static str, String),
}

/// A TCP proxy on a port of the loopback interface. Ends with the process.
pub struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    target: String,
    way: Way,
    /// Connections of clients, to be ended when the way changes for the worse.
    open: Vec<TcpStream>,
    taken: usize,
}

impl Proxy {
    /// A way to `host:port`, open at first.
    #[must_use]
    pub fn to(target: impl Into<String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let state = State { target: target.into(), way: Way::Open, open: Vec::new(), taken: 0 };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(client, &shared));
            }
        });
        Self { port, state }
    }

    /// Changes the way. Connections that are there follow it, unless it is closed: then they end.
    pub fn set(&self, way: Way) {
        let mut state = lock(&self.state);
        if way == Way::Closed {
            end_all(&mut state);
        }
        state.way = way;
    }

    /// Leads to another server from now on; connections to the one before end.
    pub fn lead_to(&self, target: impl Into<String>) {
        let mut state = lock(&self.state);
        state.target = target.into();
        end_all(&mut state);
    }

    /// Where it listens: host and port.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where it listens, as a URL of HTTP.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Connections it has taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        lock(&self.state).taken
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_all(state: &mut State) {
    for client in state.open.drain(..) {
        let _ = client.shutdown(Shutdown::Both);
    }
}

fn serve(client: TcpStream, state: &Arc<Mutex<State>>) {
    let (target, way) = {
        let mut state = lock(state);
        state.taken += 1;
        state.open.retain(|open| open.peer_addr().is_ok());
        state.open.extend(client.try_clone());
        (state.target.clone(), state.way.clone())
    };
    match way {
        Way::Closed => drop(client.shutdown(Shutdown::Both)),
        Way::Answering(..) => answer(client, state),
        _ => {
            let Ok(server) = TcpStream::connect(target) else {
                let _ = client.shutdown(Shutdown::Both);
                return;
            };
            let (Ok(from_client), Ok(to_server)) = (client.try_clone(), server.try_clone()) else { return };
            let shared = Arc::clone(state);
            thread::spawn(move || carry(from_client, to_server, &shared, false));
            carry(server, client, state, true);
        }
    }
}

/// Carries bytes one way until either side ends; `is_answer` where they come from the server.
fn carry(mut from: TcpStream, mut to: TcpStream, state: &Mutex<State>, is_answer: bool) {
    let mut piece = vec![0; 16 << 10];
    let mut carried = 0;
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let way = lock(state).way.clone();
        let mut allowed = count;
        match way {
            Way::Silent => continue,
            Way::Closed => break,
            Way::Slow(pause) if is_answer => thread::sleep(pause),
            Way::CutAfter(most) if is_answer => allowed = count.min(most.saturating_sub(carried)),
            // This connection was opened on another way: its client is to come again.
            Way::Answering(..) => break,
            _ => {}
        }
        if to.write_all(piece.get(..allowed).unwrap_or_default()).is_err() || allowed < count {
            break;
        }
        carried += allowed;
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// Answers requests in the server's place as long as that is the way.
fn answer(mut client: TcpStream, state: &Mutex<State>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match request_length(&request) {
            Some(length) if request.len() >= length => {
                request.drain(..length);
                let Way::Answering(status, body) = lock(state).way.clone() else { break };
                let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\n");
                let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
                if client.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
            _ => match client.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(count) => request.extend_from_slice(piece.get(..count).unwrap_or_default()),
            },
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// How long the first request in these bytes is, once its head is whole.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(bytes.get(..head)?).to_ascii_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(head + body.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that sends back what it is sent.
    fn echo() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut reader = client.try_clone().unwrap();
                    std::io::copy(&mut reader, &mut client)
                });
            }
        });
        address
    }

    fn ask(proxy: &Proxy, what: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let _ = stream.write_all(what);
        let mut answer = vec![0; 4096];
        let count = stream.read(&mut answer).unwrap_or(0);
        answer.truncate(count);
        answer
    }

    #[test]
    fn each_way_does_what_it_says() {
        let proxy = Proxy::to(echo());
        assert_eq!(ask(&proxy, b"hello"), b"hello");
        proxy.set(Way::Slow(Duration::from_millis(100)));
        let began = std::time::Instant::now();
        assert_eq!(ask(&proxy, b"hello"), b"hello");
        assert!(began.elapsed() >= Duration::from_millis(100));
        for way in [Way::Silent, Way::Closed] {
            proxy.set(way);
            assert_eq!(ask(&proxy, b"hello"), b"");
        }
        proxy.set(Way::CutAfter(2));
        assert_eq!(ask(&proxy, b"hello"), b"he");
        proxy.set(Way::Answering("503 Service Unavailable", "{}".to_owned()));
        let said = ask(&proxy, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
        assert!(said.starts_with(b"HTTP/1.1 503") && said.ends_with(b"{}"));
        proxy.set(Way::Open);
        proxy.lead_to(echo());
        assert_eq!(ask(&proxy, b"again"), b"again");
        assert_eq!(proxy.taken(), 7);
    }
}
