//! `XChaCha20` and Poly1305 for one message with a mark behind it.
//!
//! The one idea: the first block of the stream makes the key of the mark, the text begins with the second. It must not
//! give out a byte that the mark does not vouch for.
//!
//! # Source
//! RFC 8439 section 2.8, and draft-irtf-cfrg-xchacha-03 for the longer nonce.

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use zeroize::Zeroizing;

use super::key::Key;

/// Bytes of a block of `ChaCha20`.
const BLOCK: usize = 64;
/// Bytes of the mark.
const MARK: usize = 16;

/// Decrypts a message that vouches for nothing beside it. `None`: another key, or damage.
pub(super) fn opened(key: &Key, nonce: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce: &[u8; 24] = nonce.try_into().ok()?;
    let (text, mark) = sealed.split_at_checked(sealed.len().checked_sub(MARK)?)?;
    let mut cipher = XChaCha20::new((&**key).into(), nonce.into());
    let mut marking = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(marking.as_mut());
    let marking: &[u8; 32] = marking.first_chunk()?;
    // The text, filled up to whole blocks, and two lengths: of what is beside it, which is nothing, and of the text.
    let mut marked = text.to_vec();
    marked.resize(text.len().next_multiple_of(MARK), 0);
    marked.extend_from_slice(&0_u64.to_le_bytes());
    marked.extend_from_slice(&(text.len() as u64).to_le_bytes());
    if Poly1305::new(marking.into()).compute_unpadded(&marked).as_slice() != mark {
        return None;
    }
    let mut plain = Zeroizing::new(text.to_vec());
    cipher.apply_keystream(&mut plain);
    Some(plain)
}
