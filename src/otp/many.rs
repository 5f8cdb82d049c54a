//! Many values at once: of one key at many counters, or of many secrets at the same counters.
//!
//! The one idea: what does not wait for each other is computed together, in lanes where the processor has them. It must not know why
//! so many are wanted.

#[cfg(target_arch = "x86_64")]
use zeroize::Zeroizing;

use super::{Algorithm, Digits, Key};
#[cfg(target_arch = "x86_64")]
use super::{Prepared, TO_BE_KEPT, lanes, midstate};

/// How many counters are computed side by side where many are wanted. In a browser nothing runs side by side, and would have to be
/// loaded.
const TOGETHER: usize = if cfg!(target_family = "wasm") { 1 } else { 16 };
/// So many are computed one by one.
const FEW: usize = 8;

impl Key {
    /// The counters, each with its code.
    ///
    /// Computed in batches, which is several times as fast as [`Key::code`] for each where there are many.
    pub fn codes<'k>(&'k self, counters: impl IntoIterator<Item = u64> + 'k, digits: Digits) -> Codes<'k> {
        Codes {
            // Whatever brings them, they are computed by one and the same code.
            counters: Box::new(counters.into_iter()),
            digits,
            key: self,
            #[cfg(target_arch = "x86_64")]
            lanes: None,
            ready: [(0, 0); TOGETHER],
            at: 0,
            count: 0,
        }
    }
}

/// Counters, each with its code; see [`Key::codes`].
pub struct Codes<'k> {
    counters: Box<dyn Iterator<Item = u64> + 'k>,
    digits: Digits,
    key: &'k Key,
    /// The key in lanes, once they were wanted.
    #[cfg(target_arch = "x86_64")]
    lanes: Option<Box<lanes::Keys>>,
    /// A batch, how far it was handed out, and how much of it there is.
    ready: [(u64, u64); TOGETHER],
    at: usize,
    count: usize,
}

impl Iterator for Codes<'_> {
    type Item = (u64, u64);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.count {
            self.compute();
        }
        let next = self.ready[..self.count].get(self.at).copied();
        self.at += usize::from(next.is_some());
        next
    }
}

impl Codes<'_> {
    /// The next batch.
    fn compute(&mut self) {
        let mut batch = [0; TOGETHER];
        (self.at, self.count) = (0, 0);
        for (place, counter) in batch.iter_mut().zip(&mut self.counters) {
            *place = counter;
            self.count += 1;
        }
        let values = self.truncated(&batch);
        for ((ready, counter), value) in self.ready.iter_mut().zip(batch).zip(values).take(self.count) {
            *ready = (counter, self.digits.of(value));
        }
    }

    /// The values at the first counters, as many as there are.
    fn truncated(&mut self, counters: &[u64; TOGETHER]) -> [u32; TOGETHER] {
        // A batch is whole: of a few, most of it would be for nothing.
        if self.count < FEW {
            let mut values = [0; TOGETHER];
            for (value, counter) in values.iter_mut().zip(counters).take(self.count) {
                *value = self.key.truncated(*counter);
            }
            return values;
        }
        #[cfg(target_arch = "x86_64")]
        if let Prepared::Sha1(midstates) = &self.key.0 {
            let lanes = self.lanes.get_or_insert_with(|| Box::new(midstates.in_lanes()));
            if let Some(mut values) = lanes.truncated(counters) {
                for value in &mut values {
                    *value &= TO_BE_KEPT;
                }
                return values;
            }
        }
        self.key.run(counters)
    }
}

/// What [`Key::truncated`] comes to for many secrets at the same counters: `each` gets the place of a secret among them, and its
/// values in the order of the counters.
///
/// Of SHA-1 sixteen secrets are computed at once where the processor can.
pub fn truncated_by_many(
    algorithm: Algorithm,
    secrets: &[&[u8]],
    counters: &[u64],
    mut each: impl FnMut(usize, &[u32]),
) {
    let mut values = vec![0; counters.len()];
    let done = in_lanes(algorithm, secrets, counters, &mut each);
    for (place, secret) in secrets.iter().enumerate().skip(done) {
        let key = Key::of(algorithm, secret);
        for (value, counter) in values.iter_mut().zip(counters) {
            *value = key.truncated(*counter);
        }
        each(place, &values);
    }
}

/// As many of the secrets as this processor computes together: of the first ones, all or none.
#[cfg(target_arch = "x86_64")]
fn in_lanes(algorithm: Algorithm, secrets: &[&[u8]], counters: &[u64], each: &mut impl FnMut(usize, &[u32])) -> usize {
    if algorithm != Algorithm::Sha1 {
        return 0;
    }
    let (mut values, mut together) = (vec![0; counters.len()], vec![[0; lanes::LANES]; counters.len()]);
    let (mut keys, mut blocks) = (lanes::Keys::none(), Zeroizing::<lanes::Blocks>::default());
    for (group, first) in secrets.chunks(lanes::LANES).zip((0..).step_by(lanes::LANES)) {
        midstate::side_by_side(group, &mut blocks);
        if keys.take(&mut blocks).is_none() {
            return first;
        }
        for (values, counter) in together.iter_mut().zip(counters) {
            *values = keys.truncated(&[*counter; lanes::LANES]).unwrap_or_default();
        }
        for lane in 0..group.len() {
            for (value, all) in values.iter_mut().zip(&together) {
                *value = all[lane] & TO_BE_KEPT;
            }
            each(first + lane, &values);
        }
    }
    secrets.len()
}

#[cfg(not(target_arch = "x86_64"))]
fn in_lanes(_: Algorithm, _: &[&[u8]], _: &[u64], _: &mut impl FnMut(usize, &[u32])) -> usize {
    0
}

#[cfg(test)]
mod tests {
    use super::super::Secret;
    use super::*;

    #[test]
    fn codes_in_a_row_are_those_one_by_one() {
        let key = Key::new(Algorithm::Sha1, &Secret::new(vec![7; 20]));
        for counters in [0..=0, 5..=20, 5..=21, 100..=163, u64::MAX - 17..=u64::MAX] {
            let one_by_one: Vec<(u64, u64)> = counters.clone().map(|at| (at, key.code(at, Digits::SIX))).collect();
            assert_eq!(key.codes(counters, Digits::SIX).collect::<Vec<_>>(), one_by_one);
        }
    }

    #[test]
    fn values_of_many_secrets_are_those_one_by_one() {
        let lengths = [0, 1, 19, 20, 21, 63, 64, 65, 127, 128, 129, 200];
        let secrets: Vec<Vec<u8>> = (0..41).map(|at| vec![at as u8 + 1; lengths[at % lengths.len()]]).collect();
        let secrets: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
        let counters = [0, 7, 58_000_000, u64::from(u32::MAX) + 1, u64::MAX];
        for algorithm in Algorithm::all() {
            let mut places = Vec::new();
            truncated_by_many(algorithm, &secrets, &counters, |place, values| {
                let key = Key::of(algorithm, secrets[place]);
                assert_eq!(values, counters.map(|counter| key.truncated(counter)), "{algorithm:?}, secret {place}");
                places.push(place);
            });
            assert_eq!(places, (0..secrets.len()).collect::<Vec<_>>());
        }
    }
}
