//! What knowledge must never lead a person to: give a secret away, lose the last way in, be reset by a stranger.
//!
//! The one idea: these are checks of the knowledge, so that no session has to be trusted with them.

use std::ops::Range;

use super::report::Report;
use super::yaml::Node;

/// How a language asks people to give something out. A text is held against every language, whatever it is written in.
struct RequestWords {
    /// Whether the word at an index begins a request.
    is_request: fn(&[&str], usize) -> bool,
    /// What must not be given out: words, of which the last may go on.
    secrets: &'static [&'static str],
    /// "Tell me whether you have a recovery code" gives nothing out.
    about: &'static [&'static str],
}

const LANGUAGES: [RequestWords; 2] = [
    RequestWords {
        is_request: english_request,
        secrets: &[
            "secret",
            "set-up key",
            "setup key",
            "qr",
            "password",
            "passphrase",
            "recovery code",
            "backup code",
            "maiden name",
            "pin",
        ],
        about: &["whether", "if", "how", "where", "when"],
    },
    RequestWords {
        is_request: german_request,
        secrets: &[
            "geheimnis",
            "schlüssel",
            "einrichtungsschlüssel",
            "qr",
            "passwort",
            "kennwort",
            "wiederherstellungscode",
            "ersatzcode",
            "mädchenname",
            "pin",
        ],
        about: &["ob", "wie", "wo", "wann", "welche"],
    },
];

/// Asking to give something out.
const GIVE: &[&str] = &[
    "type", "enter", "paste", "tell", "send", "give", "read", "say", "share", "write", "copy", "show", "spell",
    "dictate",
];
/// Words before a verb that make it a request.
const REQUEST: &[&str] = &["please", "and", "then", "now"];
/// "Could you tell me": a request.
const MODAL: &[&str] = &["can", "could", "will", "would", "must", "should"];
/// The same verbs, which in German stand in front of `Sie`, or of `mir` and `uns`, or behind what they ask for.
const GEBEN: &[&str] = &[
    "geben",
    "gib",
    "tippen",
    "tipp",
    "nennen",
    "nenn",
    "sagen",
    "sag",
    "senden",
    "schicken",
    "lesen",
    "lies",
    "schreiben",
    "kopieren",
    "zeigen",
    "diktieren",
    "buchstabieren",
    "verraten",
    "fügen",
];
/// Where the verb stands last: "Können Sie mir den Schlüssel vorlesen".
const GEBEN_LAST: &[&str] = &["können", "könnten", "würden", "wollen", "müssen", "sollten", "kannst", "könntest"];

/// A question has choices, and its wording must not ask for more.
pub(super) fn check_wording(sentence: &str, span: &Range<usize>, report: &mut Report) {
    if let Some(secret) = asked_for(sentence) {
        tell_secret(secret, span, report);
    }
}

fn tell_secret(secret: &str, span: &Range<usize>, report: &mut Report) {
    let message = format!("asks for a secret (`{secret}`): expected a question about what a person can see");
    report.error_with_help("KB501", span, message, "a probe reads secrets, on the person's own computer");
}

/// Saying something to somebody.
const SAY: &[&str] = &["tell", "send", "give", "read", "say", "spell", "dictate", "share"];
/// The short number that an app shows.
const LIVE: &[&str] = &["code", "codes", "digits"];
/// "Which code does it show": a request, too.
const SHOWN: &[&str] = &["is", "show", "shows", "see"];
/// Words that make another thing of a code.
const OTHER_CODES: &[&str] = &["recovery", "backup", "qr", "support", "error"];
/// "Read me the words, but never a code".
const NONE: &[&str] = &["no", "not", "never", "without"];
/// "Tell me how the code looks", "say now when it changes", "read it to yourself" give no code out.
const OF_A_CODE: &[&str] = &["look", "looks", "change", "changes", "moment", "yourself", "many", "entry"];

/// Whoever would get to know what somebody tells, sends or reads out.
const OTHERS: &[&str] =
    &["us", "me", "support", "desk", "helpdesk", "agent", "administrator", "staff", "team", "uns", "mir"];

/// A text that tells somebody to hand a secret or a code to somebody else, whatever it is for.
pub(super) fn check_request(text: &str, span: &Range<usize>, report: &mut Report) {
    let lower = text.to_lowercase();
    for sentence in lower.split(['.', '?', '!', ':', ';', '\n']) {
        if words_of(sentence).iter().any(|word| OTHERS.contains(word)) {
            check_wording(sentence, span, report);
            check_agent(sentence, span, report);
        }
    }
}

/// What somebody is to have at hand for a contact: nothing that lets another in.
pub(super) fn check_bring(what: &str, span: &Range<usize>, report: &mut Report) {
    let lower = what.to_lowercase();
    let words = words_of(&lower);
    if words.iter().any(|word| NONE.contains(word)) {
        return;
    }
    let secret = (0..words.len()).find_map(|at| LANGUAGES.iter().find_map(|one| secret_at(&words[at..], one.secrets)));
    if let Some(secret) = secret {
        tell_secret(secret, span, report);
    } else if (0..words.len()).any(|at| is_live(&words, at)) {
        tell_code(span, report);
    }
}

/// An agent has nothing to compare a code with, so nobody needs to read one out.
pub(super) fn check_agent(sentence: &str, span: &Range<usize>, report: &mut Report) {
    if reads_out(sentence) {
        tell_code(span, report);
    }
}

fn tell_code(span: &Range<usize>, report: &mut Report) {
    let message = "makes a person give away a live code: expected it to stay with them";
    report.warning("KB504", span, message, "ask how the code looks, or what the screen says");
}

/// Whether the word is a code of the moment.
fn is_live(words: &[&str], at: usize) -> bool {
    let before = &words[at.saturating_sub(2)..at];
    let other = before.last().is_some_and(|word| OTHER_CODES.contains(word));
    LIVE.contains(&words[at]) && !other && !before.iter().any(|word| NONE.contains(word))
}

/// Whether a text asks for a code of the moment.
fn reads_out(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.split(['.', '?', '!', ':', ';', '\n']).any(|sentence| {
        let words = words_of(sentence);
        let asks = |at: usize| {
            let says =
                is_request(&words, at, SAY) && !words[at + 1..].iter().any(|word| LANGUAGES[0].about.contains(word));
            let shown = ["what", "which"].contains(&words[at]) && words.iter().any(|word| SHOWN.contains(word));
            let last = if says { words.len() } else { words.len().min(at + 4) };
            (says || shown) && (at + 1..last).any(|at| is_live(&words, at))
        };
        !words.iter().any(|word| OF_A_CODE.contains(word)) && (0..words.len()).any(asks)
    })
}

/// Who gets back in is decided by rule: a symptom that weighs has no remedy by which somebody resets a factor.
pub(super) fn check_recovery(root: &Node, report: &mut Report) {
    for (key, remedy) in root.get("remedies").map_or(&[][..], Node::entries) {
        if remedy.get("resets-factor").and_then(Node::as_str) == Some("true") {
            let message = format!("`{}` resets a factor, and is chosen by weighing", key.text);
            let help = "account recovery is never a guess: move it to a symptom with `decide: first-match`";
            report.error_with_help("KB506", &key.span, message, help);
        }
    }
}

/// Who resets a factor must know whom for.
pub(super) fn check_service(service: &str, verifies: bool, resets: bool, at: &Range<usize>, report: &mut Report) {
    if resets && !verifies {
        let message = format!("missing key `verify-identity`: a remedy resets a factor of `{service}`");
        report.error_with_help("KB508", at, message, "say how whoever helps makes sure who is calling");
    }
}

/// The secret that a sentence asks a person to give out.
fn asked_for(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    lower.split(['.', '?', '!', ':', ';', '\n']).find_map(asked_for_in_sentence)
}

fn asked_for_in_sentence(sentence: &str) -> Option<&'static str> {
    let words = words_of(sentence);
    LANGUAGES.iter().find_map(|language| {
        (0..words.len()).filter(|&at| (language.is_request)(&words, at)).find_map(|at| {
            let asked = &words[at + 1..];
            let (found, secret) =
                (0..asked.len()).find_map(|from| Some((from, secret_at(&asked[from..], language.secrets)?)))?;
            (!asked[..found].iter().any(|word| language.about.contains(word))).then_some(secret)
        })
    })
}

fn words_of(sentence: &str) -> Vec<&str> {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '\'';
    sentence.split(|c: char| !inside(c)).filter(|word| !word.is_empty()).collect()
}

fn english_request(words: &[&str], at: usize) -> bool {
    is_request(words, at, GIVE)
}

/// Whether the word at `at` is one of `verbs` and a request, or asks for something of yours.
fn is_request(words: &[&str], at: usize, verbs: &[&str]) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|index| words[index]);
    let what_is = matches!(words[at], "is" | "are") && before(1) == Some("what") || words[at] == "what's";
    let asks = match before(1) {
        None => true,
        Some("you") => before(2).is_some_and(|word| MODAL.contains(&word)),
        Some(word) => REQUEST.contains(&word),
    };
    what_is && words.get(at + 1) == Some(&"your") || asks && verbs.contains(&words[at])
}

fn german_request(words: &[&str], at: usize) -> bool {
    let after = words.get(at + 1).copied().unwrap_or_default();
    let what_is = matches!(words[at], "ist" | "lautet" | "heißt") && matches!(after, "ihr" | "dein");
    let asks = GEBEN.contains(&words[at]) && matches!(after, "sie" | "mir" | "uns" | "bitte" | "den" | "das" | "dein");
    // The last word of the sentence is the verb, with its prefix: vorlesen, eintippen.
    let last = words.last().copied().unwrap_or_default();
    let asks_last = GEBEN_LAST.contains(&words[at])
        && matches!(after, "sie" | "du")
        && GEBEN.iter().any(|verb| last.len() >= verb.len() && last.ends_with(verb));
    what_is || asks || asks_last
}

fn secret_at(words: &[&str], secrets: &[&'static str]) -> Option<&'static str> {
    secrets.iter().copied().find(|secret| {
        let parts: Vec<&str> = secret.split(' ').collect();
        parts.len() <= words.len()
            && words.iter().zip(&parts).enumerate().all(|(index, (word, part))| {
                // The plural, a case or a longer word: codes, Passworts, Schlüsselwort.
                let goes_on = index + 1 == parts.len() && *part != "pin";
                if goes_on { word.starts_with(part) } else { word == part }
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_would_get_to_know_is_told() {
        let codes = |check: fn(&str, &Range<usize>, &mut Report), text: &str| {
            let mut report = Report::new("x", text);
            check(text, &(0..text.len()), &mut report);
            report.into_diagnostics().into_iter().map(|one| one.code).collect::<Vec<_>>()
        };
        for (text, code) in [
            ("Send the help desk your recovery code", "KB501"),
            ("Then tell us your PIN", "KB501"),
            ("Please give me your mother's maiden name", "KB501"),
            ("Tell the help desk the code", "KB504"),
            ("Schicken Sie uns den QR-Code", "KB501"),
        ] {
            assert_eq!(codes(check_request, text), [code], "{text}");
        }
        for fine in [
            "Type the set-up key into the app",
            "Never tell the help desk a code",
            "Tell the help desk when the code changes",
            "Read the code, and type it at once",
            "Give us the number of the ticket",
            "Tell us which pink phone it is",
        ] {
            assert_eq!(codes(check_request, fine), [""; 0], "{fine}");
        }
        assert_eq!(codes(check_bring, "Your PIN"), ["KB501"]);
        assert_eq!(codes(check_bring, "A code from the app"), ["KB504"]);
        for fine in ["The number of the ticket", "Your badge, but no code", "The support code"] {
            assert_eq!(codes(check_bring, fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_request_for_a_secret_is_told_from_a_question_about_one() {
        for asks in [
            "Type the set-up key here",
            "Please read me your recovery code",
            "Look at the screen, then tell me the password",
            "Could you paste the secret?",
            "What is your password?",
            "Open the page. Send the QR code to us",
            "Read me the backup codes",
            "Geben Sie den Einrichtungsschlüssel hier ein",
            "Bitte lesen Sie mir einen Wiederherstellungscode vor",
            "Können Sie mir das Passwort nennen?",
            "Wie lautet Ihr Kennwort?",
            "Schicken Sie uns den QR-Code",
        ] {
            assert!(asked_for(asks).is_some(), "{asks}");
        }
        for asks in [
            "Could you read me the code?",
            "Please tell me the six digits",
            "What is your code?",
            "Which code does the app show now?",
            "Open the app and read the code to me",
            "Which digits do you see?",
        ] {
            assert!(reads_out(asks), "{asks}");
        }
        for fine in [
            "Without reading it out, what does the code look like?",
            "Where did you read the code, without saying it?",
            "Never read a code to anybody",
            "Please say now when the code changes",
            "Tell me whether the code has changed",
            "Could you count the entries in the app?",
            "Read the support code to me",
            "Please read me its words, but never a code",
            "Do codes from this app work for your other accounts?",
            "Type the code at once",
            "What is on the screen? Keep the code to yourself",
            "Does the code have as many digits as the app shows?",
        ] {
            assert!(!reads_out(fine), "{fine}");
        }
        for fine in [
            "Do you have a saved recovery code?",
            "Did you scan the QR code or type the set-up key?",
            "Tell me whether you still have a recovery code",
            "Is there a QR code on the screen?",
            "Which entry is the newest?",
            "Haben Sie einen gespeicherten Wiederherstellungscode?",
            "Haben Sie den QR-Code gescannt oder den Schlüssel getippt?",
            "Sagen Sie mir, ob Sie noch einen Wiederherstellungscode haben",
            "Könnten Sie nachsehen, ob ein QR-Code zu sehen ist?",
            "Bleibt der Wiederherstellungscode bei der Person?",
        ] {
            assert_eq!(asked_for(fine), None, "{fine}");
        }
    }
}
