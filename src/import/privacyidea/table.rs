//! Tables without names of columns: `serial, key, type, length, period or counter` to be imported, and the janitor's
//! `owner, serial, key, type, length, period`.
//!
//! The one idea: the place of the type tells which of them a line is. It must not know what a value means.

use zeroize::Zeroizing;

use super::super::BAD_ENTRY;
use super::super::content::{Content, Refusal};
use super::super::intake::Intake;
use super::{Token, owner};
use crate::diagnostic::Diagnostic;

/// Columns that are looked at; a token has nine at most, and another file a line of millions.
const MOST_COLUMNS: usize = 32;
/// Letters in the shortest key that a table is known by.
const SHORTEST_KEY: usize = 16;

/// Types that an authenticator has, and those that it has not.
const KINDS: &[&str] = &["totp", "hotp", "motp"];
const OTHER_KINDS: &[&str] =
    &["certificate", "daypassword", "email", "ocra", "paper", "pw", "sms", "spass", "sshkey", "tan", "yubikey"];

/// A line in parts.
struct Row<'a> {
    number: usize,
    /// Whether it begins as comments do.
    comment: bool,
    /// Login and realm, where the table has them in columns of their own.
    user: Option<(&'a str, &'a str)>,
    values: Vec<&'a str>,
}

impl Row<'_> {
    fn is_of(&self, index: usize, kinds: &[&str]) -> bool {
        self.values.get(index).is_some_and(|value| kinds.iter().any(|kind| value.eq_ignore_ascii_case(kind)))
    }

    fn value(&self, index: usize) -> Zeroizing<String> {
        Zeroizing::new(self.values.get(index).copied().unwrap_or_default().to_owned())
    }

    /// Where the type stands in the janitor's export.
    fn is_exported(&self) -> bool {
        self.user.is_none() && self.is_of(3, &["totp", "hotp"]) && !self.is_of(2, &["totp", "hotp", "ocra", "tan"])
    }
}

fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    let first = text.lines().next().unwrap_or_default();
    let version = first.strip_prefix('#').and_then(|line| line.trim().strip_prefix("version:")).map(str::trim);
    let users = version == Some("2");
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(move |(index, line)| {
        let mut values: Vec<_> = line.split(',').take(MOST_COLUMNS).map(str::trim).collect();
        let comment = line.starts_with('#');
        let user = (users && values.len() > 3).then(|| (values[0], values[2]));
        if user.is_some() {
            values.drain(..3);
        }
        Row { number: index + 1, comment, user, values }
    });
    // A comment, unless it is a token whose owner has such a name.
    rows.filter(|row| row.is_exported() || !row.comment)
}

pub(super) fn is(content: &Content<'_>) -> bool {
    content.text().and_then(|text| rows(text).next()).is_some_and(|row| {
        let key = |index: usize| {
            let key = row.values.get(index).copied().unwrap_or_default();
            key.len() >= SHORTEST_KEY && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'=')
        };
        (row.is_of(2, &["totp", "hotp", "ocra"]) && key(1)) || (row.is_exported() && key(2))
    })
}

pub(super) fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a table is"))?;
    for row in rows(text) {
        if intake.is_full() {
            break;
        }
        let place = intake.place(row.number, 0);
        let exported = row.is_exported();
        let first = usize::from(exported);
        let kind = if row.values.len() == 2 { Zeroizing::new("hotp".to_owned()) } else { row.value(first + 2) };
        let is_of = |kinds: &[&str]| kinds.iter().any(|one| one.eq_ignore_ascii_case(&kind));
        if row.values.len() < 2 || !is_of(KINDS) && !is_of(OTHER_KINDS) {
            let message = "not a token; expected a serial, a key, a type, a length, and a period or counter";
            intake.problem(Diagnostic::error(BAD_ENTRY, place, message));
            continue;
        }
        let user = row.user.map(|(login, realm)| owner(login, realm)).unwrap_or_default();
        let (key, last) = (row.value(first + 1), row.value(first + 4));
        let token = Token {
            serial: row.value(first),
            owner: if exported { row.value(0) } else { user },
            algorithm: Zeroizing::new(hash(&key).to_owned()),
            digits: row.value(first + 3),
            period: last.clone(),
            counter: last,
            key,
            kind,
            ..Token::default()
        };
        if exported {
            intake.loses("algorithm and the counter");
        }
        token.take(place, intake);
    }
    Ok(())
}

/// A table has no hash: the server takes the one whose length the key has.
fn hash(key: &str) -> &'static str {
    let hexadecimal = key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letters = key.trim_end_matches('=').len();
    match if hexadecimal { letters / 2 } else { letters * 5 / 8 } {
        28 => "SHA224",
        32 => "SHA256",
        48 => "SHA384",
        64 => "SHA512",
        _ => "SHA1",
    }
}
