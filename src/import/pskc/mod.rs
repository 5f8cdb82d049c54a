//! Key containers of RFC 6030 (PSKC), as makers of tokens deliver them and servers export them.
//!
//! The one idea: a key names its algorithm by a URN, of which the end counts; drafts and makers disagree about the rest,
//! the case of names too. It must not lose the plain keys of a container whose other keys stay shut.
//!
//! # Source
//! <https://www.rfc-editor.org/rfc/rfc6030>, <https://github.com/arthurdejong/python-pskc>,
//! <https://github.com/privacyidea/privacyidea>

mod encryption;
mod master;

use data_encoding::BASE64;
use roxmltree::Node;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::number::Number;
use super::position::Positions;
use super::xml::{attribute, child, is, read as read_xml, root_name, text_at};
use super::{BAD_ENTRY, Format, Origin};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Material, Type};
use encryption::{Lock, Sealed};

/// A container of keys.
pub(super) const FORMAT: Format =
    Format { id: "pskc", name: "PSKC (RFC 6030)", origin: Origin::Service, recognise, read };

const ROOT: &str = "KeyContainer";
/// Values of a key that codes follow and that may be encrypted.
const VALUES: [&str; 3] = ["Secret", "Counter", "TimeInterval"];

type Bytes = Zeroizing<Vec<u8>>;
type Parts<'d> = (Fields<'d>, Bytes);

/// Why a key gives no entry.
enum Why {
    /// A problem's code, and what it says.
    Flaw(&'static str, &'static str),
    /// The whole file stays shut, which is told once.
    Shut,
}

/// A flaw of the key itself.
fn bad(message: &'static str) -> Why {
    Why::Flaw(BAD_ENTRY, message)
}

fn recognise(content: &Content<'_>) -> bool {
    root_name(content).is_some_and(|name| name.eq_ignore_ascii_case(ROOT))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let (text, document) = read_xml(content, ROOT)?;
    let positions = Positions::of(text);
    let keys = document.descendants().filter(|node| is(*node, "Key"));
    let keys: Vec<_> = keys.filter_map(|key| kind(key).map(|kind| (key, kind))).collect();
    let datas = || keys.iter().filter_map(|(key, _)| child(*key, "Data"));
    let values = datas().flat_map(|data| VALUES.iter().filter_map(move |name| child(data, name)));
    let values: Vec<_> = values.filter_map(Sealed::of).filter_map(Result::ok).collect();
    let lock = Lock::of(content, document.root_element(), &values);
    let others = document.descendants().filter(|node| is(*node, "Key") && answers_challenges(*node));
    for key in others {
        let (line, column) = positions.at(key.range().start);
        let place = intake.place(line, column);
        intake.bad("a key that answers challenges (OCRA), whose codes follow neither time nor a counter alone", place);
    }
    for (key, kind) in &keys {
        if intake.is_full() {
            break;
        }
        let (line, column) = positions.at(key.range().start);
        let place = intake.place(line, column);
        match parts(*key, *kind, &lock) {
            Ok((fields, secret)) => {
                intake.fields(&Fields { secret: Material::Bytes(&secret), ..fields }, place);
            }
            Err(Why::Flaw(code, message)) => intake.problem(Diagnostic::error(code, place, message)),
            Err(Why::Shut) => {}
        }
    }
    lock.refusal()
}

/// `None`: a key for something else than one-time codes.
fn kind(key: Node<'_, '_>) -> Option<Type> {
    let name = attribute(key, "Algorithm")?.rsplit([':', '#']).next()?;
    match name.to_ascii_lowercase().as_str() {
        "totp" => Some(Type::Totp),
        "hotp" => Some(Type::Hotp),
        _ => None,
    }
}

/// The name of the algorithm has its whole suite in it, with signs of its own.
fn answers_challenges(key: Node<'_, '_>) -> bool {
    attribute(key, "Algorithm").is_some_and(|name| name.to_ascii_lowercase().contains("ocra"))
}

fn parts<'d>(key: Node<'d, '_>, kind: Type, lock: &Lock) -> Result<Parts<'d>, Why> {
    let data = child(key, "Data").ok_or(bad("a key without data"))?;
    let secret = child(data, "Secret").ok_or(bad("a key without secret"))?;
    let secret = match (Sealed::of(secret), text_at(secret, &["PlainValue"])) {
        (Some(sealed), _) => lock.value(&sealed?)?,
        (None, Some(plain)) => base64(plain).ok_or(bad("a key whose secret is not in base64"))?,
        (None, None) => return Err(bad("a key without secret")),
    };
    let (period, counter) = match kind {
        Type::Hotp => (None, number(data, "Counter", Number::Counter, lock)?),
        _ => (number(data, "TimeInterval", Number::Period, lock)?, None),
    };
    let parameters = child(key, "AlgorithmParameters");
    let length = parameters.and_then(|node| attribute(child(node, "ResponseFormat")?, "Length")).unwrap_or_default();
    let digits = Number::Digits.read(length).map_err(bad)?;
    let suite = parameters.and_then(|node| child(node, "Suite"));
    let named = suite.and_then(|suite| suite.text().map(str::trim).filter(|text| !text.is_empty()));
    let algorithm = named.or_else(|| attribute(suite?, "hashalgo"));
    let account = text_at(key, &["UserId"]).or_else(|| text_at(key, &["FriendlyName"]));
    let fields = Fields {
        kind,
        issuer: text_at(key, &["Issuer"]).unwrap_or_default(),
        account: account.or_else(|| attribute(key, "Id")).unwrap_or_default(),
        algorithm: algorithm.unwrap_or_default(),
        digits,
        period,
        counter,
        ..Fields::default()
    };
    Ok((fields, secret))
}

/// A number that may be encrypted.
fn number(data: Node<'_, '_>, name: &str, number: Number, lock: &Lock) -> Result<Option<u64>, Why> {
    let Some(node) = child(data, name) else { return Ok(None) };
    let Some(sealed) = Sealed::of(node) else {
        return number.read(text_at(node, &["PlainValue"]).unwrap_or_default()).map_err(bad);
    };
    let bytes = lock.value(&sealed?)?;
    encryption::number(&bytes).map(Some).ok_or(bad(number.flaw()))
}

/// Base64 with blanks and ends of lines in it.
fn base64(text: &str) -> Option<Bytes> {
    let compact = Zeroizing::new(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>());
    BASE64.decode(&compact).ok().map(Bytes::new)
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn keys_for_challenges_are_told_and_a_signature_harms_nothing() {
        let data = "<Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret></Data>";
        let key = |id: &str, algorithm: &str| {
            format!(
                "<KeyPackage><Key Id=\"{id}\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:{algorithm}\">{data}</Key></KeyPackage>"
            )
        };
        let signature =
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignatureValue>AAAA</SignatureValue></Signature>";
        let keys = key("1", "OCRA-1:HOTP-SHA512-8:C-QN08") + &key("2", "totp");
        let imported = read(format!("<KeyContainer Version=\"1.0\">{keys}{signature}</KeyContainer>").as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.entries[0].entry.account.as_str()), (1, "2"));
        assert!(imported.problems.len() == 1 && imported.problems[0].message.contains("OCRA"));
    }
}
