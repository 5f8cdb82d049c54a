//! Exports of `LastPass` Authenticator: `{"accounts":[…],"localDeviceId":…,"version":3}`.
//!
//! The one idea: a name that the user changed stands before the one that the service gave. It must not read the vault of
//! the password manager, which is another file.
//!
//! # Source
//! <https://github.com/twofas/2fas-ios/blob/develop/TwoFAS/TwoFAS/MainRepository/DataTypes/LastPassData.swift>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::Node;
use super::number::numbers;
use super::{Format, Origin};
use crate::diagnostic::Place;
use crate::entry::{Fields, Material, Type};

/// An export.
pub(super) const FORMAT: Format = Format {
    id: "lastpass",
    name: "LastPass Authenticator",
    origin: Origin::App { whole: true, id: None },
    recognise,
    read,
};

/// Larger times are in milliseconds; in seconds they are beyond the year 5000.
const LARGEST_SECONDS: i64 = 100_000_000_000;

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| {
        let root = document.root();
        let mut accounts = root.get("accounts").map(Node::items).unwrap_or_default();
        let is_own = |account: Node<'_>| account.get("secret").is_some() && account.get("originalIssuerName").is_some();
        // The app for iPhones names no device, and an account has both names of the issuer.
        let names_device = ["localDeviceId", "deviceSecret", "deviceId"].iter().any(|name| root.get(name).is_some());
        let first = accounts.next();
        root.get("accounts").is_some_and(Node::is_array) && (names_device || first.is_some_and(is_own))
    })
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of LastPass Authenticator");
    let document = content.json().ok_or_else(broken)?;
    let accounts = document.root().get("accounts").filter(|list| list.is_array()).ok_or_else(broken)?;
    intake.each(document, accounts.items(), take);
    Ok(())
}

fn take(account: Node<'_>, place: Place, intake: &mut Intake<'_>) -> Result<(), &'static str> {
    let issuer = account.first_text(&["issuerName", "originalIssuerName"]);
    let user = account.first_text(&["userName", "originalUserName"]);
    let (secret, algorithm) = (account.text("secret"), account.text("algorithm"));
    let [digits, period, _] = numbers(account, Type::Totp, ["digits", "timeStep", ""])?;
    let fields = Fields {
        issuer: &issuer,
        account: &user,
        secret: Material::Base32(&secret),
        algorithm: &algorithm,
        digits,
        period,
        ..Fields::default()
    };
    if let Some(found) = intake.fields(&fields, place) {
        found.created = created(account);
    }
    Ok(())
}

/// Seconds in some versions, milliseconds in others.
fn created(account: Node<'_>) -> Option<i64> {
    let number = i64::try_from(account.number_of("creationTimestamp")?).ok()?;
    Some(if number > LARGEST_SECONDS { number / 1000 } else { number })
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn the_app_for_iphones_names_no_device() {
        let account = r#"{"originalIssuerName":"Shop","issuerName":"Shop","originalUserName":"ann","userName":"ann",
            "secret":"GEZDGNBVGY3TQOJQ","timeStep":30,"digits":6,"algorithm":"SHA1","accountID":"x"}"#;
        let imported = read(format!(r#"{{"accounts":[{account}],"folders":[],"version":3}}"#).as_bytes(), "x");
        assert_eq!((imported.entries.len(), imported.entries[0].entry.issuer.as_str()), (1, "Shop"));
    }

    #[test]
    fn times_in_seconds_and_in_milliseconds() {
        let account =
            |time| format!("{{\"issuerName\":\"x\",\"secret\":\"GEZDGNBVGY3TQOJQ\",\"creationTimestamp\":{time}}}");
        let (seconds, milliseconds) = (account(1_690_535_031_i64), account(1_690_535_030_999));
        let text = format!("{{\"localDeviceId\":\"d\",\"accounts\":[{seconds},{milliseconds},{}]}}", account(-1));
        let created: Vec<_> = read(text.as_bytes(), "x").entries.iter().map(|found| found.created).collect();
        assert_eq!(created, [Some(1_690_535_031), Some(1_690_535_030), None]);
    }
}
