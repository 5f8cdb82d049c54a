//! The settings of apps on Android: `<map><string name="…">…</string></map>`.
//!
//! The one idea: a setting is found by its name, and its place in the file is that of all that it holds. It must not know
//! what any app keeps there.

use roxmltree::Document as Xml;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::position::Positions;
use super::xml::{read as read_xml, root_name};
use crate::diagnostic::Place;

/// The outermost element.
pub(super) const ROOT: &str = "map";

/// Whether it is a file of settings that names one of those.
pub(super) fn has(content: &Content<'_>, names: &[&str]) -> bool {
    root_name(content) == Some(ROOT)
        && content.text().is_some_and(|text| names.iter().any(|name| text.contains(&format!("\"{name}\""))))
}

/// The settings of a file.
pub(super) struct Settings<'a> {
    text: &'a str,
    document: Xml<'a>,
}

impl<'a> Settings<'a> {
    pub(super) fn read(content: &Content<'a>) -> Result<Self, Refusal> {
        let (text, document) = read_xml(content, ROOT)?;
        Ok(Self { text, document })
    }

    /// The text of a setting, and where it stands.
    pub(super) fn get(&self, name: &str, intake: &Intake<'_>) -> Option<(&str, Place)> {
        let node = self.document.root_element().children().find(|node| node.attribute("name") == Some(name))?;
        let (line, column) = Positions::of(self.text).at(node.range().start);
        Some((node.text().unwrap_or_default(), intake.place(line, column)))
    }
}
