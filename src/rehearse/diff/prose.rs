use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, SectionRef, Symptom};

/// A text that people read or hear in other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    /// What it is: `two-factor.md#clock`, `invalid-code: question where`.
    pub id: String,
    /// What happened to it.
    pub how: How,
    /// Where people meet it.
    pub shown: Vec<Shown>,
}

/// What happened to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// There was none.
    Added,
    /// There is none any more.
    Removed,
    /// It says something else.
    Changed,
}

/// Where people meet a section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// `remedy`, `cause`, or `symptom`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// The symptom that has it.
    pub symptom: String,
    /// The app whose own section it is.
    pub app: Option<String>,
}

impl How {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "new",
            Self::Removed => "gone",
            Self::Changed => "changed",
        }
    }
}

pub(super) fn compare(old: &Knowledge, new: &Knowledge) -> Vec<TextChange> {
    let mut changes = Vec::new();
    for (id, how) in differing(&sections(old), &sections(new)) {
        let in_which = if how == How::Removed { old } else { new };
        let (article, anchor) = id.split_once('#').unwrap_or((&id, ""));
        let at = SectionRef { article: article.to_owned(), anchor: anchor.to_owned() };
        changes.push(TextChange { shown: shown(&at, in_which), id, how });
    }
    // What belongs to a symptom that is new as a whole is told with it.
    let both = |symptom: &str| old.symptoms.contains_key(symptom) && new.symptoms.contains_key(symptom);
    let words = |one: &Knowledge| {
        one.symptoms.values().filter(|symptom| both(&symptom.id)).flat_map(wordings).collect::<BTreeMap<_, _>>()
    };
    let wordings = differing(&words(old), &words(new)).into_iter().chain(differing(&beside(old), &beside(new)));
    changes.extend(wordings.map(|(id, how)| TextChange { id, how, shown: Vec::new() }));
    changes
}

fn differing(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<(String, How)> {
    let mut changes = Vec::new();
    for (id, text) in new {
        match old.get(id) {
            None => changes.push((id.clone(), How::Added)),
            Some(before) if before != text => changes.push((id.clone(), How::Changed)),
            Some(_) => {}
        }
    }
    changes.extend(old.keys().filter(|id| !new.contains_key(*id)).map(|id| (id.clone(), How::Removed)));
    changes.sort_by(|(a, _), (b, _)| a.cmp(b));
    changes
}

/// The sections of all articles. How lines are broken changes nothing for anybody.
fn sections(knowledge: &Knowledge) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (path, article) in &knowledge.articles {
        for section in &article.sections {
            let told = format!("{}\n{}", section.title, section.body);
            let words: Vec<&str> = told.split(' ').map(str::trim).filter(|word| !word.is_empty()).collect();
            all.insert(format!("{path}#{}", section.anchor), words.join(" "));
        }
    }
    all
}

/// What a symptom says by itself.
fn wordings(symptom: &Symptom) -> Vec<(String, String)> {
    let id = |what: &str, id: &str| format!("{}: {what} {id}", symptom.id);
    let mut all = Vec::new();
    for cause in &symptom.causes {
        all.push((id("cause", &cause.id), format!("{}\n{}", cause.title, cause.says.as_deref().unwrap_or_default())));
    }
    for question in &symptom.questions {
        let labels = question.answers.iter().map(|answer| format!("{}: {}", answer.id, answer.label));
        let labels: Vec<String> = labels.collect();
        let [agent, why] = [&question.agent, &question.why].map(|text| text.as_deref().unwrap_or_default());
        all.push((id("question", &question.id), format!("{}\n{agent}\n{why}\n{}", question.ask, labels.join("\n"))));
    }
    all
}

/// What services and the program itself say.
fn beside(knowledge: &Knowledge) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        knowledge.phrases.iter().map(|(id, said)| (format!("phrase {id}"), said.clone())).collect();
    for service in knowledge.services.values() {
        let words = service.words.iter().map(|(word, said)| (format!("word {word}"), said.clone()));
        let contacts = service.escalate.iter().map(|(role, contact)| {
            (format!("contact {role}"), format!("{}\n{}", contact.says, contact.bring.join("\n")))
        });
        let messages = service.messages.iter().map(|message| (format!("message {}", message.id), message.text.clone()));
        let verify = service.verify_identity.iter().map(|text| ("verify-identity".to_owned(), text.clone()));
        let own = words.chain(contacts).chain(messages).chain(verify);
        all.extend(own.map(|(id, text)| (format!("service {}: {id}", service.id), text)));
    }
    all
}

/// Who is shown a section: those who come to a remedy or a cause, in an app that has its own.
fn shown(at: &SectionRef, knowledge: &Knowledge) -> Vec<Shown> {
    let mut general: Vec<(SectionRef, Option<String>)> = vec![(at.clone(), None)];
    for app in knowledge.apps.values() {
        let own = app.sections.iter().filter(|(_, own)| own == at);
        general.extend(own.map(|(general, _)| (general.clone(), Some(app.id.clone()))));
    }
    let mut all = Vec::new();
    for (section, app) in &general {
        for symptom in knowledge.symptoms.values() {
            let told = |what: &'static str, id: &str| Shown {
                what,
                id: id.to_owned(),
                symptom: symptom.id.clone(),
                app: app.clone(),
            };
            let remedies = symptom
                .remedies
                .iter()
                .filter(|remedy| remedy.text == *section || remedy.agent.as_ref() == Some(section));
            all.extend(remedies.map(|remedy| told("remedy", &remedy.id)));
            all.extend(
                symptom.causes.iter().filter(|cause| cause.text == *section).map(|cause| told("cause", &cause.id)),
            );
            all.extend((symptom.heading == *section).then(|| told("symptom", &symptom.id)));
        }
    }
    all.sort();
    all.dedup();
    all
}
