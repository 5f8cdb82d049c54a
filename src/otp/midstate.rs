//! HMAC of an eight-byte counter, from its two midstates.
//!
//! The one idea: the keyed first block of the inner and of the outer hash is compressed once for a secret, and a
//! counter then costs one block of each. Several counters are computed side by side, since a processor overlaps
//! compressions that do not wait for each other. It must not know of codes.

use super::TO_BE_KEPT;
#[cfg(target_arch = "x86_64")]
use super::lanes::{self, Keys, LANES};
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
        let padded = first_block::<S>(key);
        let keyed = |pad: u8| {
            let mut block = padded.clone();
            block.as_mut().iter_mut().for_each(|byte| *byte ^= pad);
            let mut state = S::START;
            state.compress(&block);
            state
        };
        Self { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    /// The values of dynamic truncation at each of the counters.
    pub(super) fn truncated<const COUNT: usize>(&self, counters: &[u64; COUNT]) -> [u32; COUNT] {
        self.truncated_by(counters, S::LENGTH - 1)
    }

    /// The same, but the four bits that tell the place are those of the hash's byte `pointer`, not of its last.
    pub(super) fn truncated_by<const COUNT: usize>(&self, counters: &[u64; COUNT], pointer: usize) -> [u32; COUNT] {
        let hashes = self.hashes(counters);
        std::array::from_fn(|index| truncate(&hashes[index].as_ref()[..S::LENGTH], pointer) & TO_BE_KEPT)
    }

    /// The value of dynamic truncation at `counter` with its top bit.
    pub(super) fn unmasked(&self, counter: u64) -> u32 {
        let [hash] = self.hashes(&[counter]);
        truncate(&hash.as_ref()[..S::LENGTH], S::LENGTH - 1)
    }

    /// The hashes at each of the counters, each at the beginning of its block.
    fn hashes<const COUNT: usize>(&self, counters: &[u64; COUNT]) -> [S::Block; COUNT] {
        // Each stage runs over all counters before the next one begins: only so does no compression wait for another.
        let mut states = [self.inner; COUNT];
        let mut blocks = [last_block::<S>(8); COUNT];
        for (block, counter) in blocks.iter_mut().zip(counters) {
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
    /// The same key in every lane.
    pub(super) fn in_lanes(&self) -> Keys {
        Keys::alike(&self.inner, &self.outer)
    }
}

/// The key as a block: filled up with zeros, or hashed before that.
fn first_block<S: Chaining>(key: &[u8]) -> Zeroizing<S::Block> {
    let mut padded = Zeroizing::new(S::BLANK);
    match padded.as_mut().get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => S::digest(key, &mut padded),
    }
    padded
}

/// Up to sixteen keys for SHA-1, each filled up to a block, a lane each.
#[cfg(target_arch = "x86_64")]
pub(super) fn side_by_side(keys: &[&[u8]], blocks: &mut lanes::Blocks) {
    *blocks = lanes::Blocks::default();
    for (lane, key) in keys.iter().enumerate().take(LANES) {
        let mut put = |key: &[u8]| {
            for (at, byte) in key.iter().enumerate() {
                blocks[at / 4][lane] |= u32::from(*byte) << (24 - 8 * (at % 4));
            }
        };
        if key.len() <= <[u32; 5] as Chaining>::BLANK.len() { put(key) } else { put(&*first_block::<[u32; 5]>(key)) }
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
            let counters = [u64::MAX - 1, u64::MAX, 0, 1, 58_000_000];
            for (value, counter) in Midstates::<S>::new(key).truncated(&counters).into_iter().zip(counters) {
                let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { panic!("a key of any length will do") };
                mac.update(&counter.to_be_bytes());
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
