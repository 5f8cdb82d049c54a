//! How what people read and hear is worded: short questions, one at a time, in words that everybody knows.
//!
//! The one idea: each check looks at one text, and warns. It must not know what the text is asked for.

use std::ops::Range;

use super::names::Names;
use super::report::{Report, quoted};
use super::safety;
use super::yaml::{Key, Node};

/// A longer question is not understood at once.
const MOST_WORDS: usize = 20;
/// More choices are not taken in at once.
const MOST_ANSWERS: usize = 5;
/// A longer label does not fit a button.
const LONGEST_LABEL: (usize, usize) = (12, 64);
/// Words that turn a question round: whoever answers "no" is not sure to what.
const NEGATIONS: &[&str] = &[
    "not",
    "never",
    "no longer",
    "cannot",
    "can't",
    "couldn't",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "haven't",
    "hasn't",
    "hadn't",
    "won't",
    "wouldn't",
    "shouldn't",
];

/// Words that people are spared, and those that are said in one way only; from `kb.yaml`.
#[derive(Debug, Default, Clone)]
pub(super) struct Vetted {
    /// What is not to be said, and what to say in its place if there is one.
    pub(super) instead: Vec<(Unwanted, Option<String>)>,
}

/// A word, as it is written and in small letters, by which it is found.
#[derive(Debug, Clone)]
pub(super) struct Unwanted {
    word: String,
    small: String,
}

impl From<String> for Unwanted {
    fn from(word: String) -> Self {
        Self { small: word.to_ascii_lowercase(), word }
    }
}

/// A question as it is asked: one, short, and not turned round.
pub(super) fn check_question(sentence: &str, span: &Range<usize>, report: &mut Report) {
    let words = sentence.split_whitespace().count();
    if words > MOST_WORDS {
        let message = format!("a question of {words} words: expected {MOST_WORDS} at most");
        report.warning("KB601", span, message, "say first what it is about, and leave out what `why` can tell");
    } else if sentence.matches('?').count() > 1 {
        report.warning("KB601", span, "two questions in one: expected one", "ask the second one by itself");
    }
    // Only what is asked, not the sentence before it.
    let asked = sentence.rsplit_once('?').map_or(sentence, |(asked, _)| asked);
    let asked = asked.rsplit(['.', '!', ':', ';']).next().unwrap_or_default();
    if let Some(negation) = NEGATIONS.iter().find(|word| find_word(asked, word).is_some()) {
        let message = format!("a negative question (`{negation}`): a bare no can mean either");
        report.warning("KB603", span, message, "ask whether it is so");
    }
}

/// The answers as they are shown: few, and alike in form.
pub(super) fn check_answers(answers: &[(Key, Node)], report: &mut Report) {
    if let Some((key, _)) = answers.get(MOST_ANSWERS) {
        let message = format!("{} answers: expected {MOST_ANSWERS} at most", answers.len());
        report.warning("KB606", &key.span, message, "join some of them, or ask two questions");
    }
    let labels = answers.iter().filter_map(|(_, answer)| answer.get("label"));
    for label in labels.clone() {
        check_label(label.as_str().unwrap_or_default(), &label.span, report);
    }
    let mut labels = labels.filter_map(|label| Some((label, form(label.as_str()?)?)));
    let is_sound = answers.iter().all(|(key, answer)| report.is_sound(&(key.span.start..answer.span.end)));
    if let Some((_, first)) = labels.next().filter(|_| is_sound)
        && let Some((other, _)) = labels.find(|(_, form)| *form != first)
    {
        let message = "labels of two forms: expected all to begin and to end alike";
        report.warning("KB602", &other.span, message, "begin each with a capital, and end none with a period");
    }
}

/// A label as it is pressed: short enough for a button.
fn check_label(label: &str, span: &Range<usize>, report: &mut Report) {
    let (words, letters) = (label.split_whitespace().count(), label.chars().count());
    let (most_words, most_letters) = LONGEST_LABEL;
    if words > most_words || letters > most_letters {
        let message = format!(
            "a label of {words} words and {letters} characters: expected {most_words} words and {most_letters} characters at most"
        );
        report.warning("KB605", span, message, "say the answer in a few words, and the rest in the question");
    }
}

/// With a capital at the beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether a label begins with a capital (a placeholder or a digit is either), and how it ends.
fn form(label: &str) -> Option<(bool, char)> {
    let first = label.chars().find(|c| c.is_alphabetic() || *c == '{' || c.is_ascii_digit())?;
    let end = label.trim_end().chars().last().filter(|c| ".?!:;,".contains(*c)).unwrap_or(' ');
    Some((!first.is_lowercase(), end))
}

/// A text for people, by its bytes: free of the words that they are spared, and with placeholders that are filled in.
/// `own` are the placeholders that are its own.
pub(super) fn check_span(span: &Range<usize>, own: &[&str], names: &Names, vetted: &Vetted, report: &mut Report) {
    let text = report.text.get(span.clone()).unwrap_or_default();
    let at = |found: usize, length: usize| span.start + found..span.start + found + length;
    let small = text.to_ascii_lowercase();
    for (Unwanted { word, small: wanted }, instead) in &vetted.instead {
        if let Some(found) = find_small(&small, wanted) {
            let message = format!("{} is no word for people", quoted(word));
            let help = match instead {
                Some(instead) => format!("say {}", quoted(instead)),
                None => "say it in plain words, or leave it out".to_owned(),
            };
            report.warning("KB604", &at(found, word.len()), message, help);
        }
    }
    for (found, placeholder) in placeholders(text) {
        if !own.contains(&placeholder) && !names.words.contains(placeholder) && !names.partial {
            let known = own.iter().copied().chain(names.words.iter().map(String::as_str));
            report.unknown_warning("KB509", &at(found, placeholder.len() + 2), "placeholder", placeholder, known);
        }
    }
    for (found, name) in open_braces(text) {
        // What a renderer takes for something else goes on behind the span.
        let goes_on = found + 1 + name.len() == text.len() && report.text[span.end..].starts_with(['_', '}']);
        if !goes_on {
            let message = format!("a brace that is not closed: expected `{{{name}}}`");
            report.warning("KB510", &at(found, name.len() + 1), message, "without its end it is shown as it stands");
            if own.contains(&name) || names.words.contains(name) {
                let end = span.start + found + 1 + name.len();
                report.mend(end..end, "}");
            }
        }
    }
    safety::check_request(text, span, report);
}

/// The names behind a brace that nothing closes, with where the braces are.
fn open_braces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        (!name.is_empty() && !rest[name.len()..].starts_with('}')).then_some((at, name))
    })
}

/// Where `word` stands in `text` by itself, whatever its capitals.
fn find_word(text: &str, word: &str) -> Option<usize> {
    find_small(&text.to_ascii_lowercase(), &word.to_ascii_lowercase())
}

/// The same for a text and a word in small letters.
fn find_small(text: &str, word: &str) -> Option<usize> {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !"-_/#{}.".contains(c));
    // A sentence may end with the word.
    let end = |rest: &str| edge(rest.chars().next()) || rest.starts_with('.') && edge(rest[1..].chars().next());
    let mut found = text.match_indices(word);
    found.find(|(at, _)| edge(text[..*at].chars().next_back()) && end(&text[at + word.len()..])).map(|(at, _)| at)
}

/// The names in braces, with where the braces begin. An attribute list, `{: #id }`, is none.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('{').filter_map(|(at, _)| {
        let (name, _) = text[at + 1..].split_once('}')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        is_name.then_some((at, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(sentence: &str) -> Vec<&'static str> {
        let mut report = Report::new("x", "");
        check_question(sentence, &(0..0), &mut report);
        report.into_diagnostics().into_iter().map(|one| one.code).collect()
    }

    #[test]
    fn a_brace_that_nothing_closes_is_found() {
        let found = |text: &'static str| open_braces(text).collect::<Vec<_>>();
        assert_eq!(found("Open {settings-page and {app}"), [(5, "settings-page")]);
        assert_eq!(found("## A {: #a } and {service} or { b"), []);
    }

    #[test]
    fn only_what_is_asked_may_not_be_negative() {
        assert_eq!(codes("Does the clock not set itself?"), ["KB603"]);
        assert_eq!(codes("Have you no longer the phone?"), ["KB603"]);
        assert_eq!(codes("Do not say it aloud. Where did you read the code?"), [""; 0]);
        assert_eq!(codes("Is the note still there?"), [""; 0]);
    }

    #[test]
    fn one_short_question_at_a_time() {
        assert_eq!(codes("Is it on? Or is it off?"), ["KB601"]);
        assert_eq!(codes(&"word ".repeat(21)), ["KB601"]);
    }

    #[test]
    fn a_word_is_found_only_by_itself() {
        assert_eq!(find_word("The TOTP code", "totp"), Some(4));
        assert_eq!(find_word("say totp.", "TOTP"), Some(4));
        assert_eq!(find_word("totp-app, a totp/x, {totp}, totp.md", "totp"), None);
    }

    #[test]
    fn an_attribute_list_is_no_placeholder() {
        let found: Vec<_> = placeholders("# {app} {: #id } {a b} {").collect();
        assert_eq!(found, [(2, "app")]);
    }
}
