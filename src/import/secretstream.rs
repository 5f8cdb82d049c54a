//! One message of a secret stream, as libsodium seals it: `XChaCha20` and Poly1305, with a byte in front that says what
//! kind of message it is.
//!
//! The one idea: the mark at the end vouches for all before it, so nothing is decrypted unless the mark is right. It
//! must not read a stream of several messages, which no export is.
//!
//! # Source
//! <https://doc.libsodium.org/secret-key_cryptography/secretstream>

use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20::{ChaCha20, R20, hchacha};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use zeroize::Zeroizing;

use super::key::Key;

/// Bytes of a block of `ChaCha20`.
const BLOCK: usize = 64;
/// Bytes of the mark.
const MARK: usize = 16;

/// Decrypts a message; `header` is what the stream began with. `None`: another key, or damage.
pub(super) fn opened(key: &Key, header: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (input, rest) = header.split_first_chunk::<16>()?;
    let own: &[u8; 8] = rest.try_into().ok()?;
    let (kind, rest) = sealed.split_first()?;
    let (text, mark) = rest.split_at_checked(rest.len().checked_sub(MARK)?)?;
    // The number of the message, then what is left of the header.
    let mut nonce = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    nonce[4..].copy_from_slice(own);
    let own_key = Zeroizing::new(<[u8; 32]>::from(hchacha::<R20>((&**key).into(), input.into())));
    let mut cipher = ChaCha20::new((&*own_key).into(), (&nonce).into());
    let mut marking = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(marking.as_mut());
    let mut first = [0; BLOCK];
    first[0] = *kind;
    cipher.apply_keystream(&mut first);
    first[0] = *kind;
    let marking: &[u8; 32] = marking.first_chunk()?;
    if Poly1305::new(marking.into()).compute_unpadded(&marked(&first, text)).as_slice() != mark {
        return None;
    }
    let mut plain = Zeroizing::new(text.to_vec());
    cipher.apply_keystream(&mut plain);
    Some(plain)
}

/// What the mark vouches for. Zeros follow, not up to a whole block but as many as the text has bytes beyond one: a slip
/// of the library that became the format.
fn marked(first: &[u8; BLOCK], text: &[u8]) -> Vec<u8> {
    let zeros = text.len() % 16;
    let mut marked = Vec::with_capacity(BLOCK + text.len() + zeros + 16);
    marked.extend_from_slice(first);
    marked.extend_from_slice(text);
    marked.resize(marked.len() + zeros, 0);
    marked.extend_from_slice(&0_u64.to_le_bytes());
    marked.extend_from_slice(&((BLOCK + text.len()) as u64).to_le_bytes());
    marked
}
