use super::Said;
use super::fields::Event;
use super::time::Stamp;
use crate::triage::Refusal;

/// Events of Keycloak: a line of the server's log, or one event as its interface gives it.
pub(super) fn keycloak(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let (event, before) = match Event::json(text) {
        Some(event) => match event.get(&["message"]).filter(|message| message.contains("type=")) {
            // The server's log as JSON has the event as a text in it.
            Some(message) => (Event::pairs(message), event.owned(&["timestamp"])),
            None => (event, None),
        },
        None => match text.find("type=").filter(|_| text.contains("org.keycloak.events")) {
            Some(begin) => (Event::pairs(&text[begin..]), Some(text.split(" WARN").next().unwrap_or(text).to_owned())),
            None => return Ok(Said::Other),
        },
    };
    match event.get(&["type"]) {
        Some("LOGIN") => return Ok(Said::Accepted),
        Some("LOGIN_ERROR") => {}
        _ => return Ok(Said::Other),
    }
    let is_code = event.get(&["details.credential_type", "credential_type"]) == Some("otp")
        || event.get(&["details.selected_credential_id", "selected_credential_id"]).is_some();
    let cause = match event.get(&["error"]) {
        // The form of the code says which entry it was for; that of the password says nothing.
        Some("invalid_user_credentials") if is_code => None,
        Some("user_temporarily_disabled") => Some("locked-account".to_owned()),
        Some("expired_code") => Some("expired-session".to_owned()),
        Some("invalid_user_credentials" | "user_not_found") => return Ok(Said::Password),
        _ => return Ok(Said::Other),
    };
    let at = match before {
        Some(time) => stamp.instant(leading_time(&time))?,
        None => event.at(&["time"], stamp)?,
    };
    Ok(Said::Refused(Box::new(Refusal {
        at: Some(at),
        person: event.owned(&["details.username", "username", "userId"]),
        network: event.owned(&["ipAddress"]),
        cause,
        tries: 1,
        ..Refusal::default()
    })))
}

/// The time that a text begins with: up to its second blank.
fn leading_time(text: &str) -> &str {
    let end = text.match_indices(' ').nth(1).map_or(text.len(), |(at, _)| at);
    if text.contains('T') { text.split(' ').next().unwrap_or(text) } else { &text[..end] }
}

/// The log of Authelia.
pub(super) fn authelia(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    let event = Event::json(text).unwrap_or_else(|| Event::pairs(text));
    let Some(message) = event.get(&["msg"]) else { return Ok(Said::Other) };
    if message.starts_with("Successful TOTP authentication attempt") {
        return Ok(Said::Accepted);
    }
    let attempt =
        message.strip_prefix("Unsuccessful ").and_then(|rest| rest.split_once(" authentication attempt by user '"));
    let (method, person, locked) = match attempt {
        Some((method, rest)) => (method, rest, rest.contains("they are banned until")),
        // Later releases say it in another way where the code is wrong.
        None => match message.strip_prefix("Error occurred validating a TOTP authentication for user '") {
            Some(rest) if message.contains("validating the user input") => ("TOTP", rest, false),
            _ => return Ok(Said::Other),
        },
    };
    match method {
        "TOTP" => {}
        "1FA" => return Ok(Said::Password),
        _ => return Ok(Said::Other),
    }
    Ok(Said::Refused(Box::new(Refusal {
        at: Some(event.at(&["time"], stamp)?),
        person: person.split('\'').next().map(str::to_owned),
        network: event.owned(&["remote_ip"]),
        cause: locked.then(|| "locked-account".to_owned()),
        tries: 1,
        ..Refusal::default()
    })))
}

/// Events of any service, with the names of fields that are usual.
pub(super) fn json(text: &str, stamp: Stamp) -> Result<Said, &'static str> {
    const AT: [&str; 7] = ["at", "time", "timestamp", "@timestamp", "ts", "date", "datetime"];
    const PERSON: [&str; 9] =
        ["person", "user", "username", "user.name", "user_name", "user.id", "userId", "login", "account"];
    const NODE: [&str; 7] = ["node", "host", "hostname", "host.name", "server", "instance", "pod"];
    const NETWORK: [&str; 9] =
        ["network", "ip", "source.ip", "client_ip", "remote_ip", "ipAddress", "client.ip", "remote_addr", "src_ip"];
    const OUTCOME: [&str; 6] = ["outcome", "event.outcome", "result", "success", "status", "event.type"];
    const FACTOR: [&str; 8] =
        ["factor", "method", "auth_method", "credential_type", "event.action", "action", "event", "type"];
    const CODES: [&str; 7] = ["otp", "2fa", "mfa", "second", "token", "authenticator", "code"];
    let Some(event) = Event::json(text) else { return Ok(Said::Other) };
    let has = |names: &[&str], words: &[&str]| {
        event.get(names).map(str::to_lowercase).is_some_and(|value| words.iter().any(|word| value.contains(word)))
    };
    let failed = has(&OUTCOME, &["fail", "refus", "reject", "denied", "invalid", "error", "false"]);
    let failed = failed || has(&FACTOR, &["fail", "refus", "reject", "denied", "invalid", "error"]);
    if !failed {
        let accepted = has(&OUTCOME, &["success", "accept", "true", "ok", "granted"]);
        return Ok(if accepted { Said::Accepted } else { Said::Other });
    }
    if !has(&FACTOR, &CODES) {
        return Ok(if has(&FACTOR, &["pass", "pwd", "first", "login"]) { Said::Password } else { Said::Other });
    }
    Ok(Said::Refused(Box::new(Refusal {
        at: Some(event.at(&AT, stamp)?),
        person: event.owned(&PERSON),
        node: event.owned(&NODE),
        network: event.owned(&NETWORK),
        app: event.owned(&["app"]),
        tries: 1,
        ..Refusal::default()
    })))
}
