//! Exports of 2FAuth: `{"app":"2fauth_v5.0.0","schema":1,"data":[…]}`.
//!
//! The one idea: an item names its parts as most do, and its URI beside them is for old versions. It must not read that
//! URI, which has no counter as it is now.
//!
//! # Source
//! <https://github.com/Bubka/2FAuth>, its `TwoFAccountExportResource`.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::{Format, Origin, objects};

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "2fauth", name: "2FAuth", origin: Origin::App { whole: false, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        root.text("app").starts_with("2fauth") && root.get("data").is_some_and(Node::is_array)
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of 2FAuth");
    let document = content.json().ok_or_else(broken)?;
    let list = document.root().get("data").filter(|list| list.is_array()).ok_or_else(broken)?;
    intake.each(document, list.items(), objects::take_item);
    Ok(())
}
