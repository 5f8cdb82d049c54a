//! cotp: its exports `{"version":2,"elements":[…]}` and `{"items":["otpauth://…"]}`, and its database, in which the
//! first of them is sealed.
//!
//! The one idea: an element names its parts as most do, and the database is the same text under a password. It must not
//! take a counter for one that codes follow where the type says that they follow time.
//!
//! # Source
//! <https://github.com/replydev/cotp>, `otp_element.rs` and `crypto/`.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id};
use super::{Format, Origin, objects, xchacha};
use crate::diagnostic::Place;
use crate::entry;

/// An export, or a database.
pub(super) const FORMAT: Format =
    Format { id: "cotp", name: "cotp", origin: Origin::App { whole: true, id: None }, recognise, read };

/// Beginnings that URIs have here and nowhere else, and what others write.
const OWN: [(&str, &str); 2] = [("otpauth://motp/", "motp://"), ("otpauth://yandex/", "otpauth://yaotp/")];
/// A parameter of its window.
const LOCK: &str = "&lock=false";

const COST: Argon2id = Argon2id { kibibytes: 32 * 1024, passes: 4, lanes: 4 };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        let is_versioned = root.get("version").is_some();
        is_versioned && (is_sealed(root) || root.get("elements").is_some_and(Node::is_array)) || uris(root).is_some()
    })
}

/// The list of an export of URIs.
fn uris(root: Node<'_>) -> Option<Node<'_>> {
    let list = root.get("items").filter(|list| list.is_array())?;
    let first = list.items().next()?.string()?;
    first.starts_with("otpauth://").then_some(list)
}

fn is_sealed(root: Node<'_>) -> bool {
    ["nonce", "salt", "cipher"].iter().all(|name| root.get(name).is_some_and(Node::is_string))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export or a database of cotp");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    if let Some(list) = uris(root) {
        intake.each(document, list.items(), take_uri);
        return Ok(());
    }
    if !is_sealed(root) {
        return elements(document, content, intake);
    }
    let bytes = |name| BASE64.decode(root.text(name).as_bytes()).map_err(|_| broken());
    let (nonce, salt, sealed) = (bytes("nonce")?, bytes("salt")?, bytes("cipher")?);
    let key = COST.key(content, content.password()?.as_bytes(), &salt)?;
    let plain = xchacha::opened(&key, &nonce, &sealed).ok_or_else(|| key::wrong(content))?;
    elements(&Document::of(&plain).ok_or_else(broken)?, content, intake)
}

fn take_uri(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let uri = item.string().ok_or("an item that is no URI")?;
    let usual = OWN.iter().find_map(|(own, usual)| Some(Zeroizing::new(format!("{usual}{}", uri.strip_prefix(own)?))));
    let uri = Zeroizing::new(usual.as_ref().unwrap_or(&uri).replace(LOCK, ""));
    intake.entry(entry::read(&uri), place);
    Ok(())
}

/// The first version was the list alone.
fn elements(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let root = document.root();
    let list = root.get("elements").or(Some(root)).filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("a database of cotp without its list of elements"))?;
    intake.each(document, list.items(), objects::take_item);
    Ok(())
}
