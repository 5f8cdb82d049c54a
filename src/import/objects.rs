//! JSON in which somebody names the parts of an entry: exports of apps without numbers of their own, what libraries
//! print, what people wrote themselves.
//!
//! The one idea: an object is an entry if it has a secret or an otpauth URI under a name that says so, wherever it
//! stands. It must not take an object for an entry whose secret is a password or anything else.
//!
//! # Source
//! The names are those of `names`.

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::names::{ADDRESS, SECRET, fields, first, named};
use super::{Format, Origin, field, mention, text};
use crate::diagnostic::Place;
use crate::entry::key::{self, Look};
use crate::entry::{Fields, Material, Type};

/// A document that names the parts of entries.
pub(super) const FORMAT: Format =
    Format { id: "json", name: "JSON with names for the parts of an entry", origin: Origin::Service, recognise, read };

/// Objects within objects that are looked into.
const DEEPEST: usize = 12;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| has_entry(document.root(), 0))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let document = content.json().ok_or_else(|| content.broken("not JSON"))?;
    walk(document, document.root(), 0, intake);
    if intake.is_empty() { Err(content.broken("JSON without an otpauth URI or a named secret")) } else { Ok(()) }
}

/// Whether an entry is anywhere in it.
fn has_entry(node: Node<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    if node.is_string() {
        return node.string().is_some_and(|text| mention::has(&text));
    }
    if node.is_array() {
        return node.items().any(|item| has_entry(item, depth + 1));
    }
    let mut found = node.is_object() && Parts::of(node).secret().is_some();
    node.each(|_, member| found = found || has_entry(member, depth + 1));
    found
}

fn walk(document: &Document<'_>, node: Node<'_>, depth: usize, intake: &mut Intake<'_>) {
    if intake.is_full() || depth > DEEPEST {
        return;
    }
    let place = intake.place_of(document, node);
    if node.is_string() {
        let text = node.string().unwrap_or_default();
        for one in mention::mentions(&text, false) {
            text::take_uri(&mention::Mention { is_plain: false, ..one }, place.clone(), intake);
        }
    } else if node.is_array() {
        for item in node.items() {
            walk(document, item, depth + 1, intake);
        }
    } else {
        let parts = Parts::of(node);
        // What an entry has besides tells of it once more, as an address or in another spelling.
        if parts.secret().is_some() && take(&parts, place, intake) {
            return;
        }
        let mut members = Vec::new();
        node.each(|_, member| members.push(member));
        for member in members {
            walk(document, member, depth + 1, intake);
        }
    }
}

/// Takes in what an object of a list that holds entries alone says of one.
pub(super) fn take_item(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let parts = Parts::of(item);
    let get = |name: &str| parts.get(name);
    let fields = fields(get, |name| parts.has(name))?;
    let secret = first(SECRET, get);
    let secret = if fields.kind == Type::Motp { Material::Hexadecimal(secret) } else { Material::Base32(secret) };
    intake.fields(&Fields { secret, ..fields }, place);
    Ok(())
}

/// Whether an entry or a problem came of it.
fn take(parts: &Parts, place: Place, intake: &mut Intake<'_>) -> bool {
    let get = |name: &str| parts.get(name);
    let has = |name: &str| parts.has(name);
    let uri = parts.uri();
    let secret = uri.as_ref().map(|one| one.uri.as_str()).or_else(|| parts.secret()).unwrap_or_default();
    let beside = if field::tells_all(secret) { Ok(named(get, has)) } else { fields(get, has) };
    match beside {
        Ok(beside) => _ = field::take(secret, &beside, place, intake),
        Err(flaw) => intake.bad(flaw, place),
    }
    true
}

/// The texts and numbers of an object, by their names in small letters.
pub(super) struct Parts(Vec<(String, Zeroizing<String>)>);

impl Parts {
    pub(super) fn of(node: Node<'_>) -> Self {
        let mut parts = Vec::new();
        node.each(|name, member| {
            let number = || member.spelling().starts_with(|sign: char| sign.is_ascii_digit() || sign == '-');
            let value = member.string().or_else(|| number().then(|| Zeroizing::new(member.spelling().to_owned())));
            parts.extend(value.map(|value| (name.to_lowercase(), value)));
        });
        Self(parts)
    }

    /// Empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The URI of an object that holds one, under a name that is known.
    fn uri(&self) -> Option<mention::Mention> {
        SECRET.iter().chain(ADDRESS).find_map(|name| mention::mentions(self.get(name), false).next())
    }

    /// The secret, or the text with its URI. What stands under a name that other things have, too, must look like a key.
    fn secret(&self) -> Option<&str> {
        if let Some(name) = SECRET.iter().chain(ADDRESS).find(|name| mention::has(self.get(name))) {
            return Some(self.get(name));
        }
        let value = first(SECRET, |name| self.get(name));
        (key::look_labelled(value, false) == Look::Key).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Imported, read, recognised};

    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn of(text: &str) -> Imported {
        read(text.as_bytes(), "x")
    }

    #[test]
    fn wherever_it_stands() {
        let uri = format!("otpauth://totp/Shop:ann?secret={KEY}&issuer=Shop");
        for text in [
            format!(r#"{{"a":{{"b":[{{"issuer":"Shop","account":"ann","secret":"{KEY}","digits":6}}]}}}}"#),
            format!(
                r#"[{{"name":"ann","secret":"{KEY}","issuer":"Shop","type":"totp","counter":null,"url":"{uri}"}}]"#
            ),
            format!(r#"{{"note":"see {uri}."}}"#),
            format!(r#"{{"base32":"{KEY}","hex":"3132","otpauth_url":"{uri}"}}"#),
            format!(r#"["{}"]"#, uri.replace('/', "\\/")),
        ] {
            let imported = of(&text);
            assert_eq!(recognised(text.as_bytes()).map(|format| format.id), Some("json"), "{text}");
            assert_eq!((imported.entries.len(), imported.problems.len()), (1, 0), "{text}");
            let entry = &imported.entries[0].entry;
            assert_eq!((entry.issuer.as_str(), entry.account.as_str()), ("Shop", "ann"), "{text}");
        }
    }

    #[test]
    fn other_secrets_are_none() {
        for text in [
            r#"{"secret":"hunter2","name":"x"}"#,
            r#"{"client":{"secret":"internationalization"}}"#,
            r#"{"type":"totp"}"#,
        ] {
            assert!(of(text).entries.is_empty(), "{text}");
        }
    }
}
