//! Exports of FreeOTP+: `{"tokens":[…],"tokenOrder":[…]}`.
//!
//! The one idea: names that the user gave stand beside those of the service, and they are what the app shows. It must
//! not take the hash or the length of a Steam token from the file, since the app shows Steam's letters whatever they are.
//!
//! # Source
//! <https://github.com/helloworld1/FreeOTPPlus>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "freeotp-plus", name: "FreeOTP+", origin: Origin::App { whole: true, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let list = |name| document.root().get(name).is_some_and(Node::is_array);
        list("tokens") && list("tokenOrder")
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of FreeOTP+");
    let document = content.json().ok_or_else(broken)?;
    let tokens = document.root().get("tokens").filter(|list| list.is_array()).ok_or_else(broken)?;
    intake.each(document, tokens.items(), take);
    Ok(())
}

fn take(token: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let issuer = token.first_text(&["issuerAlt", "issuerExt", "issuerInt"]);
    let account = token.first_text(&["labelAlt", "label"]);
    let kind = match token.text("type").as_str() {
        _ if *issuer == "Steam" => Type::Steam,
        "TOTP" => Type::Totp,
        "HOTP" => Type::Hotp,
        _ => return Err("a token of a type that is not known"),
    };
    let secret = token.get("secret").and_then(Node::bytes).ok_or("a token whose secret is not a list of bytes")?;
    let [digits, period, counter] = numbers(token, kind, ["digits", "period", "counter"])?;
    let (algorithm, standard) = (token.text("algo"), kind != Type::Steam);
    let fields = Fields {
        kind,
        issuer: &issuer,
        account: &account,
        secret: Material::Bytes(&secret),
        algorithm: if standard { &algorithm } else { "" },
        digits: digits.filter(|_| standard),
        period: period.filter(|_| standard),
        counter,
        ..Fields::default()
    };
    intake.fields(&fields, place);
    Ok(())
}
