//! A file of pass (`pass show NAME`): a password, and below it among other lines an otpauth URI.
//!
//! The one idea: only the line of the URI is looked at. It must not take the password for a set-up key, or a list of
//! keys for such a file.
//!
//! # Source
//! <https://github.com/tadfisher/pass-otp>

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{BROKEN_FILE, Format, Origin};
use crate::diagnostic::Diagnostic;
use crate::entry;

/// Before the counter of a URI.
const COUNTER: &str = "counter=";

/// One password with its one-time codes.
pub(super) const FORMAT: Format =
    Format { id: "pass", name: "pass with pass-otp", origin: Origin::App { whole: false, id: None }, recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    let Some(text) = content.text() else { return false };
    let first = text.lines().next().unwrap_or_default().trim();
    let password =
        !first.is_empty() && !first.starts_with('#') && !first.contains("://") && entry::read(first).is_err();
    // Below it, lines have a name; a letter leaves a line blank.
    let named = text.trim_end().lines().skip(1).all(|line| line.contains(':'));
    password && named && uris(text).count() == 1
}

/// Numbers and URIs of the lines that have one, the password's aside.
fn uris(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().skip(1).map(|(index, line)| (index + 1, line.trim_end()));
    lines.filter(|(_, line)| line.starts_with("otpauth://"))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let text = content.text().ok_or_else(|| content.broken("not text, as a file of pass is once it is decrypted"))?;
    for (line, uri) in uris(text) {
        let place = intake.place(line, 1);
        let Some(mended) = counted_on(uri) else {
            intake.entry(entry::read(uri), place);
            continue;
        };
        intake.entry(entry::read(&mended), place.clone());
        let message = "pass-otp has put the new counter behind the old one, and refuses the entry from then on";
        let help = "leave only the last `counter=` and its number there (`pass edit`)";
        intake.problem(Diagnostic::warning(BROKEN_FILE, place, message).help(help));
    }
    Ok(())
}

/// The URI with the last of its counters alone, where one stands behind the other (`counter=42counter=43`): under Bash
/// 5.2, pass-otp 1.2 counts on in that way.
fn counted_on(uri: &str) -> Option<Zeroizing<String>> {
    let (before, last) = uri.rsplit_once(COUNTER)?;
    let digits = before.len() - before.trim_end_matches(|sign: char| sign.is_ascii_digit()).len();
    let rest = before[..before.len() - digits].strip_suffix(COUNTER).filter(|_| digits > 0)?;
    Some(Zeroizing::new(format!("{rest}{COUNTER}{last}")))
}
