//! The head of a database, which is not encrypted: how the rest is.
//!
//! The one idea: numbered fields, of which the few that matter are looked up. It must not trust a length in them.

use argon2::{Algorithm, Version};
use sha2::{Digest, Sha256};

use super::super::BROKEN_FILE;
use super::super::content::{Content, Refusal};
use super::super::key::Argon2id;
use super::unknown;

/// What files of `KeePass` begin with: those of version 2, of its time of trial, and of version 1.
pub(super) const MARKS: [&[u8]; 3] =
    [b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", b"\x03\xd9\xa2\x9a\x66\xfb\x4b\xb5", b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5"];

/// Fields of the head, by their numbers.
const CIPHER: usize = 2;
const COMPRESSION: usize = 3;
const MASTER_SEED: usize = 4;
const TRANSFORM_SEED: usize = 5;
const TRANSFORM_ROUNDS: usize = 6;
const NONCE: usize = 7;
const STREAM_KEY: usize = 8;
const START: usize = 9;
const STREAM: usize = 10;
const KDF: usize = 11;
/// One more than the highest that is known.
const FIELDS: usize = 13;

const AES: &[u8] = b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const CHACHA20: &[u8] = b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
const TWOFISH: &[u8] = b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";

const AES_KDF: [&[u8]; 2] = [
    b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea",
    b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38",
];
const ARGON2D: &[u8] = b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: &[u8] = b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

/// What the rest is encrypted with.
#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Aes,
    ChaCha20,
    Twofish,
}

/// How a key comes from the password.
pub(super) enum Kdf<'a> {
    Aes { seed: &'a [u8], rounds: u64 },
    Argon2 { algorithm: Algorithm, version: Version, cost: Argon2id, salt: &'a [u8] },
}

/// What version 3 has in its head, and version 4 within.
pub(super) struct Old<'a> {
    /// How the decrypted bytes begin.
    pub(super) start: &'a [u8],
    pub(super) hidden: Hidden<'a>,
}

/// What hides values.
#[derive(Clone, Copy, Default)]
pub(super) struct Hidden<'a> {
    /// Its number.
    pub(super) stream: u64,
    pub(super) key: &'a [u8],
}

/// The head.
pub(super) struct Header<'a> {
    /// All of it.
    pub(super) bytes: &'a [u8],
    /// What follows; of version 4 after the hash of the head.
    pub(super) rest: &'a [u8],
    pub(super) cipher: Cipher,
    pub(super) is_packed: bool,
    pub(super) seed: &'a [u8],
    pub(super) nonce: &'a [u8],
    pub(super) kdf: Kdf<'a>,
    /// `None`: version 4.
    pub(super) old: Option<Old<'a>>,
}

impl<'a> Header<'a> {
    pub(super) fn read(content: &Content<'a>) -> Result<Self, Refusal> {
        let cut_off = || content.broken("a database of KeePass that is cut off");
        let mut bytes = Bytes(content.bytes);
        let mark = bytes.take(MARKS[0].len()).ok_or_else(cut_off)?;
        let (_minor, major) = (bytes.take(2).ok_or_else(cut_off)?, bytes.take(2).ok_or_else(cut_off)?);
        let width = match (mark == MARKS[0], number(major)) {
            (true, 3) => 2,
            (true, 4) => 4,
            (true, _) => {
                return Err(content.broken("a database of KeePass of another version than 3 and 4, which are known"));
            }
            (false, _) if !MARKS.contains(&mark) => return Err(content.broken("not a database of KeePass")),
            (false, _) => {
                let refusal = content.refuse(BROKEN_FILE, "a database of KeePass 1, which is not read");
                return Err(refusal.help("open it with KeePass 2 or KeePassXC, which make a new one of it"));
            }
        };
        let mut fields: [&[u8]; FIELDS] = [&[]; FIELDS];
        loop {
            let id = number(bytes.take(1).ok_or_else(cut_off)?) as usize;
            let value = bytes.sized(width).ok_or_else(cut_off)?;
            if id == 0 {
                break;
            }
            if let Some(field) = fields.get_mut(id) {
                *field = value;
            }
        }
        let (head, rest) = content.bytes.split_at(content.bytes.len() - bytes.0.len());
        let rest = if width == 2 { rest } else { sealed_by_hash(content, head, rest)? };
        Self::of(content, head, rest, &fields, width == 2)
    }

    fn of(
        content: &Content<'_>,
        bytes: &'a [u8],
        rest: &'a [u8],
        fields: &[&'a [u8]; FIELDS],
        is_old: bool,
    ) -> Result<Self, Refusal> {
        let cipher = match fields[CIPHER] {
            AES => Cipher::Aes,
            CHACHA20 => Cipher::ChaCha20,
            TWOFISH => Cipher::Twofish,
            _ => return Err(unknown(content, "another cipher than AES, ChaCha20 and Twofish")),
        };
        let is_packed = match number(fields[COMPRESSION]) {
            0 => false,
            1 => true,
            _ => return Err(unknown(content, "another compression than GZip")),
        };
        let hidden = Hidden { stream: number(fields[STREAM]), key: fields[STREAM_KEY] };
        let old = is_old.then_some(Old { start: fields[START], hidden });
        if fields[MASTER_SEED].len() != 32 || old.as_ref().is_some_and(|old| old.start.len() != 32) {
            return Err(content.broken("a database of KeePass with a field of a wrong length"));
        }
        let kdf = if is_old {
            Kdf::Aes { seed: fields[TRANSFORM_SEED], rounds: number(fields[TRANSFORM_ROUNDS]) }
        } else {
            Kdf::read(content, &Dictionary(fields[KDF]))?
        };
        let (seed, nonce) = (fields[MASTER_SEED], fields[NONCE]);
        Ok(Self { bytes, rest, cipher, is_packed, seed, nonce, kdf, old })
    }
}

/// Checks the head of version 4 by the hash behind it, before a number in it costs anything.
fn sealed_by_hash<'a>(content: &Content<'_>, head: &[u8], rest: &'a [u8]) -> Result<&'a [u8], Refusal> {
    let (hash, rest) =
        rest.split_at_checked(32).ok_or_else(|| content.broken("a database of KeePass that is cut off"))?;
    if Sha256::digest(head).as_slice() != hash {
        return Err(content.broken("a database of KeePass whose head was changed or damaged"));
    }
    Ok(rest)
}

impl<'a> Kdf<'a> {
    fn read(content: &Content<'_>, items: &Dictionary<'a>) -> Result<Self, Refusal> {
        let missing = || content.broken("a database of KeePass that does not say how its key is derived");
        let value = |name| items.get(name).ok_or_else(missing);
        let counted = |name| value(name).map(number);
        let algorithm = match value("$UUID")? {
            id if AES_KDF.contains(&id) => return Ok(Self::Aes { seed: value("S")?, rounds: counted("R")? }),
            ARGON2D => Algorithm::Argon2d,
            ARGON2ID => Algorithm::Argon2id,
            _ => return Err(unknown(content, "another way to a key than AES-KDF and Argon2")),
        };
        if ["K", "A"].iter().any(|name| items.get(name).is_some_and(|value| !value.is_empty())) {
            return Err(unknown(content, "a key of Argon2 beside the password"));
        }
        let version = match counted("V")? {
            0x10 => Version::V0x10,
            0x13 => Version::V0x13,
            _ => return Err(unknown(content, "another version of Argon2 than 1.0 and 1.3")),
        };
        let cost = Argon2id { kibibytes: counted("M")? / 1024, passes: counted("I")?, lanes: counted("P")? };
        Ok(Self::Argon2 { algorithm, version, cost, salt: value("S")? })
    }
}

/// A list of names and values, looked through anew for each name, so that a long one takes no memory.
struct Dictionary<'a>(&'a [u8]);

impl<'a> Dictionary<'a> {
    fn get(&self, name: &str) -> Option<&'a [u8]> {
        let mut bytes = Bytes(self.0);
        // A version, of which the upper byte tells whether it is built otherwise.
        (bytes.take(2)?[1] == 1).then_some(())?;
        while bytes.take(1)? != [0] {
            let (key, value) = (bytes.sized(4)?, bytes.sized(4)?);
            if key == name.as_bytes() {
                return Some(value);
            }
        }
        None
    }
}

/// Bytes that are taken from the front.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// `None`: there are not as many.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// As many as the number of that many bytes in front says.
    pub(super) fn sized(&mut self, width: usize) -> Option<&'a [u8]> {
        let length = number(self.take(width)?);
        self.take(usize::try_from(length).ok()?)
    }
}

/// A number whose lowest byte comes first, 0 if there is none; of more than eight bytes the greatest, which no bound allows.
pub(super) fn number(bytes: &[u8]) -> u64 {
    if bytes.len() > 8 {
        return u64::MAX;
    }
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
