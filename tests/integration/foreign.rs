//! Names that others chose change no output's form.

use serde_json::Value;

use crate::examples::{example, program};

/// Steers a terminal, turns the reading direction, starts lines, links, calls people, opens tags.
const PAYLOAD: &str = "\u{1b}[2J\u{1b}]8;;x\u{7}\u{202e}\u{2066}\n# [a](b)<img src=c>@everyone `x` | ![i](j) {offset}";

fn with_payload(format: &str) -> String {
    let mut case: Value =
        serde_json::from_str(&std::fs::read_to_string(example("last-springs-entry.json")).unwrap()).unwrap();
    let encoded = percent_encoding::utf8_percent_encode(PAYLOAD, percent_encoding::NON_ALPHANUMERIC).to_string();
    for entry in case["entries"].as_array_mut().unwrap() {
        let uri = entry["uri"].as_str().unwrap().replace("Lantern", &encoded).replace("sam%40", &encoded);
        entry["uri"] = uri.into();
    }
    case["expected"] = case["expected"].as_str().unwrap().replace("Lantern", &encoded).into();
    case["id"] = PAYLOAD.into();
    case["entries"][0]["id"] = PAYLOAD.into();
    let mut command = program();
    let output = command.args(["diagnose", "--format", format, "-"]).write_stdin(case.to_string()).output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn is_active(c: char) -> bool {
    (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[test]
fn text_stays_text() {
    let text = with_payload("text");
    assert!(!text.contains(is_active), "{text}");
    assert!(!text.lines().any(|line| line.starts_with('#')), "{text}");
    assert!(text.contains("\\u{1b}"), "what was there is shown escaped: {text}");
}

#[test]
fn markdown_has_no_foreign_markup() {
    let markdown = with_payload("markdown");
    assert!(!markdown.contains(is_active), "{markdown}");
    assert!(!markdown.contains("@everyone") && !markdown.contains("<img") && !markdown.contains("](b)"), "{markdown}");
    let events: Vec<_> = pulldown_cmark::Parser::new(&markdown).collect();
    let foreign = events.iter().any(|event| {
        use pulldown_cmark::{Event, Tag};
        matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. }))
    });
    assert!(!foreign, "{markdown}");
}

#[test]
fn json_is_one_line_and_says_the_same() {
    let json = with_payload("json");
    assert_eq!(json.lines().count(), 1);
    assert!(!json.contains(is_active), "{json}");
    let answer: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(answer["id"], PAYLOAD);
}
