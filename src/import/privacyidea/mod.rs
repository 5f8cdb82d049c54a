//! Tokens of privacyIDEA: what its token janitor exports (`pi`, YAML, CSV), and the tables that it imports.
//!
//! The one idea: it is the server's side of an entry, whatever the file is built like: type, serial, key and numbers. The
//! counter is the next one. Its containers of keys are those of RFC 6030. It must not take what is no authenticator's,
//! passwords and codes by message among it, for a bad entry.
//!
//! # Source
//! <https://github.com/privacyidea/privacyidea>: `findtokens.py`, `importotp.py`, `tokenclass.py` and `hotptoken.py`

mod fernet;
mod list;
mod table;

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::number::Number;
use super::{BAD_ENTRY, Format, Origin};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Fields, Material, Type};

/// Tokens in one of four forms.
pub(super) const FORMAT: Format =
    Format { id: "privacyidea", name: "privacyIDEA (tokens)", origin: Origin::Service, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    fernet::is(content) || list::is_json(content) || list::is_yaml(content) || table::is(content)
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if fernet::is(content) {
        return fernet::read(content, intake);
    }
    if let Some(document) = content.json() {
        return list::json(document, content, intake);
    }
    if list::is_yaml(content) { list::yaml(content, intake) } else { table::read(content, intake) }
}

/// A token as a file has it; an empty text is one that is not there.
#[derive(Default)]
struct Token {
    kind: Zeroizing<String>,
    serial: Zeroizing<String>,
    issuer: Zeroizing<String>,
    /// Whose it is.
    owner: Zeroizing<String>,
    /// In hexadecimal or base32.
    key: Zeroizing<String>,
    algorithm: Zeroizing<String>,
    digits: Zeroizing<String>,
    period: Zeroizing<String>,
    counter: Zeroizing<String>,
    /// Whether it was taken out of use for good.
    revoked: bool,
}

impl Token {
    fn take(&self, place: Place, intake: &mut Intake<'_>) {
        let kind = match self.kind.to_ascii_lowercase().as_str() {
            "totp" => Type::Totp,
            "hotp" => Type::Hotp,
            "motp" => Type::Motp,
            _ => return,
        };
        match self.fields(kind) {
            Ok(fields) => {
                if let Some(found) = intake.fields(&fields, place) {
                    found.discarded = self.revoked;
                }
            }
            Err(flaw) => intake.problem(Diagnostic::error(BAD_ENTRY, place, flaw)),
        }
    }

    fn fields(&self, kind: Type) -> Result<Fields<'_>, &'static str> {
        let key = self.key.trim();
        let hexadecimal = key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let owner = Some(self.owner.as_str()).filter(|owner| !matches!(*owner, "" | "n/a" | "@"));
        let fields = Fields {
            kind,
            issuer: &self.issuer,
            account: owner.unwrap_or(&self.serial),
            secret: if hexadecimal { Material::Hexadecimal(key) } else { Material::Base32(key) },
            ..Fields::default()
        };
        if kind == Type::Motp {
            return Ok(fields);
        }
        let (period, counter) = match kind {
            Type::Hotp => (None, Number::Counter.read(&self.counter)?),
            _ => (Number::Period.read(&self.period)?, None),
        };
        Ok(Fields { algorithm: &self.algorithm, digits: Number::Digits.read(&self.digits)?, period, counter, ..fields })
    }
}

/// `login@realm`.
fn owner(login: &str, realm: &str) -> Zeroizing<String> {
    Zeroizing::new(if realm.is_empty() { login.to_owned() } else { format!("{login}@{realm}") })
}
