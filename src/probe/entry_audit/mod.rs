//! Entries looked at before any code is typed: side by side ([`side_by_side`]), and against what the service checks.
//!
//! The one idea: an export shows what the app computes with, so that a wrong secret or parameter is seen without a code.
//! It must not take a list that may be incomplete for one that is not: what is missing there says nothing.

mod credential;
mod oddities;

use crate::case::{Case, Extent, KnownEntry};
use crate::entry::{Account, Entry, Kind};
use crate::finding::{ExplanationWords, Finding, ProbeWords, Reading, Source};

pub use oddities::{App, Held, side_by_side};

pub(super) const WORDS: ProbeWords = ProbeWords {
    id: "entry-audit",
    explanations: &[
        words("algorithm-ignored", &["kind"]),
        words("counter-ahead", &["counters"]),
        words("counter-behind", &["counters"]),
        words("digits-ignored", &["kind"]),
        words("misread-secret", &["kind"]),
        words("mistyped-secret", &["kind"]),
        words("old-entry", &[]),
        words("overwritten-entry", &[]),
        words("period-ignored", &["kind"]),
        words("restored-old-backup", &[]),
        words("rotated-during-enrolment", &[]),
        words("truncated-secret", &["kind"]),
        words("unconfirmed-enrolment", &[]),
        words("wrong-entry", &[]),
        words("wrong-otp-type", &["kind"]),
    ],
    needs_secret: true,
    most: credential::MOST,
};

const fn words(id: &'static str, provides: &'static [&'static str]) -> ExplanationWords {
    ExplanationWords { id, provides, pairs: &[] }
}

/// What an app shows that does not hold the service's secret but another of the account, against how often an app shows
/// that whose codes are refused for another reason: one of 200, which came from another device than the export.
const REPLACED: &[(&str, f64)] = &[
    ("old-entry", 100.0),
    ("overwritten-entry", 190.0),
    ("restored-old-backup", 190.0),
    ("rotated-during-enrolment", 190.0),
    ("unconfirmed-enrolment", 100.0),
    ("wrong-entry", 10.0),
];
/// The same where it holds none of the account: it is elsewhere, or has another name by now.
const ABSENT: &[(&str, f64)] = &[
    ("old-entry", 10.0),
    ("overwritten-entry", 20.0),
    ("restored-old-backup", 20.0),
    ("rotated-during-enrolment", 20.0),
    ("unconfirmed-enrolment", 10.0),
    ("wrong-entry", 40.0),
];
/// It holds the service's secret and others of the account: as the answer that the app shows several.
const AMONG_OTHERS: &[(&str, f64)] =
    &[("old-entry", 6.0), ("unconfirmed-enrolment", 3.0), ("rotated-during-enrolment", 0.05), ("wrong-entry", 1.0)];
/// It holds the service's secret, and no other of the account.
const ALONE: &[(&str, f64)] = &[
    ("old-entry", 0.06),
    ("overwritten-entry", 0.02),
    ("restored-old-backup", 0.05),
    ("rotated-during-enrolment", 0.05),
    ("unconfirmed-enrolment", 0.06),
    ("wrong-entry", 0.5),
];
/// How often luck alone would show as much as each of these tables.
const BY_CHANCE: f64 = 0.005;

/// What the entries of the app say of themselves, next to what the service checks. `None` unless both are known, and
/// something can be told.
///
/// The numbers are judgements (`docs/inference.md`).
pub(super) fn run(case: &Case) -> Option<Finding> {
    let expected = case.expected.as_ref().filter(|expected| !matches!(expected.kind, Kind::Vendor(_)))?;
    if case.entries_are == Extent::Unknown {
        return None;
    }
    let held: Vec<&KnownEntry> = case.entries.iter().filter(|known| !known.discarded).collect();
    let same: Vec<&KnownEntry> = held.iter().copied().filter(|known| known.entry.secret == expected.secret).collect();
    let mut measures = if same.is_empty() {
        credential::misspelt(expected, &held).into_iter().collect()
    } else {
        credential::other_parameters(expected, &same, case.service.look_ahead)
    };
    // No other secret is one slip away from this one, so that nothing else explains a misspelt one.
    if case.entries_are == Extent::All && (measures.is_empty() || !same.is_empty()) {
        let table = table(expected, &held, !same.is_empty());
        measures.extend(table.iter().map(|&(explanation, ratio)| credential::measure(explanation, ratio, BY_CHANCE)));
    }
    measures.sort_by_key(|measure| measure.explanation);
    let reading = Reading::Measured(measures);
    (reading != Reading::Measured(Vec::new())).then_some(Finding {
        probe: WORDS.id,
        source: Source::Entries,
        compared: 0,
        reading,
    })
}

/// What the list as a whole speaks for, by the names of its entries; nothing where the service's entry has none.
fn table(expected: &Entry, held: &[&KnownEntry], is_there: bool) -> &'static [(&'static str, f64)] {
    let account = Account::of(expected);
    let of_account =
        |known: &&&KnownEntry| known.entry.secret != expected.secret && Account::of(&known.entry).agrees(&account);
    match (is_there, held.iter().any(|known| of_account(&known))) {
        _ if !account.is_named() => &[],
        (false, true) => REPLACED,
        (false, false) => ABSENT,
        (true, true) => AMONG_OTHERS,
        (true, false) => ALONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::ServiceFacts;
    use crate::entry::read;
    use crate::finding::Measure;

    const KEY: &str = "T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWZE";
    const OTHER: &str = "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD";

    fn known(uri: &str) -> KnownEntry {
        let read = read(uri).unwrap();
        KnownEntry { assumed: read.assumed, ..KnownEntry::from(read.entry) }
    }

    fn totp(label: &str, key: &str, rest: &str) -> KnownEntry {
        known(&format!("otpauth://totp/{label}?secret={key}{rest}"))
    }

    fn case(expected: KnownEntry, entries: Vec<KnownEntry>) -> Case {
        Case { expected: Some(expected.entry), entries, entries_are: Extent::All, ..Case::default() }
    }

    /// Explanations with what they say, those that speak against something aside.
    fn speaks_for(case: &Case) -> Vec<(&'static str, Option<String>)> {
        let Some(Finding { reading: Reading::Measured(measures), .. }) = run(case) else { return Vec::new() };
        let fact = |measure: &Measure| {
            let fact = measure.detail.get("kind").or_else(|| measure.detail.get("counters"))?;
            Some(match fact {
                crate::finding::Fact::Text(text) => text.clone(),
                other => format!("{other:?}"),
            })
        };
        measures.iter().filter(|measure| measure.ratio > 1.0).map(|one| (one.explanation, fact(one))).collect()
    }

    fn names(case: &Case) -> Vec<&'static str> {
        speaks_for(case).into_iter().map(|(explanation, _)| explanation).collect()
    }

    #[test]
    fn parameters_that_the_app_has_otherwise() {
        let full = "&algorithm=SHA1&digits=6&period=30";
        let of = |qr: &str, app: &str| speaks_for(&case(totp("L:s", KEY, qr), vec![totp("L:s", KEY, app)]));
        let said = |explanation, kind: &str| vec![(explanation, Some(kind.to_owned()))];
        assert_eq!(of("&algorithm=SHA256", full), said("algorithm-ignored", "SHA-1"));
        assert_eq!(of("&digits=8", full), said("digits-ignored", "six digits"));
        assert_eq!(of("&period=60", full), said("period-ignored", "a code every 30 seconds"));
        assert_eq!(of("", "&algorithm=MD5&digits=6&period=30"), said("algorithm-ignored", "MD5"));
        assert_eq!(of("", full), []);
        assert_eq!(of("&algorithm=SHA256&digits=8&period=60", ""), [], "the export does not say");
        let hotp = known(&format!("otpauth://hotp/L:s?secret={KEY}&counter=0&algorithm=SHA1&digits=6"));
        let other_type = case(totp("L:s", KEY, ""), vec![hotp]);
        assert_eq!(speaks_for(&other_type), said("wrong-otp-type", "a code that follows a counter"));
        let one_is_right =
            case(totp("L:s", KEY, "&digits=8"), vec![totp("L:s", KEY, full), totp("L:s", KEY, "&digits=8")]);
        assert_eq!(names(&one_is_right), Vec::<&str>::new());
    }

    #[test]
    fn counters_count_only_beside_a_services_record() {
        let hotp = |counter| known(&format!("otpauth://hotp/L:s?secret={KEY}&counter={counter}"));
        let of = |ours, theirs, look_ahead| {
            let service = ServiceFacts { look_ahead, ..ServiceFacts::default() };
            speaks_for(&Case { service, ..case(hotp(ours), vec![hotp(theirs)]) })
        };
        assert_eq!(of(0, 25, None), [], "a QR code holds the counter of long ago");
        assert_eq!(of(0, 10, Some(10)), []);
        assert_eq!(of(0, 11, Some(10)), [("counter-ahead", Some("Number(11)".to_owned()))]);
        assert_eq!(of(7, 6, Some(10)), [("counter-behind", Some("Number(1)".to_owned()))]);
    }

    #[test]
    fn which_secret_the_app_has() {
        let qr = || totp("Lantern:sam", KEY, "");
        let (older, else_where) = (totp("Lantern:sam", OTHER, ""), totp("Harbour:sam", OTHER, ""));
        let older_secrets = [
            "old-entry",
            "overwritten-entry",
            "restored-old-backup",
            "rotated-during-enrolment",
            "unconfirmed-enrolment",
        ];
        let with_another: Vec<&str> = older_secrets.into_iter().chain(["wrong-entry"]).collect();
        assert_eq!(names(&case(qr(), vec![older.clone(), else_where.clone()])), with_another);
        assert_eq!(names(&case(qr(), vec![else_where.clone()])), with_another);
        assert_eq!(names(&case(qr(), vec![qr(), older.clone()])), ["old-entry", "unconfirmed-enrolment"]);
        assert_eq!(names(&case(qr(), vec![qr(), else_where.clone()])), Vec::<&str>::new());
        let thrown_away = KnownEntry { discarded: true, ..older.clone() };
        assert_eq!(names(&case(qr(), vec![qr(), thrown_away])), Vec::<&str>::new());
        assert_eq!(
            names(&case(totp("", KEY, ""), vec![older.clone()])),
            Vec::<&str>::new(),
            "a bare key has no account"
        );
        let some = Case { entries_are: Extent::Exported, ..case(qr(), vec![older.clone()]) };
        assert_eq!(names(&some), Vec::<&str>::new(), "the rest may be in what was not exported");
        let unknown = Case { entries_are: Extent::Unknown, ..case(qr(), vec![older]) };
        assert_eq!(run(&unknown), None);
    }

    #[test]
    fn a_misspelt_secret_whatever_it_is_called() {
        let slip = totp("My bank:s", "T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWEZ", "");
        let seen = [("mistyped-secret", Some("two neighbouring characters are swapped".to_owned()))];
        for entries_are in [Extent::Exported, Extent::All] {
            let case = Case { entries_are, ..case(totp("Lantern:sam", KEY, ""), vec![slip.clone()]) };
            assert_eq!(speaks_for(&case), seen);
        }
        let cut = totp("Lantern:sam", &KEY[..16], "");
        assert_eq!(names(&case(totp("Lantern:sam", KEY, ""), vec![cut])), ["truncated-secret"]);
    }
}
