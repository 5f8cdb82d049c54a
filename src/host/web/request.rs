//! The head of a request, read off bytes.
//!
//! The one idea: what could be understood in two ways is not understood. It must not open anything.

use httparse::{EMPTY_HEADER, Request, Status};

/// Bytes of a head: a browser sends one or two thousand, and more with the cookies of its other pages on this computer.
pub(super) const LONGEST: usize = 32 * 1024;
/// Bytes of an address.
const LONGEST_ADDRESS: usize = 8 * 1024;
/// Headers of a request.
const MOST_HEADERS: usize = 64;

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebRequest {
    /// `GET`, say.
    pub method: String,
    /// The path with the query behind it.
    pub address: String,
    headers: Vec<(String, Vec<u8>)>,
}

/// What a request says under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderValue<'a> {
    /// Nothing.
    Absent,
    /// This, once.
    Once(&'a str),
    /// More than one thing, or something that is no text.
    Unclear,
}

/// Why a request is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no request of HTTP 1, or one that could be understood in two ways.
    Broken,
    /// It would bring something along.
    Body,
    /// Its address is too long.
    LongAddress,
    /// Its head is too long, or has too many headers.
    LongHead,
    /// It did not come in time.
    Slow,
}

impl Unreadable {
    /// The status of HTTP for it.
    pub fn status(self) -> u16 {
        match self {
            Self::Broken => 400,
            Self::Slow => 408,
            Self::Body => 413,
            Self::LongAddress => 414,
            Self::LongHead => 431,
        }
    }
}

impl WebRequest {
    /// Reads a head from its beginning; `None` while its end has not come.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Unreadable> {
        if bytes.first().is_some_and(|first| !first.is_ascii_alphabetic() && !b"\r\n".contains(first)) {
            return Err(Unreadable::Broken);
        }
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut request = Request::new(&mut headers);
        let status = request.parse(bytes).map_err(|error| match error {
            httparse::Error::TooManyHeaders => Unreadable::LongHead,
            _ => Unreadable::Broken,
        })?;
        // Where its end has not come, all that has come is of it.
        if request.path.map_or(bytes.len(), str::len) > LONGEST_ADDRESS {
            return Err(Unreadable::LongAddress);
        }
        if status == Status::Partial {
            return if bytes.len() > LONGEST { Err(Unreadable::LongHead) } else { Ok(None) };
        }
        let (Some(method), Some(address)) = (request.method, request.path) else { return Err(Unreadable::Broken) };
        let headers = request.headers.iter().map(|one| (one.name.to_ascii_lowercase(), one.value.to_vec())).collect();
        let read = Self { method: method.to_owned(), address: address.to_owned(), headers };
        read.checked().map(Some)
    }

    /// What it says under a name, in small letters.
    pub fn header(&self, name: &str) -> HeaderValue<'_> {
        let mut values = self.headers.iter().filter(|(of, _)| of == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (None, _) => HeaderValue::Absent,
            (Some(value), None) => std::str::from_utf8(value).map_or(HeaderValue::Unclear, HeaderValue::Once),
            _ => HeaderValue::Unclear,
        }
    }

    fn checked(self) -> Result<Self, Unreadable> {
        if self.header("transfer-encoding") != HeaderValue::Absent {
            return Err(Unreadable::Body);
        }
        match self.header("content-length") {
            HeaderValue::Absent | HeaderValue::Once("0") => {}
            HeaderValue::Once(length) if length.bytes().all(|digit| digit.is_ascii_digit()) => {
                return Err(Unreadable::Body);
            }
            _ => return Err(Unreadable::Broken),
        }
        // An address of another place is for a server that passes requests on.
        if self.address.starts_with('/') { Ok(self) } else { Err(Unreadable::Broken) }
    }
}
