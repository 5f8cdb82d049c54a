//! Bytes out of characters that stand for a few bits each: hexadecimal and base64, as apps read them.
//!
//! The one idea: a symbol is so many bits, and bytes are what they fill. It must not know what a wrong character was meant to be. The
//! library for this reads every alphabet there is, and would be a tenth of all that a browser has to load.

use zeroize::Zeroizing;

use crate::otp::Secret;

/// RFC 4648, sections 8 and 4.
const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Hexadecimal in any case; `None` for anything else, and for half a byte.
pub(crate) fn hexadecimal(text: &str) -> Option<Secret> {
    let small = Zeroizing::new(text.to_ascii_lowercase());
    read(small.as_bytes(), HEXADECIMAL, 4).filter(|_| text.len().is_multiple_of(2))
}

/// Base64 without padding, as libraries read it that do not mind what the last character leaves over.
pub(crate) fn base64(text: &str) -> Option<Secret> {
    read(text.as_bytes(), BASE64, 6)
}

fn read(text: &[u8], alphabet: &[u8], bits: u32) -> Option<Secret> {
    let symbols = symbols(text, alphabet)?;
    let mut bytes = Vec::with_capacity(text.len());
    take_whole_bytes([&symbols, &[], &[]], bits, &mut bytes);
    Some(Secret::new(bytes))
}

/// What each character stands for; `None` where one is not of the alphabet. They stand in one place, which is wiped.
pub(crate) fn symbols(text: &[u8], alphabet: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(text.len()));
    for character in text {
        symbols.push(alphabet.iter().position(|other| other == character)? as u8);
    }
    Some(symbols)
}

/// The bytes that symbols of so many bits fill; what is left over is dropped, as authenticators do.
pub(crate) fn take_whole_bytes(symbols: [&[u8]; 3], bits: u32, bytes: &mut Vec<u8>) {
    let (mut buffer, mut held) = (0_u32, 0_u32);
    for symbol in symbols.into_iter().flatten() {
        buffer = buffer << bits | u32::from(*symbol);
        held += bits;
        if held >= 8 {
            held -= 8;
            bytes.push((buffer >> held) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64_NOPAD, HEXLOWER_PERMISSIVE};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_library_reads_the_same(text in "[A-Za-z0-9+/]{0,20}", digits in "[0-9a-fA-F]{0,20}", any in ".{0,8}") {
            let mut specification = BASE64_NOPAD.specification();
            specification.check_trailing_bits = false;
            let lenient = specification.encoding().unwrap();
            // A last character alone is no byte of base64.
            let whole = if text.len() % 4 == 1 { &text[1..] } else { &text };
            prop_assert_eq!(base64(whole).map(|read| read.bytes().to_vec()), lenient.decode(whole.as_bytes()).ok());
            for text in [digits, any] {
                let read = hexadecimal(&text).map(|read| read.bytes().to_vec());
                prop_assert_eq!(read, HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok());
            }
        }
    }
}
