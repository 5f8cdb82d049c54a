//! The settings of the Battle.net authenticator on the phone.
//!
//! The one idea: one text holds the secret and the serial number, hidden under a mask that is the same in every app. It
//! must not take the restore code for the secret.
//!
//! # Source
//! <https://github.com/beemdevelopment/Aegis>, its reader; <https://github.com/winauth/winauth>, `BattleNetAuthenticator`.

use data_encoding::HEXLOWER_PERMISSIVE;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::settings::{self, Settings};
use super::{Format, Origin};
use crate::entry::{Fields, Material};

/// Its settings.
pub(super) const FORMAT: Format = Format {
    id: "battle-net",
    name: "Battle.net Authenticator",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

const HIDDEN: &str = "com.blizzard.bma.AUTH_STORE.HASH";
/// What hides it.
const MASK: [u8; 57] = [
    0x39, 0x8e, 0x27, 0xfc, 0x50, 0x27, 0x6a, 0x65, 0x60, 0x65, 0xb0, 0xe5, 0x25, 0xf4, 0xc0, 0x6c, 0x04, 0xc6, 0x10,
    0x75, 0x28, 0x6b, 0x8e, 0x7a, 0xed, 0xa5, 0x9d, 0xa9, 0x81, 0x3b, 0x5d, 0xd6, 0xc8, 0x0d, 0x2f, 0xb3, 0x80, 0x68,
    0x77, 0x3f, 0xa5, 0x9b, 0xa4, 0x7c, 0x17, 0xca, 0x6c, 0x64, 0x79, 0x01, 0x5c, 0x1d, 0x5b, 0x8b, 0x8f, 0x6b, 0x9a,
];
/// Digits of the secret, two a byte; the serial number follows.
const SECRET: usize = 40;

fn recognise(content: &Content<'_>) -> bool {
    settings::has(content, &[HIDDEN])
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("settings of Battle.net Authenticator whose secret is damaged");
    let settings = Settings::read(content)?;
    let (hidden, place) = settings.get(HIDDEN, intake).ok_or_else(broken)?;
    let hidden = HEXLOWER_PERMISSIVE.decode(hidden.trim().as_bytes()).map(Zeroizing::new).map_err(|_| broken())?;
    let plain = Zeroizing::new(hidden.iter().zip(MASK).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>());
    let text = std::str::from_utf8(&plain).map_err(|_| broken())?;
    let (secret, serial) = text.split_at_checked(SECRET).ok_or_else(broken)?;
    let secret = Material::Hexadecimal(secret);
    let fields = Fields { issuer: "Battle.net", account: serial.trim(), secret, digits: Some(8), ..Fields::default() };
    intake.fields(&fields, place);
    Ok(())
}
