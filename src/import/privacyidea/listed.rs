//! Lists of tokens with named parts: JSON inside the janitor's own export, and its YAML.
//!
//! The one idea: both are the same object of the server written down. It must not know a table.

use serde::Deserialize;
use serde_saphyr::Spanned;
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::intake::Intake;
use super::super::json::{Document, Node};
use super::{Token, owner};

pub(super) fn is_json(content: &Content<'_>) -> bool {
    let mut list = content.json().map(|document| document.root().items()).unwrap_or_default();
    list.next()
        .is_some_and(|first| ["serial", "type", "otpkey", "info_list"].iter().all(|name| first.get(name).is_some()))
}

pub(super) fn json(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if !document.root().is_array() {
        return Err(content.broken("not built as a list of privacyIDEA's tokens"));
    }
    for item in document.root().items() {
        if intake.is_full() {
            break;
        }
        let place = intake.place_of(document, item);
        let info = item.get("info_list");
        let of_info = |key: &str| info.map(|info| spelled(info, key)).unwrap_or_default();
        let user = item.get("user");
        let of_user = |key: &str| user.map(|user| user.text(key)).unwrap_or_default();
        let token = Token {
            kind: item.text("type"),
            serial: item.text("serial"),
            issuer: item.text("issuer"),
            owner: owner(&of_user("login"), &of_user("realm")),
            key: item.text("otpkey"),
            algorithm: of_info("hashlib"),
            digits: spelled(item, "otplen"),
            period: of_info("timeStep"),
            counter: spelled(item, "counter"),
            revoked: item.is_true("revoked"),
        };
        token.take(place, intake);
    }
    Ok(())
}

/// A number or a text, as it is spelled.
fn spelled(item: Node<'_>, key: &str) -> Zeroizing<String> {
    item.get(key)
        .map(|node| node.string().unwrap_or_else(|| Zeroizing::new(node.spelling().to_owned())))
        .unwrap_or_default()
}

/// A list of mappings in which a token has its key.
pub(super) fn is_yaml(content: &Content<'_>) -> bool {
    content.text().is_some_and(|text| {
        text.starts_with("- ")
            && ["  otpkey:", "  serial:", "  type:"].iter().all(|key| text.contains(&format!("\n{key}")))
    })
}

/// An item of the list; what is not named here is passed over.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    r#type: Text,
    #[serde(default)]
    serial: Text,
    #[serde(default)]
    owner: Text,
    #[serde(default)]
    otpkey: Text,
    #[serde(default)]
    otplen: Text,
    #[serde(default)]
    counter: Text,
    #[serde(default)]
    revoked: Option<bool>,
    #[serde(default)]
    info_list: Option<Info>,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    hashlib: Text,
    #[serde(default, rename = "timeStep")]
    time_step: Text,
}

/// A scalar as it is spelled; nothing is an empty one.
#[derive(Default)]
struct Text(Zeroizing<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Zeroizing::new(Option::<String>::deserialize(deserializer)?.unwrap_or_default())))
    }
}

pub(super) fn yaml(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let budget = serde_saphyr::budget! { max_depth: 16, max_nodes: 2_000_000, max_anchors: 0 };
    let options = serde_saphyr::options! { budget: budget, strict_booleans: true };
    let list: Vec<Spanned<Item>> = serde_saphyr::from_str_with_options(content.text().unwrap_or_default(), options)
        .map_err(|error| {
            let place = error.location().map(|at| format!(" at line {}, column {}", at.line(), at.column()));
            content.broken(format!("not built as a list of privacyIDEA's tokens{}", place.unwrap_or_default()))
        })?;
    for Spanned { value: item, referenced: at, .. } in list {
        let place = intake.place(at.line().try_into().unwrap_or_default(), at.column().try_into().unwrap_or_default());
        let info = item.info_list.unwrap_or_default();
        let token = Token {
            kind: item.r#type.0,
            serial: item.serial.0,
            owner: item.owner.0,
            key: item.otpkey.0,
            algorithm: info.hashlib.0,
            digits: item.otplen.0,
            period: info.time_step.0,
            counter: item.counter.0,
            revoked: item.revoked == Some(true),
            ..Token::default()
        };
        token.take(place, intake);
    }
    Ok(())
}
