//! XML exports of `KeePass` 2 and `KeePassXC`, and the same XML in their databases.
//!
//! The one idea: four programs keep one-time codes in fields of their own, and an entry is in the first that it has. It
//! must not look into the history of an entry, where old secrets are.
//!
//! # Source
//! <https://keepass.info/help/base/placeholders.html#otp>, <https://github.com/keepassxreboot/keepassxc>

use chrono::DateTime;
use data_encoding::BASE64;
use roxmltree::{Document, Node};
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

/// The outermost element.
pub(super) const ROOT: &str = "KeePassFile";

/// Seconds from the beginning of the year 1, from which databases count, to 1970.
const YEAR_ONE: i64 = 62_135_596_800;

fn recognise(content: &Content<'_>) -> bool {
    root_name(content) == Some(ROOT)
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let (text, document) = read_xml(content, ROOT)?;
    entries(text, &document, &Unprotected::default(), intake);
    Ok(())
}

/// Takes the entries of a document in.
pub(super) fn entries(text: &str, document: &Document<'_>, plain: &Unprotected, intake: &mut Intake<'_>) {
    let positions = Positions::of(text);
    let bin = text_at(document.root_element(), &["Meta", "RecycleBinUUID"]);
    let groups = document.descendants().filter(|node| node.tag_name().name() == "Group");
    let bin = bin.and_then(|bin| groups.into_iter().find(|group| text_at(*group, &["UUID"]) == Some(bin)));
    let bin = bin.map(|group| group.range()).unwrap_or_default();
    for node in document.descendants().filter(|node| is_entry(*node)) {
        let start = node.range().start;
        let (line, column) = positions.at(start);
        let place = intake.place(line, column);
        if let Some(found) = (Item { node, plain }).take(place, intake) {
            found.created = text_at(node, &["Times", "CreationTime"]).and_then(instant);
            found.discarded = bin.contains(&start);
        }
    }
}

fn is_entry(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "Entry" && node.parent().is_some_and(|parent| parent.tag_name().name() == "Group")
}

fn is_protected(node: Node<'_, '_>) -> bool {
    node.attribute("Protected").is_some_and(|protected| protected.eq_ignore_ascii_case("true"))
}

/// Unix seconds of a time: RFC 3339, or since version 4 of databases seconds in eight bytes, the lowest first.
fn instant(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp());
    }
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    i64::from_le_bytes(bytes.try_into().ok()?).checked_sub(YEAR_ONE)
}

/// The protected values of the entries of a database, by where they stand.
#[derive(Default)]
pub(super) struct Unprotected(Vec<(usize, Zeroizing<String>)>);

impl Unprotected {
    /// Makes the values plain. `unprotect` gets the bytes of each in the order of the document, those of the history and
    /// of attachments too, since one stream runs through all of them.
    #[cfg(feature = "kdbx")]
    pub(super) fn of(document: &Document<'_>, mut unprotect: impl FnMut(&mut [u8])) -> Self {
        let mut values = Vec::new();
        for node in document.descendants().filter(|node| is_protected(*node)) {
            let Some(text) = node.text() else { continue };
            let Ok(bytes) = BASE64.decode(text.trim().as_bytes()) else { continue };
            let mut bytes = Zeroizing::new(bytes);
            unprotect(&mut bytes);
            let is_of_an_entry = node.parent().and_then(|string| string.parent()).is_some_and(is_entry);
            if let (true, Ok(plain)) = (is_of_an_entry, std::str::from_utf8(&bytes)) {
                values.push((node.range().start, Zeroizing::new(plain.to_owned())));
            }
        }
        Self(values)
    }

    /// `None`: not protected, or not made plain.
    fn get(&self, value: Node<'_, '_>) -> Option<&str> {
        let index = self.0.binary_search_by_key(&value.range().start, |(start, _)| *start).ok()?;
        self.0.get(index).map(|(_, plain)| plain.as_str())
    }
}

/// An entry, most of which have no one-time codes.
struct Item<'d, 'i> {
    node: Node<'d, 'i>,
    plain: &'d Unprotected,
}

impl<'d> Item<'d, '_> {
    fn value(&self, name: &str) -> Option<Node<'d, '_>> {
        let strings = self.node.children().filter(|child| child.tag_name().name() == "String");
        strings
            .into_iter()
            .find(|string| text_at(*string, &["Key"]) == Some(name))
            .and_then(|string| child(string, "Value"))
    }

    /// Text of a field; `None` if it is not there or empty.
    fn text(&self, name: &str) -> Option<&str> {
        let value = self.value(name)?;
        let text = match self.plain.get(value) {
            None if is_protected(value) => None,
            None => value.text(),
            plain => plain,
        };
        text.map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether a field is there that nobody made plain.
    fn is_sealed(&self, name: &str) -> bool {
        self.value(name)
            .is_some_and(|value| is_protected(value) && value.text().is_some() && self.plain.get(value).is_none())
    }

    fn number(&self, number: Number, name: &str) -> Result<Option<u64>, &'static str> {
        number.read(self.text(name).unwrap_or_default())
    }

    fn take<'t>(&self, place: Place, intake: &'t mut Intake<'_>) -> Option<&'t mut Found> {
        let fields = ["otp", "TOTP Seed", "TimeOtp-Secret", "HmacOtp-Secret"];
        if fields.iter().any(|name| self.is_sealed(name)) {
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
