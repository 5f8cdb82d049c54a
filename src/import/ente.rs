//! Exports of Ente Auth: an otpauth URI a line, plain, or sealed in `{"version":1,"kdfParams":{…},"encryptedData":…}`.
//!
//! The one idea: both hold the same lines, whose parameter `codeDisplay` is the app's own note of how it shows a code. It
//! must not call that parameter odd, since no other app is to see it.
//!
//! # Source
//! <https://github.com/ente-io/ente>, `mobile/apps/auth`: its `Code`, `CodeDisplay` and `EnteAuthExport`.

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::json::{Document, Node};
use super::key::{self, Argon2id};
use super::{Format, Origin, secretstream, text};
use crate::entry::Deviation;

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "ente", name: "Ente Auth", origin: Origin::App { whole: false, id: None }, recognise, read };

/// The only version that is known.
const VERSION: u64 = 1;
/// How a URI that the app wrote says how it is shown.
const DISPLAY: &str = "codeDisplay=";

fn recognise(content: &Content<'_>) -> bool {
    match content.json() {
        Some(document) => {
            let root = document.root();
            root.get("kdfParams").is_some_and(Node::is_object) && root.get("encryptedData").is_some_and(Node::is_string)
        }
        None => content.text().is_some_and(|text| text.trim_start().starts_with("otpauth:") && text.contains(DISPLAY)),
    }
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let broken = || content.broken("not built as an export of Ente Auth");
    let Some(document) = content.json() else {
        lines(content.text().ok_or_else(broken)?, intake);
        return Ok(());
    };
    let root = document.root();
    if root.number_of("version").ok_or_else(broken)? != VERSION {
        return Err(content.broken(format!("an export of another version than {VERSION}, the only one that is known")));
    }
    let parameters = root.get("kdfParams").ok_or_else(broken)?;
    let number = |name| parameters.number_of(name).ok_or_else(broken);
    let bytes = |node: Node<'_>, name| BASE64.decode(node.text(name).as_bytes()).map_err(|_| broken());
    let cost = Argon2id { kibibytes: number("memLimit")? / 1024, passes: number("opsLimit")?, lanes: 1 };
    let (salt, header) = (bytes(parameters, "salt")?, bytes(root, "encryptionNonce")?);
    let sealed = bytes(root, "encryptedData")?;
    let key = cost.key(content, content.password()?.as_bytes(), &salt)?;
    let plain = secretstream::opened(&key, &header, &sealed).ok_or_else(|| key::wrong(content))?;
    lines(std::str::from_utf8(&plain).map_err(|_| broken())?, intake);
    Ok(())
}

fn lines(text: &str, intake: &mut Intake<'_>) {
    for (index, line) in text.lines().enumerate() {
        if intake.is_full() {
            return;
        }
        let uri = line.trim();
        if uri.is_empty() {
            continue;
        }
        let place = intake.place(index + 1, 0);
        let Some(found) = text::read_line(line, uri, place, intake) else { continue };
        if let Some((at, trashed)) = display(uri) {
            found.discarded = trashed;
            let is_display = |deviation: &Deviation| matches!(deviation, Deviation::UnknownParameter { position, .. } if *position == at);
            found.deviations.retain(|deviation| !is_display(deviation));
        }
    }
}

/// Where the parameter stands, and whether it says that the code was thrown away.
fn display(uri: &str) -> Option<(usize, bool)> {
    let (head, query) = uri.split_once('?')?;
    let mut position = head.chars().count() + 2;
    for piece in query.split('&') {
        if let Some(value) = piece.strip_prefix(DISPLAY) {
            return Some((position, is_trashed(value).unwrap_or_default()));
        }
        position += piece.chars().count() + 1;
    }
    None
}

fn is_trashed(value: &str) -> Option<bool> {
    // With room for all of it, growing leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(value.len()));
    bytes.extend(percent_decode_str(value));
    // Commas are escaped once more where the URI had some that were not.
    let json = Zeroizing::new(std::str::from_utf8(&bytes).ok()?.replace("%2C", ","));
    Some(Document::read(&json)?.root().is_true("trashed"))
}

#[cfg(test)]
mod tests {
    use crate::import::{self, recognised};

    const URI: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";

    #[test]
    fn what_was_thrown_away_is_told_and_the_note_is_not_odd() {
        let display = |trashed| {
            format!("codeDisplay=%7B%22pinned%22%3Atrue%2C%22trashed%22%3A{trashed}%2C%22tags%22%3A%5B%5D%7D")
        };
        let text = format!("{URI}&{}\n{URI}&{}&peroid=30\n\n{URI}\n", display(false), display(true));
        assert_eq!(recognised(text.as_bytes()).map(|format| format.id), Some("ente"));
        let imported = import::read(text.as_bytes(), "x");
        assert!(imported.exported && imported.problems.is_empty());
        let discarded: Vec<_> = imported.entries.iter().map(|found| found.discarded).collect();
        assert_eq!(discarded, [false, true, false]);
        let odd: Vec<_> = imported.entries.iter().map(|found| found.deviations.len()).collect();
        assert_eq!(odd, [0, 1, 0]);
    }

    #[test]
    fn a_note_that_is_none_harms_nothing() {
        for note in ["", "%", "%FF", "{}", "%7B%22trashed%22%3A1%7D", "true"] {
            let imported = import::read(format!("{URI}&codeDisplay={note}").as_bytes(), "x");
            assert_eq!((imported.entries.len(), imported.entries[0].discarded), (1, false), "{note}");
        }
    }
}
