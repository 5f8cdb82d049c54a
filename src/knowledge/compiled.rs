//! Knowledge compiled into one file: all that sessions and answers need of it, in every language, without its sources.
//!
//! The one idea: the file is a head (what it is, of which version, how long, its SHA-256) and the model as it is in memory.
//! Whatever does not fit is refused with a reason: a file that was cut or altered by its digest, one that somebody made by
//! hand because its parts do not fit together. It must not know where the bytes come from.
//!
//! The head is 46 bytes, numbers with the greatest byte first: [`MAGIC`], the version (2), the length of the payload (4), the
//! SHA-256 of the payload (32). The payload is the [`Knowledge`], field after field, as `postcard` writes it. It names no
//! fields, so any change of the model is another [`VERSION`].

mod soundness;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::model::Knowledge;

/// How such a file begins. It is no text, and what takes line ends for its own breaks it.
const MAGIC: &[u8; 8] = b"\x89OTPKB\r\n";
/// The version of the format.
const VERSION: u16 = 4;
/// The largest file, in bytes. What is read takes no more than fifty times as much, whatever it claims.
pub const LARGEST_COMPILED: usize = 16 * 1024 * 1024;

const DIGEST: usize = 32;
const HEAD: usize = MAGIC.len() + 2 + 4 + DIGEST;

/// Why knowledge could not be read from a compiled file, or written to one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompiledError {
    /// It begins with something else.
    #[error("not compiled knowledge: expected a file that `otp-doctor kb compile` wrote")]
    NotCompiled,
    /// Another release of the program wrote it.
    #[error("compiled in format {found}, and this program reads format {VERSION}: compile it anew")]
    OtherVersion {
        /// Its version.
        found: u16,
    },
    /// It is shorter or longer than it says.
    #[error("compiled knowledge of {expected} bytes, of which {found} are there: get the file anew")]
    OtherLength {
        /// How long it is.
        found: usize,
        /// How long it should be.
        expected: usize,
    },
    /// Its content is not what was written.
    #[error("compiled knowledge that was changed since it was written: get the file anew")]
    Altered,
    /// It is what was written, and yet no knowledge.
    #[error("compiled knowledge that does not fit together ({0}): compile it anew")]
    Unsound(String),
    /// It would be larger than any that is read.
    #[error("more than {} MiB of compiled knowledge: leave languages or articles out", LARGEST_COMPILED / 1024 / 1024)]
    TooLarge,
}

impl Knowledge {
    /// Whether bytes begin as compiled knowledge does.
    pub fn is_compiled(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// The same knowledge as a file. Same knowledge: same bytes.
    ///
    /// # Errors
    /// It is too large.
    pub fn to_compiled(&self) -> Result<Vec<u8>, CompiledError> {
        // The model is made of what the format has; only memory could be lacking, and then nothing gets here.
        let payload = postcard::to_allocvec(self).map_err(|_| CompiledError::TooLarge)?;
        let length = u32::try_from(payload.len()).map_err(|_| CompiledError::TooLarge)?;
        if HEAD + payload.len() > LARGEST_COMPILED {
            return Err(CompiledError::TooLarge);
        }
        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_be_bytes());
        file.extend(length.to_be_bytes());
        file.extend(Sha256::digest(&payload));
        file.extend(payload);
        Ok(file)
    }

    /// The knowledge of a file.
    ///
    /// # Errors
    /// It is none, of another version, not whole, or its parts do not fit together.
    pub fn from_compiled(file: &[u8]) -> Result<Self, CompiledError> {
        let rest = file.strip_prefix(MAGIC).ok_or(CompiledError::NotCompiled)?;
        let short = CompiledError::OtherLength { found: file.len(), expected: HEAD };
        let (version, rest) = rest.split_first_chunk().ok_or(short.clone())?;
        let found = u16::from_be_bytes(*version);
        if found != VERSION {
            return Err(CompiledError::OtherVersion { found });
        }
        let (length, rest) = rest.split_first_chunk().ok_or(short.clone())?;
        let (digest, payload) = rest.split_first_chunk::<DIGEST>().ok_or(short)?;
        let expected = HEAD.saturating_add(u32::from_be_bytes(*length) as usize);
        if expected != file.len() {
            return Err(CompiledError::OtherLength { found: file.len(), expected });
        }
        if file.len() > LARGEST_COMPILED {
            return Err(CompiledError::TooLarge);
        }
        if Sha256::digest(payload)[..] != digest[..] {
            return Err(CompiledError::Altered);
        }
        let unsound = |what: &str| CompiledError::Unsound(what.to_owned());
        let (knowledge, rest) = postcard::take_from_bytes::<Self>(payload).map_err(|_| unsound("no model in it"))?;
        if !rest.is_empty() {
            return Err(unsound("more than a model in it"));
        }
        soundness::check(&knowledge).map_err(CompiledError::Unsound)?;
        Ok(knowledge)
    }

    /// Without the languages that `keep` turns down. That of the source stays.
    pub fn retain_languages(&mut self, keep: impl Fn(&str) -> bool) {
        self.locales.retain(|language, _| keep(language));
    }
}
