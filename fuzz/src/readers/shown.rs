//! Foreign text, made inert.

use otp_doctor::report;
use otp_doctor::speech::foreign;

pub(super) fn foreign(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let plain = foreign::plain(&text);
    assert_inert(&plain);
    let markdown = foreign::markdown(&text);
    assert_inert(&markdown);
    assert!(!markdown.contains(['<', '>', '@']), "markup is left");
    let line = report::unreadable(1, Some(&text), &text);
    assert_inert(&line);
    let read: serde_json::Value = serde_json::from_str(&line).expect("an answer is JSON");
    assert_eq!(read["id"].as_str(), Some(&*text), "what a text says stays the same");
}

/// Nothing in it ends or turns a line, or steers a terminal.
pub(super) fn assert_inert(text: &str) {
    let active =
        |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    assert!(!text.contains(active), "an active character is shown");
}
