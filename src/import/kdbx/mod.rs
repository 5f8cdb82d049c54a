//! Databases of `KeePass` 2 and `KeePassXC` (KDBX), versions 3 and 4, opened with their password.
//!
//! The one idea: within all the wrapping is the XML that these programs export too, so only the wrapping is read here. It
//! must not decrypt anything that no mark vouches for, where the version has marks.
//!
//! # Source
//! <https://keepass.info/help/kb/kdbx.html>, <https://keepass.info/help/kb/kdbx_4.html>, and the reader of `KeePassXC`,
//! <https://github.com/keepassxreboot/keepassxc>, `src/format`

mod body;
mod header;
mod keys;
mod stream;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::keepass_xml::{ROOT, Unprotected, entries};
use super::xml::{parse, text_at};
use super::{CANNOT_DECRYPT, Format, Origin, key};
use header::Header;
use keys::Keys;

/// A database.
pub(super) const FORMAT: Format = Format {
    id: "kdbx",
    name: "KeePass 2 and KeePassXC (database)",
    origin: Origin::App { whole: false, id: None },
    recognise,
    read,
};

fn recognise(content: &Content<'_>) -> bool {
    header::MARKS.iter().any(|mark| content.bytes.starts_with(mark))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let header = Header::read(content)?;
    let keys = Keys::derive(content, &header, content.password()?)?;
    let plain = body::opened(content, &header, &keys)?;
    let (mut stream, text) = body::parts(content, &header, &plain)?;
    let text = std::str::from_utf8(text).map_err(|_| content.broken("a database whose inside is not text"))?;
    let document = parse(content, text, ROOT)?;
    // In version 3 nothing but this vouches for the head, in which the key of the protected values stands.
    let hash = text_at(document.root_element(), &["Meta", "HeaderHash"]).filter(|_| header.old.is_some());
    if hash.is_some_and(|hash| hash != BASE64.encode(&Sha256::digest(header.bytes))) {
        return Err(content.broken("a database of KeePass whose head was changed or damaged"));
    }
    let plain = Unprotected::of(&document, |bytes| stream.unprotect(bytes));
    entries(text, &document, &plain, intake);
    Ok(())
}

/// The problem of a database that is encrypted with something else.
fn unknown(content: &Content<'_>, what: &str) -> Refusal {
    let help = "open it with KeePass or KeePassXC, and choose AES or ChaCha20 in its settings, or export it as XML";
    content.refuse(CANNOT_DECRYPT, format!("a database of KeePass with {what}, which is not read")).help(help)
}

/// The problem of a database that the password does not open. Nothing in it says whether there is a key beside.
fn wrong(content: &Content<'_>) -> Refusal {
    let help = "a database with a key file or hardware key beside its password is not opened: export it as XML";
    key::wrong(content).help(help)
}

#[cfg(test)]
mod tests {
    use super::super::{self as import, ImportOptions, Imported, TOO_COSTLY};
    use super::*;

    const PASSWORD: &str = "kdbx pässwörd";
    const FOUR: &[u8] = include_bytes!("../../../tests/import/kdbx/argon2d.kdbx");
    const THREE: &[u8] = include_bytes!("../../../tests/import/kdbx/version-3.kdbx");

    fn opened(bytes: &[u8]) -> Imported {
        import::read_with(bytes, "x", ImportOptions { format: None, password: Some(PASSWORD) })
    }

    fn told(bytes: &[u8]) -> Vec<String> {
        let imported = opened(bytes);
        assert!(imported.entries.is_empty());
        imported.problems.iter().map(ToString::to_string).collect()
    }

    /// Where the value of a field stands in the head.
    fn position(bytes: &[u8], value: &[u8]) -> usize {
        bytes.windows(value.len()).position(|window| window == value).unwrap()
    }

    #[test]
    fn days_and_the_recycle_bin_are_known_in_both_versions() {
        for bytes in [FOUR, THREE] {
            let entries = opened(bytes).entries;
            assert!(entries.iter().all(|found| found.created == Some(1_714_979_289)));
            let discarded: Vec<_> = entries.iter().map(|found| found.discarded).collect();
            assert_eq!(discarded.split_last(), Some((&true, &[false].repeat(entries.len() - 1)[..])));
        }
    }

    #[test]
    fn the_key_of_protected_values_is_vouched_for_in_version_three() {
        let mut bytes = THREE.to_vec();
        let at = position(THREE, &[8, 32, 0]);
        bytes[at + 3] ^= 1;
        assert_eq!(told(&bytes), ["x: error[IN009]: a database of KeePass whose head was changed or damaged"]);
    }

    #[test]
    fn costs_are_bounded() {
        let mut three = THREE.to_vec();
        let at = position(THREE, &[6, 8, 0, 0x70, 0x17]);
        three[at + 3..at + 11].copy_from_slice(&100_000_001_u64.to_le_bytes());
        let message = "its key takes more than 100000000 rounds to derive, the most that is allowed";
        assert_eq!(told(&three), [format!("x: error[{TOO_COSTLY}]: {message}")]);

        // Of memory, then of passes over what memory there is; the head's hash is made right again.
        let head = position(FOUR, b"\x00\x04\x00\x00\x00\r\n\r\n") + 9;
        for (name, value) in [(b"M", 2_u64 << 30), (b"I", 65 << 10)] {
            let mut four = FOUR.to_vec();
            let at = position(FOUR, &[1, 0, 0, 0, name[0], 8, 0, 0, 0]);
            four[at + 9..at + 17].copy_from_slice(&value.to_le_bytes());
            let hash = Sha256::digest(&four[..head]);
            four[head..head + 32].copy_from_slice(&hash);
            let bound = "1024 MiB of memory, 64 passes over it and 16 lanes";
            let message = format!("its key takes more than {bound} to derive, the most that is allowed");
            assert_eq!(told(&four), [format!("x: error[{TOO_COSTLY}]: {message}")]);
            four[head] ^= 1;
            assert_eq!(told(&four), ["x: error[IN009]: a database of KeePass whose head was changed or damaged"]);
        }
    }
}
