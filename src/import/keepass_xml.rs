//! XML exports of `KeePass` 2 and `KeePassXC`, and the same XML in their databases.
//!
//! The one idea: an entry is a set of fields, of which those for one-time codes are read as everywhere. It must not look
//! into the history of an entry, where old secrets are.
//!
//! # Source
//! <https://keepass.info/help/base/placeholders.html#otp>, <https://github.com/keepassxreboot/keepassxc>

use chrono::DateTime;
use data_encoding::BASE64;
use roxmltree::{Document, Node};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::position::Positions;
use super::xml::{child, read as read_xml, root_name, text_at};
use super::{CANNOT_DECRYPT, Format, Found, Origin, own_fields};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format = Format {
    id: "keepass-xml",
    name: "KeePass 2 and KeePassXC (XML)",
    origin: Origin::App { whole: false, id: None },
    recognise,
    read,
};

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

    fn take<'t>(&self, place: Place, intake: &'t mut Intake<'_>) -> Option<&'t mut Found> {
        if own_fields::SEALABLE.iter().any(|name| self.is_sealed(name)) {
            intake.problem(Diagnostic::error(CANNOT_DECRYPT, place, "an entry whose secret is still encrypted"));
            return None;
        }
        let (issuer, account) = (self.text("Title").unwrap_or_default(), self.text("UserName").unwrap_or_default());
        let named = Fields { issuer, account, ..Fields::default() };
        own_fields::take(&|name| self.text(name), &named, place, intake)
    }
}
