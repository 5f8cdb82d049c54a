//! The key that opens the values of a key container.
//!
//! The one idea: it is derived from a password, or both sides agreed on it beforehand; the file says which, and so does
//! whoever asks for it. It must not look at any value.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::digest::{FixedOutput, Update};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use roxmltree::Node;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::super::content::{Content, Refusal};
use super::super::xml::{attribute, child, text_at};
use super::super::{WRONG_PASSWORD, key};
use super::encryption::Lock;
use super::{Bytes, base64};

/// Where the key comes from.
pub(super) enum Master {
    /// From a password, by PBKDF2.
    Password {
        prf: Hash,
        salt: Bytes,
        rounds: u64,
        /// Bytes of the key, where the file says so.
        length: Option<u64>,
    },
    /// Both sides know it.
    Agreed,
}

impl Master {
    pub(super) fn of(content: &Content<'_>, container: Node<'_, '_>) -> Result<Self, Lock> {
        let encryption = child(container, "EncryptionKey");
        let encryption =
            encryption.ok_or(Lock::Foreign("a key whose secret is encrypted, by what the file does not say"))?;
        let Some(method) = child(encryption, "DerivedKey").and_then(|node| child(node, "KeyDerivationMethod")) else {
            // Without a name for the key, python-pskc leaves the element empty.
            let is_named =
                child(encryption, "KeyName").is_some() || !encryption.children().any(|node| node.is_element());
            let agreed = is_named && child(encryption, "X509Data").is_none();
            return if agreed {
                Ok(Self::Agreed)
            } else {
                Err(Lock::Foreign("a key that is encrypted for a certificate"))
            };
        };
        let known = attribute(method, "Algorithm").is_some_and(|name| last(name) == "pbkdf2");
        let parameters = child(method, "PBKDF2-params").filter(|_| known);
        let parameters =
            parameters.ok_or(Lock::Foreign("a key that is encrypted with a password in a way that is not read"))?;
        let prf = child(parameters, "PRF").and_then(|prf| attribute(prf, "Algorithm")).filter(|name| !name.is_empty());
        let prf = prf.map_or(Some(Hash::Sha1), Hash::of);
        let prf = prf.ok_or(Lock::Foreign("a key that is encrypted with a password by a hash that is not read"))?;
        let broken = || content.broken("a container that lacks one of the numbers for its password");
        let number = |name| text_at(parameters, &[name]).map(|text| text.parse().map_err(|_| broken())).transpose();
        Ok(Self::Password {
            prf,
            salt: text_at(parameters, &["Salt", "Specified"]).and_then(base64).ok_or_else(broken)?,
            rounds: number("IterationCount")?.ok_or_else(broken)?,
            length: number("KeyLength")?,
        })
    }

    /// The key, of `length` bytes where the file does not say.
    pub(super) fn key(&self, content: &Content<'_>, length: usize) -> Result<Bytes, Refusal> {
        match self {
            Self::Password { prf, salt, rounds, length: told } => {
                let password = content.password()?.as_bytes();
                let length = told.map_or(Some(length), |told| usize::try_from(told).ok());
                let senseless = || content.broken("a container whose key has a length that no cipher takes");
                let length = length.filter(|length| [16, 24, 32].contains(length)).ok_or_else(senseless)?;
                let mut key = prf.derived(content, password, salt, *rounds, length)?;
                key.truncate(length);
                Ok(key)
            }
            Self::Agreed => {
                let text = content.password_or("encrypted with a key that was agreed on beforehand", AGREED)?;
                let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
                let key = HEXLOWER_PERMISSIVE.decode(&Zeroizing::new(digits)).map(Bytes::new);
                key.map_err(|_| self.wrong(content))
            }
        }
    }

    /// The problem of a file that it does not open.
    pub(super) fn wrong(&self, content: &Content<'_>) -> Refusal {
        match self {
            Self::Password { .. } => key::wrong(content),
            Self::Agreed => content.refuse(WRONG_PASSWORD, "the key does not open it, or it is damaged").help(AGREED),
        }
    }
}

const AGREED: &str = "give that key in place of a password, in hexadecimal: 32, 48 or 64 digits";

/// What HMAC is made of.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    /// The hash that the end of a URI names.
    pub(super) fn of(name: &str) -> Option<Self> {
        match last(name).replace('-', "").as_str() {
            "hmacsha1" => Some(Self::Sha1),
            "hmacsha256" => Some(Self::Sha256),
            "hmacsha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// At least `length` bytes, which are at most 32. More than one output of the hash costs twice.
    fn derived(
        self,
        content: &Content<'_>,
        password: &[u8],
        salt: &[u8],
        rounds: u64,
        length: usize,
    ) -> Result<Bytes, Refusal> {
        let bytes = |key: &[u8]| Bytes::new(key.to_vec());
        match self {
            Self::Sha1 if length <= 20 => {
                key::pbkdf2::<Sha1, 20>(content, password, salt, rounds).map(|key| bytes(&*key))
            }
            Self::Sha1 => key::pbkdf2::<Sha1, 32>(content, password, salt, rounds).map(|key| bytes(&*key)),
            Self::Sha256 => key::pbkdf2::<Sha256, 32>(content, password, salt, rounds).map(|key| bytes(&*key)),
            Self::Sha512 => key::pbkdf2::<Sha512, 32>(content, password, salt, rounds).map(|key| bytes(&*key)),
        }
    }

    /// Whether a code fits.
    pub(super) fn vouches(self, key: &[u8], bytes: &[u8], code: &[u8]) -> bool {
        match self {
            Self::Sha1 => fits::<Sha1>(key, bytes, code),
            Self::Sha256 => fits::<Sha256>(key, bytes, code),
            Self::Sha512 => fits::<Sha512>(key, bytes, code),
        }
    }
}

fn fits<D: EagerHash>(key: &[u8], bytes: &[u8], code: &[u8]) -> bool
where
    Hmac<D>: KeyInit + Mac + Update + FixedOutput,
{
    <Hmac<D> as KeyInit>::new_from_slice(key).is_ok_and(|hmac| hmac.chain_update(bytes).verify_slice(code).is_ok())
}

/// The end of a URI, in small letters.
pub(super) fn last(uri: &str) -> String {
    uri.rsplit('#').next().unwrap_or_default().trim().to_ascii_lowercase()
}
