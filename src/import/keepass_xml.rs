//! XML exports of `KeePass` 2 and `KeePassXC`.
//!
//! The one idea: four programs keep one-time codes in fields of their own, and an entry is in the first that it has. It
//! must not look into the history of an entry, where old secrets are.
//!
//! # Source
//! <https://keepass.info/help/base/placeholders.html#otp>, <https://github.com/keepassxreboot/keepassxc>

use chrono::DateTime;
use data_encoding::BASE64;
use roxmltree::Node;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::number::Number;
use super::position::Positions;
use super::xml::{child, read as read_xml, root_name, text_at};
use super::{BAD_ENTRY, CANNOT_DECRYPT, Format, Found, field};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Fields, Material, Type};

/// An export.
pub(super) const FORMAT: Format = Format { id: "keepass-xml", name: "KeePass 2 and KeePassXC (XML)", recognise, read };

const ROOT: &str = "KeePassFile";

fn recognise(content: &Content<'_>) -> bool {
    root_name(content) == Some(ROOT)
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let (text, document) = read_xml(content, ROOT)?;
    let positions = Positions::of(text);
    let bin = text_at(document.root_element(), &["Meta", "RecycleBinUUID"]);
    let groups = document.descendants().filter(|node| node.tag_name().name() == "Group");
    let bin = bin.and_then(|bin| groups.into_iter().find(|group| text_at(*group, &["UUID"]) == Some(bin)));
    let bin = bin.map(|group| group.range()).unwrap_or_default();
    for node in document.descendants().filter(|node| is_entry(*node)) {
        let start = node.range().start;
        let (line, column) = positions.at(start);
        let place = intake.place(line, column);
        if let Some(found) = Item(node).take(place, intake) {
            let created = text_at(node, &["Times", "CreationTime"]);
            found.created =
                created.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|time| time.timestamp());
            found.discarded = bin.contains(&start);
        }
    }
    Ok(())
}

fn is_entry(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "Entry" && node.parent().is_some_and(|parent| parent.tag_name().name() == "Group")
}

/// An entry, most of which have no one-time codes.
struct Item<'d, 'i>(Node<'d, 'i>);

impl<'d> Item<'d, '_> {
    fn value(&self, name: &str) -> Option<Node<'d, '_>> {
        let strings = self.0.children().filter(|child| child.tag_name().name() == "String");
        strings
            .into_iter()
            .find(|string| text_at(*string, &["Key"]) == Some(name))
            .and_then(|string| child(string, "Value"))
    }

    /// Text of a field; `None` if it is not there or empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.text().map(str::trim).filter(|text| !text.is_empty())
    }

    fn number(&self, number: Number, name: &str) -> Result<Option<u64>, &'static str> {
        number.read(self.text(name).unwrap_or_default())
    }

    fn take<'t>(&self, place: Place, intake: &'t mut Intake<'_>) -> Option<&'t mut Found> {
        let fields = ["otp", "TOTP Seed", "TimeOtp-Secret", "HmacOtp-Secret"];
        let sealed = |name: &&str| self.value(name).is_some_and(|value| value.attribute("Protected") == Some("True"));
        if fields.iter().any(sealed) {
            intake.problem(Diagnostic::error(CANNOT_DECRYPT, place, "an entry whose secret is still encrypted"));
            return None;
        }
        let (issuer, account) = (self.text("Title").unwrap_or_default(), self.text("UserName").unwrap_or_default());
        let named = Fields { issuer, account, ..Fields::default() };
        if let Some(text) = self.text("otp") {
            return field::take(text, &named, place, intake);
        }
        if let Some(seed) = self.text("TOTP Seed") {
            let fields = told(self.tray(&named), &place, intake)?;
            return field::take(seed, &fields, place, intake);
        }
        let [time, counter] = ["TimeOtp", "HmacOtp"].map(|family| self.secret(family));
        let (secret, fields) = match time {
            Some(secret) => (secret, self.time(&named)),
            None => (counter?, self.counter(&named)),
        };
        let fields = told(fields, &place, intake)?;
        let Some(secret) = secret.material() else {
            intake.problem(Diagnostic::error(BAD_ENTRY, place, "a secret that is not in base64"));
            return None;
        };
        intake.fields(&Fields { secret, ..fields }, place)
    }

    /// The settings of `KeeTrayTOTP`: `30;6`, `30;S` for Steam, perhaps a server of time behind.
    fn tray<'f>(&self, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
        let settings = self.text("TOTP Settings").unwrap_or_default();
        let (period, digits) = settings.split_once(';').unwrap_or((settings, ""));
        let period = Number::Period.read(period)?;
        match digits.split(';').next().unwrap_or_default().trim() {
            "S" => Ok(Fields { kind: Type::Steam, period, ..*named }),
            digits => Ok(Fields { digits: Number::Digits.read(digits)?, period, ..*named }),
        }
    }

    fn time<'f>(&'f self, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
        let algorithm = self.text("TimeOtp-Algorithm").unwrap_or_default();
        let digits = self.number(Number::Digits, "TimeOtp-Length")?;
        Ok(Fields { algorithm, digits, period: self.number(Number::Period, "TimeOtp-Period")?, ..*named })
    }

    fn counter<'f>(&self, named: &Fields<'f>) -> Result<Fields<'f>, &'static str> {
        Ok(Fields { kind: Type::Hotp, counter: self.number(Number::Counter, "HmacOtp-Counter")?, ..*named })
    }

    /// The secret of `KeePass`'s own fields, in one of four spellings.
    fn secret(&self, family: &str) -> Option<Spelled<'_>> {
        let of = |spelling: &str| self.text(&format!("{family}-Secret{spelling}"));
        of("-Base32").map(Spelled::Base32).or_else(|| of("-Hex").map(Spelled::Hexadecimal)).or_else(|| {
            let bytes = of("-Base64").map(|text| BASE64.decode(text.as_bytes()).unwrap_or_default());
            bytes
                .or_else(|| of("").map(|text| text.as_bytes().to_vec()))
                .map(|bytes| Spelled::Bytes(Zeroizing::new(bytes)))
        })
    }
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
