//! What somebody wants to see: the address of the page.
//!
//! The one idea: the address holds all the state there is, the answers given too, so that the server is a function of
//! files and address. It must not be trusted: an id in it may be of a file that has changed since.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::session::{Mode, Tried};

/// What an address of the page says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The trouble; `None` for the first that is offered.
    pub(super) symptom: Option<String>,
    /// Whether an agent reads it, with a caller.
    pub(super) agent: bool,
    /// The script that leads the agent.
    pub(super) script: Option<String>,
    /// The app whose sections are shown.
    pub(super) app: Option<String>,
    /// The article; `None` for the one that the session is at.
    pub(super) article: Option<String>,
    /// What was done in the session, in order.
    pub(super) did: Vec<Did>,
}

/// One thing that was done in the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Did {
    /// A question was answered.
    Asked(String, String),
    /// A remedy was tried.
    Tried(String, Tried),
    /// An agent made sure who is calling, or could not.
    Verified(bool),
}

/// Who reads it: an agent, or one whom a script leads.
pub(super) const AGENT: &str = "agent";
pub(super) const LED_BY: &str = "script.";
/// The trouble that was answered about, beside a choice of it.
pub(super) const ANSWERED: &str = "answered";
/// No session is longer; what comes after is passed over.
const MOST: usize = 100;
/// What stands for something else in an address.
const RESERVED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>');

impl Wanted {
    /// Reads what stands behind the question mark. What is not understood is passed over.
    pub(super) fn read(query: &str) -> Self {
        let mut wanted = Self::default();
        let mut answered = None;
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned();
            match name {
                "symptom" => wanted.symptom = some(value),
                "as" => {
                    wanted.script = value.strip_prefix(LED_BY).map(str::to_owned);
                    wanted.agent = value == AGENT || wanted.script.is_some();
                }
                "app" => wanted.app = some(value),
                "article" => wanted.article = some(value),
                ANSWERED => answered = some(value),
                "did" if wanted.did.len() < MOST => wanted.did.extend(Did::read(&value)),
                _ => {}
            }
        }
        // Another trouble is another session.
        if answered.is_some() && answered != wanted.symptom {
            wanted.did.clear();
        }
        wanted
    }

    /// Names and values, in the order in which they are read.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        fields.extend(self.symptom.clone().map(|id| ("symptom", id)));
        fields.extend(Some(("as", self.reader())).filter(|(_, reader)| !reader.is_empty()));
        fields.extend(self.app.clone().map(|id| ("app", id)));
        fields.extend(self.article.clone().map(|path| ("article", path)));
        fields.extend(self.did.iter().map(|did| ("did", did.written())));
        fields
    }

    /// The address of the same page in this state.
    pub(super) fn address(&self, path: &str) -> String {
        let pair = |(name, value): (&str, String)| format!("{name}={}", utf8_percent_encode(&value, RESERVED));
        let query: Vec<String> = self.fields().into_iter().map(pair).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The same after the first `steps` steps of the session.
    pub(super) fn after(&self, steps: usize) -> Self {
        Self { did: self.did.iter().take(steps).cloned().collect(), ..self.clone() }
    }

    /// Who reads it, as in the address: nothing for a person.
    pub(super) fn reader(&self) -> String {
        match &self.script {
            Some(script) => format!("{LED_BY}{script}"),
            None if self.agent => AGENT.to_owned(),
            None => String::new(),
        }
    }

    /// Who talks.
    pub(super) fn mode(&self) -> Mode {
        if self.agent { Mode::Agent } else { Mode::Person }
    }
}

fn some(value: String) -> Option<String> {
    Some(value).filter(|value| !value.is_empty())
}

impl Did {
    /// As in an address; ids have no dot in them.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Asked(question, answer) => format!("ask.{question}.{answer}"),
            Self::Tried(remedy, result) => format!("try.{remedy}.{}", result.id()),
            Self::Verified(passed) => format!("verify.{}", if *passed { "yes" } else { "no" }),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        Some(match parts[..] {
            ["ask", question, answer] => Self::Asked(question.to_owned(), answer.to_owned()),
            ["try", remedy, result] => Self::Tried(remedy.to_owned(), Tried::of(result)?),
            ["verify", "yes"] => Self::Verified(true),
            ["verify", "no"] => Self::Verified(false),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let wanted = Wanted {
            symptom: Some("invalid-code".to_owned()),
            agent: true,
            script: Some("invalid-code".to_owned()),
            app: Some("aegis".to_owned()),
            article: Some("a b&c.md".to_owned()),
            did: vec![
                Did::Asked("where".to_owned(), "signing-in".to_owned()),
                Did::Tried("set-clock".to_owned(), Tried::Failed),
                Did::Verified(true),
            ],
        };
        let address = wanted.address("/");
        assert_eq!(
            address,
            "/?symptom=invalid-code&as=script.invalid-code&app=aegis&article=a%20b%26c.md&did=ask.where.signing-in&did=try.set-clock.failed&did=verify.yes"
        );
        assert_eq!(Wanted::read(address.trim_start_matches("/?")), wanted);
        assert_eq!(wanted.after(1).did.len(), 1);
    }

    #[test]
    fn answers_go_with_their_trouble() {
        let chosen = |symptom: &str| Wanted::read(&format!("did=verify.yes&answered=turn-off&symptom={symptom}")).did;
        assert_eq!(chosen("turn-off"), [Did::Verified(true)]);
        assert_eq!(chosen("invalid-code"), []);
    }

    #[test]
    fn what_is_not_understood_is_passed_over() {
        let wanted = Wanted::read("did=ask.where&did=%ff&x=1&=&symptom=&did=try.a.maybe&as=agent&did");
        assert_eq!(wanted, Wanted { agent: true, ..Wanted::default() });
        assert_eq!(Wanted::read(&"did=verify.yes&".repeat(500)).did.len(), MOST);
    }
}
