use super::Said;
use super::time::{NO_TIME, Stamp};
use crate::triage::Refusal;

/// The audit log of privacyIDEA, as its interface hands it out: no header, every value between single quotes, and what
/// comes before the action differs between releases.
pub(super) fn privacyidea(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let values = values(text);
    let Some(action) = values.iter().position(|value| value.contains("/validate/check") || value.contains("/auth"))
    else {
        return Ok(Said::Other);
    };
    // Behind the action: success, serial, kind of token, user, realm, resolver, administrator, detail, info, server, client.
    let behind = |place: usize| {
        values
            .get(action + place)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty() && !["None", "null", "-"].contains(value))
    };
    if behind(1) == Some("1") || behind(1) == Some("True") {
        return Ok(Said::Accepted);
    }
    let info = behind(9).unwrap_or_default().to_lowercase();
    let cause = match info.as_str() {
        _ if info.contains("wrong otp pin") => return Ok(Said::Password),
        _ if info.contains("failcounter exceeded") => Some("locked-account".to_owned()),
        _ if info.contains("wrong otp value") || info.contains("matching") => None,
        _ => return Ok(Said::Other),
    };
    let at = values[..action]
        .iter()
        .find_map(|value| Some(stamp.instant(value.trim())).filter(|read| *read != Err(NO_TIME)));
    let realm = behind(5).map_or_else(String::new, |realm| format!("@{realm}"));
    Ok(Said::Refused(Box::new(Refusal {
        at: Some(at.ok_or(NO_TIME)??),
        person: behind(4).map(|user| format!("{user}{realm}")),
        node: behind(10).map(str::to_owned),
        network: behind(11).map(str::to_owned),
        cause,
        tries: 1,
        ..Refusal::default()
    })))
}

/// Values between commas, with or without quotes of either kind.
fn values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text.trim_end();
    loop {
        rest = rest.trim_start();
        let quote = rest.chars().next().filter(|first| ['\'', '"'].contains(first));
        let end = match quote {
            // A quote within a value is not before a comma.
            Some(quote) => rest[1..]
                .match_indices(quote)
                .find(|(at, _)| {
                    let behind = &rest[at + 2..];
                    behind.is_empty() || behind.starts_with(',')
                })
                .map(|(at, _)| (1, at + 1, at + 2)),
            None => rest.find(',').map(|at| (0, at, at)),
        };
        let Some((from, to, next)) = end else {
            values.push(rest.to_owned());
            return values;
        };
        values.push(rest[from..to].to_owned());
        match rest[next..].strip_prefix(',') {
            Some(more) => rest = more,
            None => return values,
        }
    }
}
