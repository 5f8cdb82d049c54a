//! Realms as Keycloak exports them: `{"realm":…,"users":[{"username":…,"credentials":[…]}]}`.
//!
//! The one idea: it is the server's side of an entry. The secret is the text itself, every letter a byte, unless the
//! credential names an encoding; the counter is the next one. It must not look at passwords and other credentials.
//!
//! # Source
//! <https://github.com/keycloak/keycloak>: `OTPCredentialModel`, `RepresentationToModel` for the older form, and
//! `OTPPolicy` for the names that an app shows

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::number::Number;
use super::{Format, NOTHING_THERE, Origin};
use crate::entry::{Fields, Material, Type};

/// A realm, or a list of them.
pub(super) const FORMAT: Format =
    Format { id: "keycloak", name: "Keycloak (realm)", origin: Origin::Service, recognise, read };

const WITHOUT_USERS: &str =
    "export it on the server, with `kc.sh export --users realm_file`: the console leaves out users and their secrets";

fn recognise(content: &Content<'_>) -> bool {
    content.json().is_some_and(|document| realms(document).next().is_some_and(is_realm))
}

fn is_realm(node: Node<'_>) -> bool {
    let list = |name| node.get(name).is_some_and(Node::is_array);
    node.get("realm").is_some_and(Node::is_string) && (list("users") || list("clients"))
}

/// An export of everything is a list of realms.
fn realms<'a>(document: &Document<'a>) -> impl Iterator<Item = Node<'a>> {
    let root = document.root();
    root.items().chain((!root.is_array()).then_some(root))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Keycloak");
    let document = content.json().ok_or_else(broken)?;
    if !realms(document).any(is_realm) {
        return Err(broken());
    }
    let mut users = realms(document).filter_map(|realm| Some((realm, realm.get("users")?))).peekable();
    if users.peek().is_none() {
        return Err(content.refuse(NOTHING_THERE, "a realm without its users").help(WITHOUT_USERS));
    }
    for (realm, users) in users {
        let issuer = realm.first_text(&["displayName", "realm"]);
        for user in users.items() {
            if intake.is_full() {
                return Ok(());
            }
            take(document, &issuer, user, intake);
        }
    }
    Ok(())
}

fn take(document: &Document<'_>, issuer: &str, user: Node<'_>, intake: &mut Intake<'_>) {
    let credentials = user.get("credentials").map(Node::items).unwrap_or_default();
    let credentials: Vec<_> = credentials.filter(|one| is_otp(*one)).collect();
    let name = user.text("username");
    let labelled = credentials.len() > 1;
    intake.each(document, credentials, |credential, place, intake| {
        let one = Credential::of(credential)?;
        // Who has several tells them apart by their labels.
        let label = credential.text("userLabel");
        let several = labelled && !label.is_empty();
        let account = Zeroizing::new(if several { format!("{} ({})", *name, *label) } else { (*name).clone() });
        if let Some(found) = intake.fields(&one.fields(issuer, &account), place) {
            found.created =
                credential.number_of("createdDate").and_then(|milliseconds| (milliseconds / 1_000).try_into().ok());
        }
        Ok(())
    });
}

fn is_otp(credential: Node<'_>) -> bool {
    matches!(credential.text("type").as_str(), "otp" | "totp" | "hotp")
}

/// A secret as the realm keeps it.
enum Secret {
    Bytes(Zeroizing<Vec<u8>>),
    Base32(Zeroizing<String>),
}

/// A credential that makes one-time codes.
struct Credential {
    kind: Type,
    secret: Secret,
    algorithm: Zeroizing<String>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
}

impl Credential {
    fn of(credential: Node<'_>) -> Result<Self, &'static str> {
        if *credential.text("type") == "otp" { Self::current(credential) } else { Self::older(credential) }
    }

    /// Two texts that are JSON again.
    fn current(credential: Node<'_>) -> Result<Self, &'static str> {
        let (data, secret) = (credential.text("credentialData"), credential.text("secretData"));
        let data = Document::read(&data).ok_or("a credential without its type and numbers")?;
        let secret = Document::read(&secret).ok_or("a credential without its secret")?;
        let (data, value) = (data.root(), secret.root().text("value"));
        let secret = match data.text("secretEncoding").to_ascii_uppercase().as_str() {
            "" => Secret::Bytes(Zeroizing::new(value.as_bytes().to_vec())),
            "BASE32" => Secret::Base32(value),
            _ => return Err("a credential whose secret is spelled in a way that is not known"),
        };
        Self::new(&data.text("subType"), data, secret)
    }

    /// Before version 8, and written by hand: everything in one object, and the secret perhaps in base64.
    fn older(credential: Node<'_>) -> Result<Self, &'static str> {
        let value = credential.first_text(&["hashedSaltedValue", "value"]);
        if value.is_empty() {
            return Err("a credential without its secret");
        }
        let encoded = credential.get("config").and_then(|config| config.get("base64Encoded")).map(Node::items);
        let encoded = encoded.into_iter().flatten().any(|one| one.string().is_some_and(|text| *text == "true"));
        let secret = match encoded.then(|| BASE64.decode(value.as_bytes())) {
            None => value.as_bytes().to_vec(),
            Some(decoded) => decoded.map_err(|_| "a credential whose secret is not in base64")?,
        };
        Self::new(&credential.text("type"), credential, Secret::Bytes(Zeroizing::new(secret)))
    }

    fn new(kind: &str, data: Node<'_>, secret: Secret) -> Result<Self, &'static str> {
        let kind = match kind {
            "totp" => Type::Totp,
            "hotp" => Type::Hotp,
            _ => return Err("a credential of a type that is not known"),
        };
        let (period, counter) = match kind {
            Type::Hotp => (None, Number::Counter.of(data, "counter")?),
            _ => (Number::Period.of(data, "period")?, None),
        };
        let digits = Number::Digits.of(data, "digits")?;
        Ok(Self { kind, secret, algorithm: data.text("algorithm"), digits, period, counter })
    }

    fn fields<'f>(&'f self, issuer: &'f str, account: &'f str) -> Fields<'f> {
        let secret = match &self.secret {
            Secret::Bytes(bytes) => Material::Bytes(bytes),
            Secret::Base32(text) => Material::Base32(text),
        };
        Fields {
            kind: self.kind,
            issuer,
            account,
            secret,
            algorithm: &self.algorithm,
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            ..Fields::default()
        }
    }
}
