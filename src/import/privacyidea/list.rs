//! Lists of tokens with named parts: JSON inside the janitor's own export, and its YAML.
//!
//! The one idea: both are the same object of the server written down. It must not know a table.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::{NonFiniteFloatPolicy, Spanned};
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::intake::Intake;
use super::super::json::{Document, Node};
use super::{Token, owner};

pub(super) fn is_json(content: &Content<'_>) -> bool {
    let mut list = content.json().map(|document| document.root().items()).unwrap_or_default();
    list.next()
        .is_some_and(|first| ["serial", "type", "otpkey", "info_list"].iter().all(|name| first.get(name).is_some()))
}

pub(super) fn json(document: &Document<'_>, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if !document.root().is_array() {
        return Err(content.broken("not built as a list of privacyIDEA's tokens"));
    }
    intake.each(document, document.root().items(), |item, place, intake| {
        let info = item.get("info_list");
        let of_info = |key: &str| info.map(|info| spelled(info, key)).unwrap_or_default();
        let user = item.get("user");
        let of_user = |key: &str| user.map(|user| user.text(key)).unwrap_or_default();
        let token = Token {
            kind: item.text("type"),
            serial: item.text("serial"),
            issuer: item.text("issuer"),
            owner: owner(&of_user("login"), &of_user("realm")),
            key: item.text("otpkey"),
            algorithm: of_info("hashlib"),
            digits: spelled(item, "otplen"),
            period: of_info("timeStep"),
            counter: spelled(item, "counter"),
            revoked: is_true(&spelled(item, "revoked")),
        };
        token.take(place, intake);
        Ok(())
    });
    Ok(())
}

/// A number or a text, as it is spelled.
fn spelled(item: Node<'_>, key: &str) -> Zeroizing<String> {
    item.get(key)
        .map(|node| node.string().unwrap_or_else(|| Zeroizing::new(node.spelling().to_owned())))
        .unwrap_or_default()
}

/// A list of mappings in which a token has its key.
pub(super) fn is_yaml(content: &Content<'_>) -> bool {
    content.text().is_some_and(|text| {
        text.starts_with("- ")
            && ["  otpkey:", "  serial:", "  type:"].iter().all(|key| text.contains(&format!("\n{key}")))
    })
}

/// Anchors, at most: a writer of YAML makes one of what stands in several tokens, a user or a tokeninfo.
const MOST_ANCHORS: usize = 10_000;

/// An item of the list; what is not named here is passed over.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    r#type: Text,
    #[serde(default)]
    serial: Text,
    #[serde(default)]
    owner: Text,
    #[serde(default)]
    otpkey: Text,
    #[serde(default)]
    otplen: Text,
    #[serde(default)]
    counter: Text,
    #[serde(default)]
    revoked: Text,
    #[serde(default)]
    info_list: Value<Info>,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    hashlib: Text,
    #[serde(default, rename = "timeStep")]
    time_step: Text,
}

/// A value, whatever it is: a flaw is one of its token, not of the file.
#[derive(Default)]
enum Text {
    /// There is none.
    #[default]
    Nothing,
    Of(Zeroizing<String>),
    /// A number or a truth: first byte and length of its spelling, since `0e1` may be a key.
    Spelled(usize, usize),
    /// A list or a mapping.
    Other,
}

impl Text {
    /// Its spelling in the file.
    fn of(self, file: &str) -> Zeroizing<String> {
        match self {
            Self::Nothing => Zeroizing::default(),
            Self::Of(text) => text,
            Self::Spelled(from, length) => {
                let spelling = file.get(from..from.saturating_add(length)).unwrap_or(NO_TEXT);
                Zeroizing::new(spelling.trim().to_owned())
            }
            Self::Other => Zeroizing::new(NO_TEXT.to_owned()),
        }
    }
}

/// Stands for what is no text; it is no number and no key either.
const NO_TEXT: &str = "[]";

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, defined, .. } = Spanned::<Value<IgnoredAny>>::deserialize(deserializer)?;
        let span = defined.span();
        let number = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
        Ok(match value {
            Value::Nothing => Self::Nothing,
            Value::Text(text) => Self::Of(text),
            Value::Number => number(span.byte_offset())
                .zip(number(span.byte_len()))
                .map_or(Self::Other, |(from, length)| Self::Spelled(from, length)),
            Value::List | Value::Mapping(_) => Self::Other,
        })
    }
}

/// Any value of YAML.
#[derive(Default)]
enum Value<T> {
    #[default]
    Nothing,
    Text(Zeroizing<String>),
    /// Or a truth.
    Number,
    List,
    Mapping(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfAny(PhantomData))
    }
}

struct OfAny<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OfAny<T> {
    type Value = Value<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<T>, E> {
        Ok(Value::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<T>, E> {
        Ok(Value::Number)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<T>, E> {
        Ok(Value::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value<T>, E> {
        Ok(Value::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<T>, E> {
        Ok(Value::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<T>, E> {
        Ok(Value::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Value<T>, E> {
        Ok(Value::Text(Zeroizing::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Value<T>, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Value::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Value::Mapping)
    }
}

pub(super) fn yaml(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().unwrap_or_default();
    let budget = serde_saphyr::budget! { max_depth: 16, max_nodes: 2_000_000, max_anchors: MOST_ANCHORS };
    let options = serde_saphyr::options! {
        budget: budget,
        strict_booleans: true,
        ignore_binary_tag_for_string: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
    };
    // Boxed, since of a list of a million there is little that is a token.
    let list: Vec<Spanned<Value<Box<Item>>>> = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| format!(" at line {}, column {}", at.line(), at.column()));
        content.broken(format!("not built as a list of privacyIDEA's tokens{}", place.unwrap_or_default()))
    })?;
    for Spanned { value, referenced: at, .. } in list {
        let Value::Mapping(item) = value else { continue };
        let place = intake.place(at.line().try_into().unwrap_or_default(), at.column().try_into().unwrap_or_default());
        let info = match item.info_list {
            Value::Mapping(info) => info,
            Value::Nothing => Info::default(),
            _ => Info { hashlib: Text::Other, time_step: Text::Other },
        };
        let token = Token {
            kind: item.r#type.of(text),
            serial: item.serial.of(text),
            owner: item.owner.of(text),
            key: item.otpkey.of(text),
            algorithm: info.hashlib.of(text),
            digits: item.otplen.of(text),
            period: info.time_step.of(text),
            counter: item.counter.of(text),
            revoked: is_true(&item.revoked.of(text)),
            ..Token::default()
        };
        token.take(place, intake);
    }
    Ok(())
}

/// A truth as Python, JSON and databases spell it.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

#[cfg(test)]
mod tests {
    use super::super::super::{BAD_ENTRY, read};

    const KEY: &str = "0196720b2521dd0259f43e4cee7f05f5f5c3a801";

    fn token(rest: &str) -> String {
        format!("- a: b\n  otpkey: '{KEY}'\n  serial: S\n  type: TOTP\n  {rest}\n")
    }

    #[test]
    fn an_odd_token_costs_itself_only() {
        let odd = ["otplen: [6]", "otplen: {a: 6}", "info_list: [1]", "info_list: x", "info_list: {timeStep: 30.5}"];
        let text = odd.map(token).concat() + "- 5\n- [6]\n" + &token("revoked: 0");
        let imported = read(text.as_bytes(), "x");
        let codes: Vec<_> = imported.problems.iter().map(|problem| problem.code).collect();
        assert_eq!((imported.entries.len(), codes), (1, vec![BAD_ENTRY; 5]));
        let json = format!(r#"[{{"serial":"S","type":"TOTP","otpkey":"{KEY}","info_list":{{}},"revoked":1}}]"#);
        let revoked = [json, token("revoked: true"), token("revoked: 1"), token("revoked: no")];
        let discarded = revoked.map(|text| read(text.as_bytes(), "x").entries[0].discarded);
        assert_eq!(discarded, [true, true, true, false]);
    }

    #[test]
    fn what_stands_once_for_several() {
        let text = token("info_list: &id001\n    timeStep: '60'") + &token("info_list: *id001");
        let imported = read(text.as_bytes(), "x");
        let periods: Vec<_> = imported.entries.iter().map(|found| found.entry.period()).collect();
        assert_eq!((periods, imported.problems.len()), (vec![Some(60), Some(60)], 0));
    }

    #[test]
    fn a_key_of_digits_is_taken_as_it_is_spelled() {
        for key in ["00112233445566778899001122334455", "12e45678901234567890123456789012", "0b1101011101011101011011"]
        {
            let of = |key: &str| token("").replace(&format!("'{KEY}'"), key);
            let (plain, quoted) = (read(of(key).as_bytes(), "x"), read(of(&format!("'{key}'")).as_bytes(), "x"));
            assert_eq!((plain.entries.len(), &plain.entries), (1, &quoted.entries), "{key}");
        }
    }
}
