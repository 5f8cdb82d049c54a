//! One connection: a request comes in, an answer goes out.
//!
//! The one idea: whoever is slow is waited for until a fixed time, however they divide it. It must not wait for anybody longer.

use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use chrono::DateTime;

use super::WebAnswer;
use super::request::{LONGEST, Unreadable, WebRequest};
use super::visits::Visit;
use crate::host::now;

/// How long a request may take to come.
const IN: Duration = Duration::from_secs(5);
/// How long an answer may take to go.
const OUT: Duration = Duration::from_secs(20);
/// How long, and for how many bytes, somebody may go on talking after the answer: to hang up on them could lose it.
const FAREWELL: Duration = Duration::from_millis(500);
const FAREWELL_BYTES: usize = 64 * 1024;

/// Who has asked.
#[derive(Debug)]
pub struct Visitor {
    stream: TcpStream,
    visit: Visit,
}

impl Visitor {
    pub(super) fn new(stream: TcpStream, visit: Visit) -> Self {
        Self { stream, visit }
    }

    /// Whether nobody waits for an answer any more.
    pub fn is_gone(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0]));
        let is_open = match peeked {
            Ok(bytes) => bytes > 0,
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        };
        self.stream.set_nonblocking(false).is_err() || !is_open || self.visit.is_cut()
    }

    /// Their request; `None` in place of a reason where they have gone.
    pub(super) fn request(&self) -> Result<WebRequest, Option<Unreadable>> {
        let until = Instant::now() + IN;
        let (mut head, mut chunk) = (Vec::new(), [0; 4096]);
        loop {
            let read = match self.read(&mut chunk, until) {
                Ok(0) => return Err(None),
                Ok(read) => &chunk[..read],
                // A browser opens some connections beforehand, and leaves them alone.
                Err(error) if is_slow(&error) => return Err(Some(Unreadable::Slow).filter(|_| !head.is_empty())),
                Err(_) => return Err(None),
            };
            head.extend_from_slice(read);
            // The rest of a line says nothing new, unless it is too long or no line at all.
            if head.len() > read.len() && head.len() <= LONGEST && !read.contains(&b'\n') {
                continue;
            }
            if let Some(request) = WebRequest::read(&head)? {
                return Ok(request);
            }
        }
    }

    /// Sends an answer, its head alone where that was asked for, and ends the connection.
    pub(super) fn send(&self, answer: &WebAnswer, head_alone: bool) {
        let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
        let length = answer.body.len().to_string();
        let date = date();
        let own = [("Content-Length", length.as_str()), ("Connection", "close"), ("Date", date.as_str())];
        for (name, value) in answer.headers.iter().copied().chain(own) {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        let until = Instant::now() + OUT;
        let body = if head_alone { &[][..] } else { &answer.body };
        // Whoever has gone meanwhile is no trouble.
        let sent = self.write(head.as_bytes(), until).and_then(|()| self.write(body, until));
        if sent.and_then(|()| self.stream.shutdown(Shutdown::Write)).is_ok() {
            self.take_leave();
        }
    }

    /// Reads what somebody still says, up to a bound, and heeds none of it.
    fn take_leave(&self) {
        let until = Instant::now() + FAREWELL;
        let (mut chunk, mut left) = ([0; 4096], FAREWELL_BYTES);
        while let Ok(read @ 1..) = self.read(&mut chunk, until) {
            left = left.saturating_sub(read);
            if left == 0 {
                return;
            }
        }
    }

    fn read(&self, chunk: &mut [u8], until: Instant) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(time_left(until)?))?;
        (&self.stream).read(chunk)
    }

    fn write(&self, mut bytes: &[u8], until: Instant) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(time_left(until)?))?;
            match (&self.stream).write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The time until then, which is never nothing.
fn time_left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// Systems name the end of a wait in two ways.
fn is_slow(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// The time, as answers name it (RFC 9110 section 6.6.1).
fn date() -> String {
    let now = DateTime::from_timestamp(now() as i64, 0).unwrap_or_default();
    now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "Refused",
    }
}
