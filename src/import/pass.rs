//! A file of pass (`pass show NAME`): a password, and below it among other lines an otpauth URI.
//!
//! The one idea: only the line of the URI is looked at. It must not take the password for a set-up key, or a list of
//! keys for such a file.
//!
//! # Source
//! <https://github.com/tadfisher/pass-otp>

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{Format, Origin};
use crate::entry;

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
        intake.entry(entry::read(uri), intake.place(line, 1));
    }
    Ok(())
}
