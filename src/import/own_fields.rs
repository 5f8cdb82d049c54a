//! The fields in which `KeePass` and its plugins keep one-time codes, in XML, databases and tables.
//!
//! The one idea: four programs keep them in fields of their own, and an entry is in the first that it has. It must not
//! know in which form of file the fields were.
//!
//! # Source
//! <https://keepass.info/help/base/placeholders.html#otp>, <https://github.com/keepassxreboot/keepassxc>

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::intake::Intake;
use super::number::Number;
use super::{BAD_ENTRY, Found, field};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Fields, Material, Type};

/// Fields that a database hides.
pub(super) const SEALABLE: &[&str] = &["otp", "TOTP Seed", "TimeOtp-Secret", "HmacOtp-Secret"];
/// Columns that hold a secret, as tables name them.
pub(super) const SECRETS: &[&str] = &[
    "totp seed",
    "timeotp-secret",
    "timeotp-secret-hex",
    "timeotp-secret-base32",
    "timeotp-secret-base64",
    "hmacotp-secret",
    "hmacotp-secret-hex",
    "hmacotp-secret-base32",
    "hmacotp-secret-base64",
];

/// The text of a field by its name; `None` if it is not there or empty.
type Get<'g, 'a> = &'g dyn Fn(&str) -> Option<&'a str>;

/// Takes in the one-time codes of an entry, if it has any.
pub(super) fn take<'t, 'a>(
    get: Get<'_, 'a>,
    named: &Fields<'a>,
    place: Place,
    intake: &'t mut Intake<'_>,
) -> Option<&'t mut Found> {
    if let Some(text) = get("otp") {
        return field::take(text, named, place, intake);
    }
    if let Some(seed) = get("TOTP Seed") {
        let fields = told(tray(get, named), &place, intake)?;
        return field::take(seed, &fields, place, intake);
    }
    let [time, counter] = ["TimeOtp", "HmacOtp"].map(|family| secret(get, family));
    let (secret, fields) = match time {
        Some(secret) => (secret, by_time(get, named)),
        None => (counter?, by_counter(get, named)),
    };
    let fields = told(fields, &place, intake)?;
    let Some(secret) = secret.material() else {
        intake.problem(Diagnostic::error(BAD_ENTRY, place, "a secret that is not in base64"));
        return None;
    };
    intake.fields(&Fields { secret, ..fields }, place)
}

/// The settings of `KeeTrayTOTP`: `30;6`, `30;S` for Steam, perhaps a server of time behind.
fn tray<'f>(get: Get<'_, 'f>, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
    let settings = get("TOTP Settings").unwrap_or_default();
    let (period, digits) = settings.split_once(';').unwrap_or((settings, ""));
    let period = Number::Period.read(period)?;
    match digits.split(';').next().unwrap_or_default().trim() {
        "S" => Ok(Fields { kind: Type::Steam, period, ..*named }),
        digits => Ok(Fields { digits: Number::Digits.read(digits)?, period, ..*named }),
    }
}

fn by_time<'f>(get: Get<'_, 'f>, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
    let algorithm = get("TimeOtp-Algorithm").unwrap_or_default();
    let digits = number(get, Number::Digits, "TimeOtp-Length")?;
    Ok(Fields { algorithm, digits, period: number(get, Number::Period, "TimeOtp-Period")?, ..*named })
}

fn by_counter<'f>(get: Get<'_, 'f>, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
    Ok(Fields { kind: Type::Hotp, counter: number(get, Number::Counter, "HmacOtp-Counter")?, ..*named })
}

fn number(get: Get<'_, '_>, number: Number, name: &str) -> Result<Option<u64>, &'static str> {
    number.read(get(name).unwrap_or_default())
}

/// The secret of `KeePass`'s own fields, in one of four spellings.
fn secret<'a>(get: Get<'_, 'a>, family: &str) -> Option<Spelled<'a>> {
    let of = |spelling: &str| get(&format!("{family}-Secret{spelling}"));
    of("-Base32").map(Spelled::Base32).or_else(|| of("-Hex").map(Spelled::Hexadecimal)).or_else(|| {
        let bytes = of("-Base64").map(|text| BASE64.decode(text.as_bytes()).unwrap_or_default());
        bytes.or_else(|| of("").map(|text| text.as_bytes().to_vec())).map(|bytes| Spelled::Bytes(Zeroizing::new(bytes)))
    })
}

/// The fields, or `None` once it is told what is wrong with them.
fn told<'f>(fields: Result<Fields<'f>, &'static str>, place: &Place, intake: &mut Intake<'_>) -> Option<Fields<'f>> {
    fields.map_err(|flaw| intake.problem(Diagnostic::error(BAD_ENTRY, place.clone(), flaw))).ok()
}

enum Spelled<'a> {
    Base32(&'a str),
    Hexadecimal(&'a str),
    Bytes(Zeroizing<Vec<u8>>),
}

impl Spelled<'_> {
    fn material(&self) -> Option<Material<'_>> {
        match self {
            Self::Base32(text) => Some(Material::Base32(text)),
            Self::Hexadecimal(text) => Some(Material::Hexadecimal(text)),
            Self::Bytes(bytes) => (!bytes.is_empty()).then_some(Material::Bytes(bytes)),
        }
    }
}
