//! HMAC of an eight-byte counter, from its two midstates.
//!
//! The one idea: the keyed first block of the inner and of the outer hash is compressed once for a secret, and a
//! counter then costs one block of each. Several counters are computed side by side, since a processor overlaps
//! compressions that do not wait for each other. It must not know of codes.

use super::TO_BE_KEPT;
#[cfg(target_arch = "x86_64")]
use super::lanes::{self, LANES};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The chaining state of a hash, with its block function.
///
/// # Source
/// FIPS 180-4; the first states are those of section 5.3.
pub(super) trait Chaining: Copy + Zeroize {
    /// One block of input.
    type Block: Copy + Zeroize + AsRef<[u8]> + AsMut<[u8]>;

    const START: Self;
    const BLANK: Self::Block;
    /// Bytes of a hash.
    const LENGTH: usize;

    fn compress(&mut self, block: &Self::Block);

    /// The hash of a whole message, at the beginning of `block`.
    fn digest(message: &[u8], block: &mut Self::Block);

    /// The state as a hash, at the beginning of `block`.
    fn write(&self, block: &mut Self::Block);
}

macro_rules! chaining {
    ($state:ty, block: $block:literal, $hash:ty, $compress:path, start: $start:expr) => {
        impl Chaining for $state {
            type Block = [u8; $block];

            const START: Self = $start;
            const BLANK: Self::Block = [0; $block];
            const LENGTH: usize = size_of::<$state>();

            fn compress(&mut self, block: &Self::Block) {
                $compress(self, std::slice::from_ref(block));
            }

            fn digest(message: &[u8], block: &mut Self::Block) {
                block[..Self::LENGTH].copy_from_slice(&<$hash>::digest(message));
            }

            fn write(&self, block: &mut Self::Block) {
                for (bytes, word) in block.chunks_exact_mut(Self::LENGTH / self.len()).zip(self) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }
        }
    };
}

chaining!([u32; 5], block: 64, Sha1, sha1::block_api::compress, start: [
    0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
]);
chaining!([u32; 8], block: 64, Sha256, sha2::block_api::compress256, start: [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
]);
chaining!([u64; 8], block: 128, Sha512, sha2::block_api::compress512, start: [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
]);

/// The hash states after the key's block: of the inner hash, and of the outer.
///
/// They make codes as the secret does, so they are wiped as it is.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Midstates<S: Chaining> {
    inner: S,
    outer: S,
}

impl<S: Chaining> Midstates<S> {
    /// # Source
    /// RFC 2104 section 2: a key longer than a block is hashed first.
    pub(super) fn new(key: &[u8]) -> Self {
        let mut padded = Zeroizing::new(S::BLANK);
        match padded.as_mut().get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            None => S::digest(key, &mut padded),
        }
        let keyed = |pad: u8| {
            let mut block = padded.clone();
            block.as_mut().iter_mut().for_each(|byte| *byte ^= pad);
            let mut state = S::START;
            state.compress(&block);
            state
        };
        Self { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    /// The values of dynamic truncation at `first` and the counters after it.
    pub(super) fn truncated<const COUNT: usize>(&self, first: u64) -> [u32; COUNT] {
        self.truncated_by(first, S::LENGTH - 1)
    }

    /// The same, but the four bits that tell the place are those of the hash's byte `pointer`, not of its last.
    pub(super) fn truncated_by<const COUNT: usize>(&self, first: u64, pointer: usize) -> [u32; COUNT] {
        let hashes = self.hashes::<COUNT>(first);
        std::array::from_fn(|index| truncate(&hashes[index].as_ref()[..S::LENGTH], pointer) & TO_BE_KEPT)
    }

    /// The value of dynamic truncation at `counter` with its top bit.
    pub(super) fn unmasked(&self, counter: u64) -> u32 {
        let [hash] = self.hashes(counter);
        truncate(&hash.as_ref()[..S::LENGTH], S::LENGTH - 1)
    }

    /// The hashes at `first` and the counters after it, each at the beginning of its block.
    fn hashes<const COUNT: usize>(&self, first: u64) -> [S::Block; COUNT] {
        // Each stage runs over all counters before the next one begins: only so does no compression wait for another.
        let mut states = [self.inner; COUNT];
        let mut blocks = [last_block::<S>(8); COUNT];
        for (block, index) in blocks.iter_mut().zip(0..) {
            // The last batch of a range may run past the last counter there is.
            let counter = first.wrapping_add(index);
            block.as_mut()[..8].copy_from_slice(&counter.to_be_bytes());
        }
        compress_all(&mut states, &blocks);
        blocks = [last_block::<S>(S::LENGTH); COUNT];
        for (block, state) in blocks.iter_mut().zip(&states) {
            state.write(block);
        }
        states = [self.outer; COUNT];
        compress_all(&mut states, &blocks);
        for (block, state) in blocks.iter_mut().zip(&states) {
            state.write(block);
        }
        blocks
    }
}

#[cfg(target_arch = "x86_64")]
impl Midstates<[u32; 5]> {
    /// As [`Midstates::truncated`], all at once; `None` where the processor cannot.
    pub(super) fn truncated_at_once(&self, first: u64) -> Option<[u32; LANES]> {
        let hashes = lanes::hashes(&self.inner, &self.outer, first)?;
        // The four bytes lie in one word or in two.
        let truncated = |lane: usize| {
            let place = hashes[4][lane] & 0x0f;
            let (word, byte) = ((place / 4) as usize, place % 4);
            let next = hashes.get(word + 1).map_or(0, |words| words[lane]);
            let both = u64::from(hashes[word][lane]) << 32 | u64::from(next);
            (both >> (32 - 8 * byte)) as u32 & TO_BE_KEPT
        };
        Some(std::array::from_fn(truncated))
    }
}

fn compress_all<S: Chaining>(states: &mut [S], blocks: &[S::Block]) {
    for (state, block) in states.iter_mut().zip(blocks) {
        state.compress(block);
    }
}

/// The block after the key's, for a message of that many bytes: its padding and the length of both blocks in bits.
fn last_block<S: Chaining>(message: usize) -> S::Block {
    let mut block = S::BLANK;
    let bytes = block.as_mut();
    bytes[message] = 0x80;
    let bits = 8 * (bytes.len() + message) as u64;
    let length = bytes.len() - 8;
    bytes[length..].copy_from_slice(&bits.to_be_bytes());
    block
}

/// The 32 bits that the last four bits of byte `pointer` point at.
pub(super) fn truncate(hash: &[u8], pointer: usize) -> u32 {
    let start = usize::from(hash[pointer] & 0x0f);
    let word = [hash[start], hash[start + 1], hash[start + 2], hash[start + 3]];
    u32::from_be_bytes(word)
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};

    use super::*;

    /// `hmac` computes the same, for keys shorter and longer than a block.
    fn assert_same<S: Chaining, M: Mac + KeyInit>() {
        let bytes: Vec<u8> = (0..200_u8).map(|byte| byte.wrapping_mul(151)).collect();
        for length in [0, 1, 20, 63, 64, 65, 127, 128, 129, 200] {
            let key = &bytes[..length];
            let first = u64::MAX - 2;
            let values: [u32; 5] = Midstates::<S>::new(key).truncated(first);
            for (value, index) in values.into_iter().zip(0..) {
                let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { panic!("a key of any length will do") };
                mac.update(&first.wrapping_add(index).to_be_bytes());
                assert_eq!(
                    value,
                    truncate(&mac.finalize().into_bytes(), S::LENGTH - 1) & TO_BE_KEPT,
                    "key of {length} bytes"
                );
            }
        }
    }

    #[test]
    fn the_hmac_crate_agrees() {
        assert_same::<[u32; 5], Hmac<Sha1>>();
        assert_same::<[u32; 8], Hmac<Sha256>>();
        assert_same::<[u64; 8], Hmac<Sha512>>();
    }
}
