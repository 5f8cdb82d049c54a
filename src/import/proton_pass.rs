//! Exports of Proton Pass, unpacked: `{"version":"1.21.2","vaults":{"…":{"items":[…]}}}`.
//!
//! The one idea: any item may hold one-time codes, a login in a field of its own, every item in fields that somebody
//! added. It must not take the app's name for the account, which it writes where it knows none.
//!
//! # Source
//! <https://github.com/ProtonMail/WebClients>, `packages/pass`: its types of an export, its `item-v1` and `otp`.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::{Format, Origin, field};
use crate::entry::Fields;

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "proton-pass", name: "Proton Pass", origin: Origin::App { whole: false, id: None }, recognise, read };

/// The account of a URI that the app made of a set-up key alone.
const NOBODY: &str = "Proton Pass";
/// The state of an item in the bin.
const TRASHED: u64 = 2;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| document.root().get("vaults").is_some_and(Node::is_object))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Proton Pass");
    let document = content.json().ok_or_else(broken)?;
    let vaults = document.root().get("vaults").filter(|vaults| vaults.is_object()).ok_or_else(broken)?;
    vaults.each(|_, vault| {
        for item in vault.get("items").map(Node::items).unwrap_or_default() {
            if intake.is_full() {
                return;
            }
            take(document, item, intake);
        }
    });
    Ok(())
}

fn take(document: &Document<'_>, item: Node<'_>, intake: &mut Intake<'_>) {
    let Some(data) = item.get("data") else { return };
    let part = |name| data.get(name);
    let name = part("metadata").map(|metadata| metadata.text("name")).unwrap_or_default();
    let user = part("content").and_then(|held| {
        let texts = ["itemUsername", "itemEmail", "username"].map(|name| held.text(name));
        texts.into_iter().find(|text| !text.trim().is_empty())
    });
    let user = user.unwrap_or_default();
    let beside = Fields { issuer: &name, account: &user, ..Fields::default() };
    // Once an item: it may be large, and have many codes.
    let created = item.number_of("createTime").and_then(|seconds| i64::try_from(seconds).ok());
    let discarded = item.number_of("state") == Some(TRASHED);
    let mut holders = holders(data);
    holders.sort_unstable_by_key(|holder| document.offset(*holder));
    intake.each(document, holders, |holder, place, intake| {
        let uri = holder.text("totpUri");
        if uri.trim().is_empty() {
            return Ok(());
        }
        let Some(found) = field::take(&uri, &beside, place, intake) else { return Ok(()) };
        if found.entry.account == NOBODY {
            user.as_str().clone_into(&mut found.entry.account);
        }
        (found.created, found.discarded) = (created, discarded);
        Ok(())
    });
}

/// What holds a `totpUri`: the content of the item, then the fields that somebody added, alone or in sections.
fn holders(data: Node<'_>) -> Vec<Node<'_>> {
    let content = data.get("content");
    let lists = ["sections", "extraSections"].map(|name| content.and_then(|content| content.get(name)));
    let sections = lists.into_iter().flatten().flat_map(Node::items).filter_map(|section| section.get("sectionFields"));
    let added = data.get("extraFields").into_iter().chain(sections).flat_map(Node::items);
    let all = content.into_iter().chain(added.filter_map(|field| field.get("data")));
    all.filter(|holder| holder.get("totpUri").is_some()).collect()
}

#[cfg(test)]
mod tests {
    use crate::import::read;

    #[test]
    fn when_it_was_made_and_whether_it_is_in_the_bin() {
        let item = |state: u8, field: &str| {
            let data =
                format!(r#"{{"metadata":{{"name":"Shop"}},"content":{{"itemEmail":"bob","totpUri":"{field}"}}}}"#);
            format!(r#"{{"data":{data},"state":{state},"createTime":1700000000}}"#)
        };
        let nobody = "otpauth://totp/Proton%20Pass?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop";
        let items = [item(1, nobody), item(2, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), item(1, "")].join(",");
        let imported = read(format!(r#"{{"vaults":{{"v":{{"items":[{items}]}}}}}}"#).as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.problems.len()), (2, 0));
        let discarded = [false, true];
        for (found, discarded) in imported.entries.iter().zip(discarded) {
            assert_eq!((found.entry.issuer.as_str(), found.entry.account.as_str()), ("Shop", "bob"));
            assert_eq!((found.created, found.discarded), (Some(1_700_000_000), discarded));
        }
    }

    #[test]
    fn entries_of_an_item_come_in_the_order_of_the_file() {
        let code = r#"{"data":{"totpUri":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}}"#;
        let content = format!(r#""content":{{"sections":[{{"sectionFields":[{code},{code}]}}]}}"#);
        let data = format!(r#"{{"extraFields":[{code}],{content}}}"#);
        let imported = read(format!(r#"{{"vaults":{{"v":{{"items":[{{"data":{data}}}]}}}}}}"#).as_bytes(), "x");
        let columns: Vec<_> = imported.entries.iter().map(|found| found.place.column).collect();
        assert!(columns.len() == 3 && columns.is_sorted(), "{columns:?}");
    }
}
