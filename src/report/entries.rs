//! Entries as a list for a terminal, and as JSON.
//!
//! The one idea: a fingerprint stands for a secret, so that two people can see whether they hold the same one. It must
//! not enter a transcript or a hand-off.

use std::fmt::Write as _;

use anstyle::Style;
use serde::Serialize;

use super::json::Flaw;
use super::text::{BOLD, FAINT, WARNING, painted};
use super::{Look, json};
use crate::entry::{Entry, Kind, Vendor};
use crate::finding::{Newest, Odd, Oddity};
use crate::import::{Found, Imported};
use crate::speech::foreign;

/// Entries that a sentence names; the others are counted.
const MOST_NAMED: usize = 12;

/// What is listed.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// The entries.
    pub imported: &'a Imported,
    /// What stands out about them side by side.
    pub oddities: &'a [Oddity],
    /// The name of the app that holds them; `None` if it is not known.
    pub app: Option<&'a str>,
}

/// A list for a terminal; problems are not in it.
pub fn entries(listing: &Listing<'_>, look: Look) -> String {
    let imported = listing.imported;
    let mut out = String::new();
    for (index, found) in imported.entries.iter().enumerate() {
        let number = format!("{:>3}  ", index + 1);
        let names = painted(&names(&found.entry), BOLD, look.styled);
        let _ = writeln!(out, "{number}{names}");
        wrapped(&mut out, &parameters(found), "     ", Style::new(), look);
        wrapped(&mut out, &foreign::plain(&found.place.to_string()), "     ", FAINT, look);
        for deviation in &found.deviations {
            let style = if deviation.may_change_codes() { WARNING } else { Style::new() };
            wrapped(&mut out, &deviation.to_string(), "     - ", style, look);
        }
    }
    if !listing.oddities.is_empty() {
        let _ = writeln!(out, "\n{}", painted("What stands out", BOLD, look.styled));
    }
    for oddity in listing.oddities {
        wrapped(&mut out, &listing.sentence(oddity), "  · ", Style::new(), look);
    }
    out
}

impl Listing<'_> {
    /// What an oddity says of the entries, which are called by their numbers in the list.
    fn sentence(&self, oddity: &Oddity) -> String {
        let entries = numbered(&oddity.entries);
        match &oddity.odd {
            Odd::SameAccount { newest, one_is_kept } => {
                let account = oddity.entries.first().map(|place| names(&self.imported.entries[*place].entry));
                let account = account.unwrap_or_default();
                let which = match newest {
                    Newest::Unknown => "It is the one that was made last, and nothing here tells which.".to_owned(),
                    Newest::Dated(place) => format!("The newest is entry {}.", place + 1),
                    Newest::Placed(place) => {
                        format!("New ones stand last here, so that is probably entry {}.", place + 1)
                    }
                };
                let kept = if *one_is_kept {
                    format!(" {} keeps only one of that name: the last that is scanned.", self.the_app())
                } else {
                    String::new()
                };
                format!(
                    "{entries} are of one account, {account}, with different secrets: one at most is right. {which}{kept}"
                )
            }
            Odd::SameEntry => format!("{entries} are the same entry."),
            Odd::SameSecret => {
                format!("{entries} have the same secret under different names, which no two accounts should.")
            }
            Odd::SameSecretDiffers { parameters } => {
                let parameters = listed_words(parameters);
                format!(
                    "{entries} have the same secret, but not the same {parameters}: their codes differ, and one at most is right."
                )
            }
            Odd::CountersApart { by } => {
                format!(
                    "{entries} have the same secret, and counters that are {by} apart: a service follows one of them."
                )
            }
            Odd::AppIgnores { parameter, until } => {
                let usual = match *parameter {
                    "algorithm" => "SHA1",
                    "digits" => "six digits",
                    _ => "30 seconds",
                };
                let when = until.as_ref().map(|day| format!(", in versions before {day},")).unwrap_or_default();
                let (app, entries) = (self.the_app(), lower(&entries));
                format!("{app}{when} is known to ignore the {parameter} of {entries}, and to take {usual}.")
            }
        }
    }

    fn the_app(&self) -> String {
        self.app.map_or_else(|| "The app".to_owned(), foreign::plain)
    }
}

/// `Entry 3`, `Entries 1, 2 and 5`.
fn numbered(places: &[usize]) -> String {
    let mut numbers: Vec<String> = places.iter().take(MOST_NAMED).map(|place| (place + 1).to_string()).collect();
    if places.len() > MOST_NAMED {
        numbers.push(format!("{} more", places.len() - MOST_NAMED));
    }
    let noun = if places.len() == 1 { "Entry" } else { "Entries" };
    format!("{noun} {}", listed_words(&numbers))
}

fn lower(text: &str) -> String {
    text.chars().take(1).flat_map(char::to_lowercase).chain(text.chars().skip(1)).collect()
}

fn listed_words<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match &words[..] {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

fn wrapped(out: &mut String, text: &str, indent: &str, style: Style, look: Look) {
    let later = " ".repeat(indent.chars().count());
    let options = textwrap::Options::new(look.width).initial_indent(indent).subsequent_indent(&later);
    for line in textwrap::wrap(text, options) {
        let start = line.len() - line.trim_start().len();
        let _ = writeln!(out, "{}{}", &line[..start], painted(&line[start..], style, look.styled));
    }
}

fn names(entry: &Entry) -> String {
    let names = [&entry.issuer, &entry.account].map(|name| foreign::plain(name));
    let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
    if names.is_empty() { "(no name)".to_owned() } else { names.join(": ") }
}

fn parameters(found: &Found) -> String {
    let entry = &found.entry;
    let follows = match (entry.period(), entry.counter()) {
        (Some(period), _) => format!("every {period} s"),
        (None, Some(counter)) => format!("counter {counter}"),
        (None, None) => String::new(),
    };
    let mut parts = vec![
        kind(entry).to_owned(),
        entry.algorithm_name().to_owned(),
        format!("{} digits", entry.digits.get()),
        follows,
        match entry.secret.fingerprint() {
            Some(fingerprint) => format!("secret {fingerprint}"),
            None => format!("secret of {} bits, too short for a fingerprint", entry.secret.bits()),
        },
    ];
    if let Some(created) = found.created.and_then(day) {
        parts.push(format!("made {created}"));
    }
    if found.discarded {
        parts.push("thrown away or archived".to_owned());
    }
    parts.join(", ")
}

fn day(seconds: i64) -> Option<String> {
    Some(chrono::DateTime::from_timestamp(seconds, 0)?.format("%Y-%m-%d").to_string())
}

fn kind(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Totp { .. } => "totp",
        Kind::Hotp { .. } => "hotp",
        Kind::Vendor(Vendor::Steam) => "steam",
        Kind::Vendor(Vendor::Motp) => "motp",
        Kind::Vendor(Vendor::Yandex { .. }) => "yandex",
        Kind::Vendor(Vendor::OtherHash { .. }) => "other",
    }
}

#[derive(Serialize)]
struct Written<'a> {
    schema: u8,
    entries: Vec<Listed<'a>>,
    oddities: Vec<Side<'a>>,
    problems: Vec<Flaw<'a>>,
}

/// What stands out, with places in `entries` from 0.
#[derive(Serialize)]
struct Side<'a> {
    id: &'static str,
    entries: &'a [usize],
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<usize>,
    message: String,
}

#[derive(Serialize)]
struct Listed<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    issuer: &'a str,
    account: &'a str,
    algorithm: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_fingerprint: Option<String>,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    discarded: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    odd: Vec<String>,
}

/// The same for a program, problems included; one line.
pub fn entries_json(listing: &Listing<'_>) -> String {
    let imported = listing.imported;
    json::written(&Written {
        schema: 1,
        entries: imported.entries.iter().map(listed).collect(),
        oddities: listing.oddities.iter().map(|oddity| listing.side(oddity)).collect(),
        problems: imported.problems.iter().map(|problem| json::flaw(problem, &problem.place.path)).collect(),
    })
}

impl Listing<'_> {
    fn side<'o>(&self, oddity: &'o Oddity) -> Side<'o> {
        let newest = match oddity.odd {
            Odd::SameAccount { newest: Newest::Dated(place) | Newest::Placed(place), .. } => Some(place),
            _ => None,
        };
        Side { id: oddity.odd.id(), entries: &oddity.entries, newest, message: self.sentence(oddity) }
    }
}

fn listed(found: &Found) -> Listed<'_> {
    let entry = &found.entry;
    let fingerprint = entry.secret.fingerprint();
    Listed {
        kind: kind(entry),
        issuer: &entry.issuer,
        account: &entry.account,
        algorithm: entry.algorithm_name(),
        digits: entry.digits.get(),
        period: entry.period(),
        counter: entry.counter(),
        no_fingerprint: fingerprint.is_none().then(|| {
            let bits = entry.secret.bits();
            format!("the secret has {bits} bits: whoever tries them all would find it by a fingerprint")
        }),
        fingerprint,
        place: found.place.to_string(),
        created: found.created.and_then(day),
        discarded: found.discarded,
        odd: found.deviations.iter().map(ToString::to_string).collect(),
    }
}
