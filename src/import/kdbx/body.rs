//! What is encrypted in a database: blocks that are vouched for, packed, and in version 4 a second head.
//!
//! The one idea: version 4 vouches for what is encrypted, version 3 for what was; both have it block by block. It must not
//! unpack more than a file may have.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use twofish::Twofish;
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::{LARGEST_FILE, TOO_LARGE, key};
use super::header::{Bytes, Cipher, Header, Hidden, Old, number};
use super::keys::{Keys, sha256};
use super::stream::Stream;
use super::wrong;

/// What `GZip` begins with, as all these programs write it: Deflate, and no name or remark.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00";
/// Bytes of its head, and of what stands behind: a checksum and the size.
const GZIP_HEAD: usize = 10;
const GZIP_TAIL: usize = 8;

type Plain = Zeroizing<Vec<u8>>;

/// Decrypts and unpacks.
pub(super) fn opened(content: &Content<'_>, header: &Header<'_>, keys: &Keys) -> Result<Plain, Refusal> {
    let plain = match &header.old {
        Some(old) => opened_old(content, header, old, keys)?,
        None => opened_new(content, header, keys)?,
    };
    if header.is_packed { unpacked(content, &plain) } else { Ok(plain) }
}

fn opened_old(content: &Content<'_>, header: &Header<'_>, old: &Old<'_>, keys: &Keys) -> Result<Plain, Refusal> {
    let plain = decrypted(header, keys, header.rest).ok_or_else(|| wrong(content))?;
    let blocks = plain.strip_prefix(old.start).ok_or_else(|| wrong(content))?;
    hashed(blocks).ok_or_else(|| damaged(content))
}

fn opened_new(content: &Content<'_>, header: &Header<'_>, keys: &Keys) -> Result<Plain, Refusal> {
    let (mark, blocks) = header.rest.split_at_checked(32).ok_or_else(|| damaged(content))?;
    if !keys.vouches(mark, u64::MAX, &[header.bytes]) {
        return Err(wrong(content));
    }
    let sealed = marked(keys, blocks).ok_or_else(|| damaged(content))?;
    decrypted(header, keys, &sealed).ok_or_else(|| damaged(content))
}

fn damaged(content: &Content<'_>) -> Refusal {
    content.broken("a database of KeePass that is damaged or cut off")
}

/// The stream that hides values, and the XML.
pub(super) fn parts<'p>(
    content: &Content<'_>,
    header: &Header<'_>,
    plain: &'p [u8],
) -> Result<(Stream, &'p [u8]), Refusal> {
    let (hidden, text) = match &header.old {
        Some(old) => (old.hidden, plain),
        None => inner(plain).ok_or_else(|| content.broken("a database whose inner head breaks off"))?,
    };
    Ok((Stream::of(content, hidden)?, text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)))
}

/// What the second head of version 4 says, and what follows it. Attachments are passed over.
fn inner(plain: &[u8]) -> Option<(Hidden<'_>, &[u8])> {
    let (mut bytes, mut hidden) = (Bytes(plain), Hidden::default());
    loop {
        let id = bytes.take(1)?;
        let value = bytes.sized(4)?;
        match id {
            [0] => return Some((hidden, bytes.0)),
            [1] => hidden.stream = number(value),
            [2] => hidden.key = value,
            _ => {}
        }
    }
}

fn decrypted(header: &Header<'_>, keys: &Keys, sealed: &[u8]) -> Option<Plain> {
    match header.cipher {
        Cipher::Aes => key::aes_cbc(&keys.cipher, header.nonce, sealed),
        Cipher::Twofish => key::padded::<Twofish>(keys.cipher.as_slice(), header.nonce, sealed),
        Cipher::ChaCha20 => {
            let nonce: &[u8; 12] = header.nonce.try_into().ok()?;
            let mut plain = Zeroizing::new(sealed.to_vec());
            ChaCha20::new((&*keys.cipher).into(), nonce.into()).apply_keystream(&mut plain);
            Some(plain)
        }
    }
}

/// The blocks of version 4, still encrypted: a mark and a length in front of each, and an empty one at the end. `None`:
/// one is damaged or missing.
fn marked(keys: &Keys, blocks: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut sealed) = (Bytes(blocks), Vec::with_capacity(blocks.len()));
    for index in 0_u64.. {
        let mark = bytes.take(32)?;
        let data = bytes.sized(4)?;
        let length = u32::try_from(data.len()).ok()?.to_le_bytes();
        if !keys.vouches(mark, index, &[&index.to_le_bytes(), &length, data]) {
            return None;
        }
        if data.is_empty() {
            break;
        }
        sealed.extend_from_slice(data);
    }
    Some(sealed)
}

/// The blocks of version 3, decrypted: a number, a hash and a length in front of each. `None`: one is damaged or missing.
fn hashed(blocks: &[u8]) -> Option<Plain> {
    // With room for all of it, growing leaves no copies behind.
    let (mut bytes, mut plain) = (Bytes(blocks), Zeroizing::new(Vec::with_capacity(blocks.len())));
    for index in 0_u64.. {
        let (own, hash) = (bytes.take(4)?, bytes.take(32)?);
        let data = bytes.sized(4)?;
        if number(own) != index {
            return None;
        }
        if data.is_empty() {
            break;
        }
        if sha256(&[data]).as_slice() != hash {
            return None;
        }
        plain.extend_from_slice(data);
    }
    Some(plain)
}

/// Unpacks `GZip` into as many bytes as it says that it has. What vouched for the blocks vouches for its checksum too.
fn unpacked(content: &Content<'_>, packed: &[u8]) -> Result<Plain, Refusal> {
    let damaged = || content.broken("a database of KeePass whose inside cannot be unpacked");
    let (head, rest) = packed.split_at_checked(GZIP_HEAD).ok_or_else(damaged)?;
    let (deflated, tail) = rest.split_last_chunk::<GZIP_TAIL>().ok_or_else(damaged)?;
    if !head.starts_with(GZIP) {
        return Err(damaged());
    }
    let size = usize::try_from(number(&tail[4..])).unwrap_or(usize::MAX);
    if size > LARGEST_FILE {
        let message = format!("larger than {} MiB unpacked, the most that is read", LARGEST_FILE >> 20);
        return Err(content.refuse(TOO_LARGE, message).help("export it as XML, which has no large attachments in it"));
    }
    let mut plain = Zeroizing::new(vec![0; size]);
    let written = decompress_slice_iter_to_slice(&mut plain, std::iter::once(deflated), false, true);
    if written == Ok(size) { Ok(plain) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;

    /// `GZip` of one block that is stored as it is, with a size as somebody claims it.
    fn packed(text: &[u8], size: u32) -> Vec<u8> {
        let length = text.len() as u16;
        let mut bytes = [GZIP, &[0; 6], &[1], &length.to_le_bytes(), &(!length).to_le_bytes(), text, &[0; 4]].concat();
        bytes.extend(size.to_le_bytes());
        bytes
    }

    fn told(packed: &[u8]) -> Result<Vec<u8>, String> {
        let unpacked = unpacked(&Content::new(b"", "x", None), packed).map(|plain| plain.to_vec());
        unpacked.map_err(|refusal| Diagnostic::from(refusal).to_string())
    }

    #[test]
    fn what_is_unpacked_is_bounded_by_the_size_that_is_claimed() {
        assert_eq!(told(&packed(b"hello", 5)), Ok(b"hello".to_vec()));
        let damaged = Err("x: error[IN009]: a database of KeePass whose inside cannot be unpacked".to_owned());
        for size in [0, 4, 6, LARGEST_FILE as u32] {
            assert_eq!(told(&packed(b"hello", size)), damaged, "{size}");
        }
        let large = Err("x: error[IN006]: larger than 16 MiB unpacked, the most that is read".to_owned());
        for size in [LARGEST_FILE as u32 + 1, u32::MAX] {
            assert_eq!(told(&packed(b"hello", size)), large, "{size}");
        }
        for cut in 0..packed(b"hello", 5).len() {
            assert!(told(&packed(b"hello", 5)[..cut]).is_err(), "{cut}");
        }
    }
}
