//! Accounts of Duo Mobile, the file `accounts.json` of the app: `[{"name":…,"otpGenerator":{"otpSecret":…}}]`.
//!
//! The one idea: an account with a counter follows it, one without follows time. It must not take an account without
//! codes, which is asked by push only, for a bad entry.
//!
//! # Source
//! <https://github.com/beemdevelopment/Aegis>, its reader of Duo's file.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// A list of accounts.
pub(super) const FORMAT: Format =
    Format { id: "duo", name: "Duo Mobile", origin: Origin::App { whole: true, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    let mut list = content.json().map(|document| document.root().items()).unwrap_or_default();
    list.any(|account| account.get("otpGenerator").is_some_and(Node::is_object))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a list of accounts of Duo Mobile");
    let document = content.json().ok_or_else(broken)?;
    let list = Some(document.root()).filter(|list| list.is_array()).ok_or_else(broken)?;
    intake.each(document, list.items(), take);
    Ok(())
}

fn take(item: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let Some(generator) = item.get("otpGenerator") else { return Ok(()) };
    let (account, secret) = (item.text("name"), generator.text("otpSecret"));
    let kind = if generator.get("counter").is_some() { Type::Hotp } else { Type::Totp };
    let [_, _, counter] = numbers(generator, kind, ["", "", "counter"])?;
    let secret = Material::Base32(&secret);
    intake.fields(&Fields { kind, account: &account, secret, counter, ..Fields::default() }, place);
    Ok(())
}
