//! Key containers of RFC 6030 (PSKC), as makers of tokens deliver them.
//!
//! The one idea: a key names its algorithm by a URN, of which the end counts; drafts and makers disagree about the rest.
//! It must not open encrypted keys, which need a key that no password is.
//!
//! # Source
//! <https://www.rfc-editor.org/rfc/rfc6030>

use data_encoding::BASE64;
use roxmltree::Node;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::position::Positions;
use super::xml::{child, read as read_xml, root_name, text_at};
use super::{BAD_ENTRY, CANNOT_DECRYPT, Format};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Material, Type};

/// A container of keys.
pub(super) const FORMAT: Format = Format { id: "pskc", name: "PSKC (RFC 6030)", recognise, read };

const ROOT: &str = "KeyContainer";

fn recognise(content: &Content<'_>) -> bool {
    root_name(content) == Some(ROOT)
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let (text, document) = read_xml(content, ROOT)?;
    let positions = Positions::of(text);
    for key in document.descendants().filter(|node| node.tag_name().name() == "Key" && node.has_attribute("Algorithm"))
    {
        let (line, column) = positions.at(key.range().start);
        let place = intake.place(line, column);
        match parts(key) {
            Ok(None) => {}
            Ok(Some((fields, secret))) => {
                intake.fields(&Fields { secret: Material::Bytes(&secret), ..fields }, place);
            }
            Err((code, message)) => intake.problem(Diagnostic::error(code, place, message)),
        }
    }
    Ok(())
}

type Parts<'d> = (Fields<'d>, Zeroizing<Vec<u8>>);

/// `None`: a key for something else than one-time codes.
fn parts<'d>(key: Node<'d, '_>) -> Result<Option<Parts<'d>>, (&'static str, &'static str)> {
    let kind = match key.attribute("Algorithm").and_then(|name| name.rsplit([':', '#']).next()) {
        Some(name) if name.eq_ignore_ascii_case("totp") => Type::Totp,
        Some(name) if name.eq_ignore_ascii_case("hotp") => Type::Hotp,
        _ => return Ok(None),
    };
    let data = child(key, "Data").ok_or((BAD_ENTRY, "a key without data"))?;
    let Some(secret) = text_at(data, &["Secret", "PlainValue"]) else {
        let encrypted = child(data, "Secret").and_then(|secret| child(secret, "EncryptedValue")).is_some();
        let why = if encrypted {
            (CANNOT_DECRYPT, "a key whose secret is encrypted")
        } else {
            (BAD_ENTRY, "a key without secret")
        };
        return Err(why);
    };
    let compact = Zeroizing::new(secret.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>());
    let secret = BASE64.decode(&compact).map_err(|_| (BAD_ENTRY, "a key whose secret is not in base64"))?;
    let parameters = child(key, "AlgorithmParameters");
    let of = |name| text_at(data, &[name, "PlainValue"]).and_then(|text| text.parse().ok());
    let length = parameters.and_then(|node| child(node, "ResponseFormat")?.attribute("Length"));
    let named = text_at(key, &["UserId"]).or_else(|| text_at(key, &["FriendlyName"])).or_else(|| key.attribute("Id"));
    let fields = Fields {
        kind,
        issuer: text_at(key, &["Issuer"]).unwrap_or_default(),
        account: named.unwrap_or_default(),
        algorithm: parameters.and_then(|node| text_at(node, &["Suite"])).unwrap_or_default(),
        digits: length.and_then(|text| text.trim().parse().ok()),
        period: of("TimeInterval").filter(|_| kind == Type::Totp),
        counter: of("Counter").filter(|_| kind == Type::Hotp),
        ..Fields::default()
    };
    Ok(Some((fields, Zeroizing::new(secret))))
}
