//! Exports of `WinAuth`: a line an otpauth URI, in a spelling of its own; also in a ZIP archive with a password.
//!
//! The one idea: the program writes the issuer before the colon as it is, blanks and all, and the account behind it with
//! a plus for a blank, so a line is put right before it is read as any other. It must not read the program's own file,
//! which Windows protects, nor the session and picture that it puts into a URI.
//!
//! # Source
//! <https://github.com/winauth/winauth>, `WinAuthAuthenticator.ToUrl` and `WinAuthHelper`

use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::xml::root_name;
use super::{BAD_ENTRY, CANNOT_DECRYPT, Format, Origin};
use crate::diagnostic::Diagnostic;
use crate::entry;

/// An export.
pub(super) const FORMAT: Format =
    Format { id: "winauth", name: "WinAuth", origin: Origin::App { whole: false, id: None }, recognise, read };

/// The root of the program's own file.
const ROOT: &str = "WinAuth";
/// Parameters of its own, which no other program writes.
const OWN: &[&str] = &["icon", "serial", "deviceid", "data"];

fn recognise(content: &Content<'_>) -> bool {
    if root_name(content) == Some(ROOT) {
        return true;
    }
    let mut own = false;
    let all = content.text().is_some_and(|text| {
        lines(text).all(|(_, line)| {
            let parts = Parts::of(line);
            own |= parts.as_ref().is_some_and(Parts::has_own);
            parts.is_some()
        })
    });
    all && own
}

/// Numbers of the lines that are filled, and what stands in them.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    if root_name(content) == Some(ROOT) {
        let message = "WinAuth's own file, which it protects with Windows or a password of its own";
        return Err(content.refuse(CANNOT_DECRYPT, message).help("in WinAuth, export to a text file or a ZIP file"));
    }
    let text = content.text().ok_or_else(|| content.broken("not text, as an export of WinAuth is"))?;
    for (number, line) in lines(text) {
        let place = intake.place(number, 1);
        match Parts::of(line) {
            Some(parts) => _ = intake.entry(entry::read(&parts.usual()), place),
            None => intake.problem(Diagnostic::error(BAD_ENTRY, place, "a line that is no URI as WinAuth writes it")),
        }
    }
    Ok(())
}

/// A line: `otpauth://totp/Issuer:account?secret=…&digits=6&…`.
struct Parts<'a> {
    kind: &'a str,
    /// Without the issuer, which the parameters repeat.
    account: &'a str,
    parameters: &'a str,
}

impl<'a> Parts<'a> {
    /// `None`: not as the program writes it.
    fn of(line: &'a str) -> Option<Self> {
        let (kind, rest) = line.strip_prefix("otpauth://")?.split_once('/')?;
        // An issuer may have a question mark.
        let (label, parameters) = rest.split_at_checked(rest.rfind("?secret=")?)?;
        let account = label.rsplit_once(':').map_or(label, |(_, account)| account);
        let second = parameters.split('&').nth(1)?;
        second.starts_with("digits=").then_some(Self { kind, account, parameters: &parameters[1..] })
    }

    fn has_own(&self) -> bool {
        self.parameters.split('&').any(is_own)
    }

    /// The same as other programs write it.
    fn usual(&self) -> Zeroizing<String> {
        let account = self.account.replace('+', "%20");
        // With room for all of it, growing leaves no copies behind.
        let mut uri = Zeroizing::new(String::with_capacity(account.len() + self.parameters.len() + 32));
        uri.push_str("otpauth://");
        uri.extend([self.kind, "/", &account]);
        for (index, parameter) in self.parameters.split('&').filter(|parameter| !is_own(parameter)).enumerate() {
            uri.extend([if index == 0 { "?" } else { "&" }, parameter]);
        }
        uri
    }
}

fn is_own(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, _)| OWN.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::super::{read, recognised};

    #[test]
    fn a_line_of_another_program_is_no_export() {
        let line = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let own = format!("{line}&digits=6&issuer=Example&icon=Google\n");
        let of = |text: &str| recognised(text.as_bytes()).unwrap().id;
        assert_eq!(of(&own), "winauth");
        assert_eq!(of(&format!("{own}\n# note\n{line}&digits=6\n")), "winauth");
        for other in [format!("{line}\n"), format!("{line}&digits=6\n"), format!("{own}{line}\n"), String::new()] {
            assert_eq!(of(&other), "text");
        }
        let found = &read(own.as_bytes(), "x").entries[0];
        assert_eq!(
            (found.entry.account.as_str(), found.deviations.len()),
            ("alice", 0),
            "what is its own is no oddity"
        );
    }
}
