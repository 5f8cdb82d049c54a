//! An export of Google Authenticator: `otpauth-migration://offline?data=…`, as text or in a QR code.
//!
//! The one idea: the format has no period and names fewer hashes and lengths than a URI, so every number is looked up
//! and none is guessed. It must not join the parts of an export: a part is told of, and whoever has all files joins.
//!
//! # Source
//! <https://github.com/google/google-authenticator-android>, and the fields that its readers agree on.

use data_encoding::BASE64URL_NOPAD;
use percent_encoding::percent_decode_str;
use prost::Message;
use zeroize::{Zeroize, Zeroizing};

use super::intake::Intake;
use super::{BAD_ENTRY, BROKEN_FILE, Batch};
use crate::diagnostic::{Diagnostic, Place};
use crate::entry::{Deviation, Fields, Material, Type};

const SCHEME: &str = "otpauth-migration://";

/// Bytes in the longest export that is read; a QR code holds fewer than 3,000.
const LONGEST: usize = 64 * 1024;

/// One QR code of an export.
#[derive(Message)]
struct Payload {
    #[prost(message, repeated, tag = "1")]
    entries: Vec<Parameters>,
    #[prost(int32, tag = "3")]
    batch_size: i32,
    #[prost(int32, tag = "4")]
    batch_index: i32,
    #[prost(int32, tag = "5")]
    batch_id: i32,
}

#[derive(Message)]
struct Parameters {
    #[prost(bytes = "vec", tag = "1")]
    secret: Vec<u8>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(string, tag = "3")]
    issuer: String,
    #[prost(int32, tag = "4")]
    algorithm: i32,
    #[prost(int32, tag = "5")]
    digits: i32,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(int64, tag = "7")]
    counter: i64,
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// Whether a text is an export, by its beginning.
pub(super) fn is_migration(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// Takes in the entries of an export that stands at `place`.
pub(super) fn read(text: &str, place: &Place, intake: &mut Intake<'_>) {
    let Some(payload) = payload(text) else {
        let message = "an export of Google Authenticator that is damaged or cut off";
        let help = "copy it whole, or take a picture of the QR code";
        intake.problem(Diagnostic::error(BROKEN_FILE, place.clone(), message).help(help));
        return;
    };
    intake.exported(Some("google-authenticator"));
    intake.loses("period");
    let batch = Batch {
        export: payload.batch_id,
        index: payload.batch_index,
        size: payload.batch_size,
        path: place.path.clone(),
    };
    if batch.is_one_of_several() {
        intake.batch(batch);
    }
    for (index, parameters) in payload.entries.iter().enumerate() {
        take(parameters, index + 1, place, intake);
    }
}

fn payload(text: &str) -> Option<Payload> {
    if text.len() > LONGEST {
        return None;
    }
    let (_, query) = text.split_once('?')?;
    let data = query.split('&').find_map(|piece| piece.strip_prefix("data="))?;
    let data = Zeroizing::new(percent_decode_str(data).collect::<Vec<u8>>());
    // A `+` that was taken for a blank on the way, the web's alphabet, or no padding: all mean the same bytes.
    let plain = |byte: &u8| match byte {
        b' ' | b'+' => b'-',
        b'/' => b'_',
        other => *other,
    };
    let data = Zeroizing::new(data.iter().filter(|byte| **byte != b'=').map(plain).collect::<Vec<u8>>());
    let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(&data).ok()?);
    Payload::decode(bytes.as_slice()).ok()
}

fn take(parameters: &Parameters, number: usize, place: &Place, intake: &mut Intake<'_>) {
    let refused = |what: &str| {
        let message = format!("entry {number} of the export has {what} that is not known");
        Diagnostic::error(BAD_ENTRY, place.clone(), message)
    };
    let algorithm = match parameters.algorithm {
        0 | 1 => "SHA1",
        2 => "SHA256",
        3 => "SHA512",
        4 => "MD5",
        _ => return intake.problem(refused("an algorithm")),
    };
    let digits = match parameters.digits {
        0 | 1 => 6,
        2 => 8,
        _ => return intake.problem(refused("a code length")),
    };
    let (kind, counter) = match parameters.kind {
        0 | 2 => (Type::Totp, None),
        1 => (Type::Hotp, Some(parameters.counter.cast_unsigned())),
        _ => return intake.problem(refused("a type")),
    };
    let (issuer, account) = names(&parameters.issuer, &parameters.name);
    let deviation = other_issuer(&parameters.issuer, &parameters.name);
    let secret = Material::Bytes(&parameters.secret);
    let digits = Some(digits);
    let fields = Fields { kind, issuer, account, secret, algorithm, digits, counter, ..Fields::default() };
    if let Some(found) = intake.fields(&fields, place.clone()) {
        found.deviations.extend(deviation);
    }
}

/// What is odd about a name that begins with another issuer.
fn other_issuer(issuer: &str, name: &str) -> Option<Deviation> {
    let prefix = name.split_once(':')?.0.trim();
    match (issuer, prefix) {
        _ if issuer.is_empty() || prefix.is_empty() || name.starts_with(issuer) => None,
        _ if issuer.to_lowercase() == prefix.to_lowercase() => Some(Deviation::IssuerCaseDiffers),
        _ => Some(Deviation::IssuersDiffer),
    }
}

/// The name is a label, which may begin with the issuer.
fn names<'a>(issuer: &'a str, name: &'a str) -> (&'a str, &'a str) {
    match name.split_once(':') {
        _ if !issuer.is_empty() && name.strip_prefix(issuer).is_some_and(|rest| rest.starts_with(':')) => {
            (issuer, name[issuer.len() + 1..].trim())
        }
        Some((prefix, account)) if issuer.is_empty() => (prefix.trim(), account.trim()),
        _ => (issuer, name.trim()),
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;

    use super::super::{BROKEN_FILE, LOSES_PARAMETERS, MISSING_BATCH, joined, read};
    use super::*;

    fn export(payload: &Payload) -> String {
        let data = BASE64.encode(&payload.encode_to_vec()).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        format!("{SCHEME}offline?data={data}")
    }

    fn entry(name: &str, issuer: &str) -> Parameters {
        Parameters {
            secret: b"12345678901234567890".to_vec(),
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            algorithm: 2,
            digits: 2,
            kind: 1,
            counter: 7,
        }
    }

    fn part(index: i32) -> String {
        export(&Payload { entries: vec![entry("a", "b")], batch_size: 3, batch_index: index, batch_id: -9 })
    }

    #[test]
    fn entries() {
        let names = [("Example:alice", "Example"), ("Example: alice", ""), ("alice", "Example")];
        let entries = names.map(|(name, issuer)| entry(name, issuer)).into();
        let imported = read(export(&Payload { entries, batch_size: 1, ..Payload::default() }).as_bytes(), "x");
        assert_eq!(imported.entries.len(), 3);
        let uri =
            "otpauth://hotp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA256&digits=8&counter=7";
        let same = crate::entry::read(uri).unwrap().entry;
        assert!(imported.entries.iter().all(|found| found.entry == same && found.deviations.is_empty()));
        let codes: Vec<_> = imported.problems.iter().map(|problem| problem.code).collect();
        assert!(codes == [LOSES_PARAMETERS] && imported.batches.is_empty());
    }

    #[test]
    fn a_name_that_begins_with_another_issuer() {
        let names = [("Other:alice", "Example"), ("example: alice", "Example"), ("Example:alice", "Example")];
        let entries = names.map(|(name, issuer)| entry(name, issuer)).into();
        let imported = read(export(&Payload { entries, ..Payload::default() }).as_bytes(), "x");
        let odd: Vec<_> = imported.entries.iter().map(|found| found.deviations.clone()).collect();
        assert_eq!(odd, [vec![Deviation::IssuersDiffer], vec![Deviation::IssuerCaseDiffers], vec![]]);
    }

    #[test]
    fn a_strange_number_costs_one_entry() {
        let strange = |change: fn(&mut Parameters)| {
            let mut parameters = entry("a", "b");
            change(&mut parameters);
            parameters
        };
        let entries =
            vec![strange(|p| p.algorithm = 9), strange(|p| p.digits = 3), strange(|p| p.kind = 5), entry("a", "b")];
        let imported = read(export(&Payload { entries, ..Payload::default() }).as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.problems.len()), (1, 4));
    }

    #[test]
    fn parts_of_an_export_are_joined_and_a_missing_one_is_named() {
        let two = format!("{}\n{}\n", part(0), part(2));
        let first = read(two.as_bytes(), "first.txt");
        assert_eq!((first.entries.len(), first.problems.len()), (2, 1));
        let alone = joined(vec![first.clone()]);
        assert_eq!(alone.problems[1].code, MISSING_BATCH);
        assert_eq!(alone.problems[1].message, "an export in 3 QR codes, without number 2");
        let all = joined(vec![first, read(part(1).as_bytes(), "second.txt")]);
        assert!(all.entries.len() == 3 && all.problems.iter().all(|problem| problem.code == LOSES_PARAMETERS));
    }

    #[test]
    fn what_was_cut_off() {
        let whole = part(0);
        for text in [&whole[..whole.len() - 9], "otpauth-migration://offline", "otpauth-migration://offline?data=%%%"] {
            let imported = read(text.as_bytes(), "x");
            let codes: Vec<_> = imported.problems.iter().map(|problem| problem.code).collect();
            assert_eq!((imported.entries.len(), codes), (0, vec![BROKEN_FILE]), "{}", text.len());
        }
    }
}
