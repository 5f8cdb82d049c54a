//! `checks/*.md`: what each check finds, why that matters, and how it looks before and after.
//!
//! The one idea: a page is an article like any other, named by the code of its check, and comes with the program. It must
//! not check anything.

use super::article;
use super::model::Section;
use super::report::Report;
use super::yaml;
use crate::diagnostic::Severity;
use crate::embedded;

/// A check of the knowledge, as its page tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its code: `KB304`.
    pub code: String,
    /// How bad it is when it finds something.
    pub severity: Severity,
    /// What it finds, in half a line.
    pub description: String,
    /// What it means, under the title of the page; then `bad`, `good` and `fix`.
    pub sections: Vec<Section>,
}

/// Every check that has a page, by code.
pub fn checks() -> Vec<Check> {
    let pages = embedded::files().iter().filter_map(|(path, bytes)| {
        let name = path.strip_prefix("checks/")?.strip_suffix(".md")?;
        read(name, std::str::from_utf8(bytes).ok()?)
    });
    pages.collect()
}

fn read(code: &str, text: &str) -> Option<Check> {
    let mut report = Report::new(code, text);
    let (front, _) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let start = "---\n".len();
    let front = yaml::parse(&mut report, start..start + front.len())?;
    let severity = match front.get("severity")?.as_str()? {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "hint" => Severity::Hint,
        _ => return None,
    };
    let article = article::read(&mut report).article;
    Some(Check { code: code.to_owned(), severity, description: article.description, sections: article.sections })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_front_matter_and_sections() {
        let text = "---\ntitle: KB999\ndescription: A thing\nseverity: hint\n---\n\n# Thing {: #kb999 }\n\nWhy.\n\n## Bad {: #bad }\n\n```yaml\n# no heading\n```\n";
        let check = read("KB999", text).unwrap();
        assert_eq!((check.severity, check.description.as_str()), (Severity::Hint, "A thing"));
        let anchors: Vec<_> = check.sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["kb999", "bad"]);
        assert!(read("KB999", &text.replace("hint", "grave")).is_none());
    }
}
