//! cotp: its export `{"version":2,"elements":[…]}`, and its database, in which that is sealed.
//!
//! The one idea: an element names its parts as most do, and the database is the same text under a password. It must not
//! take a counter for one that codes follow where the type says that they follow time.
//!
//! # Source
//! <https://github.com/replydev/cotp>, `otp_element.rs` and `crypto/`.

use data_encoding::BASE64;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id};
use super::{Format, Origin, objects, xchacha};

/// An export, or a database.
pub(super) const FORMAT: Format =
    Format { id: "cotp", name: "cotp", origin: Origin::App { whole: true, id: None }, recognise, read };

const COST: Argon2id = Argon2id { kibibytes: 32 * 1024, passes: 4, lanes: 4 };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        root.get("version").is_some() && (is_sealed(root) || root.get("elements").is_some_and(Node::is_array))
    })
}

fn is_sealed(root: Node<'_>) -> bool {
    ["nonce", "salt", "cipher"].iter().all(|name| root.get(name).is_some_and(Node::is_string))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export or a database of cotp");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    if !is_sealed(root) {
        return elements(document, content, intake);
    }
    let bytes = |name| BASE64.decode(root.text(name).as_bytes()).map_err(|_| broken());
    let (nonce, salt, sealed) = (bytes("nonce")?, bytes("salt")?, bytes("cipher")?);
    let key = COST.key(content, content.password()?.as_bytes(), &salt)?;
    let plain = xchacha::opened(&key, &nonce, &sealed).ok_or_else(|| key::wrong(content))?;
    elements(&Document::of(&plain).ok_or_else(broken)?, content, intake)
}

/// The first version was the list alone.
fn elements(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let root = document.root();
    let list = root.get("elements").or(Some(root)).filter(|list| list.is_array());
    let list = list.ok_or_else(|| content.broken("a database of cotp without its list of elements"))?;
    intake.each(document, list.items(), objects::take_item);
    Ok(())
}
