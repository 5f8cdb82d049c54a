//! The janitor's own export, `pi`: a list of tokens in JSON, encrypted as Fernet has it.
//!
//! The one idea: the key stands in no file, it was shown when the export was made. It must not look into what no code
//! vouches for.
//!
//! # Source
//! <https://github.com/fernet/spec/blob/master/Spec.md>

use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::intake::Intake;
use super::super::json::Document;
use super::super::{WRONG_PASSWORD, key};
use super::list;

/// How a token of Fernet begins in base64: its version, and a time before the year 2106.
const BEGINNING: &str = "gAAAAA";
/// Bytes of version and time.
const HEAD: usize = 9;
const VECTOR: usize = 16;
const CODE: usize = 32;
const HELP: &str =
    "give the key that was shown when it was exported in place of a password: 44 characters that end in `=`";

pub(super) fn is(content: &Content<'_>) -> bool {
    content.text().map(str::trim).is_some_and(|text| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
        text.starts_with(BEGINNING) && text.len() >= 100 && text.bytes().all(letter)
    })
}

pub(super) fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("an export of privacyIDEA that is damaged or cut off");
    let text = content.text().unwrap_or_default().trim().trim_end_matches('=');
    let token = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| broken())?;
    let (vouched, code) = token.split_at_checked(token.len().saturating_sub(CODE)).ok_or_else(broken)?;
    let sealed = vouched.get(HEAD..).ok_or_else(broken)?;
    let (vector, sealed) = sealed.split_at_checked(VECTOR).ok_or_else(broken)?;
    let password = content.password_or("encrypted with a key", HELP)?;
    let wrong = || content.refuse(WRONG_PASSWORD, "the key does not open it, or it is damaged").help(HELP);
    let keys = BASE64URL.decode(password.trim().as_bytes()).map(Zeroizing::new).map_err(|_| wrong())?;
    let (signing, opening) = keys.split_at_checked(16).filter(|(_, opening)| opening.len() == 16).ok_or_else(wrong)?;
    let hmac = Hmac::<Sha256>::new_from_slice(signing).map_err(|_| wrong())?;
    hmac.chain_update(vouched).verify_slice(code).map_err(|_| wrong())?;
    let padded = key::aes_cbc_blocks(opening, vector, sealed).ok_or_else(broken)?;
    let plain = key::without_padding(&padded, true).ok_or_else(broken)?;
    list::json(&Document::of(&plain).ok_or_else(broken)?, content, intake)
}
