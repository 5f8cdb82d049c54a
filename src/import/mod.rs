//! Turns what people have of an authenticator, an export, a backup or a picture of a QR code, into entries.
//!
//! The one idea: the content tells the format, never the name, and one bad entry does not lose the good ones: what
//! cannot be read is a [`Diagnostic`] beside them. A source is private, so a diagnostic has a place and our own words.
//! It must not touch the file system; the bytes are handed in.
//! To add a format: a file here, and a line in [`FORMATS`].

#![cfg_attr(test, allow(clippy::unwrap_used))]
// What only files within files need.
#![cfg_attr(not(feature = "archives"), allow(dead_code))]

mod aegis;
mod andotp;
#[cfg(feature = "archives")]
mod archive;
#[cfg(not(feature = "archives"))]
#[path = "archive_closed.rs"]
mod archive;
mod batch;
mod bitwarden;
mod content;
mod csv;
mod duo;
mod ente;
mod field;
mod freeotp;
mod freeotp_plus;
mod intake;
mod java;
mod json;
#[cfg(feature = "kdbx")]
mod kdbx;
mod keepass_xml;
mod key;
mod keycloak;
mod lastpass;
mod migration;
mod number;
mod oath_toolkit;
mod one_password;
mod openpgp;
mod pam;
mod pass;
mod picture;
mod position;
mod privacyidea;
mod proton_authenticator;
mod proton_pass;
mod pskc;
mod qr;
mod raivo;
mod secretstream;
mod steam;
mod stratum;
mod text;
mod totp_authenticator;
mod twofas;
mod winauth;
mod xml;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::entry::{Assumed, Deviation, Entry, ReadEntry};
use content::{Content, Refusal};
use intake::Intake;

pub use batch::{Batch, joined};
pub use qr::in_frame;

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
/// A file is not built as its format has it: damaged, cut off, or of a version that is not known.
pub const BROKEN_FILE: &str = "IN009";
/// A file is encrypted, and no password was given.
pub const PASSWORD_NEEDED: &str = "IN010";
/// A file cannot be decrypted: another password, or damage, which look alike.
pub const WRONG_PASSWORD: &str = "IN011";
/// The key of a file would take more time or memory to derive than is allowed.
pub const TOO_COSTLY: &str = "IN012";
/// A file is encrypted in a way that a password alone does not open.
pub const CANNOT_DECRYPT: &str = "IN013";
/// An item of an export gives no entry.
pub const BAD_ENTRY: &str = "IN014";
/// A part of an export in several parts is missing.
pub const MISSING_BATCH: &str = "IN015";
/// A format has no room for a parameter, so that it was lost when the file was written.
pub const LOSES_PARAMETERS: &str = "IN016";
/// A file cannot be opened.
pub const CANNOT_OPEN: &str = "IN017";

/// A picture of a kind that is not read, by the name that its kind has.
pub const PICTURE_OF_ANOTHER_KIND: &str = "IN018";

/// A kind of file that is read.
pub struct Format {
    /// As `--format` takes it.
    pub id: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// Whether a file is of this kind: what no other format has, cheap to find.
    recognise: fn(&Content<'_>) -> bool,
    /// Takes the entries in. An error is one of the whole file, and keeps what was taken in before it.
    read: fn(&Content<'_>, &mut Intake<'_>) -> Result<(), Refusal>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every format, in the order in which a file is tried on them; text comes last, since it takes anything.
pub const FORMATS: &[Format] = &[
    qr::FORMAT,
    archive::FORMAT,
    twofas::FORMAT,
    aegis::FORMAT,
    andotp::FORMAT,
    bitwarden::FORMAT,
    csv::FORMAT,
    duo::FORMAT,
    ente::FORMAT,
    freeotp::FORMAT,
    freeotp_plus::FORMAT,
    #[cfg(feature = "kdbx")]
    kdbx::FORMAT,
    keepass_xml::FORMAT,
    keycloak::FORMAT,
    lastpass::FORMAT,
    oath_toolkit::FORMAT,
    openpgp::FORMAT,
    one_password::FORMAT,
    pam::FORMAT,
    pass::FORMAT,
    privacyidea::FORMAT,
    proton_authenticator::FORMAT,
    proton_pass::FORMAT,
    pskc::FORMAT,
    raivo::FORMAT,
    steam::FORMAT,
    stratum::FORMAT,
    totp_authenticator::FORMAT,
    winauth::FORMAT,
    text::FORMAT,
];

/// Formats that hold what a service gave or keeps, not what an app made of it. An archive holds what is in it.
const NOT_OF_AN_APP: &[&str] = &[
    archive::FORMAT.id,
    keycloak::FORMAT.id,
    oath_toolkit::FORMAT.id,
    pam::FORMAT.id,
    privacyidea::FORMAT.id,
    pskc::FORMAT.id,
    qr::FORMAT.id,
    text::FORMAT.id,
];

/// Formats of apps whose file has all that the app holds; others may leave entries out.
const WHOLE: &[&str] = &[
    aegis::FORMAT.id,
    andotp::FORMAT.id,
    duo::FORMAT.id,
    freeotp::FORMAT.id,
    freeotp_plus::FORMAT.id,
    lastpass::FORMAT.id,
    proton_authenticator::FORMAT.id,
    raivo::FORMAT.id,
    stratum::FORMAT.id,
    totp_authenticator::FORMAT.id,
    twofas::FORMAT.id,
];

/// The apps that write a format, by ids as knowledge has them.
const APPS: &[(&str, &str)] =
    &[("2fas", "2fas"), ("aegis", "aegis"), ("bitwarden", "bitwarden"), ("1password", "1password")];

/// The format of that id.
pub fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// The format that a file is in, by its content.
pub fn recognised(bytes: &[u8]) -> Option<&'static Format> {
    let content = Content::new(bytes, "", None);
    FORMATS.iter().find(|format| (format.recognise)(&content))
}

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imported {
    /// In the order of the file.
    pub entries: Vec<Found>,
    /// In the order of the file.
    pub problems: Vec<Diagnostic>,
    /// The parts of an export in several parts that were there.
    pub batches: Vec<Batch>,
    /// Whether an app wrote it, so that its entries are what the app holds, whatever the service has.
    pub exported: bool,
    /// Whether all of it is of formats that leave nothing out.
    pub whole: bool,
    /// That app, if only one can have written it: an id of `knowledge/apps`.
    pub app: Option<&'static str>,
}

impl Imported {
    /// One entry that somebody typed.
    pub fn typed(read: ReadEntry) -> Self {
        let ReadEntry { entry, deviations, assumed, .. } = read;
        let place = Place::default();
        let found = Found { entry, deviations, place, assumed, created: None, discarded: false };
        Self { entries: vec![found], ..Self::default() }
    }

    /// Whether the entries are all that an app holds: it wrote them, and nothing of them is missing or unreadable.
    pub fn is_complete(&self) -> bool {
        let reads = |problem: &Diagnostic| problem.severity == Severity::Hint;
        self.exported && self.whole && self.problems.iter().all(reads)
    }

    /// The entries alone.
    pub fn entries_only(&self) -> Vec<Entry> {
        self.entries.iter().map(|found| found.entry.clone()).collect()
    }
}

/// An entry and where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The entry.
    pub entry: Entry,
    /// What was odd about its text.
    pub deviations: Vec<Deviation>,
    /// File, line and column, of an encrypted file those in what it holds; never a span, since the source is private.
    pub place: Place,
    /// Parameters that the file does not tell.
    pub assumed: Assumed,
    /// When it was made, where the file says so; Unix seconds.
    pub created: Option<i64>,
    /// Whether the file says that it was thrown away or archived.
    pub discarded: bool,
}

/// What helps to read a file.
#[derive(Clone, Copy, Default)]
pub struct ImportOptions<'a> {
    /// Its format, where the content is not to tell.
    pub format: Option<&'static Format>,
    /// The password of an encrypted file.
    pub password: Option<&'a str>,
}

/// Reads a file by its content, without a password; see [`read_with`].
pub fn read(bytes: &[u8], name: &str) -> Imported {
    read_with(bytes, name, ImportOptions::default())
}

/// Reads a file: a picture of QR codes, an export or backup of one of [`FORMATS`], or a text with an otpauth URI or
/// set-up key a line.
///
/// `name` is what diagnostics call the file. Nothing is lost in silence: no entry means at least one problem. A problem
/// [`PASSWORD_NEEDED`] asks for the same call with a password. Of an export in several parts, [`joined`] tells which are
/// missing, once all files are read.
pub fn read_with(bytes: &[u8], name: &str, options: ImportOptions<'_>) -> Imported {
    let mut intake = Intake::new(name);
    if bytes.len() > LARGEST_FILE {
        let message = format!("larger than {} MiB, the most that is read", LARGEST_FILE / 1024 / 1024);
        let help = "give only the file with the entries, or a picture of the QR code";
        intake.problem(Diagnostic::error(TOO_LARGE, Place::file(name), message).help(help));
        return intake.done();
    }
    let content = Content::new(bytes, name, options.password);
    let format = options.format.or_else(|| FORMATS.iter().find(|format| (format.recognise)(&content)));
    if let Some(format) = format {
        take_in(format, &content, &mut intake);
    }
    let mut imported = intake.done();
    if let Some(forced) = options.format.filter(|_| imported.entries.is_empty())
        && let Some(other) = recognised(bytes).filter(|other| ![forced.id, text::FORMAT.id].contains(&other.id))
        && let Some(problem) = imported.problems.first_mut()
    {
        problem.help = Some(format!("its content is that of {}; name no format, and it is read as such", other.name));
    }
    imported
}

/// Takes in what a file of that format gives.
fn take_in(format: &Format, content: &Content<'_>, intake: &mut Intake<'_>) {
    if format.id != archive::FORMAT.id {
        intake.part(WHOLE.contains(&format.id));
    }
    if !NOT_OF_AN_APP.contains(&format.id) {
        intake.exported(APPS.iter().find(|(id, _)| *id == format.id).map(|(_, app)| *app));
    }
    if let Err(refusal) = (format.read)(content, intake) {
        intake.problem(refusal.into());
    }
}
