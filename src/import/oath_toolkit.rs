//! A file of users of the OATH Toolkit, `users.oath`: a type, a user, a PIN and a secret a line.
//!
//! The one idea: it is the server's side of an entry. The counter of a line that has seen a code is the counter of that
//! code, so the next one is one further. It must not keep the PIN or the last code.
//!
//! # Source
//! <https://gitlab.com/oath-toolkit/oath-toolkit/-/blob/master/liboath/usersfile.c>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{BAD_ENTRY, Format, Origin};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Material, Type};

/// A file of users.
pub(super) const FORMAT: Format =
    Format { id: "oath-toolkit", name: "OATH Toolkit (users.oath)", origin: Origin::Service, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    let first = content.text().and_then(|text| lines(text).next());
    first.is_some_and(|(_, line)| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|kind| matches!(kind.split('/').next(), Some("HOTP" | "MOTP"))) && words.count() >= 3
    })
}

/// Numbers and texts of the lines that count.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// What the first word of a line says.
struct Scheme {
    kind: Type,
    digits: Option<u64>,
    period: Option<u64>,
}

/// `HOTP`, `HOTP/E/8`, `HOTP/T30/6`, `MOTP`, …
fn scheme(word: &str) -> Option<Scheme> {
    let mut parts = word.split('/');
    let motp = match parts.next()? {
        "HOTP" => false,
        "MOTP" => true,
        _ => return None,
    };
    let (mut digits, mut period) = (None, None);
    for part in parts {
        match (part, part.strip_prefix('T')) {
            ("E", _) => {}
            (_, Some(seconds)) => period = Some(seconds.parse().ok()?),
            (number, None) => digits = Some(number.parse().ok()?),
        }
    }
    let kind = match period {
        _ if motp => Type::Motp,
        Some(_) => Type::Totp,
        None => Type::Hotp,
    };
    Some(Scheme { kind, digits, period })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a file of users is"))?;
    for (number, line) in lines(text) {
        if intake.is_full() {
            break;
        }
        let place = intake.place(number, 0);
        let mut words = line.split_whitespace();
        let parts = (words.next().and_then(scheme), words.next(), words.next(), words.next());
        let (Some(Scheme { kind, digits, period }), Some(account), Some(_pin), Some(secret)) = parts else {
            let message = "not a user; expected a type (HOTP/T30/6, say), a name, a PIN or `-`, and a secret";
            intake.problem(Diagnostic::error(BAD_ENTRY, place, message));
            continue;
        };
        let Ok(counter) = words.next().unwrap_or("0").parse::<u64>() else {
            intake.problem(Diagnostic::error(BAD_ENTRY, place, "the counter is not a whole number"));
            continue;
        };
        let next = if words.next().is_some() { counter.saturating_add(1) } else { counter };
        let (secret, counter) = (Material::Hexadecimal(secret), (kind == Type::Hotp).then_some(next));
        intake.fields(&Fields { kind, account, secret, digits, period, counter, ..Fields::default() }, place);
    }
    Ok(())
}
