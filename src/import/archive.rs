//! ZIP archives: every file in one is handed to the format that its content tells.
//!
//! The one idea: a file in an archive is a file like any other, under both names. What the archive says of sizes is a
//! stranger's, so the bounds are on what comes out, each and all together. It must not open an archive within an archive.
//!
//! # Source
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, <https://www.winzip.com/en/support/aes-encryption/>

use std::io::{Cursor, Read as _};

use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::read::ZipReadOptions;
use zip::result::ZipError;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{
    BROKEN_FILE, FORMATS, Format, LARGEST_FILE, LARGEST_PICTURE, NOTHING_THERE, TOO_COSTLY, TOO_LARGE, key, picture,
    take_in, text,
};
use crate::diagnostic::{Diagnostic, Place};

/// An archive.
pub(super) const FORMAT: Format = Format { id: "zip", name: "ZIP archive of other files", recognise, read };

/// Files in an archive, at most; 16 MiB of nothing but names would be hundreds of thousands.
const MOST_MEMBERS: usize = 5_000;
/// Bytes of all files together, unpacked.
const MOST_UNPACKED: usize = 4 * LARGEST_FILE;
/// How many times as large as it is packed a file may be, from [`RATIO_FROM`] bytes on. Texts become a twentieth.
const MOST_RATIO: u64 = 200;
const RATIO_FROM: u64 = 1024 * 1024;
/// Pixels of all pictures together.
const MOST_PIXELS: u64 = 3 * LARGEST_PICTURE;
/// Files that are encrypted in themselves: a key may take seconds.
const MOST_KEYS: usize = 8;
/// Characters of a name that are shown.
const LONGEST_NAME: usize = 60;

/// What the list of contents has before every file.
const LISTED: &[u8] = b"PK\x01\x02";

fn recognise(content: &Content<'_>) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|mark| content.bytes.starts_with(*mark))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(content)?;
    let members = archive.zip.len();
    let (mut others, mut found) = (Vec::new(), false);
    for index in 0..members {
        let Some(member) = archive.unpacked(index, intake)? else { continue };
        let inner = Content::new(&member.bytes, &member.name, archive.password);
        match FORMATS.iter().find(|format| (format.recognise)(&inner)) {
            Some(format) if format.id == FORMAT.id => {}
            Some(format) if format.id == text::FORMAT.id => others.push(index),
            Some(format) => {
                found = true;
                archive.hand_over(format, &inner, intake)?;
            }
            None => {}
        }
    }
    if let Some(locked) = archive.locked {
        return Err(locked);
    }
    if found || archive.lists(&others, members, intake)? || !intake.is_empty() {
        return Ok(());
    }
    let help = "unpack it and give the file with the entries; an archive within it is not opened";
    Err(content.refuse(NOTHING_THERE, "an archive with no file of a known format").help(help))
}

/// What is left to do, and what may still be done.
struct Archive<'c, 'a> {
    content: &'c Content<'a>,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Once a file in it asked for it.
    password: Option<&'a str>,
    /// Why files in it are not decrypted.
    locked: Option<Refusal>,
    unpacked: usize,
    pixels: u64,
    keys: usize,
}

/// A file in an archive.
struct Member {
    /// Behind that of the archive.
    name: String,
    bytes: Zeroizing<Vec<u8>>,
}

impl<'c, 'a> Archive<'c, 'a> {
    fn open(content: &'c Content<'a>) -> Result<Self, Refusal> {
        let listed = content.bytes.windows(LISTED.len()).filter(|window| *window == LISTED).count();
        if listed > MOST_MEMBERS {
            let message = format!("an archive of more than {MOST_MEMBERS} files, the most that are read");
            return Err(content.refuse(TOO_LARGE, message).help("unpack it and give only the file with the entries"));
        }
        let broken = |_| content.broken("an archive that is damaged or cut off, or no archive");
        let zip = ZipArchive::new(Cursor::new(content.bytes)).map_err(broken)?;
        let password = content.given();
        Ok(Self { content, zip, password, locked: None, unpacked: 0, pixels: 0, keys: 0 })
    }

    /// Unpacks a file. `None`: a folder, an encrypted file without its password, or one that is told of.
    fn unpacked(&mut self, index: usize, intake: &mut Intake<'_>) -> Result<Option<Member>, Refusal> {
        let Ok(entry) = self.zip.by_index_data(index) else { return Ok(None) };
        let (encrypted, packed, size) = (entry.encrypted(), entry.compressed_size(), entry.size());
        if entry.is_dir() || intake.is_full() {
            return Ok(None);
        }
        let own = entry.name().map_or_else(|_| (index + 1).to_string(), |name| shown(&name));
        let name = format!("{}/{own}", self.content.name);
        let mut password = None;
        if encrypted {
            match self.content.password() {
                _ if self.locked.is_some() => return Ok(None),
                Ok(given) => password = Some(given.as_bytes()),
                Err(refusal) => {
                    self.locked = Some(refusal);
                    return Ok(None);
                }
            }
        }
        let ratio = RATIO_FROM.max(packed.saturating_mul(MOST_RATIO));
        let most = LARGEST_FILE.min(usize::try_from(ratio).unwrap_or(LARGEST_FILE)).min(MOST_UNPACKED - self.unpacked);
        // With room for all of it, growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(most).min(most) + 1));
        let member = self.zip.by_index_with_options(index, ZipReadOptions::new().password(password));
        let outcome = member.and_then(|member| Ok(member.take(most as u64 + 1).read_to_end(&mut bytes)?));
        self.unpacked += bytes.len().min(most);
        let problem = |code, message: String| Diagnostic::error(code, Place::file(&name), message);
        match outcome {
            Ok(_) if bytes.len() <= most => return Ok(Some(Member { name, bytes })),
            Ok(_) if self.unpacked == MOST_UNPACKED => {
                let mebibytes = MOST_UNPACKED >> 20;
                let message = format!("an archive of more than {mebibytes} MiB unpacked, the most that is read");
                return Err(self.content.refuse(TOO_LARGE, message).help("unpack it and give single files"));
            }
            Ok(_) if most == LARGEST_FILE => {
                let message = format!("larger than {} MiB, the most that is read", LARGEST_FILE >> 20);
                intake.problem(problem(TOO_LARGE, message));
            }
            Ok(_) => {
                let message =
                    format!("more than {MOST_RATIO} times as large unpacked as packed, the most that is unpacked");
                intake.problem(problem(TOO_LARGE, message));
            }
            Err(ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)) => {
                let message = "packed or encrypted in a way that is not read";
                intake.problem(problem(BROKEN_FILE, message.to_owned()).help("unpack it and give the file itself"));
            }
            Err(_) if encrypted => self.locked = Some(key::wrong(self.content)),
            Err(_) => intake.problem(problem(BROKEN_FILE, "a file in the archive that is damaged".to_owned())),
        }
        Ok(None)
    }

    /// Hands a file to its format.
    fn hand_over(&mut self, format: &Format, inner: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
        self.pixels += picture::pixels(inner.bytes).filter(|pixels| *pixels <= LARGEST_PICTURE).unwrap_or(0);
        if self.pixels > MOST_PIXELS {
            let megapixels = MOST_PIXELS / 1_000_000;
            let message = format!("pictures of more than {megapixels} megapixels in all, the most that are read");
            return Err(self.content.refuse(TOO_LARGE, message).help("give the pictures themselves, a few at a time"));
        }
        if self.keys == MOST_KEYS {
            let message = format!("more than {MOST_KEYS} encrypted files in an archive, the most that are opened");
            let refusal = inner.refuse(TOO_COSTLY, message).help("unpack it and give the files themselves");
            inner.close(refusal);
        }
        intake.within(inner.name, |intake| take_in(format, inner, intake));
        self.keys += usize::from(inner.has_asked() && self.keys < MOST_KEYS);
        Ok(())
    }

    /// Reads files that only text takes, if they hold URIs or there is nothing else: a note beside a list of keys would
    /// give a problem a line. Whether there were any.
    fn lists(&mut self, indices: &[usize], members: usize, intake: &mut Intake<'_>) -> Result<bool, Refusal> {
        self.unpacked = 0;
        let mut found = false;
        for index in indices {
            let Some(member) = self.unpacked(*index, intake)? else { continue };
            let line_of_uri = |line: &[u8]| line.trim_ascii_start().starts_with(b"otpauth");
            if members == 1 || member.bytes.split(|byte| *byte == b'\n').any(line_of_uri) {
                found = true;
                self.hand_over(&text::FORMAT, &Content::new(&member.bytes, &member.name, None), intake)?;
            }
        }
        Ok(found)
    }
}

/// A name as it may be shown: its end, where it tells most, with nothing in it that would steer a terminal.
fn shown(name: &str) -> String {
    let cut = name.char_indices().rev().nth(LONGEST_NAME - 1).map_or(0, |(index, _)| index);
    let end = name.get(cut..).unwrap_or_default();
    let quoted = format!("{end:?}");
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    if cut > 0 { format!("…{inner}") } else { inner.to_owned() }
}
