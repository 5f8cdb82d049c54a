//! What is odd about the spelling of one entry.
//!
//! The one idea: an odd spelling is one that apps disagree about. It must not hold any part of the text.

use std::fmt;

/// One way in which a text differs from the plain form of an entry: an otpauth URI as its specification has it.
///
/// Positions count characters from 1. Parameters are named by our own list, never by the text.
///
/// # Source
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deviation {
    /// It is not an otpauth URI at all.
    OtherForm(Form),
    /// Scheme or type are not in lower case.
    SchemeCase,
    /// `apple-otpauth:` instead of `otpauth:`.
    AppleScheme,
    /// `&amp;` between parameters, as copied from the source of a web page.
    HtmlEscaped,
    /// The `?` before the parameters is escaped, as a page does that escapes the whole.
    EscapedSeparators,
    /// Parameters are separated by `;`.
    SemicolonSeparated,
    /// It was escaped twice: what is escaped still is so once it is read.
    EscapedTwice,
    /// A `+` stands for a blank in a name.
    PlusForBlank,
    /// A blank or the end of a line stands around a value.
    BlankAround {
        /// Our name for the parameter.
        parameter: &'static str,
    },
    /// It stood in the address of a web page or service, which so has seen the secret.
    InAddress,
    /// Blanks that should be written `%20`.
    RawBlanks,
    /// A `#` that should be written `%23`; a general URL parser cuts the text there.
    RawHash,
    /// A `&` in the issuer that should be written `%26`.
    RawAmpersand,
    /// A `%` without two hexadecimal digits; kept as it is.
    MalformedPercent,
    /// Escaped bytes that are not UTF-8; replaced.
    NotUtf8,
    /// No account is named.
    NoAccount,
    /// The label begins with the separator of issuer and account.
    EmptyPrefix,
    /// More than one separator in the label.
    SeveralSeparators,
    /// The issuer has a colon in it, which separates issuer and account in a label.
    ColonInIssuer,
    /// The label names one issuer, the parameter another; the parameter is taken.
    IssuersDiffer,
    /// Label and parameter spell the issuer with different capitals; the parameter is taken.
    IssuerCaseDiffers,
    /// The name of a parameter is not in lower case.
    ParameterCase {
        /// Our name for it.
        parameter: &'static str,
    },
    /// A parameter outside the specification; ignored.
    UnknownParameter {
        /// Where its name begins in the text.
        position: usize,
        /// The parameter that it was perhaps meant to be.
        nearest: Option<&'static str>,
    },
    /// A parameter that means nothing for this kind of entry; ignored.
    UnusedParameter {
        /// Our name for it.
        parameter: &'static str,
    },
    /// A parameter without a value; taken as absent.
    EmptyParameter {
        /// Our name for it.
        parameter: &'static str,
    },
    /// A parameter is there more than once, with the same value.
    Repeated {
        /// Our name for it.
        parameter: &'static str,
    },
    /// A parameter is there more than once, with different values; the last is taken.
    RepeatedDiffering {
        /// Our name for it.
        parameter: &'static str,
    },
    /// The hash is not spelled `SHA1`, `SHA256` or `SHA512`.
    AlgorithmSpelling,
    /// A hash outside RFC 6238; its codes are not computed.
    OtherHash,
    /// A code length outside 6 to 8.
    UnusualDigits,
    /// A period other than 30 or 60 seconds.
    UnusualPeriod,
    /// A counter is needed and not given; 0 is taken.
    MissingCounter,
    /// A counter above the signed 64 bits that many apps keep.
    LargeCounter,
    /// Taken for Steam Guard only because it is named Steam.
    SteamByName,
    /// Named Steam, but not with five characters; taken for a plain entry.
    SteamInNameOnly,
    /// The secret is in lower case.
    SecretLowerCase,
    /// The secret has blanks or dashes in it.
    SecretGrouped,
    /// The secret ends in `=`.
    SecretPadded,
    /// The secret has nothing but hexadecimal digits: some apps read it so.
    SecretHexadecimal,
    /// The secret looks like base64.
    SecretBase64,
    /// Characters outside base32 were left out of the secret.
    SecretDropped {
        /// How many.
        count: usize,
        /// Where the first is, in the secret.
        first: usize,
    },
    /// The secret ends in bits that fill no byte: a character may be missing or wrong.
    SecretStrayBits {
        /// How many, 1 to 7.
        bits: u32,
    },
    /// The secret is shorter than the 128 bits that RFC 4226 asks for.
    SecretWeak {
        /// Its length.
        bits: usize,
    },
}

/// The forms that are read beside otpauth URIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A set-up key alone; the usual parameters are taken.
    SetUpKey,
    /// `steam://SECRET`.
    Steam,
    /// `motp://…`.
    Motp,
    /// `key=…&step=…&size=…&otpHashMode=…`, of the `KeeOtp` plugin.
    KeeOtp,
}

impl Deviation {
    /// Whether two apps that read this text may show different codes, or one of them none.
    pub fn may_change_codes(self) -> bool {
        match self {
            Self::RawHash
            | Self::HtmlEscaped
            | Self::EscapedSeparators
            | Self::SemicolonSeparated
            | Self::RawAmpersand
            | Self::EscapedTwice
            | Self::BlankAround { .. }
            | Self::RepeatedDiffering { .. }
            | Self::UnknownParameter { nearest: Some(_), .. }
            | Self::EmptyParameter { .. }
            | Self::AlgorithmSpelling
            | Self::OtherHash
            | Self::UnusualDigits
            | Self::UnusualPeriod
            | Self::MissingCounter
            | Self::LargeCounter
            | Self::SteamByName
            | Self::SteamInNameOnly
            | Self::SecretGrouped
            | Self::SecretPadded
            | Self::SecretHexadecimal
            | Self::SecretBase64
            | Self::SecretDropped { .. }
            | Self::SecretStrayBits { .. }
            | Self::SecretWeak { .. } => true,
            Self::OtherForm(_)
            | Self::SchemeCase
            | Self::AppleScheme
            | Self::RawBlanks
            | Self::PlusForBlank
            | Self::InAddress
            | Self::ColonInIssuer
            | Self::MalformedPercent
            | Self::NotUtf8
            | Self::NoAccount
            | Self::EmptyPrefix
            | Self::SeveralSeparators
            | Self::IssuersDiffer
            | Self::IssuerCaseDiffers
            | Self::ParameterCase { .. }
            | Self::UnknownParameter { nearest: None, .. }
            | Self::UnusedParameter { .. }
            | Self::Repeated { .. }
            | Self::SecretLowerCase => false,
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherForm(form) => return form.fmt(f),
            Self::SchemeCase => "scheme or type are not in lower case",
            Self::AppleScheme => "the scheme is `apple-otpauth`, which only Apple's devices know",
            Self::HtmlEscaped => "parameters are separated by `&amp;`, as in the source of a web page",
            Self::EscapedSeparators => "the `?` before the parameters is escaped (`%3F`): most apps find no secret in it",
            Self::SemicolonSeparated => "parameters are separated by `;`, not `&`: many apps take the rest for a part of the value",
            Self::RawAmpersand => "a `&` of the issuer is not written `%26`: in many apps the name ends there",
            Self::EscapedTwice => "it was escaped twice: apps show `%20` for a blank, or fail at the secret",
            Self::PlusForBlank => "a `+` stands for a blank; in some apps it stays a plus sign",
            Self::BlankAround { parameter } => {
                return write!(f, "a blank or line end stands around the value of `{parameter}`; some apps refuse it");
            }
            Self::InAddress => {
                "it stood in the address of a web service, which has seen the secret: set up a new one, and give it to no page"
            }
            Self::RawBlanks => "blanks are not escaped; they should be `%20`",
            Self::RawHash => "a `#` is not escaped; some apps cut the text there, it should be `%23`",
            Self::MalformedPercent => "a `%` is not followed by two hexadecimal digits; it should be `%25`",
            Self::NotUtf8 => "escaped bytes are not UTF-8; they were replaced",
            Self::NoAccount => "no account is named",
            Self::EmptyPrefix => "the label begins with a colon, so its issuer is empty",
            Self::SeveralSeparators => "the label has more than one colon; some apps split it elsewhere",
            Self::ColonInIssuer => "the issuer has a colon in it: some apps split issuer and account there",
            Self::IssuersDiffer => "label and parameter name different issuers; the parameter is taken, some apps take the label",
            Self::IssuerCaseDiffers => "label and parameter spell the issuer with different capitals",
            Self::ParameterCase { parameter } => return write!(f, "the parameter `{parameter}` is not in lower case"),
            Self::UnknownParameter { position, nearest: None } => {
                return write!(f, "the parameter at character {position} is not known and was ignored");
            }
            Self::UnknownParameter { position, nearest: Some(nearest) } => {
                return write!(
                    f,
                    "the parameter at character {position} is not known and was ignored; did it mean `{nearest}`?"
                );
            }
            Self::UnusedParameter { parameter } => {
                return write!(f, "the parameter `{parameter}` means nothing for this kind of entry and was ignored");
            }
            Self::EmptyParameter { parameter } => return write!(f, "the parameter `{parameter}` has no value"),
            Self::Repeated { parameter } => return write!(f, "the parameter `{parameter}` is repeated"),
            Self::RepeatedDiffering { parameter } => {
                return write!(
                    f,
                    "the parameter `{parameter}` is repeated with another value; the last is taken, some apps take the first"
                );
            }
            Self::AlgorithmSpelling => "the algorithm is spelled unusually; some apps refuse it or silently use SHA1",
            Self::OtherHash => "the algorithm is none of SHA1, SHA256 and SHA512; few apps know it",
            Self::UnusualDigits => "the code length is outside 6 to 8; many apps refuse it or use 6",
            Self::UnusualPeriod => "the period is neither 30 nor 60 seconds; many apps use 30 all the same",
            Self::MissingCounter => "the counter is missing; some apps start at 0, others refuse the entry",
            Self::LargeCounter => "the counter is larger than many apps can keep",
            Self::SteamByName => "taken for Steam Guard because of its name; other apps make six digits of it",
            Self::SteamInNameOnly => "named Steam, but its codes are not five characters long; not taken for Steam Guard",
            Self::SecretLowerCase => "the secret is in lower case",
            Self::SecretGrouped => "the secret has blanks or dashes in it; some apps refuse it",
            Self::SecretPadded => "the secret ends in `=`; some apps refuse it",
            Self::SecretHexadecimal => {
                "the secret looks hexadecimal, where base32 is due: some apps read it so, others as base32"
            }
            Self::SecretBase64 => "the secret looks like base64, where base32 is due: a service may have written the wrong one",
            Self::SecretDropped { count: 1, first } => {
                return write!(
                    f,
                    "character {first} of the secret is not base32 (A to Z, 2 to 7); it was left out"
                );
            }
            Self::SecretDropped { count, first } => {
                return write!(
                    f,
                    "{count} of the secret's characters are not base32 (A to Z, 2 to 7), the first at {first}; they were left out"
                );
            }
            Self::SecretStrayBits { bits: 1 } => {
                "the secret ends in one bit too many: a character may be missing or wrong"
            }
            Self::SecretStrayBits { bits } => {
                return write!(f, "the secret ends in {bits} bits too many: a character may be missing or wrong");
            }
            Self::SecretWeak { bits } => {
                return write!(f, "the secret has {bits} bits; it should have 128 or more, and some apps refuse it");
            }
        })
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SetUpKey => "a set-up key alone: six digits every 30 seconds with SHA1 are taken",
            Self::Steam => "a `steam` URI, not an `otpauth` URI",
            Self::Motp => "a `motp` URI, not an `otpauth` URI",
            Self::KeeOtp => "a text of the KeeOtp plugin, not an `otpauth` URI",
        })
    }
}

/// The deviations met so far, each once.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Deviation>);

impl Notes {
    pub(super) fn add(&mut self, deviation: Deviation) {
        if !self.0.contains(&deviation) {
            self.0.push(deviation);
        }
    }

    pub(super) fn add_if(&mut self, holds: bool, deviation: Deviation) {
        if holds {
            self.add(deviation);
        }
    }
}

impl From<Notes> for Vec<Deviation> {
    fn from(notes: Notes) -> Self {
        notes.0
    }
}
