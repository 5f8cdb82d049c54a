//! Exports of Enpass: `{"folders":[…],"items":[{"title":…,"fields":[{"type":"totp","value":…}]}]}`.
//!
//! The one idea: a field says by its type what it is, whatever somebody called it. It must not look at fields that were
//! deleted.
//!
//! # Source
//! <https://www.enpass.io/docs/manual-desktop/import_export.html>, and exports of the app.

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::{Format, Origin, field};
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "enpass", name: "Enpass", origin: Origin::App { whole: false, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        let is_item = |item: Node<'_>| {
            item.get("template_type").is_some() || item.get("category").is_some() && item.get("uuid").is_some()
        };
        root.get("encrypted").is_none()
            && root.get("items").map(Node::items).unwrap_or_default().next().is_some_and(is_item)
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Enpass");
    let document = content.json().ok_or_else(broken)?;
    let list = document.root().get("items").filter(|list| list.is_array()).ok_or_else(broken)?;
    for item in list.items() {
        let fields = || {
            item.get("fields")
                .map(Node::items)
                .unwrap_or_default()
                .filter(|field| field.number_of("deleted") != Some(1))
        };
        let value = |kind: &str| -> Zeroizing<String> {
            let filled = fields().filter(|field| *field.text("type") == kind).map(|field| field.text("value"));
            filled.into_iter().find(|value| !value.trim().is_empty()).unwrap_or_default()
        };
        let names = [value("username"), value("email"), item.text("subtitle")];
        let account = names.iter().find(|name| !name.is_empty()).map_or("", |name| name.as_str());
        let title = item.text("title");
        let beside = Fields { issuer: &title, account, ..Fields::default() };
        let created = item.number_of("createdAt").and_then(|seconds| i64::try_from(seconds).ok());
        let discarded = ["trashed", "archived"].iter().any(|name| item.number_of(name) == Some(1));
        let codes = fields().filter(|field| *field.text("type") == "totp" && !field.text("value").trim().is_empty());
        intake.each(document, codes, |code, place, intake| {
            if let Some(found) = field::take(&code.text("value"), &beside, place, intake) {
                (found.created, found.discarded) = (created, discarded);
            }
            Ok(())
        });
    }
    Ok(())
}
