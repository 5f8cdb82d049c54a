//! The prompts: each choice with its answers, and what can be said beside them.

use super::{About, Beside, Changed, Choose, Prompt, Stage, Talk};
use crate::knowledge::{App, MeasuredBy, Question};
use crate::session::{Tried, Why};
use crate::speech::Speech;

/// The ids of the phrases that number the entries of an app.
pub(super) const ORDINALS: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

impl Talk<'_> {
    pub(super) fn prompt_of(&self, stage: &Stage) -> Prompt {
        let host = self.means.reference.clone().unwrap_or_default();
        match stage {
            Stage::Consent => {
                let ask = self.phrase_with("consent-clock", &[("host", &host)]);
                let choices = self.labels(&[("yes", "consent-yes"), ("no", "consent-no")]);
                Prompt::Choose(self.choose(About::Consent, ask, choices, &[], None))
            }
            Stage::Reference => Prompt::Reference,
            Stage::AppHere => {
                let choices = self.labels(&[("yes", "app-here-yes"), ("no", "app-here-no")]);
                Prompt::Choose(self.choose(About::AppHere, self.phrase("app-here"), choices, &[], None))
            }
            Stage::App => Prompt::Choose(self.which_app()),
            Stage::Material => {
                let have = [
                    ("picture", "have-picture"),
                    ("key", "have-key"),
                    ("entries", "have-entries"),
                    ("nothing", "have-nothing"),
                ];
                let choices = self.labels(&have);
                Prompt::Choose(self.choose(About::Material, self.phrase("consent"), choices, &[], None))
            }
            Stage::Key => Prompt::Key(self.phrase("ask-key")),
            Stage::File => {
                let other = !self.hand.files.is_empty();
                Prompt::File(self.phrase(if other { "ask-other-parts" } else { "ask-material" }))
            }
            Stage::Password { again } => {
                Prompt::Password(self.phrase(if *again { "ask-password-again" } else { "ask-password" }))
            }
            Stage::Working(id) => Prompt::Working { id: *id },
            Stage::RefusedCode => Prompt::Code(self.phrase("ask-refused-code")),
            Stage::HowLongAgo => Prompt::HowLongAgo(self.phrase("ask-when-refused")),
            Stage::EntriesShown => match self.entries_question() {
                Some(question) => Prompt::Choose(self.asking(question, None)),
                None => Prompt::Choose(self.trouble()),
            },
            Stage::CodeOfEntry(at) => {
                let position = self.phrase(ORDINALS[(*at).min(ORDINALS.len() - 1)]);
                Prompt::Code(self.phrase_with("ask-code-of-entry", &[("position", &position)]))
            }
            Stage::Meanwhile(id, why) => match self.question(id, *why) {
                Prompt::Choose(choose) => Prompt::Choose(Choose { meanwhile: true, ..choose }),
                Prompt::Press { says, question } => {
                    Prompt::Press { says, question: Choose { meanwhile: true, ..question } }
                }
                other => other,
            },
            Stage::Wait(until) => Prompt::Wait { says: self.phrase("wait-seconds"), until: *until },
            Stage::CurrentCode | Stage::FurtherCode { .. } | Stage::DeletePicture => {
                Prompt::Code(self.phrase("ask-current-code"))
            }
            Stage::Again(Changed::Question(id)) => self.question(id, Why::Policy),
            Stage::Again(Changed::Remedy(id)) => Prompt::Choose(self.result_of(id, Why::Policy)),
        }
    }

    fn labels(&self, choices: &[(&str, &str)]) -> Vec<(String, String)> {
        choices.iter().map(|(id, phrase)| ((*id).to_owned(), self.phrase(phrase))).collect()
    }

    fn choose(
        &self,
        about: About,
        ask: String,
        choices: Vec<(String, String)>,
        beside: &[Beside],
        why: Option<String>,
    ) -> Choose {
        let note = self.is_agent().then_some(Beside::Note);
        let back = self.can_go_back().then_some(Beside::Back);
        let beside = beside.iter().copied().chain(note).chain(back).chain([Beside::Quit]);
        let beside = beside.map(|one| (one, self.phrase(one.phrase()))).collect();
        Choose { about, ask, choices, beside, why, meanwhile: false }
    }

    pub(super) fn trouble(&self) -> Choose {
        let knowledge = self.knowledge();
        let offered = knowledge.offered.iter().filter_map(|id| knowledge.symptoms.get(id));
        let choices = offered.map(|symptom| (symptom.id.clone(), self.fill(&symptom.title))).collect();
        self.choose(About::Symptom, self.phrase("choose-symptom"), choices, &[], None)
    }

    /// A question of the trouble at hand, or what measures it.
    pub(super) fn question(&self, id: &str, why: Why) -> Prompt {
        let Some(question) = self.session.symptom().and_then(|symptom| symptom.question(id)) else {
            return Prompt::Choose(self.trouble());
        };
        let choose = self.asking(question, Some(why));
        if question.measured_by == Some(MeasuredBy::Rhythm) {
            return Prompt::Press { says: self.press(), question: choose };
        }
        Prompt::Choose(choose)
    }

    fn asking(&self, question: &Question, why: Option<Why>) -> Choose {
        let ask = if self.is_led() { self.phrase("caller-says") } else { self.fill(question.wording(self.is_agent())) };
        let choices = question.answers.iter().map(|answer| (answer.id.clone(), self.fill(&answer.label))).collect();
        let reason = question.why.as_ref().map(|why| self.fill(why));
        let rule = why.map(|why| self.speech().why(why));
        let beside = if why.is_some() { &[Beside::Unsure, Beside::Why][..] } else { &[Beside::Unsure] };
        let why = rule.map(|rule| reason.into_iter().chain([rule]).collect::<Vec<_>>().join(" "));
        self.choose(About::Question(question.id.clone()), ask, choices, beside, why)
    }

    pub(super) fn result_of(&self, remedy: &str, why: Why) -> Choose {
        let choices = self.labels(&Tried::ALL.map(|result| (result.id(), result.phrase())));
        let why = Some(self.speech().why(why));
        self.choose(About::Remedy(remedy.to_owned()), self.phrase("did-it-help"), choices, &[Beside::Why], why)
    }

    pub(super) fn identity(&self) -> Choose {
        // What lets go on is picked, not passed over with Enter.
        let choices = self.labels(&[("no", "verify-no"), ("yes", "verify-yes")]);
        self.choose(About::Identity, self.phrase("verify-question"), choices, &[], None)
    }

    fn which_app(&self) -> Choose {
        let apps = self.knowledge().apps.values().map(|app| (app.id.clone(), app.name.clone()));
        let choices = apps.chain([(App::OTHER.to_owned(), self.phrase("other-choice"))]).collect();
        let ask = self.phrase(if self.is_led() { "caller-says" } else { "choose-app" });
        self.choose(About::App, ask, choices, &[Beside::Unsure], None)
    }
}

impl Beside {
    fn phrase(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Why => "why-asked",
            Self::Note => "add-note",
            Self::Back => "back",
            Self::Quit => "quit",
        }
    }
}

impl Speech<'_> {
    /// Why a step comes now, in a sentence.
    pub(crate) fn why(self, why: Why) -> String {
        let id = match why {
            Why::BestRemedy(works) => return self.say("why-best-remedy", &[("percent", &self.percent(works))]),
            Why::Saves(_) => "why-saves",
            Why::Gate => "why-gate",
            Why::Settles => "why-settles",
            Why::Policy => "why-policy",
            Why::Exhausted => "why-exhausted",
        };
        self.phrase(id).to_owned()
    }
}
