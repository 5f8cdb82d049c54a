//! Recovery codes, which look like set-up keys.
//!
//! The one idea: they come as a list of one form, or under a heading that names them, and a key does neither. It must not
//! keep a code.

use super::super::LINE_WITHOUT_ENTRY;
use crate::diagnostic::{Diagnostic, Place};

/// Codes of one form that make a list.
const LEAST: usize = 4;
/// Characters of the longest code; keys of that length and more are usual.
const LONGEST: usize = 25;
/// Of ten lines with a code, so many have the form of the first.
const ALIKE: usize = 9;

/// Words by which a heading names them.
const HEADINGS: &[&str] = &[
    "recovery code",
    "recovery-code",
    "recovery key",
    "backup code",
    "backup-code",
    "backup key",
    "scratch code",
    "emergency code",
    "rescue code",
    "bypass code",
    "reserve code",
    "one-time use code",
    "single-use code",
    "wiederherstellungscode",
    "wiederherstellungsschlüssel",
    "sicherungscode",
    "backupcode",
    "notfallcode",
    "ersatzcode",
    "codes de secours",
    "codes de récupération",
];

/// What the lines of a file told of recovery codes.
#[derive(Default)]
pub(super) struct Codes {
    heading: Option<usize>,
    first: Option<(usize, Form)>,
    alike: usize,
    all: usize,
}

/// The form of a code: how many characters, and where the first sign between them is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Form(usize, Option<usize>);

impl Codes {
    /// Looks at a line, of which `text` is what a list has of it.
    pub(super) fn look(&mut self, number: usize, text: &str) {
        if self.heading.is_none() && names_them(text) {
            self.heading = Some(number);
        }
        let Some(form) = form(text) else { return };
        self.all += 1;
        let (_, first) = *self.first.get_or_insert((number, form));
        self.alike += usize::from(form == first);
    }

    /// The problem, if these are recovery codes; its place is where they begin.
    pub(super) fn told(&self, place: impl Fn(usize) -> Place) -> Option<Diagnostic> {
        let is_list = self.first.is_some_and(|(_, Form(length, _))| length <= LONGEST)
            && self.alike >= LEAST
            && self.alike * 10 >= self.all * ALIKE;
        let first = self.first.map(|(number, _)| number);
        let number = if is_list { first } else { self.heading.and(first).or(self.heading) }?;
        let message = "recovery codes by their look, each of them good once; no set-up key";
        let help = "a set-up key is read where `secret:` or an otpauth URI says that it is one";
        Some(Diagnostic::error(LINE_WITHOUT_ENTRY, place(number), message).help(help))
    }
}

fn names_them(text: &str) -> bool {
    // A heading is short, and what is longer need not be looked at.
    if text.len() > 400 {
        return false;
    }
    let lower = text.to_lowercase();
    HEADINGS.iter().any(|heading| lower.contains(heading))
}

/// The form of a line that holds codes and nothing else.
fn form(text: &str) -> Option<Form> {
    let length = text.chars().count();
    let code = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | ' ');
    let is_code = (6..=60).contains(&length) && text.chars().all(code);
    // A word alone is none: codes have digits, or signs between their groups, or capitals alone.
    let marked = text.contains(['-', ' '])
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || text.to_ascii_uppercase() == text;
    let groups: Vec<usize> = text.split(['-', ' ']).map(str::len).collect();
    let even = groups.iter().all(|group| Some(group) == groups.first());
    (is_code && marked && even).then(|| Form(length - (groups.len() - 1), text.find(['-', ' '])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told(lines: &[&str]) -> bool {
        let mut codes = Codes::default();
        for (index, line) in lines.iter().enumerate() {
            codes.look(index + 1, line);
        }
        codes.told(|line| Place { line, ..Place::default() }).is_some()
    }

    #[test]
    fn lists_and_headings() {
        assert!(is_told(&["a1b2c-3d4e5", "f6g7h-8i9j0", "k1l2m-3n4o5", "p6q7r-8s9t0"]));
        assert!(is_told(&["1234 5678", "2345 6789", "3456 7890", "4567 8901", "5678 9012"]));
        assert!(is_told(&["Your backup codes:", "JBSWY3DPEHPK3PXP"]));
        assert!(is_told(&["GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLU", "MFRGGZDFMZTWQ2LK"]));
        assert!(!is_told(&["GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP"]));
        let long = ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; 5];
        assert!(!is_told(&long));
        assert!(!is_told(&["this", "that", "they", "them", "whatever is left"]));
    }
}
