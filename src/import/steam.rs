//! One account of Steam Guard: a maFile of Steam Desktop Authenticator and steamguard-cli, or the mobile app's own file.
//!
//! The one idea: all of them keep the answer with which Steam made the authenticator. It must not touch the other
//! secrets in it, which confirm trades.
//!
//! # Source
//! <https://github.com/dyc3/steamguard-cli> and <https://github.com/beemdevelopment/Aegis>, their readers.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::{BAD_ENTRY, Format};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Material, Type};

/// One account.
pub(super) const FORMAT: Format = Format { id: "steam", name: "Steam Guard (maFile)", recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| document.root().get("shared_secret").is_some_and(Node::is_string))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a file of Steam Guard");
    let document = content.json().ok_or_else(broken)?;
    let root = document.root();
    let place = intake.place_of(document, root.get("shared_secret").ok_or_else(broken)?);
    let Ok(secret) = BASE64.decode(root.text("shared_secret").trim().as_bytes()).map(Zeroizing::new) else {
        intake.problem(Diagnostic::error(BAD_ENTRY, place, "`shared_secret` is not in base64"));
        return Ok(());
    };
    let account = root.text("account_name");
    let secret = Material::Bytes(&secret);
    let fields = Fields { kind: Type::Steam, issuer: "Steam", account: &account, secret, ..Fields::default() };
    if let Some(found) = intake.fields(&fields, place) {
        found.created = root.number_of("server_time").and_then(|seconds| i64::try_from(seconds).ok());
    }
    Ok(())
}
