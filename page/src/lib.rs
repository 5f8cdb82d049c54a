//! otp-doctor as a WebAssembly module: three functions, no imports.
//!
//! A request is four bytes (the length of the JSON, least byte first), the JSON, and bytes that go with it; so is an answer.
//! The script asks for room ([`room`]), writes a request there, calls it ([`call`]), and gives the answer's room back
//! ([`done`]). One conversation lives here at a time. What JSON there is, `otp_doctor::page` says.

#[cfg(feature = "reads")]
mod reads;
#[cfg(feature = "talks")]
mod talks;

#[cfg(feature = "reads")]
use reads::answer;
#[cfg(feature = "talks")]
use talks::answer;

use zeroize::{Zeroize, Zeroizing};

/// What is sent back: JSON, and bytes beside it.
struct Answer {
    json: String,
    bytes: Zeroizing<Vec<u8>>,
}

impl Answer {
    fn json(json: String) -> Self {
        Self { json, bytes: Zeroizing::default() }
    }

    /// What cannot be done, in words for whoever writes scripts.
    fn cannot(why: &str) -> Self {
        Self::json(serde_json::json!({ "cannot": why }).to_string())
    }

    fn written(self) -> Vec<u8> {
        let length = u32::try_from(self.json.len()).unwrap_or_default();
        let mut out = Vec::with_capacity(4 + self.json.len() + self.bytes.len());
        out.extend(length.to_le_bytes());
        out.extend(self.json.as_bytes());
        out.extend(self.bytes.iter());
        out
    }
}

#[cfg(not(any(feature = "talks", feature = "reads")))]
fn answer(_json: &str, _bytes: Zeroizing<Vec<u8>>) -> Answer {
    Answer::cannot("this module was built without `talks` and `reads`")
}

fn answered(request: &[u8]) -> Vec<u8> {
    let parts = request.split_first_chunk().and_then(|(length, rest)| {
        let length = u32::from_le_bytes(*length) as usize;
        (length <= rest.len()).then(|| rest.split_at(length))
    });
    let answer = match parts.map(|(json, bytes)| (std::str::from_utf8(json), bytes)) {
        Some((Ok(json), bytes)) => answer(json, Zeroizing::new(bytes.to_vec())),
        _ => Answer::cannot("expected a length, JSON and bytes"),
    };
    answer.written()
}

/// Room for so many bytes. What is there is whatever was there.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Answers the request of so many bytes in room that [`room`] gave, which is wiped and gone afterwards. The upper half of what
/// comes back is where the answer is, the lower how long.
///
/// # Safety
/// `at` is what `room(length)` gave, and was not called with before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn call(at: *mut u8, length: usize) -> u64 {
    // SAFETY: it is the room that `room` leaked, whole, and the caller has given it up.
    let mut request = unsafe { taken(at, length) };
    let answer = Box::leak(answered(&request).into_boxed_slice());
    request.zeroize();
    (answer.as_mut_ptr() as u64) << 32 | answer.len() as u64
}

/// Wipes an answer, and gives its room back.
///
/// # Safety
/// `at` and `length` are those of an answer of [`call`] that was not given back before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn done(at: *mut u8, length: usize) {
    // SAFETY: it is the answer that `call` leaked, whole, and the caller has given it up.
    unsafe { taken(at, length) }.zeroize();
}

/// What was leaked as a boxed slice.
///
/// # Safety
/// A boxed slice of that length was leaked at that place, and nothing else owns it.
unsafe fn taken(at: *mut u8, length: usize) -> Box<[u8]> {
    // SAFETY: as above.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(at, length)) }
}
