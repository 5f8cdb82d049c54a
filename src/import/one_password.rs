//! Exports of 1Password, the `export.data` of a 1PUX archive: accounts hold vaults, vaults hold items, items hold fields.
//!
//! The one idea: an item has as many entries as it has fields for one-time codes, and they share its names. It must not
//! look at fields that were replaced, which old versions of an item hold.
//!
//! # Source
//! <https://support.1password.com/1pux-format/>; older versions, with an object around each item, by
//! <https://github.com/BrunoBernardino/1pux-to-csv>

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Items, Node};
use super::{Format, Origin, field};
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format = Format {
    id: "1password",
    name: "1Password (1PUX)",
    origin: Origin::App { whole: false, id: Some("1password") },
    recognise,
    read,
};

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let mut accounts = document.root().get("accounts").map(Node::items).unwrap_or_default();
        accounts.next().is_some_and(|account| account.get("vaults").is_some_and(Node::is_array))
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of 1Password");
    let document = content.json().ok_or_else(broken)?;
    let accounts = document.root().get("accounts").filter(|list| list.is_array()).ok_or_else(broken)?;
    let vaults = accounts.items().flat_map(|account| list(account, "vaults"));
    for item in vaults.flat_map(|vault| list(vault, "items")) {
        if intake.is_full() {
            return Ok(());
        }
        take(document, item.get("item").unwrap_or(item), intake);
    }
    Ok(())
}

fn list<'d>(node: Node<'d>, name: &str) -> Items<'d> {
    node.get(name).map(Node::items).unwrap_or_default()
}

fn take(document: &Document<'_>, item: Node<'_>, intake: &mut Intake<'_>) {
    let Some(details) = item.get("details") else { return };
    let title = item.get("overview").map(|overview| overview.text("title")).unwrap_or_default();
    let user = user(details);
    // Once an item: it may be large, and have many codes.
    let created = item.number_of("createdAt").and_then(|seconds| i64::try_from(seconds).ok());
    let discarded = matches!(item.text("state").as_str(), "archived" | "trashed") || item.is_true("trashed");
    let beside = Fields { issuer: &title, account: &user, ..Fields::default() };
    let fields = list(details, "sections").flat_map(|section| list(section, "fields"));
    let codes = fields.filter_map(|one| one.get("value")?.get("totp"));
    intake.each(document, codes, |code, place, intake| {
        let text = code.string().unwrap_or_default();
        if !text.trim().is_empty()
            && let Some(found) = field::take(&text, &beside, place, intake)
        {
            (found.created, found.discarded) = (created, discarded);
        }
        Ok(())
    });
}

/// The user's name, which is marked among the fields that a page asks for.
fn user(details: Node<'_>) -> Zeroizing<String> {
    let marked = list(details, "loginFields").find(|field| field.text("designation").as_str() == "username");
    marked.map(|field| field.text("value")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn an_item_tells_when_it_was_made_and_whether_it_is_put_away() {
        let item = |more: &str| {
            let code = r#"{"value":{"totp":"GEZDGNBVGY3TQOJQ"}}"#;
            format!(r#"{{"createdAt":7,{more}"details":{{"sections":[{{"fields":[{code},{code}]}}]}}}}"#)
        };
        let old = format!(r#"{{"item":{}}}"#, item(r#""trashed":true,"#));
        let items = [item(r#""state":"active","#), item(r#""state":"archived","#), old].join(",");
        let text = format!(r#"{{"accounts":[{{"vaults":[{{"items":[{items}]}}]}}]}}"#);
        let imported = read(text.as_bytes(), "x");
        let told: Vec<_> = imported.entries.iter().map(|found| (found.created, found.discarded)).collect();
        assert_eq!(
            told,
            [(Some(7), false), (Some(7), false), (Some(7), true), (Some(7), true), (Some(7), true), (Some(7), true)]
        );
        assert!(imported.exported && imported.problems.is_empty());
    }
}
