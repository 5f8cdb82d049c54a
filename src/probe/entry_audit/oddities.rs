use std::collections::BTreeMap;

use crate::entry::{Account, Entry, Kind};
use crate::finding::{Newest, Odd, Oddity};
use crate::otp::{Algorithm, Digits};

/// An entry of a list, with what its file knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// When it was made, in seconds since 1970.
    pub created: Option<i64>,
    /// Whether it was thrown away or archived, so that it is none that somebody uses.
    pub discarded: bool,
}

/// What is known of the app that holds the list.
#[derive(Debug, Clone, Default)]
pub struct App {
    /// Whether an app holds them at all, and not a server.
    pub is_of_an_app: bool,
    /// Whether a new entry takes the place of one of the same name.
    pub overwrites: bool,
    /// Whether new entries stand last.
    pub adds_last: bool,
    /// Parameters that it computes with the usual value of, and the day up to which its versions do.
    pub ignores: Vec<(String, Option<String>)>,
}

/// The names of the parameters.
const ALGORITHM: &str = "algorithm";
const DIGITS: &str = "digits";
const PERIOD: &str = "period";
/// Seconds that nearly every service takes.
const USUAL_PERIOD: u32 = 30;

/// What stands out about the entries of a list, those of one account or one secret side by side. In the order of the
/// first entry that each is about.
pub fn side_by_side(list: &[Held<'_>], app: &App) -> Vec<Oddity> {
    let mut oddities = if app.is_of_an_app { same_accounts(list, app) } else { Vec::new() };
    oddities.extend(same_secrets(list));
    oddities.extend(ignored(list, app));
    oddities.sort_by_key(|oddity| oddity.entries.first().copied());
    oddities
}

/// Places in the list by a key, where there is more than one of a key.
fn groups<'l, K: Ord>(
    list: &'l [Held<'_>],
    key: impl Fn(&'l Held<'_>) -> Option<K>,
) -> impl Iterator<Item = Vec<usize>> {
    let mut groups: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (place, held) in list.iter().enumerate() {
        if let Some(key) = key(held) {
            groups.entry(key).or_default().push(place);
        }
    }
    groups.into_values().filter(|group| group.len() > 1)
}

fn same_accounts(list: &[Held<'_>], app: &App) -> Vec<Oddity> {
    let key = |held: &Held<'_>| Some(Account::of(held.entry)).filter(|account| account.is_whole() && !held.discarded);
    let several = groups(list, key).filter(|group| {
        let first = &list[group[0]].entry.secret;
        group.iter().any(|&place| list[place].entry.secret != *first)
    });
    several
        .map(|entries| {
            let newest = newest(list, &entries, app);
            Oddity { odd: Odd::SameAccount { newest, one_is_kept: app.overwrites }, entries }
        })
        .collect()
}

fn newest(list: &[Held<'_>], places: &[usize], app: &App) -> Newest {
    let dated: Option<Vec<(i64, usize)>> = places.iter().map(|&place| Some((list[place].created?, place))).collect();
    if let Some(mut dated) = dated {
        dated.sort_unstable();
        if let [.., (before, _), (last, place)] = dated[..]
            && before < last
        {
            return Newest::Dated(place);
        }
    }
    match places.last() {
        Some(lowest) if app.adds_last => Newest::Placed(*lowest),
        _ => Newest::Unknown,
    }
}

fn same_secrets(list: &[Held<'_>]) -> Vec<Oddity> {
    groups(list, |held| Some(held.entry.secret.bytes()))
        .map(|entries| {
            let of = |place: &usize| list[*place].entry;
            let all_alike =
                |same: fn(&Entry, &Entry) -> bool| entries.iter().all(|place| same(of(place), of(&entries[0])));
            let parameters: Vec<&str> =
                DIFFERENCES.iter().filter(|(_, same)| !all_alike(*same)).map(|(parameter, _)| *parameter).collect();
            let counters = entries.iter().filter_map(|place| of(place).counter());
            let apart = counters.clone().max().zip(counters.min()).map_or(0, |(most, least)| most - least);
            let odd = match apart {
                _ if !parameters.is_empty() => Odd::SameSecretDiffers { parameters },
                1.. => Odd::CountersApart { by: apart },
                0 if all_alike(|a, b| Account::of(a).agrees(&Account::of(b))) => Odd::SameEntry,
                0 => Odd::SameSecret,
            };
            Oddity { odd, entries }
        })
        .collect()
}

/// A parameter, and whether two entries have the same.
type Difference = (&'static str, fn(&Entry, &Entry) -> bool);

const DIFFERENCES: [Difference; 4] = [
    ("type", |a, b| std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind)),
    (ALGORITHM, |a, b| a.algorithm_name() == b.algorithm_name()),
    (DIGITS, |a, b| a.digits == b.digits),
    (PERIOD, |a, b| a.period() == b.period() || a.period().is_none() || b.period().is_none()),
];

/// Entries whose parameters the app ignores, one oddity a parameter.
fn ignored(list: &[Held<'_>], app: &App) -> Vec<Oddity> {
    let is_usual = |entry: &Entry, parameter| match (parameter, entry.kind) {
        (_, Kind::Vendor(_)) => true,
        (ALGORITHM, _) => entry.algorithm == Algorithm::Sha1,
        (DIGITS, _) => entry.digits == Digits::SIX,
        (_, kind) => matches!(kind, Kind::Hotp { .. } | Kind::Totp { period: USUAL_PERIOD }),
    };
    let of = |(parameter, until): &(String, Option<String>)| {
        let parameter = [ALGORITHM, DIGITS, PERIOD].into_iter().find(|known| known == parameter)?;
        let concerns = |place: &usize| !is_usual(list[*place].entry, parameter);
        let entries: Vec<usize> = (0..list.len()).filter(concerns).collect();
        (!entries.is_empty()).then(|| Oddity { odd: Odd::AppIgnores { parameter, until: until.clone() }, entries })
    };
    app.ignores.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 3] =
        ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "MZXW6YTBOJRGC6RAMZXW6YTBOJRGC6RA", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"];

    const APP: App = App { is_of_an_app: true, overwrites: false, adds_last: false, ignores: Vec::new() };

    fn list(rows: &[(&str, usize, &str, Option<i64>)]) -> Vec<(Entry, Option<i64>)> {
        let entry = |(label, key, rest, created): &(&str, usize, &str, Option<i64>)| {
            let kind = if rest.contains("counter") { "hotp" } else { "totp" };
            let uri = format!("otpauth://{kind}/{label}?secret={}{rest}", KEYS[*key]);
            (crate::entry::read(&uri).unwrap().entry, *created)
        };
        rows.iter().map(entry).collect()
    }

    fn seen(rows: &[(&str, usize, &str, Option<i64>)], app: &App) -> Vec<Oddity> {
        let list = list(rows);
        let held = |(entry, created): &'_ (Entry, Option<i64>)| (entry.clone(), *created);
        let owned: Vec<_> = list.iter().map(held).collect();
        let list: Vec<Held<'_>> =
            owned.iter().map(|(entry, created)| Held { entry, created: *created, discarded: false }).collect();
        side_by_side(&list, app)
    }

    fn several(newest: Newest, entries: &[usize]) -> Oddity {
        Oddity { odd: Odd::SameAccount { newest, one_is_kept: false }, entries: entries.to_vec() }
    }

    #[test]
    fn the_newest_of_an_account() {
        let dated = [("X:a", 0, "", Some(9)), ("X:b", 1, "", None), ("x:A ", 2, "", Some(7))];
        assert_eq!(seen(&dated, &APP), [several(Newest::Dated(0), &[0, 2])]);
        let one_undated = [("X:a", 0, "", Some(9)), ("X:a", 1, "", None)];
        assert_eq!(seen(&one_undated, &APP), [several(Newest::Unknown, &[0, 1])]);
        let same_day = [("X:a", 0, "", Some(9)), ("X:a", 1, "", Some(9))];
        let adds_last = App { adds_last: true, ..APP };
        assert_eq!(seen(&same_day, &adds_last), [several(Newest::Placed(1), &[0, 1])]);
        let half = [("", 0, "", None), ("", 1, "", None), ("a", 0, "", None), ("a", 1, "", None)];
        let odd = seen(&half, &adds_last).into_iter().filter(|one| matches!(one.odd, Odd::SameAccount { .. }));
        assert_eq!(odd.count(), 0, "half a name may be of two accounts");
        assert_eq!(seen(&dated, &App { is_of_an_app: false, ..APP }), [], "a server may take both");
    }

    #[test]
    fn one_secret_more_than_once() {
        let odd = |rows: &[(&str, usize, &str, Option<i64>)]| {
            let oddities = seen(rows, &APP);
            assert_eq!(oddities.len(), 1, "{oddities:?}");
            oddities[0].odd.clone()
        };
        assert_eq!(odd(&[("X:a", 0, "", None), ("X:a", 0, "", None)]), Odd::SameEntry);
        assert_eq!(odd(&[("X:a", 0, "", None), ("Y:a", 0, "", None)]), Odd::SameSecret);
        assert_eq!(
            odd(&[("X:a", 0, "&digits=8", None), ("X:a", 0, "&algorithm=SHA256&period=60", None)]),
            Odd::SameSecretDiffers { parameters: vec!["algorithm", "digits", "period"] }
        );
        assert_eq!(
            odd(&[("X:a", 0, "", None), ("X:a", 0, "&counter=7", None)]),
            Odd::SameSecretDiffers { parameters: vec!["type"] }
        );
        assert_eq!(
            odd(&[("X:a", 0, "&counter=8", None), ("X:a", 0, "&counter=7", None)]),
            Odd::CountersApart { by: 1 }
        );
    }

    #[test]
    fn what_the_app_ignores() {
        let ignores = ["algorithm", "digits", "period"].map(|name| (name.to_owned(), None));
        let app = App { ignores: ignores.into(), ..APP };
        let rows = [
            ("X:a", 0, "", None),
            ("X:b", 1, "&algorithm=SHA512&period=60", None),
            ("X:c", 2, "&counter=1&digits=8", None),
        ];
        let ids = seen(&rows, &app).into_iter().map(|oddity| (oddity.odd, oddity.entries));
        let expected = |parameter, entries: &[usize]| (Odd::AppIgnores { parameter, until: None }, entries.to_vec());
        assert!(ids.eq([expected("algorithm", &[1]), expected("period", &[1]), expected("digits", &[2])]));
    }
}
