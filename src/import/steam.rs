//! Accounts of Steam Guard: a maFile of Steam Desktop Authenticator and steamguard-cli, or the mobile app's own file.
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
use super::{Format, Origin};
use crate::entry::{Fields, Material, Type};

/// One account.
pub(super) const FORMAT: Format = Format {
    id: "steam",
    name: "Steam Guard (maFile)",
    origin: Origin::App { whole: false, id: None },
    recognise,
    read,
};

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| !accounts(document.root()).is_empty())
}

/// The accounts of a file: itself, or those that it lists or has under their numbers, perhaps one level deeper.
fn accounts(root: Node<'_>) -> Vec<Node<'_>> {
    if is_account(root) {
        return vec![root];
    }
    root.get("accounts").map(members).filter(|found| !found.is_empty()).unwrap_or_else(|| members(root))
}

fn is_account(node: Node<'_>) -> bool {
    node.get("shared_secret").is_some_and(Node::is_string)
}

/// The accounts that a list or an object holds.
fn members(node: Node<'_>) -> Vec<Node<'_>> {
    let mut members: Vec<_> = node.items().collect();
    if node.is_object() {
        node.each(|_, member| members.push(member));
    }
    members.retain(|member| is_account(*member));
    members
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as a file of Steam Guard");
    let document = content.json().ok_or_else(broken)?;
    let accounts = accounts(document.root());
    if accounts.is_empty() {
        return Err(broken());
    }
    let secrets = accounts.iter().filter_map(|account| account.get("shared_secret"));
    let mut owners = accounts.iter();
    intake.each(document, secrets, |secret, place, intake| {
        let Some(account) = owners.next() else { return Ok(()) };
        let text = secret.string().unwrap_or_default();
        let secret = BASE64.decode(text.trim().as_bytes()).map(Zeroizing::new);
        let secret = secret.map_err(|_| "`shared_secret` is not in base64")?;
        let name = account.text("account_name");
        let secret = Material::Bytes(&secret);
        let fields = Fields { kind: Type::Steam, issuer: "Steam", account: &name, secret, ..Fields::default() };
        if let Some(found) = intake.fields(&fields, place) {
            found.created = account.number_of("server_time").and_then(|seconds| i64::try_from(seconds).ok());
        }
        Ok(())
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn maps_of_accounts() {
        let one = |name: &str| format!(r#"{{"shared_secret":"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=","account_name":"{name}"}}"#);
        let (a, b) = (one("a"), one("b"));
        for text in [
            format!(r#"{{"version":1,"accounts":{{"76561":{a},"76562":{b}}}}}"#),
            format!(r#"{{"76561":{a},"76562":{b}}}"#),
            format!("[{a},{b}]"),
        ] {
            let imported = read(text.as_bytes(), "x");
            let names: Vec<_> = imported.entries.iter().map(|found| found.entry.account.as_str()).collect();
            assert_eq!((names, imported.problems.len()), (vec!["a", "b"], 0), "{text}");
        }
    }
}
