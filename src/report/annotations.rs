//! Diagnostics for other programs that show them at their lines: SARIF 2.1.0, and the workflow commands of GitHub.
//!
//! The one idea: a flaw keeps its code, place and way out in every form. Only texts that may be shown come here.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::json::written;
use super::prose;
use crate::diagnostic::{Diagnostic, Severity};
use crate::knowledge::{Check, checks};
use crate::speech::foreign;

/// More columns than any paragraph has: whoever shows it breaks it.
const UNBROKEN: usize = u16::MAX as usize;

/// One SARIF document, each flaw with the path to name; without the newline.
pub fn sarif<'a>(found: impl Iterator<Item = (&'a Diagnostic, &'a str)>) -> String {
    let found: Vec<_> = found.collect();
    let mut codes: Vec<&str> = found.iter().map(|(one, _)| one.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let checks = checks();
    let rules: Vec<Value> = codes.into_iter().map(|code| rule(code, &checks)).collect();
    let driver = json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let results: Vec<Value> = found.into_iter().map(|(one, path)| outcome(one, path)).collect();
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    written(&json!({ "version": "2.1.0", "runs": [run] }))
}

/// A rule in the words of its page: what it means, and what to do.
fn rule(code: &str, checks: &[Check]) -> Value {
    let Some(check) = checks.iter().find(|check| check.code == code) else { return json!({ "id": code }) };
    let told = check.sections.iter().filter(|section| section.level == 1 || section.anchor == "fix");
    let told: Vec<String> = told.map(|section| prose::render(&section.body, UNBROKEN, false)).collect();
    json!({
        "id": code,
        "shortDescription": { "text": check.description },
        "help": { "text": told.join("\n\n") },
        "defaultConfiguration": { "level": level(check.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

fn outcome(one: &Diagnostic, path: &str) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(path) } });
    if one.place.line > 0 {
        let mut region = json!({ "startLine": one.place.line });
        if one.place.column > 0 {
            region["startColumn"] = json!(one.place.column);
        }
        place["region"] = region;
    }
    let locations = [json!({ "physicalLocation": place })];
    json!({ "ruleId": one.code, "level": level(one.severity), "message": { "text": told(one) }, "locations": locations })
}

/// The path as a relative reference of RFC 3986: all but letters, digits and a few signs as bytes in `%`.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A workflow command a line.
pub fn github<'a>(found: impl Iterator<Item = (&'a Diagnostic, &'a str)>) -> String {
    let mut out = String::new();
    for (one, path) in found {
        let command = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let _ = write!(out, "::{command} title={},file={}", one.code, property(path));
        for (name, number) in [("line", one.place.line), ("col", one.place.column)] {
            if number > 0 {
                let _ = write!(out, ",{name}={number}");
            }
        }
        let _ = writeln!(out, "::{}", data(&told(one)));
    }
    out
}

/// What is wrong, and the way out.
fn told(one: &Diagnostic) -> String {
    match &one.help {
        Some(help) => format!("{}; {help}", one.message),
        None => one.message.clone(),
    }
}

/// A text that cannot end the command or begin another, nor steer where it is shown: line ends have a form of their own.
fn data(text: &str) -> String {
    let inert: Vec<String> = text.split('\r').map(foreign::lines).collect();
    inert.join("\r").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn flaw() -> Diagnostic {
        let place = Place { path: String::new(), line: 3, column: 7, span: 0..0 };
        Diagnostic::error("KB201", place, "unknown anchor\n::error::100 %").help("did you mean `clock`?")
    }

    #[test]
    fn a_command_stays_on_its_line() {
        let drawn = github([(&flaw(), "our: help,1.yaml")].into_iter());
        assert_eq!(
            drawn,
            "::error title=KB201,file=our%3A help%2C1.yaml,line=3,col=7::unknown anchor%0A::error::100 %25; did you mean `clock`?\n"
        );
        let drawn = github([(&flaw(), "a\u{1b}[2J\r\n::error::\u{202e}%.yaml")].into_iter());
        assert!(drawn.contains("file=a\\u{1b}[2J%0D%0A%3A%3Aerror%3A%3A\\u{202e}%25.yaml,line"), "{drawn}");
        assert_eq!(drawn.lines().count(), 1);
    }

    #[test]
    fn sarif_names_rule_level_and_place() {
        let log: Value = serde_json::from_str(&sarif([(&flaw(), "our help/ä.yaml")].into_iter())).unwrap();
        let found = &log["runs"][0]["results"][0];
        assert_eq!((&found["ruleId"], &found["level"]), (&json!("KB201"), &json!("error")));
        let place = &found["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "our%20help/%C3%A4.yaml");
        assert_eq!(place["region"], json!({ "startLine": 3, "startColumn": 7 }));
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
        assert_eq!((&rule["id"], &rule["defaultConfiguration"]["level"]), (&json!("KB201"), &json!("error")));
        let help = rule["help"]["text"].as_str().unwrap_or_default();
        assert!(rule["shortDescription"]["text"].is_string() && help.contains("\n\n"), "{rule}");
    }
}
