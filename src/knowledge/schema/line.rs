//! The first line of a YAML file, by which an editor finds the schema.
//!
//! The one idea: what an editor finds is what lies beside the file, so only files that came from the same folder count:
//! the schemas that are built in help nobody's editor.

use std::ops::Range;

use super::FileKind;
use crate::diagnostic::{Diagnostic, Place};
use crate::knowledge::Sources;
use crate::knowledge::links::resolve;
use crate::knowledge::report::quoted;

/// The folder of the schemas, beside those of the files.
pub const FOLDER: &str = "schema";

const CODE: &str = "KB009";
const COMMENT: &str = "# yaml-language-server:";
const KEY: &str = "$schema=";

/// The line for a file at `path` of that kind, without its end.
pub fn line_for(path: &str, kind: &FileKind) -> String {
    format!("{COMMENT} {KEY}{}", link(path, kind))
}

/// A text without such a line.
pub fn without_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with(COMMENT) => rest,
        _ => text,
    }
}

/// From a file to its schema.
fn link(path: &str, kind: &FileKind) -> String {
    let up = "../".repeat(path.matches('/').count());
    format!("{up}{FOLDER}/{}", kind.file_name())
}

/// What is wrong with the first lines of all files that lie in a folder with schemas.
pub(in crate::knowledge) fn check(sources: &Sources) -> Vec<Diagnostic> {
    let texts = sources.iter().filter_map(|(path, bytes)| {
        let kind = FileKind::of(path)
            .filter(|kind| !kind.files.is_front() && sources.beside(path, "schema/").next().is_some())?;
        Some((path, kind, std::str::from_utf8(bytes).ok()?))
    });
    texts.filter_map(|(path, kind, text)| flaw(path, kind, text, sources)).collect()
}

fn flaw(path: &str, kind: &FileKind, text: &str, sources: &Sources) -> Option<Diagnostic> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let wanted = link(path, kind);
    let Some(span) = linked(text, start) else {
        let message = format!("no `$schema` in the first line: expected `{}`", line_for(path, kind));
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let flaw = Diagnostic::warning(CODE, Place::span(path, text, start..start), message);
        return Some(flaw.help(HELP).fix(start..start, format!("{}{end}", line_for(path, kind))));
    };
    let typed = &text[span.clone()];
    // What is elsewhere is somebody else's.
    let at = if is_foreign(typed) { None } else { resolve(path, typed) }?;
    let message = match at.strip_prefix("schema/").and_then(|name| name.strip_suffix(".json")) {
        _ if !sources.beside(path, &at).any(|other| other == at) => {
            format!("no file {}: expected `{wanted}`", quoted(typed))
        }
        Some(name) if format!("{name}.json") != kind.file_name() => {
            format!("{} is the schema of other files: expected `{wanted}`", quoted(typed))
        }
        _ => return None,
    };
    Some(Diagnostic::warning(CODE, Place::span(path, text, span.clone()), message).help(HELP).fix(span, wanted))
}

const HELP: &str = "by this line an editor finds out which keys and words there are";

/// An address, or a place of this computer.
fn is_foreign(link: &str) -> bool {
    link.contains("://") || link.starts_with('/')
}

/// Where in its first line a text names its schema.
fn linked(text: &str, start: usize) -> Option<Range<usize>> {
    let line = text[start..].lines().next()?;
    let at = line.starts_with(COMMENT).then(|| line.find(KEY))?? + KEY.len();
    let length = line[at..].find(char::is_whitespace).unwrap_or(line.len() - at);
    Some(start + at..start + at + length)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn flaws(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let sources = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        check(&sources).into_iter().map(|one| (one.place.to_string(), one.message)).collect()
    }

    #[test]
    fn the_line_is_asked_for_where_there_are_schemas() {
        assert!(flaws(&[("apps/a.yaml", "app: a\n")]).is_empty());
        let found = flaws(&[("schema/app-1.json", "{}"), ("apps/a.yaml", "app: a\n"), ("articles/a.md", "")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "apps/a.yaml:1:1");
        assert!(
            found[0].1.ends_with("expected `# yaml-language-server: $schema=../schema/app-1.json`"),
            "{}",
            found[0].1
        );
    }

    #[test]
    fn it_leads_to_a_schema_of_the_same_kind() {
        let here = [("schema/app-1.json", "{}"), ("schema/service-1.json", "{}")];
        let of = |line: &str| {
            let text = format!("# yaml-language-server: $schema={line}\napp: a\n");
            flaws(&[here[0], here[1], ("apps/a.yaml", &text)])
        };
        for fine in ["../schema/app-1.json", "./../schema/app-1.json", "https://example.org/a.json", "../../a.json"] {
            assert!(of(fine).is_empty(), "{fine}");
        }
        assert!(of("../schema/app-2.json")[0].1.starts_with("no file `../schema/app-2.json`"));
        assert!(of("../schema/service-1.json")[0].1.contains("other files"));
        assert_eq!(of("schema/app-1.json")[0].0, "apps/a.yaml:1:33");
    }

    #[test]
    fn mending_it_keeps_every_other_byte() {
        let text = "\u{feff}app: a\r\nname: A\r\n";
        let mut sources = Sources::default();
        sources.insert("schema/app-1.json", "{}");
        sources.insert("apps/x/a.yaml", text);
        let fix = check(&sources).remove(0).fix.unwrap();
        let mut mended = text.to_owned();
        mended.replace_range(fix.span, &fix.text);
        assert_eq!(
            mended,
            format!("\u{feff}{}\r\n{}", "# yaml-language-server: $schema=../../schema/app-1.json", &text[3..])
        );
        sources.insert("apps/x/a.yaml", mended);
        assert!(check(&sources).is_empty());
    }
}
