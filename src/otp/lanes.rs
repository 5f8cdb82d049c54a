//! HMAC-SHA-1 of sixteen counters or of sixteen keys at once, one in each lane of wide registers.
//!
//! The one idea: compressions of different counters and keys are the same instructions on other numbers. What a processor offers is
//! found out when the program runs; where it has no wide registers, the caller computes one after the other. It must not know of codes.

// What is not inlined into the dispatched function is compiled for the least of all processors.
#![expect(clippy::inline_always, reason = "each of these has to be compiled for the processor that was found")]

use fearless_simd::{Level, Simd, prelude::*, u32x16};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How many are computed at once.
pub(super) const LANES: usize = 16;
/// A word of each lane.
type Word = [u32; LANES];
/// Sixteen chaining states, or sixteen hashes.
type States = [Word; 5];
/// Sixteen blocks.
pub(super) type Blocks = [Word; 16];

/// # Source
/// FIPS 180-4 section 5.3.1.
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
/// What a word of the key is mixed with, for the inner hash and for the outer one.
///
/// # Source
/// RFC 2104 section 2.
const INNER: u32 = 0x3636_3636;
const OUTER: u32 = 0x5c5c_5c5c;

/// HMAC midstates of sixteen keys, or of one key sixteen times, and room for what is computed with them. It makes codes as the
/// secrets do, so it is wiped as those are.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Keys {
    inner: States,
    outer: States,
    /// The counters as a block, with its padding: that of FIPS 180-4 section 5.1.1.
    counters: Blocks,
    /// What the inner hash came to, as a block.
    message: Blocks,
    hashes: States,
}

impl Keys {
    /// No keys yet.
    pub(super) fn none() -> Self {
        let padded = |words: usize, bytes: u32| {
            let mut block = [[0; LANES]; 16];
            block[words] = [0x8000_0000; LANES];
            block[15] = [8 * (64 + bytes); LANES];
            block
        };
        let (inner, outer, hashes) = (States::default(), States::default(), States::default());
        Self { inner, outer, counters: padded(2, 8), message: padded(5, 20), hashes }
    }

    /// One key in every lane, by its states.
    pub(super) fn alike(inner: &[u32; 5], outer: &[u32; 5]) -> Self {
        let mut keys = Self::none();
        keys.inner = inner.map(|word| [word; LANES]);
        keys.outer = outer.map(|word| [word; LANES]);
        keys
    }

    /// Takes sixteen keys, each of which was filled up to a block, in the place of others. `blocks` is what is made of them there.
    /// `None`: this processor has no registers that are wide enough (AVX2).
    ///
    /// # Source
    /// RFC 2104 section 2.
    pub(super) fn take(&mut self, blocks: &mut Blocks) -> Option<()> {
        let start = START.map(|word| [word; LANES]);
        // The second pad takes the first one off again.
        for (pad, states) in [(INNER, &mut self.inner), (INNER ^ OUTER, &mut self.outer)] {
            blocks.iter_mut().flatten().for_each(|word| *word ^= pad);
            compress(&start, blocks, states)?;
        }
        Some(())
    }

    /// The values of dynamic truncation with their top bits, each lane at its own counter. `None` as before.
    ///
    /// # Source
    /// RFC 2104 section 2, from the states after the key's block; RFC 4226 section 5.3.
    pub(super) fn truncated(&mut self, counters: &[u64; LANES]) -> Option<Word> {
        for (lane, counter) in counters.iter().enumerate() {
            self.counters[0][lane] = (counter >> 32) as u32;
            self.counters[1][lane] = *counter as u32;
        }
        compress(&self.inner, &self.counters, &mut self.message[..5])?;
        compress(&self.outer, &self.message, &mut self.hashes)?;
        let mut values = [0; LANES];
        for (lane, value) in values.iter_mut().enumerate() {
            // The four bytes lie in one word or in two.
            let place = self.hashes[4][lane] & 0x0f;
            let (word, byte) = ((place / 4) as usize, place % 4);
            let next = self.hashes.get(word + 1).map_or(0, |words| words[lane]);
            let both = u64::from(self.hashes[word][lane]) << 32 | u64::from(next);
            *value = (both >> (32 - 8 * byte)) as u32;
        }
        Some(values)
    }
}

/// Narrower registers are no faster than one after the other, and would be compiled for nothing.
fn compress(states: &States, blocks: &Blocks, into: &mut [Word]) -> Option<()> {
    let level = Level::new();
    if let Some(simd) = level.as_avx512() {
        simd.vectorize(
            #[inline(always)]
            || side_by_side(simd, states, blocks, into),
        );
    } else {
        let simd = level.as_avx2()?;
        simd.vectorize(
            #[inline(always)]
            || side_by_side(simd, states, blocks, into),
        );
    }
    Some(())
}

/// # Source
/// FIPS 180-4 section 6.1.3, which keeps sixteen words of the message schedule and no more.
#[inline(always)]
fn side_by_side<S: Simd>(simd: S, states: &States, blocks: &Blocks, into: &mut [Word]) {
    // All is written out, so that what is mixed stands in registers.
    macro_rules! loaded {
        ($from:ident: $($at:literal)*) => { [$(u32x16::from_slice(simd, &$from[$at])),*] };
    }
    let state = loaded!(states: 0 1 2 3 4);
    let mut words = loaded!(blocks: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let mut now = state;
    macro_rules! rounds {
        ($($round:literal)*) => { $(now = round::<S, $round>(simd, now, &mut words);)* };
    }
    rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    rounds!(20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);
    rounds!(40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59);
    rounds!(60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79);
    for (at, words) in into.iter_mut().enumerate().take(5) {
        (state[at] + now[at]).store_slice(words);
    }
}

#[expect(clippy::many_single_char_names, reason = "as FIPS 180-4 names them")]
#[inline(always)]
fn round<S: Simd, const ROUND: usize>(simd: S, now: [u32x16<S>; 5], words: &mut [u32x16<S>; 16]) -> [u32x16<S>; 5] {
    let at = ROUND % 16;
    if ROUND >= 16 {
        let mixed = words[(at + 13) % 16] ^ words[(at + 8) % 16] ^ words[(at + 2) % 16] ^ words[at];
        words[at] = rotated(mixed, 1);
    }
    let [a, b, c, d, e] = now;
    let (chosen, constant) = match ROUND / 20 {
        0 => (d ^ (b & (c ^ d)), 0x5a82_7999),
        1 => (b ^ c ^ d, 0x6ed9_eba1),
        2 => ((b & c) | (d & (b | c)), 0x8f1b_bcdc),
        _ => (b ^ c ^ d, 0xca62_c1d6),
    };
    let next = rotated(a, 5) + (chosen + (e + words[at] + u32x16::splat(simd, constant)));
    [next, a, rotated(b, 30), c, d]
}

#[inline(always)]
fn rotated<S: Simd>(word: u32x16<S>, by: u32) -> u32x16<S> {
    (word << by) | (word >> (32 - by))
}
