//! The label of a URI: issuer and account in one.
//!
//! The one idea: split first, decode after, once. It must not lose a part of a name because it looks like syntax.

use super::Deviation;
use super::deviation::Notes;
use super::query::{decode, is_escaped};

/// The two names in a label; both without blanks around them, either may be empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) issuer: String,
    pub(super) account: String,
}

/// Splits a label. A prefix that equals `issuer`, the parameter, is taken whole: it may have a colon in it.
/// Else a plain colon separates, and only where there is none, an escaped one.
pub(super) fn split(raw: &str, issuer: &str, notes: &mut Notes) -> Label {
    let whole = decode(raw, notes);
    notes.add_if(is_escaped(&whole), Deviation::EscapedTwice);
    notes.add_if(issuer.contains(':'), Deviation::ColonInIssuer);
    if !issuer.is_empty()
        && let Some(account) = whole.strip_prefix(issuer).and_then(|rest| rest.trim_start().strip_prefix(':'))
    {
        return Label { issuer: issuer.to_owned(), account: account.trim().to_owned() };
    }
    let Some((prefix, rest)) = separate(raw) else {
        return Label { issuer: String::new(), account: whole.trim().to_owned() };
    };
    let label =
        Label { issuer: decode(prefix, notes).trim().to_owned(), account: decode(rest, notes).trim().to_owned() };
    let colon_in_name = label.account.contains(':');
    // Our own writer guards a colon in the account of an unnamed service with an empty prefix.
    if label.issuer.is_empty() && !colon_in_name {
        notes.add(Deviation::EmptyPrefix);
    }
    if rest.contains(':') || (colon_in_name && !raw.contains(':')) {
        notes.add(Deviation::SeveralSeparators);
    }
    label
}

fn separate(raw: &str) -> Option<(&str, &str)> {
    raw.split_once(':').or_else(|| raw.split_once("%3A")).or_else(|| raw.split_once("%3a"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &str, issuer: &str) -> (String, String, Vec<Deviation>) {
        let mut notes = Notes::default();
        let label = split(raw, issuer, &mut notes);
        (label.issuer, label.account, notes.into())
    }

    #[test]
    fn separators() {
        let rows = [
            ("a:b", "", "a", "b"),
            ("a%3Ab", "", "a", "b"),
            ("a%3a%20%20b", "", "a", "b"),
            ("a%3Ab:c", "", "a:b", "c"),
            ("b", "a", "", "b"),
            ("a+b", "", "", "a+b"),
        ];
        for (raw, parameter, issuer, account) in rows {
            assert_eq!(names(raw, parameter), (issuer.to_owned(), account.to_owned(), vec![]), "{raw}");
        }
    }

    #[test]
    fn odd_separators_are_told() {
        assert_eq!(names(":b", "").2, [Deviation::EmptyPrefix]);
        assert_eq!(names("a:b:c", "").2, [Deviation::SeveralSeparators]);
        assert_eq!(names("a%3A%20b:c", "a: b"), ("a: b".to_owned(), "c".to_owned(), vec![Deviation::ColonInIssuer]));
        assert_eq!(names("a%253Ab", ""), (String::new(), "a%3Ab".to_owned(), vec![Deviation::EscapedTwice]));
        assert_eq!(names("a%3Ab%3Ac", "").2, [Deviation::SeveralSeparators]);
        assert_eq!(names(":b%3Ac", ""), (String::new(), "b:c".to_owned(), vec![]));
    }
}
