//! The numbers of an entry, as files spell them.
//!
//! The one idea: a number that cannot be read is told, and never taken for one that is not there, since codes follow it.
//! It must not know what is usual.

use super::json::Node;
use crate::entry::Type;

/// What a number says of an entry.
#[derive(Clone, Copy)]
pub(super) enum Number {
    /// Length of a code.
    Digits,
    /// Seconds that a code lasts.
    Period,
    /// The next counter.
    Counter,
}

impl Number {
    /// A text; an empty one is a number that is not there. The error is what to say of it.
    pub(super) fn read(self, text: &str) -> Result<Option<u64>, &'static str> {
        match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.flaw()),
        }
    }

    /// A member of an object, as a number or in a string.
    pub(super) fn of(self, item: Node<'_>, key: &str) -> Result<Option<u64>, &'static str> {
        let Some(node) = item.get(key) else { return Ok(None) };
        match node.string() {
            Some(text) => self.read(&text),
            None => node.number().map(Some).ok_or_else(|| self.flaw()),
        }
    }

    /// What to say of one that cannot be read.
    pub(super) fn flaw(self) -> &'static str {
        match self {
            Self::Digits => "the length of the codes is not a whole number",
            Self::Period => "the period is not a whole number",
            Self::Counter => "the counter is not a whole number",
        }
    }
}

/// Digits, period and counter of an entry, by their keys. One that codes of that kind do not follow is left aside where
/// it cannot be read.
pub(super) fn numbers(item: Node<'_>, kind: Type, keys: [&str; 3]) -> Result<[Option<u64>; 3], &'static str> {
    let [digits, period, counter] = keys;
    let of = |number: Number, follows: bool, key: &str| match number.of(item, key) {
        Err(_) if !follows => Ok(None),
        read => read,
    };
    let (by_time, by_counter) = (kind == Type::Totp, kind == Type::Hotp);
    Ok([
        of(Number::Digits, by_time || by_counter, digits)?,
        of(Number::Period, by_time, period)?.filter(|_| !by_counter),
        of(Number::Counter, by_counter, counter)?.filter(|_| by_counter),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::json::Document;
    use super::super::{BAD_ENTRY, read, recognised};
    use super::*;

    #[test]
    fn only_what_codes_follow_has_to_be_a_number() {
        let document = Document::read(r#"{"d":8,"p":"x","c":7}"#).unwrap();
        let of = |kind| numbers(document.root(), kind, ["d", "p", "c"]);
        assert_eq!(of(Type::Totp), Err(Number::Period.flaw()));
        assert_eq!(of(Type::Hotp), Ok([Some(8), None, Some(7)]));
        assert_eq!(of(Type::Steam), Ok([Some(8), None, None]));
    }

    #[test]
    fn what_is_no_number_is_no_absent_one() {
        assert_eq!(Number::Digits.read(" 8 "), Ok(Some(8)));
        assert_eq!(Number::Digits.read(" "), Ok(None));
        for text in ["six", "6.0", "-6", "18446744073709551616"] {
            assert_eq!(Number::Digits.read(text), Err(Number::Digits.flaw()), "{text}");
        }
        let document = Document::read(r#"{"a":"30","b":30,"c":null,"d":"","e":"x","f":-1,"g":3.5,"h":[]}"#).unwrap();
        let of = |key| Number::Period.of(document.root(), key);
        assert_eq!(
            (of("a"), of("b"), of("c"), of("d"), of("z")),
            (Ok(Some(30)), Ok(Some(30)), Ok(None), Ok(None), Ok(None))
        );
        assert!(["e", "f", "g", "h"].iter().all(|key| of(key).is_err()));
    }

    #[test]
    fn every_reader_tells_of_a_number_that_is_none() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let base32 = format!(r#""secret":"{secret}""#);
        let bytes = format!(r#""secret":{:?}"#, b"12345678901234567890");
        let freeotp = |numbers: &str| format!(r#"{{"type":"TOTP","issuerExt":"x","label":"a",{bytes},{numbers}}}"#);
        let files = [
            ("aegis", r#"{"header":{},"db":{"entries":[{"type":"totp","info":{@,"digits":"eight"}}]}}"#.to_owned()),
            ("andotp", r#"[{@,"label":"a","type":"TOTP","period":"x"}]"#.to_owned()),
            ("2fas", r#"{"schemaVersion":4,"services":[{@,"otp":{"tokenType":"HOTP","counter":-1}}]}"#.to_owned()),
            ("duo", format!(r#"[{{"otpGenerator":{{"otpSecret":"{secret}","counter":"x"}}}}]"#)),
            ("lastpass", r#"{"localDeviceId":"d","accounts":[{@,"timeStep":"x"}]}"#.to_owned()),
            ("raivo", r#"[{@,"kind":"TOTP","timer":"x"}]"#.to_owned()),
            ("stratum", format!(r#"{{"Authenticators":[{{"Type":2,"Secret":"{secret}","Digits":"eight"}}]}}"#)),
            ("stratum", format!(r#"{{"Authenticators":[{{"Type":2,"Secret":"{secret}","Algorithm":"SHA512"}}]}}"#)),
            ("totp-authenticator", format!(r#"[{{"base":32,"key":"{secret}","issuer":"x","digits":6.5}}]"#)),
            ("freeotp-plus", format!(r#"{{"tokens":[{}],"tokenOrder":[]}}"#, freeotp(r#""digits":"eight""#))),
            (
                "freeotp",
                format!(
                    r#"<map><string name="x">{}</string><string name="tokenOrder">["x"]</string></map>"#,
                    freeotp(r#""period":"x""#)
                ),
            ),
        ];
        for (format, text) in files {
            let text = text.replace('@', &base32);
            assert_eq!(recognised(text.as_bytes()).map(|format| format.id), Some(format));
            let imported = read(text.as_bytes(), "x");
            let codes: Vec<_> = imported.problems.iter().map(|problem| problem.code).collect();
            assert_eq!((imported.entries.len(), codes), (0, vec![BAD_ENTRY]), "{format}");
        }
    }
}
