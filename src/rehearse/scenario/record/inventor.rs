//! Secrets, names and strings that stand for those of a case and say nothing of them.
//!
//! The one idea: what was the same stays the same, and what differed differs; nothing else is kept.

use std::collections::BTreeMap;

use fastrand::Rng;

use crate::entry::Entry;
use crate::otp::Secret;

/// Names of services and people in scenarios.
const ISSUERS: [&str; 6] = ["Lantern", "Quarry", "Tidewater", "Post & Parcel", "Harbour Bank", "Example"];
const ACCOUNTS: [&str; 6] = ["sam", "robin", "kim", "alex", "noor", "jo"];

/// Invents for one case; the same seed invents the same.
pub(super) struct Inventor {
    rng: Rng,
    secrets: Vec<(Secret, Secret)>,
    issuers: BTreeMap<String, String>,
    accounts: BTreeMap<String, String>,
    names: BTreeMap<(&'static str, String), String>,
    strings: BTreeMap<String, String>,
}

impl Inventor {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            secrets: Vec::new(),
            issuers: BTreeMap::new(),
            accounts: BTreeMap::new(),
            names: BTreeMap::new(),
            strings: BTreeMap::new(),
        }
    }

    /// An entry with the same parameters.
    pub(super) fn entry(&mut self, entry: &Entry) -> Entry {
        let issuer = stand_in(&mut self.issuers, &entry.issuer, &ISSUERS, "");
        let account = stand_in(&mut self.accounts, &entry.account, &ACCOUNTS, "@example.org");
        Entry { issuer, account, secret: self.secret(&entry.secret), ..entry.clone() }
    }

    fn secret(&mut self, secret: &Secret) -> Secret {
        if let Some((_, known)) = self.secrets.iter().find(|(one, _)| one == secret) {
            return known.clone();
        }
        let bytes = secret.bytes().iter().map(|_| self.rng.u8(..)).collect();
        let invented = Secret::new(bytes);
        self.secrets.push((secret.clone(), invented.clone()));
        invented
    }

    /// `p1`, `p2`, … for people, `d1` for devices, `n1` for nodes.
    pub(super) fn name(&mut self, kind: &'static str, name: &str) -> String {
        let number = self.names.keys().filter(|(of, _)| *of == kind).count() + 1;
        self.names.entry((kind, name.to_owned())).or_insert_with(|| format!("{kind}{number}")).clone()
    }

    /// A string of the same form: letters for letters, digits for digits, hyphens for marks.
    pub(super) fn string(&mut self, text: &str) -> String {
        if let Some(known) = self.strings.get(text) {
            return known.clone();
        }
        let rng = &mut self.rng;
        let other = |c: char| match c {
            '0'..='9' => rng.digit(10),
            c if c.is_ascii_lowercase() => rng.lowercase(),
            c if c.is_ascii_uppercase() => rng.uppercase(),
            c if c.is_alphanumeric() => rng.lowercase(),
            ' ' => ' ',
            _ => '-',
        };
        let invented: String = text.chars().map(other).collect();
        self.strings.insert(text.to_owned(), invented.clone());
        invented
    }
}

fn stand_in(known: &mut BTreeMap<String, String>, name: &str, pool: &[&str], behind: &str) -> String {
    if name.is_empty() {
        return String::new();
    }
    let number = known.len();
    let fresh = || match pool.get(number) {
        Some(name) => format!("{name}{behind}"),
        None => format!("{}-{number}{behind}", pool[number % pool.len()].to_ascii_lowercase().replace(' ', "-")),
    };
    known.entry(name.to_owned()).or_insert_with(fresh).clone()
}
