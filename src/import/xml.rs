//! XML with a place for every element.
//!
//! The one idea: elements are known by their names without namespace and case, since programs disagree about both. It must
//! not take a document type: with no entities of its own, a document cannot grow.

use roxmltree::{Document, Node, ParsingOptions};

use super::content::{Content, Refusal};

/// Nodes of a document, at most.
const MOST_NODES: u32 = 2_000_000;

/// The name of the outermost element, without its namespace, by a look at the beginning.
pub(super) fn root_name<'a>(content: &Content<'a>) -> Option<&'a str> {
    let mut rest = content.text()?.trim_start();
    loop {
        rest = match rest.strip_prefix('<')? {
            comment if comment.starts_with("!--") => comment.split_once("-->")?.1.trim_start(),
            instruction if instruction.starts_with('?') => instruction.split_once("?>")?.1.trim_start(),
            name => {
                let name = name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
                return name.rsplit(':').next();
            }
        };
    }
}

/// Reads a document whose outermost element has that name.
pub(super) fn read<'a>(content: &Content<'a>, root: &str) -> Result<(&'a str, Document<'a>), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as XML is"))?;
    Ok((text, parse(content, text, root)?))
}

/// The same of a text that was within the file.
pub(super) fn parse<'a>(content: &Content<'_>, text: &'a str, root: &str) -> Result<Document<'a>, Refusal> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let place = error.pos();
        content.broken(format!("XML that breaks off or is not well-formed at line {}, column {}", place.row, place.col))
    })?;
    if !is(document.root_element(), root) {
        return Err(content.broken(format!("XML whose outermost element is not `{root}`")));
    }
    Ok(document)
}

/// Whether an element has that name.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.tag_name().name().eq_ignore_ascii_case(name)
}

/// The first child of that name.
pub(super) fn child<'d, 'i>(node: Node<'d, 'i>, name: &str) -> Option<Node<'d, 'i>> {
    node.children().find(|child| is(*child, name))
}

/// The attribute of that name, without blanks around.
pub(super) fn attribute<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    let named = node.attributes().find(|attribute| attribute.name().eq_ignore_ascii_case(name));
    named.map(|attribute| attribute.value().trim())
}

/// The text at the end of a path of names, without blanks around.
pub(super) fn text_at<'d>(node: Node<'d, '_>, path: &[&str]) -> Option<&'d str> {
    path.iter().try_fold(node, |node, name| child(node, name))?.text().map(str::trim).filter(|text| !text.is_empty())
}
