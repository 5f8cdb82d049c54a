use super::time::Stamp;
use super::{Said, What};
use crate::triage::Refusal;

/// A line of a syslog.
struct Line<'a> {
    time: Time<'a>,
    host: &'a str,
    /// `sshd(pam_google_authenticator)`.
    tag: &'a str,
    process: &'a str,
    message: &'a str,
}

#[derive(Clone, Copy)]
enum Time<'a> {
    Whole(&'a str),
    WithoutYear(&'a str),
}

impl Line<'_> {
    fn at(&self, stamp: Stamp) -> Result<i64, &'static str> {
        match self.time {
            Time::Whole(text) => stamp.instant(text),
            Time::WithoutYear(text) => stamp.without_year(text),
        }
    }

    /// What tells one process of one node from all others.
    fn id(&self) -> String {
        format!("{} {}", self.host, self.process)
    }

    fn node(&self) -> Option<String> {
        Some(self.host.to_owned()).filter(|host| !host.is_empty())
    }

    fn refused(&self, person: &str, stamp: Stamp) -> Result<Said, &'static str> {
        Ok(Said::Refused(Box::new(Refusal {
            at: Some(self.at(stamp)?),
            person: Some(person.to_owned()).filter(|person| !person.is_empty()),
            node: self.node(),
            // Until it is joined with what the same process said before.
            service: Some(self.id()),
            tries: 1,
            ..Refusal::default()
        })))
    }
}

/// The time that a line begins with, and the rest: with a year (RFC 3339, RFC 5424), or without.
fn time(line: &str) -> Option<(Time<'_>, &str)> {
    let line = match line.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        // Priority, and in RFC 5424 the version.
        Some((priority, rest)) if priority.bytes().all(|byte| byte.is_ascii_digit()) => {
            rest.strip_prefix("1 ").unwrap_or(rest)
        }
        _ => line,
    };
    let first = line.split(' ').next()?;
    if first.as_bytes().first().is_some_and(u8::is_ascii_digit) && first.contains('T') {
        return Some((Time::Whole(first), line[first.len()..].trim_start()));
    }
    // `Nov 24 07:41:12`: 15 bytes, the day with a blank before it.
    let (stamp, rest) = (line.get(..15)?, line.get(15..)?);
    let clock = stamp.as_bytes();
    (clock[3] == b' ' && clock[6] == b' ' && clock[9] == b':' && clock[12] == b':' && rest.starts_with(' '))
        .then(|| (Time::WithoutYear(stamp), rest.trim_start()))
}

fn syslog(line: &str) -> Option<Line<'_>> {
    let (time, rest) = time(line)?;
    let (host, rest) = rest.split_once(' ')?;
    // RFC 5424: application, process, message id and data stand by themselves.
    let mut words = rest.splitn(5, ' ');
    if let (Some(tag), Some(process), Some(_), Some("-"), Some(message)) =
        (words.next(), words.next(), words.next(), words.next(), words.next())
        && !tag.ends_with(':')
    {
        return Some(Line { time, host, tag, process, message: message.trim_start_matches('\u{feff}') });
    }
    let (head, message) = rest.split_once(": ")?;
    let (tag, process) = match head.split_once('[') {
        Some((tag, process)) => (tag, process.split(']').next().unwrap_or_default()),
        None => (head, ""),
    };
    Some(Line { time, host, tag, process, message })
}

/// The words between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(rest.split(after).next().unwrap_or(rest)).filter(|found| !found.is_empty())
}

/// The log of the modules of PAM, and of sshd about them.
pub(super) fn pam(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let Some(line) = syslog(text) else { return Ok(Said::Other) };
    let message = line.message;
    if line.tag.ends_with("(pam_google_authenticator)") {
        if let Some(person) = message.strip_prefix("Invalid verification code for ") {
            return line.refused(person.trim_end(), stamp);
        }
        let why = |cause| Ok(Said::Next { process: line.id(), what: What::Code(Some(cause)) });
        return match message {
            _ if message.starts_with("Accepted google_authenticator for ") => Ok(Said::Accepted),
            _ if message.starts_with("Trying to reuse a previously used time-based code") => why("replayed-code"),
            // Nothing else is written of such a try, and the person stands only in the path of their file.
            _ if message.starts_with("Too many concurrent login attempts") => {
                let path = between(message, "(\"", "\"").unwrap_or_default();
                let person = path.trim_end_matches("/.google_authenticator").rsplit('/').next().unwrap_or_default();
                let said = line.refused(person, stamp)?;
                let Said::Refused(refusal) = said else { return Ok(said) };
                let cause = Some("locked-account".to_owned());
                Ok(Said::Refused(Box::new(Refusal { cause, service: None, ..*refusal })))
            }
            _ => Ok(Said::Other),
        };
    }
    if message.contains("pam_unix(") && message.contains("authentication failure;") {
        return Ok(Said::Password);
    }
    // sshd tells of PAM as a whole, whichever module refused; where it came from is what only sshd knows.
    let failed = message.strip_prefix("Failed ").and_then(|rest| rest.split_once(" for "));
    if let Some((method, rest)) = failed
        && let Some((person, rest)) = rest.split_once(" from ")
    {
        if method == "password" {
            // With a password alone pam_unix says so, too.
            return Ok(Said::Other);
        }
        let person = person.trim_start_matches("invalid user ").to_owned();
        let network = rest.split(' ').next().unwrap_or_default().to_owned();
        return Ok(Said::From { node: line.node(), person, network });
    }
    Ok(Said::Other)
}

/// The log of the Kerberos server of `FreeIPA`.
pub(super) fn freeipa(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let Some(line) = syslog(text).filter(|line| line.tag.starts_with("krb5kdc")) else { return Ok(Said::Other) };
    let message = line.message;
    // What was checked stands before the request, which says of whom it was.
    if let Some(rest) = message.strip_prefix("preauth (") {
        let is_code = rest.starts_with("otp)");
        let fails = rest.contains(" verify failure");
        return Ok(match (fails, is_code) {
            (true, true) => Said::Next { process: line.id(), what: What::Code(None) },
            (true, false) => Said::Next { process: line.id(), what: What::Password },
            _ => Said::Other,
        });
    }
    let Some(rest) = message.strip_prefix("AS_REQ ") else { return Ok(Said::Other) };
    let network = between(rest, "}) ", ":");
    match rest {
        _ if rest.contains(": PREAUTH_FAILED: ") => {
            let person = between(rest, ": PREAUTH_FAILED: ", " for ").unwrap_or_default();
            let said = line.refused(person, stamp)?;
            let Said::Refused(refusal) = said else { return Ok(said) };
            Ok(Said::Refused(Box::new(Refusal { network: network.map(str::to_owned), ..*refusal })))
        }
        _ if rest.contains(": ISSUE: ") => Ok(Said::Accepted),
        _ => Ok(Said::Other),
    }
}

/// The log of `OpenVPN` with openvpn-otp, with the time of either, or of a syslog.
pub(super) fn openvpn(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let Some(begin) = text.find("OTP-AUTH: authentication ") else { return Ok(Said::Other) };
    let message = &text[begin..];
    if message.contains("authentication succeeded") {
        return Ok(Said::Accepted);
    }
    let Some(person) = between(message, "username '", "'") else { return Ok(Said::Other) };
    let remote = between(message, "remote ", "\n").map(|remote| remote.trim_end().trim_matches(['[', ']']));
    let network = remote.and_then(|remote| Some(remote.rsplit_once(':')?.0.to_owned()));
    let before = text[..begin].trim_end();
    let (at, node) = match (syslog(text), before) {
        (Some(line), _) => (Some(line.at(stamp)?), line.node()),
        // What writes to standard error has no time of its own.
        (None, "") => (None, None),
        // `2026-11-24 07:41:12 us=123`, `Tue Nov 24 07:41:12 2026`.
        (None, before) => {
            let whole = before.get(..24).filter(|text| text.as_bytes()[3] == b' ').or(before.get(..19));
            (Some(stamp.instant(whole.ok_or(super::time::NO_TIME)?)?), None)
        }
    };
    let person = Some(person.to_owned());
    Ok(Said::Refused(Box::new(Refusal { at, person, node, network, tries: 1, ..Refusal::default() })))
}
