//! What exports are encrypted with.
//!
//! The one idea: the cost of a key is a number that a stranger wrote into a file, so it is bounded here, for every
//! format, before any work is done. It must not know any format.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyIvInit};
#[cfg(feature = "kdbx")]
use aes::cipher::{
    BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, array::Array, consts::U16,
};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use hmac::Hmac;
#[cfg(feature = "kdbx")]
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::{TOO_COSTLY, WRONG_PASSWORD};

/// A key of 256 bits.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// Rounds of PBKDF2, at most: ten times what the costliest app asks for.
const MOST_ROUNDS: u64 = if FUZZED { 100_000 } else { 10_000_000 };
/// Bytes of memory that a key may take.
const MOST_MEMORY: u64 = if FUZZED { 1 << 26 } else { 1 << 30 };
/// How often that memory may be gone over; less of it as much oftener.
const MOST_PASSES: u64 = if FUZZED { 3 } else { 64 };
/// How many lanes a key may be derived in.
const MOST_LANES: u64 = 16;
/// Rounds of AES-KDF, at most: more than a fast computer does in the second that programs propose.
#[cfg(feature = "kdbx")]
const MOST_AES_ROUNDS: u64 = if FUZZED { 100_000 } else { 100_000_000 };
/// Fuzzing looks at what stands around keys: at full cost it would do nothing but derive them.
const FUZZED: bool = cfg!(fuzzing);

/// Numbers of scrypt (RFC 7914).
#[derive(Clone, Copy)]
pub(super) struct Scrypt {
    pub(super) n: u64,
    pub(super) r: u64,
    pub(super) p: u64,
}

/// Numbers of Argon2 (RFC 9106), which is Argon2id wherever apps do not say otherwise.
#[derive(Clone, Copy)]
pub(super) struct Argon2id {
    /// Blocks of 1,024 bytes.
    pub(super) kibibytes: u64,
    pub(super) passes: u64,
    pub(super) lanes: u64,
}

impl Scrypt {
    /// Derives a key. The work is `n * r * p`, the memory `128 * n * r`.
    pub(super) fn key(self, content: &Content<'_>, password: &[u8], salt: &[u8]) -> Result<Key, Refusal> {
        let Self { n, r, p } = self;
        let memory = n.saturating_mul(r).saturating_mul(128);
        if memory > MOST_MEMORY || p > MOST_LANES {
            return Err(costly(content, &format!("{} MiB of memory and {MOST_LANES} lanes", MOST_MEMORY >> 20)));
        }
        let parameters = (n.is_power_of_two() && n > 1)
            .then(|| scrypt::Params::new(n.ilog2() as u8, r as u32, p as u32).ok())
            .flatten()
            .ok_or_else(|| content.broken("numbers of scrypt that make no sense"))?;
        let mut key = Key::default();
        scrypt::scrypt(password, salt, &parameters, key.as_mut())
            .map_err(|_| content.broken("numbers of scrypt that make no sense"))?;
        Ok(key)
    }
}

impl Argon2id {
    /// Derives a key.
    pub(super) fn key(self, content: &Content<'_>, password: &[u8], salt: &[u8]) -> Result<Key, Refusal> {
        self.key_by(Algorithm::Argon2id, Version::V0x13, content, password, salt)
    }

    /// Derives a key by a sibling of Argon2id, or by an older version.
    pub(super) fn key_by(
        self,
        algorithm: Algorithm,
        version: Version,
        content: &Content<'_>,
        password: &[u8],
        salt: &[u8],
    ) -> Result<Key, Refusal> {
        let Self { kibibytes, passes, lanes } = self;
        // Where the memory is small, people ask for hundreds of passes to make a key take its second.
        let work = kibibytes.saturating_mul(passes);
        if kibibytes > MOST_MEMORY >> 10 || work > (MOST_MEMORY >> 10) * MOST_PASSES || lanes > MOST_LANES {
            let mebibytes = MOST_MEMORY >> 20;
            let bound = format!("{mebibytes} MiB of memory, {MOST_PASSES} passes over it and {MOST_LANES} lanes");
            return Err(costly(content, &bound));
        }
        let senseless = || content.broken("numbers of Argon2 that make no sense");
        let parameters =
            Params::new(kibibytes as u32, passes as u32, lanes as u32, Some(32)).map_err(|_| senseless())?;
        let mut key = Key::default();
        Argon2::new(algorithm, version, parameters)
            .hash_password_into(password, salt, key.as_mut())
            .map_err(|_| senseless())?;
        Ok(key)
    }
}

/// Derives `N` bytes with PBKDF2 (RFC 8018) over HMAC of `D`: `pbkdf2::<Sha256, 32>(…)`.
pub(super) fn pbkdf2<D, const N: usize>(
    content: &Content<'_>,
    password: &[u8],
    salt: &[u8],
    rounds: u64,
) -> Result<Zeroizing<[u8; N]>, Refusal>
where
    Hmac<D>: KeyInit + hmac::digest::Update + hmac::digest::FixedOutput + Clone + Sync,
    D: hmac::EagerHash,
{
    if rounds == 0 {
        return Err(content.broken("a key derived in no rounds"));
    }
    if rounds > MOST_ROUNDS {
        return Err(costly(content, &format!("{MOST_ROUNDS} rounds")));
    }
    let mut key = Zeroizing::new([0; N]);
    pbkdf2::pbkdf2_hmac::<D>(password, salt, rounds as u32, key.as_mut());
    Ok(key)
}

/// Blocks that are encrypted so many times, all within the library: it asks what the processor can once, not each time.
#[cfg(feature = "kdbx")]
struct Rounds<'a> {
    blocks: &'a mut [Array<u8, U16>],
    rounds: u64,
}

#[cfg(feature = "kdbx")]
impl BlockSizeUser for Rounds<'_> {
    type BlockSize = U16;
}

#[cfg(feature = "kdbx")]
impl BlockCipherEncClosure for Rounds<'_> {
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        for _ in 0..self.rounds {
            for block in &mut *self.blocks {
                backend.encrypt_block(block.into());
            }
        }
    }
}

/// Derives a key as `KeePass` does where it does not use Argon2: both halves of another key are encrypted over and over.
#[cfg(feature = "kdbx")]
pub(super) fn aes_kdf(content: &Content<'_>, key: &Key, seed: &[u8], rounds: u64) -> Result<Key, Refusal> {
    if rounds > MOST_AES_ROUNDS {
        return Err(costly(content, &format!("{MOST_AES_ROUNDS} rounds")));
    }
    let seed: &[u8; 32] = seed.try_into().map_err(|_| content.broken("a key derived with a seed of a wrong length"))?;
    let cipher = Aes256::new(seed.into());
    let mut halves = key.clone();
    let (blocks, _) = Array::slice_as_chunks_mut(halves.as_mut());
    cipher.encrypt_with_backend(Rounds { blocks, rounds });
    Ok(Zeroizing::new(Sha256::digest(halves.as_slice()).into()))
}

/// Decrypts AES-256 in Galois/Counter Mode; the tag of 16 bytes stands behind. `None`: another key, or damage.
pub(super) fn aes_gcm(key: &[u8; 32], nonce: &[u8], sealed: &[u8], beside: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce = Nonce::try_from(nonce).ok()?;
    let payload = Payload { msg: sealed, aad: beside };
    Aes256Gcm::new(key.into()).decrypt(&nonce, payload).ok().map(Zeroizing::new)
}

/// Decrypts AES-256 in Cipher Block Chaining, padded as PKCS #7 has it. `None`: another key, or damage. Nothing vouches
/// for what comes out.
pub(super) fn aes_cbc(key: &[u8; 32], vector: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    padded::<Aes256>(key, vector, sealed)
}

/// The same of another cipher.
pub(super) fn padded<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    vector: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let decryptor = cbc::Decryptor::<C>::new_from_slices(key, vector).ok()?;
    decryptor.decrypt_padded_vec::<Pkcs7>(sealed).ok().map(Zeroizing::new)
}

/// Decrypts whole blocks of AES in Cipher Block Chaining, under a key of 16, 24 or 32 bytes; the padding stays on. `None`:
/// a key, a vector or an end of another length.
pub(super) fn aes_cbc_blocks(key: &[u8], vector: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match key.len() {
        16 => blocks::<Aes128>(key, vector, sealed),
        24 => blocks::<Aes192>(key, vector, sealed),
        32 => blocks::<Aes256>(key, vector, sealed),
        _ => None,
    }
}

fn blocks<C: BlockCipherDecrypt + KeyInit>(key: &[u8], vector: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let decryptor = cbc::Decryptor::<C>::new_from_slices(key, vector).ok()?;
    decryptor.decrypt_padded_vec::<NoPadding>(sealed).ok().map(Zeroizing::new)
}

/// The last byte counts the padding; where it is strict, every byte of the padding does (PKCS #7).
pub(super) fn without_padding(padded: &[u8], strict: bool) -> Option<Zeroizing<Vec<u8>>> {
    let count = *padded.last()?;
    let length = padded.len().checked_sub(usize::from(count))?;
    let (bytes, padding) = padded.split_at(length);
    let sound = (1..=16).contains(&padding.len()) && (!strict || padding.iter().all(|byte| *byte == count));
    sound.then(|| Zeroizing::new(bytes.to_vec()))
}

/// The problem of a file that the password does not open.
pub(super) fn wrong(content: &Content<'_>) -> Refusal {
    content
        .refuse(WRONG_PASSWORD, "the password does not open it, or it is damaged")
        .help("it is the password of the export or backup, which need not be that of the app")
}

fn costly(content: &Content<'_>, bound: &str) -> Refusal {
    let message = format!("its key takes more than {bound} to derive, the most that is allowed");
    content.refuse(TOO_COSTLY, message).help("export it again with the app's usual settings, or without a password")
}
