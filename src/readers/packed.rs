//! What was read, as bytes: from the worker that reads to the one that holds the conversation.
//!
//! The one idea: it carries what a conversation asks of a file, and no text of it: entries, which problems there were, and
//! whether that is all. The bytes are secrets and are wiped like them. It must not be stored: it has no version.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::entry::{Assumed, Entry, Follows, Kind, Vendor};
use crate::import::{Batch, Found, Imported};
use crate::otp::{Algorithm, Digits, Secret};

#[derive(Serialize, Deserialize)]
struct PackedFile {
    entries: Vec<PackedEntry>,
    problems: Vec<(String, PackedSeverity)>,
    batches: Vec<(i32, i32, i32, String)>,
    exported: bool,
    whole: bool,
    app: Option<String>,
}

#[derive(Serialize, Deserialize)]
enum PackedSeverity {
    Error,
    Warning,
    Hint,
}

#[derive(Serialize, Deserialize)]
struct PackedEntry {
    issuer: String,
    account: String,
    secret: Zeroizing<Vec<u8>>,
    algorithm: String,
    digits: u8,
    kind: PackedKind,
    assumed: [bool; 3],
    created: Option<i64>,
    discarded: bool,
}

#[derive(Serialize, Deserialize)]
enum PackedKind {
    Time(u32),
    Counter(u64),
    Steam,
    Motp,
    Yandex(Option<u8>),
    OtherHashOfTime(String, u32),
    OtherHashOfCounter(String, u64),
}

/// What was read, as bytes.
pub fn packed(found: &Imported) -> Zeroizing<Vec<u8>> {
    let problems = found.problems.iter().map(|one| {
        let severity = match one.severity {
            Severity::Error => PackedSeverity::Error,
            Severity::Warning => PackedSeverity::Warning,
            Severity::Hint => PackedSeverity::Hint,
        };
        (one.code.to_owned(), severity)
    });
    let batches = found.batches.iter().map(|one| (one.export, one.index, one.size, one.path.clone()));
    let file = PackedFile {
        entries: found.entries.iter().map(PackedEntry::of).collect(),
        problems: problems.collect(),
        batches: batches.collect(),
        exported: found.exported,
        whole: found.whole,
        app: found.app.map(str::to_owned),
    };
    // It is as long as it will be from the start, so that nothing is left behind where it grew.
    let length = postcard::experimental::serialized_size(&file).unwrap_or_default();
    let mut bytes = Zeroizing::new(vec![0; length]);
    let written = postcard::to_slice(&file, &mut bytes).map(|used| used.len()).unwrap_or_default();
    bytes.truncate(written);
    bytes
}

/// What was read, of its bytes; `None` where they are something else.
pub fn unpacked(bytes: &[u8]) -> Option<Imported> {
    let file: PackedFile = postcard::from_bytes(bytes).ok()?;
    let problem = |(code, severity): (String, PackedSeverity)| {
        let mut problem = Diagnostic::error(lasting(&code), Place::default(), "");
        problem.severity = match severity {
            PackedSeverity::Error => Severity::Error,
            PackedSeverity::Warning => Severity::Warning,
            PackedSeverity::Hint => Severity::Hint,
        };
        problem
    };
    let batch = |(export, index, size, path)| Batch { export, index, size, path };
    Some(Imported {
        entries: file.entries.into_iter().map(PackedEntry::found).collect::<Option<Vec<Found>>>()?,
        problems: file.problems.into_iter().map(problem).collect(),
        batches: file.batches.into_iter().map(batch).collect(),
        exported: file.exported,
        whole: file.whole,
        app: file.app.as_deref().map(lasting),
    })
}

/// A name of ours (a code of a problem, an app, a hash), for as long as the program runs: there are few of them, and they are
/// short.
fn lasting(name: &str) -> &'static str {
    String::leak(name.to_owned())
}

fn algorithm_of(name: &str) -> Option<Algorithm> {
    Algorithm::all().find(|one| one.name() == name)
}

impl PackedEntry {
    fn of(found: &Found) -> Self {
        let Entry { issuer, account, secret, algorithm, digits, kind } = &found.entry;
        let kind = match *kind {
            Kind::Totp { period } => PackedKind::Time(period),
            Kind::Hotp { counter } => PackedKind::Counter(counter),
            Kind::Vendor(Vendor::Steam) => PackedKind::Steam,
            Kind::Vendor(Vendor::Motp) => PackedKind::Motp,
            Kind::Vendor(Vendor::Yandex { pin_length }) => PackedKind::Yandex(pin_length),
            Kind::Vendor(Vendor::OtherHash { name, follows: Follows::Period(period) }) => {
                PackedKind::OtherHashOfTime(name.to_owned(), period)
            }
            Kind::Vendor(Vendor::OtherHash { name, follows: Follows::Counter(counter) }) => {
                PackedKind::OtherHashOfCounter(name.to_owned(), counter)
            }
        };
        Self {
            issuer: issuer.clone(),
            account: account.clone(),
            secret: Zeroizing::new(secret.bytes().to_vec()),
            algorithm: algorithm.name().to_owned(),
            digits: digits.get(),
            kind,
            assumed: [found.assumed.algorithm, found.assumed.digits, found.assumed.period],
            created: found.created,
            discarded: found.discarded,
        }
    }

    fn found(mut self) -> Option<Found> {
        let kind = match self.kind {
            PackedKind::Time(period) => Kind::Totp { period },
            PackedKind::Counter(counter) => Kind::Hotp { counter },
            PackedKind::Steam => Kind::Vendor(Vendor::Steam),
            PackedKind::Motp => Kind::Vendor(Vendor::Motp),
            PackedKind::Yandex(pin_length) => Kind::Vendor(Vendor::Yandex { pin_length }),
            PackedKind::OtherHashOfTime(name, period) => {
                Kind::Vendor(Vendor::OtherHash { name: lasting(&name), follows: Follows::Period(period) })
            }
            PackedKind::OtherHashOfCounter(name, counter) => {
                Kind::Vendor(Vendor::OtherHash { name: lasting(&name), follows: Follows::Counter(counter) })
            }
        };
        let [algorithm, digits, period] = self.assumed;
        let entry = Entry {
            issuer: self.issuer,
            account: self.account,
            secret: Secret::new(std::mem::take(&mut *self.secret)),
            algorithm: algorithm_of(&self.algorithm)?,
            digits: Digits::new(self.digits)?,
            kind,
        };
        Some(Found {
            entry,
            deviations: Vec::new(),
            place: Place::default(),
            assumed: Assumed { algorithm, digits, period },
            created: self.created,
            discarded: self.discarded,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::import;

    #[test]
    fn what_is_packed_is_what_was_read() {
        let text = b"otpauth://totp/A:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8&period=60\n\
            otpauth://hotp/A:c?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&counter=7\n\
            otpauth://totp/Steam:d?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&encoder=steam\n\
            otpauth://totp/A:e?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA3-256\nno entry\n";
        let mut read = import::read(text, "a.txt");
        (read.exported, read.whole, read.app) = (true, true, Some("aegis"));
        read.batches.push(Batch { export: 7, index: 1, size: 3, path: "a.txt".to_owned() });
        (read.entries[1].created, read.entries[1].discarded) = (Some(1_764_460_800), true);
        read.entries[2].assumed.period = true;
        let again = unpacked(&packed(&read)).unwrap();
        let told = |one: &Imported| {
            let history = |found: &Found| (found.entry.clone(), found.assumed, found.created, found.discarded);
            let problems = one.problems.iter().map(|problem| (problem.code, problem.severity));
            let entries: Vec<_> = one.entries.iter().map(history).collect();
            (entries, problems.collect::<Vec<_>>(), one.batches.clone(), (one.exported, one.whole, one.app))
        };
        assert_eq!(read.entries.len(), 4);
        assert_eq!(told(&again), told(&read));
        assert!(unpacked(b"").is_none());
    }

    #[test]
    fn other_bytes_are_refused() {
        let packed = packed(&import::read(b"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", ""));
        for length in 0..packed.len() {
            assert!(unpacked(&packed[..length]).is_none(), "{length}");
        }
    }
}
