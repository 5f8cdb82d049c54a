//! Exports of Raivo OTP: a list of accounts, every number a string.
//!
//! The one idea: the list as it stands in the archive that the app writes. It must not open the archive, which is a
//! format of its own.
//!
//! # Source
//! <https://github.com/raivo-otp/ios-application>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "raivo", name: "Raivo OTP", origin: Origin::App { whole: true, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    let mut list = content.json().map(|document| document.root().items()).unwrap_or_default();
    list.next().is_some_and(|first| ["kind", "timer", "secret"].iter().all(|name| first.get(name).is_some()))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Raivo OTP");
    let document = content.json().ok_or_else(broken)?;
    let list = Some(document.root()).filter(|list| list.is_array()).ok_or_else(broken)?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let kind = match item.text("kind").to_ascii_uppercase().as_str() {
        "TOTP" => Type::Totp,
        "HOTP" => Type::Hotp,
        _ => return Err("an account of a kind that is not known"),
    };
    let [digits, period, counter] = numbers(item, kind, ["digits", "timer", "counter"])?;
    let [issuer, account, secret, algorithm] = ["issuer", "account", "secret", "algorithm"].map(|name| item.text(name));
    let fields = Fields {
        kind,
        issuer: &issuer,
        account: &account,
        secret: Material::Base32(&secret),
        algorithm: &algorithm,
        digits,
        period,
        counter,
        ..Fields::default()
    };
    intake.fields(&fields, place);
    Ok(())
}
