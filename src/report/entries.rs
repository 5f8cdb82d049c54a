//! Entries as a list for a terminal, and as JSON.
//!
//! The one idea: a fingerprint stands for a secret, so that two people can see whether they hold the same one. It must
//! not enter a transcript or a hand-off.

use std::fmt::Write as _;

use anstyle::Style;
use serde::Serialize;

use super::json::Flaw;
use super::text::{BOLD, FAINT, WARNING, painted};
use super::{Look, foreign, json};
use crate::entry::{Entry, Kind, Vendor};
use crate::import::{Found, Imported};

/// A list for a terminal; problems are not in it.
pub fn entries(imported: &Imported, look: Look) -> String {
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
    out
}

fn wrapped(out: &mut String, text: &str, indent: &str, style: Style, look: Look) {
    let later = " ".repeat(indent.len());
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
        format!("secret {}", entry.secret.fingerprint()),
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
struct Listing<'a> {
    schema: u8,
    entries: Vec<Listed<'a>>,
    problems: Vec<Flaw<'a>>,
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
    fingerprint: String,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    discarded: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    odd: Vec<String>,
}

/// The same for a program, problems included; one line.
pub fn entries_json(imported: &Imported) -> String {
    json::written(&Listing {
        schema: 1,
        entries: imported.entries.iter().map(listed).collect(),
        problems: imported.problems.iter().map(|problem| json::flaw(problem, &problem.place.path)).collect(),
    })
}

fn listed(found: &Found) -> Listed<'_> {
    let entry = &found.entry;
    Listed {
        kind: kind(entry),
        issuer: &entry.issuer,
        account: &entry.account,
        algorithm: entry.algorithm_name(),
        digits: entry.digits.get(),
        period: entry.period(),
        counter: entry.counter(),
        fingerprint: entry.secret.fingerprint(),
        place: found.place.to_string(),
        created: found.created.and_then(day),
        discarded: found.discarded,
        odd: found.deviations.iter().map(ToString::to_string).collect(),
    }
}
