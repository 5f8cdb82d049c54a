//! Turns a file of an authenticator, or a picture of a QR code, into entries.
//!
//! The one idea: the content tells the format, never the name, and one bad entry does not lose the good ones: what
//! cannot be read is a [`Diagnostic`] beside them. A source is private, so a diagnostic has a place and our own words.
//! It must not touch the file system; the bytes are handed in.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod picture;
mod qr;
mod text;

use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Deviation, Entry};

/// Bytes in the largest file that is read.
pub const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// Pixels in the largest picture that is read.
pub const LARGEST_PICTURE: u64 = 40_000_000;
/// Entries that are read of one file.
pub const MOST_ENTRIES: usize = 10_000;
/// Problems that are reported of one file.
pub const MOST_PROBLEMS: usize = 1_000;

/// A picture cannot be decoded.
pub const UNREADABLE_PICTURE: &str = "IN001";
/// A picture holds no QR code that can be read.
pub const NO_QR_CODE: &str = "IN002";
/// A QR code holds something else.
pub const QR_CODE_WITHOUT_ENTRY: &str = "IN003";
/// Bytes are not text in UTF-8.
pub const NOT_UTF8: &str = "IN004";
/// A line holds no entry.
pub const LINE_WITHOUT_ENTRY: &str = "IN005";
/// A file or picture is too large.
pub const TOO_LARGE: &str = "IN006";
/// A file holds too many entries or problems; the rest was not read.
pub const TOO_MANY: &str = "IN007";
/// A file has nothing to read.
pub const NOTHING_THERE: &str = "IN008";

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imported {
    /// In the order of the file.
    pub entries: Vec<Found>,
    /// In the order of the file.
    pub problems: Vec<Diagnostic>,
}

/// An entry and where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The entry.
    pub entry: Entry,
    /// What was odd about its text.
    pub deviations: Vec<Deviation>,
    /// File, line and column; never a span, since the source is private.
    pub place: Place,
}

/// Reads a PNG picture of one or more QR codes, or a text with an otpauth URI or set-up key a line.
///
/// `name` is what diagnostics call the file. Nothing is lost in silence: no entry means at least one problem.
pub fn read(bytes: &[u8], name: &str) -> Imported {
    if bytes.len() > LARGEST_FILE {
        let message = format!("larger than {} MiB, the most that is read", LARGEST_FILE / 1024 / 1024);
        return problem(TOO_LARGE, name, message, "give only the file with the entries, or a picture of the QR code");
    }
    if bytes.starts_with(b"\x89PNG") {
        return qr::read(bytes, name);
    }
    if let Some(format) = other_picture(bytes) {
        let message = format!("a {format} file; of pictures only PNG is read");
        return problem(UNREADABLE_PICTURE, name, message, "save the picture as PNG, or take a screenshot of it");
    }
    text::read(bytes, name)
}

fn other_picture(bytes: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &str); 3] = [(b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"%PDF-", "PDF")];
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("WebP");
    }
    // The length before the mark: four letters alone could begin a set-up key.
    if bytes.starts_with(&[0, 0, 0]) && bytes.get(4..8) == Some(b"ftyp") {
        return Some("HEIC");
    }
    starts.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, format)| format)
}

/// The one problem of a whole file.
fn problem(code: &'static str, name: &str, message: impl Into<String>, help: &str) -> Imported {
    let problem = Diagnostic::error(code, Place::file(name), message).help(help);
    Imported { entries: Vec::new(), problems: vec![problem] }
}
