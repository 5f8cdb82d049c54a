//! The checks of the knowledge as text for a terminal: one with its page, or all in a list.

use super::Look;
use super::text::{BOLD, TextPage};
use crate::knowledge::Check;

/// The page of a check: what it means, an example of what it finds, the same without it, and what to do.
pub fn check(check: &Check, look: Look) -> String {
    let mut page = TextPage::new(look);
    for (index, section) in check.sections.iter().enumerate() {
        if index == 0 {
            page.title(&format!("{} ({})  {}", check.code, check.severity, section.title), BOLD);
            page.out.push('\n');
        } else {
            page.heading(&section.title);
        }
        page.prose(&section.body);
    }
    page.out
}

/// A line for each check.
pub fn checks(checks: &[Check], look: Look) -> String {
    let mut page = TextPage::new(look);
    for check in checks {
        let severity = check.severity.to_string();
        page.row(&format!("{}  {severity:<7}  ", check.code), &check.description);
    }
    page.out
}
