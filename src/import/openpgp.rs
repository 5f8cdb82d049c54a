//! Messages of `OpenPGP`, in which andOTP, Proton Pass and pass may have put what they write.
//!
//! The one idea: there are programs that decrypt them, so it is enough to say what the file is. It must not take a line
//! of letters for such a message.
//!
//! # Source
//! <https://www.rfc-editor.org/rfc/rfc9580>, sections 4.2, 5.1, 5.3 and 6.2.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{CANNOT_DECRYPT, Format, Origin};

/// A message.
pub(super) const FORMAT: Format =
    Format { id: "openpgp", name: "OpenPGP message", origin: Origin::App { whole: false, id: None }, recognise, read };

const ARMOUR: &str = "-----BEGIN PGP MESSAGE-----";
/// Types of packets: a key for somebody, a key from a password, what they open.
const FOR_SOMEBODY: u8 = 1;
const FROM_PASSWORD: u8 = 3;
const SEALED: [u8; 3] = [9, 18, 20];

fn recognise(content: &Content<'_>) -> bool {
    match content.text() {
        Some(text) => text.trim_start().starts_with(ARMOUR),
        None => is_message(content.bytes).is_some(),
    }
}

/// A key, then another or what it opens.
fn is_message(bytes: &[u8]) -> Option<()> {
    let (kind, body, rest) = packet(bytes)?;
    let version = *body.first()?;
    let is_key = match kind {
        FOR_SOMEBODY => matches!(version, 2 | 3 | 6),
        FROM_PASSWORD => matches!(version, 4..=6),
        _ => false,
    };
    let next = kind_of(*rest.first()?)?;
    (is_key && (next == FOR_SOMEBODY || next == FROM_PASSWORD || SEALED.contains(&next))).then_some(())
}

/// Type, content, and what follows. Lengths of four bytes, and parts of unknown length, are those of no key.
fn packet(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (length, rest) = match (first & 0x40 != 0, first & 3) {
        (true, _) => short(rest)?,
        (false, 0) => rest.split_first_chunk::<1>().map(|([length], rest)| (usize::from(*length), rest))?,
        (false, 1) => {
            rest.split_first_chunk::<2>().map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?
        }
        _ => return None,
    };
    let (body, rest) = rest.split_at_checked(length)?;
    Some((kind_of(first)?, body, rest))
}

/// A length of one or two bytes.
fn short(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match *bytes {
        [length @ 0..=191, ref rest @ ..] => Some((usize::from(length), rest)),
        [high @ 192..=223, low, ref rest @ ..] => {
            Some((((usize::from(high) - 192) << 8) + usize::from(low) + 192, rest))
        }
        _ => None,
    }
}

fn kind_of(first: u8) -> Option<u8> {
    match first {
        0xc0.. => Some(first & 0x3f),
        0x80.. => Some((first & 0x3f) >> 2),
        _ => None,
    }
}

fn read(content: &Content<'_>, _: &mut Intake<'_>) -> Result<(), Refusal> {
    if !recognise(content) {
        return Err(content.broken("not an OpenPGP message"));
    }
    let help = "decrypt it with the key or password that it was made for (`gpg --decrypt`), and give what comes out";
    Err(content.refuse(CANNOT_DECRYPT, "an OpenPGP message, which is not decrypted here").help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_what_follows_it() {
        let body = [7_u8; 300];
        let message = |head: &[u8], version: u8, key: usize, next: u8| {
            let bytes = [head, &[version], &body[1..key], &[next]].concat();
            is_message(&bytes).is_some()
        };
        assert!(message(&[0x84, 94], 3, 94, 0xd2));
        assert!(message(&[0x85, 1, 12], 3, 268, 0x85));
        assert!(message(&[0xc3, 13], 4, 13, 0xd2));
        assert!(message(&[0xc1, 0xc0, 76], 3, 268, 0xd4));
        // Another version, another packet behind, a length of four bytes, one beyond the end.
        assert!(!message(&[0x84, 94], 7, 94, 0xd2));
        assert!(!message(&[0x84, 94], 3, 94, 0x11));
        assert!(!message(&[0x86, 0, 0, 0, 94], 3, 94, 0xd2));
        assert!(!message(&[0x84, 200], 3, 94, 0xd2));
        assert!(is_message(&[]).is_none() && is_message(&[0x84]).is_none());
    }
}
