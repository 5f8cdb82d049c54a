//! The file of the PAM module for one-time codes, `~/.google_authenticator`: a secret, options, scratch codes.
//!
//! The one idea: it is the server's side of an entry, and says what the module takes, not what an app shows. It must not
//! take a scratch code for anything.
//!
//! # Source
//! <https://github.com/google/google-authenticator-libpam/blob/master/FILEFORMAT>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{BAD_ENTRY, Format, Origin};
use crate::diagnostic::Diagnostic;
use crate::entry::{Fields, Material, Type};

/// One user's file.
pub(super) const FORMAT: Format =
    Format { id: "pam", name: "PAM module google-authenticator", origin: Origin::Service, recognise, read };

/// Begins an option.
const MARK: &str = "\" ";
/// Options of which a file has at least one.
const TELLING: [&str; 2] = ["TOTP_AUTH", "HOTP_COUNTER"];

fn recognise(content: &Content<'_>) -> bool {
    content.text().is_some_and(|text| options(text).any(|(name, _)| TELLING.contains(&name)))
}

/// Names and values of options, which stand behind the secret.
fn options(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().skip(1).map_while(|line| line.strip_prefix(MARK));
    lines.map(|option| option.split_once(' ').unwrap_or((option, ""))).map(|(name, value)| (name, value.trim()))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as the file of a PAM module is"))?;
    let place = intake.place(1, 1);
    let of = |wanted| options(text).find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let (kind, counter, period) = match (of("HOTP_COUNTER"), of("TOTP_AUTH")) {
        (Some(counter), _) => (Type::Hotp, Some(counter), None),
        (None, Some(_)) => (Type::Totp, None, of("STEP_SIZE")),
        (None, None) => {
            let message = "neither TOTP_AUTH nor HOTP_COUNTER among its options, so that the module takes no code";
            intake.problem(Diagnostic::error(BAD_ENTRY, place, message));
            return Ok(());
        }
    };
    let numbers = [counter, period].map(|text| text.map(str::parse).transpose());
    let [Ok(counter), Ok(period)] = numbers else {
        intake.problem(Diagnostic::error(BAD_ENTRY, place, "an option of the file has no number where it needs one"));
        return Ok(());
    };
    let secret = Material::Base32(text.lines().next().unwrap_or_default());
    intake.fields(&Fields { kind, secret, period, counter, ..Fields::default() }, place);
    Ok(())
}
