//! The bytes of a file, looked at in the ways that formats need.
//!
//! The one idea: each way of looking is taken once, however many formats ask whether a file is theirs.
//! It must not know any format.

use std::cell::{Cell, OnceCell};

use super::json::Document;
use super::{BROKEN_FILE, PASSWORD_NEEDED};
use crate::diagnostic::{Diagnostic, Place};

/// Why a whole file, or the rest of it, is not read.
#[derive(Clone)]
pub(super) struct Refusal(Box<Diagnostic>);

impl Refusal {
    /// Adds the way out.
    pub(super) fn help(self, help: &str) -> Self {
        Self(Box::new(self.0.help(help)))
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

/// A file.
pub(super) struct Content<'a> {
    pub(super) bytes: &'a [u8],
    /// What problems call it.
    pub(super) name: &'a str,
    password: Option<&'a str>,
    /// Whether a format asked for the password.
    asked: Cell<bool>,
    /// Why no key is derived any more.
    closed: OnceCell<Refusal>,
    text: Option<&'a str>,
    json: OnceCell<Option<Document<'a>>>,
}

impl<'a> Content<'a> {
    pub(super) fn new(bytes: &'a [u8], name: &'a str, password: Option<&'a str>) -> Self {
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok();
        Self { bytes, name, password, asked: Cell::new(false), closed: OnceCell::new(), text, json: OnceCell::new() }
    }

    /// All of it as text, without a mark of byte order.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.text
    }

    /// All of it as JSON, if it is an object or an array.
    pub(super) fn json(&self) -> Option<&Document<'a>> {
        self.json.get_or_init(|| self.text.and_then(Document::read)).as_ref()
    }

    /// The password, or the problem that asks for it. Who asks goes on to derive a key, which is work.
    pub(super) fn password(&self) -> Result<&'a str, Refusal> {
        self.password_or("encrypted with a password", "give the password that it was exported with")
    }

    /// The password, or what takes its place, as [`Self::password`] gives it; the problem says what is asked for.
    pub(super) fn password_or(&self, message: &str, help: &str) -> Result<&'a str, Refusal> {
        self.asked.set(true);
        if let Some(refusal) = self.closed.get() {
            return Err(refusal.clone());
        }
        self.password.ok_or_else(|| self.refuse(PASSWORD_NEEDED, message).help(help))
    }

    /// The password, for a file within this one.
    pub(super) fn given(&self) -> Option<&'a str> {
        self.password
    }

    /// Whether a format asked for the password.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.get()
    }

    /// Answers every question for the password with a problem; the first one stays.
    pub(super) fn close(&self, why: Refusal) {
        let _ = self.closed.set(why);
    }

    /// A problem of the whole file.
    pub(super) fn refuse(&self, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal(Box::new(Diagnostic::error(code, Place::file(self.name), message)))
    }

    /// The problem of a file that is not built as its format has it.
    pub(super) fn broken(&self, message: impl Into<String>) -> Refusal {
        self.refuse(BROKEN_FILE, message).help("export it again; the file may be damaged or cut off")
    }
}
