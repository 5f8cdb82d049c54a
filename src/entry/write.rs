//! Writes an entry as a URI.
//!
//! The one idea: all parameters are written, since apps disagree about what is usual. It must not write anything that
//! [`read`](super::read) would find odd, except what is odd about the entry itself.

use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::{Assumed, Entry, Follows, Kind, Vendor, base32};

/// RFC 3986's unreserved characters stay as they are.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The otpauth URI of an entry; for Mobile-OTP, its own `motp` URI. It holds the secret, and is wiped when dropped.
///
/// Reading it gives the same entry again. Two cases are beyond the format: blanks around a name are lost, and a
/// five-digit time-based entry that is named Steam is read as Steam Guard.
///
/// # Source
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
pub fn write(entry: &Entry) -> Zeroizing<String> {
    write_known(entry, Assumed::default())
}

/// The same without the parameters that were assumed, which must have their usual values.
pub(crate) fn write_known(entry: &Entry, assumed: Assumed) -> Zeroizing<String> {
    let secret = base32::encode(&entry.secret);
    // With room for all of it (a character escapes to at most three a byte), growing leaves no copies behind.
    let room = 256 + secret.len() + 6 * entry.issuer.len() + 3 * entry.account.len();
    let mut uri = Zeroizing::new(String::with_capacity(room));
    if entry.kind == Kind::Vendor(Vendor::Motp) {
        let secret = Zeroizing::new(HEXLOWER.encode(entry.secret.bytes()));
        append(&mut uri, format_args!("motp://{}?secret={}", label(entry), *secret));
        return uri;
    }
    let (kind, follows) = scheme(entry);
    append(&mut uri, format_args!("otpauth://{kind}/{}?secret={}", label(entry), *secret));
    if !entry.issuer.is_empty() {
        append(&mut uri, format_args!("&issuer={}", utf8_percent_encode(&entry.issuer, ESCAPED)));
    }
    if !assumed.algorithm {
        append(&mut uri, format_args!("&algorithm={}", entry.algorithm_name()));
    }
    if !assumed.digits {
        append(&mut uri, format_args!("&digits={}", entry.digits.get()));
    }
    match follows {
        Follows::Period(_) if assumed.period => {}
        Follows::Period(period) => append(&mut uri, format_args!("&period={period}")),
        Follows::Counter(counter) => append(&mut uri, format_args!("&counter={counter}")),
    }
    match entry.kind {
        Kind::Vendor(Vendor::Steam) => append(&mut uri, format_args!("&encoder=steam")),
        Kind::Vendor(Vendor::Yandex { pin_length: Some(length) }) => {
            append(&mut uri, format_args!("&pin_length={length}"));
        }
        _ => {}
    }
    uri
}

fn scheme(entry: &Entry) -> (&'static str, Follows) {
    match (entry.kind, entry.counter()) {
        (_, Some(counter)) => ("hotp", Follows::Counter(counter)),
        (Kind::Vendor(Vendor::Yandex { .. }), None) => ("yaotp", Follows::Period(30)),
        (_, None) => ("totp", Follows::Period(entry.period().unwrap_or(30))),
    }
}

/// A plain colon stands before the account where there is an issuer, or a colon in the account that would else split it.
fn label(entry: &Entry) -> String {
    let colon = if entry.issuer.is_empty() && !entry.account.contains(':') { "" } else { ":" };
    format!("{}{colon}{}", utf8_percent_encode(&entry.issuer, ESCAPED), utf8_percent_encode(&entry.account, ESCAPED))
}

fn append(uri: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = uri.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Deviation, read};
    use super::*;
    use crate::otp::{Algorithm, Digits, Secret};

    fn kinds() -> impl Strategy<Value = (Kind, u8)> {
        let digits = 6..=8_u8;
        prop_oneof![
            (prop_oneof![Just(30), Just(60)], digits.clone()).prop_map(|(period, d)| (Kind::Totp { period }, d)),
            (0..=i64::MAX as u64, digits).prop_map(|(counter, d)| (Kind::Hotp { counter }, d)),
            Just((Kind::Vendor(Vendor::Steam), 5)),
            Just((Kind::Vendor(Vendor::Yandex { pin_length: Some(4) }), 8)),
        ]
    }

    fn entries() -> impl Strategy<Value = Entry> {
        let name = "[^\\s\u{feff}]([^\u{feff}]{0,20}[^\\s\u{feff}])?"
            .prop_filter("named Steam", |name| !name.eq_ignore_ascii_case("steam") && name.trim() == name);
        let issuer = prop_oneof![Just(String::new()), name.clone()];
        let algorithm = proptest::sample::select(Algorithm::all().collect::<Vec<_>>());
        (issuer, name, proptest::collection::vec(any::<u8>(), 16..64), algorithm, kinds()).prop_map(
            |(mut issuer, account, secret, mut algorithm, (kind, digits))| {
                if let Kind::Vendor(vendor) = kind {
                    algorithm = Algorithm::Sha1;
                    if issuer.is_empty() && matches!(vendor, Vendor::Yandex { .. }) {
                        issuer.push_str("Yandex");
                    }
                }
                let digits = Digits::new(digits).unwrap();
                Entry { issuer, account, secret: Secret::new(secret), algorithm, digits, kind }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entry in entries()) {
            let mut read = read(&write(&entry)).unwrap();
            // What is odd about a name or a hash itself.
            let odd = |one: &Deviation| {
                matches!(one, Deviation::ColonInIssuer | Deviation::EscapedTwice | Deviation::OtherHash)
            };
            read.deviations.retain(|one| !odd(one));
            prop_assert_eq!(read.deviations, vec![]);
            prop_assert_eq!(read.entry, entry);
            prop_assert_eq!(read.label_issuer, None);
        }
    }

    #[test]
    fn vendors_keep_their_own_form() {
        let secret = Secret::new(vec![0x30; 8]);
        let kind = Kind::Vendor(Vendor::Motp);
        let names = ("a".to_owned(), "b".to_owned());
        let entry =
            Entry { issuer: names.0, account: names.1, secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, kind };
        assert_eq!(write(&entry).as_str(), "motp://a:b?secret=3030303030303030");
        let follows = Follows::Counter(7);
        let entry = Entry { kind: Kind::Vendor(Vendor::OtherHash { name: "MD5", follows }), ..entry };
        assert_eq!(
            write(&entry).as_str(),
            "otpauth://hotp/a:b?secret=GAYDAMBQGAYDA&issuer=a&algorithm=MD5&digits=6&counter=7"
        );
        assert_eq!(read(&write(&entry)).unwrap().entry, entry);
    }
}
