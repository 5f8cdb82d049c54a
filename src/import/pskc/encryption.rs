//! The encrypted values of a key container (RFC 6030, section 6).
//!
//! The one idea: one key opens every value, so whether it is the right one is settled over all of them, by the codes that
//! vouch for them (MAC), or by the padding where there are none; after that, a value that stays shut is a damaged one.
//! It must not know what a value means.

use roxmltree::Node;

use super::super::content::{Content, Refusal};
use super::super::xml::{attribute, child, text_at};
use super::super::{CANNOT_DECRYPT, key};
use super::master::{Hash, Master, last};
use super::{Bytes, Why, bad, base64};

/// Bytes of an initialisation vector, and of a block.
const BLOCK: usize = 16;

/// A value that is encrypted.
pub(super) struct Sealed {
    /// Bytes of the key that its cipher takes.
    pub(super) key_length: usize,
    /// The initialisation vector, then what is encrypted.
    bytes: Bytes,
    /// The code that vouches for it.
    mac: Option<Bytes>,
}

impl Sealed {
    /// The value of an element; `None` if it is not encrypted, an error if it can never be decrypted.
    pub(super) fn of(node: Node<'_, '_>) -> Option<Result<Self, Why>> {
        child(node, "EncryptedValue").map(|value| Self::new(value, text_at(node, &["ValueMAC"])))
    }

    fn new(node: Node<'_, '_>, mac: Option<&str>) -> Result<Self, Why> {
        let method = child(node, "EncryptionMethod").and_then(|method| attribute(method, "Algorithm"));
        let key_length = match last(method.unwrap_or_default()).as_str() {
            "aes128-cbc" => 16,
            "aes192-cbc" => 24,
            "aes256-cbc" => 32,
            _ => return Err(Why::Flaw(CANNOT_DECRYPT, "a key that is encrypted by a cipher that is not read")),
        };
        let broken = || bad("a key with an encrypted value that is damaged or cut off");
        let bytes = text_at(node, &["CipherData", "CipherValue"]).and_then(base64).ok_or_else(broken)?;
        if bytes.len() < 2 * BLOCK || bytes.len() % BLOCK != 0 {
            return Err(broken());
        }
        // A code that cannot be read fits no value.
        Ok(Self { key_length, bytes, mac: mac.map(|text| base64(text).unwrap_or_default()) })
    }

    /// Padding and all. `None`: the key is of another length.
    fn decrypted(&self, key: &[u8]) -> Option<Bytes> {
        let (vector, sealed) = self.bytes.split_at_checked(BLOCK)?;
        (key.len() == self.key_length).then(|| key::aes_cbc_blocks(key, vector, sealed))?
    }
}

/// What opens values, or why they stay shut.
pub(super) enum Lock {
    /// The right key.
    Open(Keys),
    /// There is nothing to open.
    Nothing,
    /// The whole file stays shut: there is no password, or another one, or its numbers make no sense.
    Shut(Refusal),
    /// Neither a password nor a key that was agreed on would open it.
    Foreign(&'static str),
}

impl From<Refusal> for Lock {
    fn from(refusal: Refusal) -> Self {
        Self::Shut(refusal)
    }
}

impl Lock {
    /// What opens `values`.
    pub(super) fn of(content: &Content<'_>, container: Node<'_, '_>, values: &[Sealed]) -> Self {
        let Some(first) = values.first() else { return Self::Nothing };
        let keys = || -> Result<Keys, Self> {
            let master = Master::of(content, container)?;
            let key = master.key(content, first.key_length)?;
            let keys = Keys::of(container, key)?.filter(|keys| keys.are_right(values));
            keys.ok_or_else(|| Self::Shut(master.wrong(content)))
        };
        keys().map_or_else(|lock| lock, Self::Open)
    }

    /// Opens a value.
    pub(super) fn value(&self, sealed: &Sealed) -> Result<Bytes, Why> {
        match self {
            Self::Open(keys) => {
                let value = keys.value(sealed).map(|value| value.bytes);
                value.ok_or(bad("a key with an encrypted value that was changed or damaged"))
            }
            Self::Shut(_) | Self::Nothing => Err(Why::Shut),
            Self::Foreign(why) => Err(Why::Flaw(CANNOT_DECRYPT, why)),
        }
    }

    /// Why the whole file stays shut, if it does.
    pub(super) fn refusal(self) -> Result<(), Refusal> {
        match self {
            Self::Shut(refusal) => Err(refusal),
            Self::Open(_) | Self::Nothing | Self::Foreign(_) => Ok(()),
        }
    }
}

/// The key of the values, and that of the codes that vouch for them.
pub(super) struct Keys {
    key: Bytes,
    mac: Option<(Hash, Bytes)>,
}

struct Value {
    bytes: Bytes,
    /// Whether a code vouches for it.
    proven: bool,
}

impl Keys {
    /// `None`: the key does not open that of the codes.
    fn of(container: Node<'_, '_>, key: Bytes) -> Result<Option<Self>, Lock> {
        let Some(method) = child(container, "MACMethod") else { return Ok(Some(Self { key, mac: None })) };
        let hash = Hash::of(attribute(method, "Algorithm").unwrap_or_default());
        let hash = hash.ok_or(Lock::Foreign("a key that is vouched for by a hash that is not read"))?;
        let mac = match child(method, "MACKey") {
            None => Some(key.clone()),
            Some(node) => match Sealed::new(node, None) {
                Ok(sealed) => sealed.decrypted(&key).and_then(|bytes| key::without_padding(&bytes, false)),
                Err(Why::Flaw(_, why)) => return Err(Lock::Foreign(why)),
                Err(Why::Shut) => None,
            },
        };
        Ok(mac.map(|mac| Self { key, mac: Some((hash, mac)) }))
    }

    /// One value that a code vouches for proves the key. Padding alone fits one wrong key in 256, so most of the values
    /// have to have it.
    fn are_right(&self, values: &[Sealed]) -> bool {
        let opened: Vec<_> = values.iter().filter_map(|sealed| self.value(sealed)).map(|value| value.proven).collect();
        opened.contains(&true) || 2 * opened.len() > values.len()
    }

    fn value(&self, sealed: &Sealed) -> Option<Value> {
        let padded = sealed.decrypted(&self.key)?;
        let (Some(code), Some((hash, key))) = (&sealed.mac, &self.mac) else {
            return key::without_padding(&padded, true).map(|bytes| Value { bytes, proven: false });
        };
        // XML Encryption fills the padding with anything; the code vouches for what was encrypted, in drafts of the
        // RFC for what was to be.
        let bytes = key::without_padding(&padded, false)?;
        let fits = hash.vouches(key, &sealed.bytes, code) || hash.vouches(key, &bytes, code);
        fits.then_some(Value { bytes, proven: true })
    }
}

/// A number that was encrypted: its digits, or its bytes, the highest first.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    if let Some(number) = digits.and_then(|text| text.parse().ok()) {
        return Some(number);
    }
    (1..=8).contains(&bytes.len()).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
