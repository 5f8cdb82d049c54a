//! HMAC-SHA-1 of sixteen counters at once, one in each lane of wide registers.
//!
//! The one idea: compressions of different counters are the same instructions on other numbers. What a processor offers is found out
//! when the program runs; where it has no wide registers, the caller computes one counter after the other. It must not know of codes.

// What is not inlined into the dispatched function is compiled for the least of all processors.
#![expect(clippy::inline_always, reason = "each of these has to be compiled for the processor that was found")]

use fearless_simd::{Level, Simd, dispatch, prelude::*, u32x16};

/// Counters that are computed at once.
pub(super) const LANES: usize = 16;
/// The chaining state of SHA-1.
type State = [u32; 5];

/// The hashes at `first` and the counters after it, by word and then by lane. `None`: this processor has no registers that are
/// wide enough (AVX2).
pub(super) fn hashes(inner: &State, outer: &State, first: u64) -> Option<[[u32; LANES]; 5]> {
    let level = Level::new();
    level.as_avx2()?;
    let mut hashes = [[0; LANES]; 5];
    dispatch!(level, simd => side_by_side(simd, (inner, outer), first, &mut hashes));
    Some(hashes)
}

/// # Source
/// RFC 2104 section 2, from the states after the key's block; the padding of the second block is that of FIPS 180-4 section 5.1.1.
#[inline(always)]
fn side_by_side<S: Simd>(simd: S, (inner, outer): (&State, &State), first: u64, hashes: &mut [[u32; LANES]; 5]) {
    let all = |word: u32| u32x16::splat(simd, word);
    let lanes: [u64; LANES] = std::array::from_fn(|lane| first.wrapping_add(lane as u64));
    let mut block = [all(0); 16];
    block[0] = u32x16::from_slice(simd, &lanes.map(|counter| (counter >> 32) as u32));
    block[1] = u32x16::from_slice(simd, &lanes.map(|counter| counter as u32));
    block[2] = all(0x8000_0000);
    block[15] = all(8 * (64 + 8));
    let message = compress(simd, inner.map(all), block);
    block = [all(0); 16];
    block[..5].copy_from_slice(&message);
    block[5] = all(0x8000_0000);
    block[15] = all(8 * (64 + 20));
    for (words, word) in hashes.iter_mut().zip(compress(simd, outer.map(all), block)) {
        word.store_slice(words);
    }
}

/// # Source
/// FIPS 180-4 section 6.1.3, which keeps sixteen words of the message schedule and no more.
#[expect(clippy::many_single_char_names, reason = "as FIPS 180-4 names them")]
#[inline(always)]
fn compress<S: Simd>(simd: S, state: [u32x16<S>; 5], mut words: [u32x16<S>; 16]) -> [u32x16<S>; 5] {
    let mut now = state;
    for round in 0..80 {
        let at = round % 16;
        if round >= 16 {
            let mixed = words[(at + 13) % 16] ^ words[(at + 8) % 16] ^ words[(at + 2) % 16] ^ words[at];
            words[at] = rotated(mixed, 1);
        }
        let [a, b, c, d, e] = now;
        let (chosen, constant) = match round / 20 {
            0 => (d ^ (b & (c ^ d)), 0x5a82_7999),
            1 => (b ^ c ^ d, 0x6ed9_eba1),
            2 => ((b & c) | (d & (b | c)), 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6),
        };
        let next = rotated(a, 5) + chosen + e + words[at] + u32x16::splat(simd, constant);
        now = [next, a, rotated(b, 30), c, d];
    }
    std::array::from_fn(|word| state[word] + now[word])
}

#[inline(always)]
fn rotated<S: Simd>(word: u32x16<S>, by: u32) -> u32x16<S> {
    (word << by) | (word >> (32 - by))
}
